"""Which law is applied here, and since when?"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.page import ThePage, TheReader

router = APIRouter()


@router.get("/aturan")
async def rules(page: ThePage, reader: TheReader) -> Response:
    """Every adopted text, with the days from which its versions hold."""
    texts = (await page.asks.get("career", reader, "/policies")).json()
    return page.render("rules.html", reader, here="aturan", texts=texts)
