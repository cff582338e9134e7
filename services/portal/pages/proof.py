"""Is that so? *Buktikan*: an answer, computed again from proven events, and what to take home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Form, Query
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from services.portal.clients import Answered
from services.portal.page import Page, ThePage, TheReader
from services.portal.pages.people import person_of
from services.portal.session import Reader

router = APIRouter()

MAY_PROVE = ("officer", "official", "auditor")
NOT_YET = ("not-covered-yet", "not-found")
LONGEST_WAIT = 20


@router.post("/pegawai/{person_id}/bukti/{policy}")
async def prove(
    page: ThePage,
    reader: TheReader,
    person_id: UUID,
    policy: str,
    as_of: Annotated[str, Form(max_length=10)],
    known_at: Annotated[str | None, Form(max_length=40)] = None,
    basis: Annotated[str | None, Form(max_length=16_000)] = None,
) -> Response:
    """Have the very answer that was read written down; then show what proves it."""
    body: dict[str, Any] = {"as_of": as_of}
    if known_at:
        body["known_at"] = known_at
    elif basis:
        body["basis"] = _json(basis)
    answered = await page.asks.post(
        "career", reader, f"/people/{person_id}/evidence/{policy}", body
    )
    return RedirectResponse(f"/bukti/{answered.json()['answer_id']}?menunggu=1", 303)


@router.get("/bukti/pemeriksa")
async def verifier(page: ThePage, reader: TheReader) -> Response:
    """The file that checks a bundle without us."""
    file = page.verifier_file
    if file is None or not file.is_file():
        raise HTTPException(404)
    return FileResponse(file, filename=file.name, media_type="application/octet-stream")


@router.get("/bukti/{answer_id}/berkas")
async def bundle(page: ThePage, reader: TheReader, answer_id: UUID) -> Response:
    """The bundle, as career hands it out."""
    answered = await page.asks.get("career", reader, f"/evidence/{answer_id}/bundle")
    headers = {"Content-Disposition": f'attachment; filename="bukti-{answer_id}.zip"'}
    return Response(answered.content, media_type="application/zip", headers=headers)


@router.get("/bukti/{answer_id}")
async def proof(
    page: ThePage,
    reader: TheReader,
    answer_id: UUID,
    menunggu: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> Response:
    """What was checked, source by source, or the first thing that does not fit."""
    try:
        found = (await page.asks.get("career", reader, f"/evidence/{answer_id}")).json()
    except Answered as problem:
        if problem.slug in NOT_YET and 0 < menunggu <= LONGEST_WAIT:
            return page.render(
                "proof_waiting.html", reader, here="pegawai", answer_id=answer_id, nth=menunggu + 1
            )
        if problem.slug == "cannot-be-proved":
            return _does_not_fit(page, reader, problem.members)
        raise
    return await _fits(page, reader, found)


async def _fits(page: Page, reader: Reader, found: Mapping[str, Any]) -> Response:
    steps = found["steps"]
    logs = _all(steps, "log")
    file = page.verifier_file
    return page.render(
        "proof.html",
        reader,
        here="pegawai",
        person=await person_of(page, reader, UUID(found["person_id"])),
        found=found,
        answer=found["answer"],
        logs=logs,
        events=sum(int(log["events"]) for log in logs),
        texts=_all(steps, "text"),
        members=_all(steps, "members")[0],
        manifest=_all(steps, "manifest")[0],
        dossier=_all(steps, "dossier")[0],
        again=_all(steps, "answer")[0],
        verifier_bytes=file.stat().st_size if file is not None and file.is_file() else None,
    )


def _does_not_fit(page: Page, reader: Reader, members: Mapping[str, Any]) -> Response:
    said = members.get("said", {})
    return page.render(
        "proof_fault.html",
        reader,
        here="pegawai",
        status=409,
        said=said.get("id", ""),
        what=members.get("what", ""),
        where=members.get("where", {}),
    )


def _all(steps: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return [step for step in steps if step["step"] == name]


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text  # left to career to refuse
