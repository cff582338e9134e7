"""Why was this person (not) eligible on that day? The page of the question everything is for."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query
from starlette.responses import RedirectResponse, Response

from services.portal.page import Page, ThePage, TheReader
from services.portal.pages.people import person_of
from services.portal.pages.proof import MAY_PROVE
from services.portal.words import POLICIES, STATUSES

router = APIRouter()

PolicyName = Annotated[str, Path(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=64)]

HEADINGS = {
    "ELIGIBLE": "Mengapa memenuhi syarat?",
    "NOT_ELIGIBLE": "Mengapa belum memenuhi syarat?",
    "NEEDS_REVIEW": "Apa yang masih harus ditelaah?",
    "NOT_APPLICABLE": "Mengapa pertanyaan ini tidak berlaku?",
}


@router.get("/pegawai/{person_id}/kelayakan/{policy}")
async def why_not_eligible(
    page: ThePage,
    reader: TheReader,
    person_id: UUID,
    policy: PolicyName,
    as_of: Annotated[str | None, Query(max_length=10)] = None,
    known_at: Annotated[str | None, Query(max_length=30)] = None,
    other: Annotated[str | None, Query(alias="policy", max_length=64)] = None,
) -> Response:
    """The findings as career gave them; nothing is judged here."""
    if other in POLICIES and other != policy:
        return RedirectResponse(_moved(person_id, other, as_of, known_at), 303)
    asked = {"as_of": as_of, "known_at": _instant(page, known_at)}
    answered = await page.asks.get(
        "career",
        reader,
        f"/people/{person_id}/eligibility/{policy}",
        {name: value for name, value in asked.items() if value},
    )
    answer = answered.json()
    return page.render(
        "why_not_eligible.html",
        reader,
        here="pegawai",
        person=await person_of(page, reader, person_id),
        policy=policy,
        policies=POLICIES,
        answer=answer,
        heading=HEADINGS[str(answer["status"])] if answer["status"] in STATUSES else "Kelayakan",
        known_at_local=page.clock.local_input(answer["known_at"]) if answer["known_at"] else None,
        basis_text=_indented(answer["basis"]),
        basis_asked=orjson.dumps(answer["basis"]).decode(),
        may_prove=reader.role in MAY_PROVE,
    )


def _instant(page: Page, typed: str | None) -> str | None:
    """What the field meant, as an instant; what it did not mean is left to career to refuse."""
    if not typed:
        return None
    try:
        return page.clock.from_local_input(typed).isoformat()
    except ValueError:
        return typed


def _moved(person_id: UUID, policy: str, as_of: str | None, known_at: str | None) -> str:
    clocks = {"as_of": as_of, "known_at": known_at}
    kept = urlencode({name: value for name, value in clocks.items() if value})
    return f"/pegawai/{person_id}/kelayakan/{policy}" + (f"?{kept}" if kept else "")


def _indented(basis: Any) -> str:
    return orjson.dumps(basis, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()
