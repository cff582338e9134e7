"""The doors for files: templates out, files in, and every step a file takes on its way.

check → (look at what would happen) → accept → receipt → corrections, or undo
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from services.chassis import import_jobs
from services.chassis.auth import Principal, require
from services.chassis.import_corrections import MOST_CORRECTED, corrections
from services.chassis.import_files import content_of, drop_file, key_of, name_of
from services.chassis.import_jobs import Job, job_of, jobs_of
from services.chassis.import_rows import Page, problems_of, reasons_of
from services.chassis.importer import Importer
from services.chassis.importing import Upload
from services.chassis.receipt import FileImported, ImportUndone
from services.chassis.template_description import TemplateDescription
from services.chassis.workbook import RowProblem
from services.chassis.workbook_templates import template_workbook

LARGEST = 64_000_000
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Sender = Annotated[Principal, Depends(require("officer"))]
router = APIRouter(tags=["imports"])


async def importer_of(request: Request) -> Importer:
    importer: Importer = request.app.state.importer
    return importer


Files = Annotated[Importer, Depends(importer_of)]


# Templates


class TemplateOut(BaseModel):
    """`first`: what should be taken in before it. One that is not `handed_out` is an export.
    `part_of`: the workbook of several services that it is a part of."""

    name: str
    title: str
    about: str
    sheets: list[str]
    first: list[str]
    handed_out: bool
    part_of: str | None


@router.get("/templates")
async def templates(files: Files, who: Sender) -> list[TemplateOut]:
    """What may be sent here, in the order in which a first load sends it."""
    return [
        TemplateOut(
            name=kind.name,
            title=kind.template.title,
            about=kind.template.about,
            sheets=[form.name for form in kind.template.forms],
            first=list(kind.template.first),
            handed_out=kind.template.handed_out,
            part_of=kind.template.part_of,
        )
        for kind in files.kinds
    ]


@router.get("/templates/{name}/description")
async def description(name: str, files: Files, who: Sender) -> TemplateDescription:
    """The template in words, for whoever makes one workbook of several services' templates."""
    return TemplateDescription.of(files.kind(name).template)


@router.get("/templates/{name}", response_class=Response)
async def template(name: str, files: Files, who: Sender) -> Response:
    """The workbook to fill in: its sheets, `Petunjuk` and `Referensi`."""
    return _workbook(template_workbook(files.kind(name).template), f"templat-{name}.xlsx")


# Files on their way


class ReasonOut(BaseModel):
    """How many rows have this to be said about them."""

    outcome: Literal["rejected", "warning"]
    sheet: str
    column: str | None
    reason: str
    owner: str | None
    rows: int


class ImportOut(BaseModel):
    """One file. `share` is how much of the present step is done; `valid` rows change the record,
    `unchanged` ones stand in it already. `file_name` is known while the file is kept."""

    import_id: UUID
    number: str
    kind: str
    state: str
    attempt: int
    file_name: str | None
    sha256: str
    sent_by: str
    sent_at: datetime
    moved_at: datetime
    share: float
    rows: int
    valid: int
    unchanged: int
    warned: int
    rejected: int
    problem: str | None
    detail: str | None


class ImportStory(ImportOut):
    """One file with what was found in it and every receipt, the newest last."""

    reasons: list[ReasonOut]
    receipts: list[FileImported]
    undone: list[ImportUndone]


@router.post("/imports/{kind}/check", status_code=202, max_body_size=LARGEST)
async def check(
    kind: str, files: Files, who: Sender, file: UploadFile, response: Response
) -> ImportOut:
    """Keep the file and look at every row; nothing is recorded. Ask for the import to follow it."""
    upload = Upload(file.filename or kind, await file.read())
    job = await files.begin(upload, kind=kind, agency=who.agency, by=who.subject)
    response.headers["Location"] = f"/imports/{job.import_id}"
    return await _told(files, job)


@router.post("/imports/{kind}", max_body_size=LARGEST)
async def take_in(
    kind: str,
    files: Files,
    who: Sender,
    file: UploadFile,
    response: Response,
    again: bool = False,
) -> FileImported:
    """Check and accept in one, for programs. The same file gets the same receipt; `again` takes
    its rows in anew."""
    upload = Upload(file.filename or kind, await file.read())
    import_id = files.id_of(upload, kind=kind, agency=who.agency)
    response.headers["Location"] = f"/imports/{import_id}"
    known = await job_of(files.pool, import_id)
    if known is None or again or known.state not in (import_jobs.ACCEPTED, import_jobs.ACCEPTING):
        await files.begin(
            upload, kind=kind, agency=who.agency, by=who.subject, state=import_jobs.ACCEPTING
        )
    await files.finished(import_id)
    return await files.newest_receipt(import_id)


@router.get("/imports")
async def imports(
    files: Files, who: Sender, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[ImportOut]:
    """This agency's files, the newest first."""
    return [await _told(files, job) for job in await jobs_of(files.pool, who.agency, limit)]


@router.get("/imports/{import_id}")
async def story(import_id: UUID, files: Files, who: Sender) -> ImportStory:
    """How far a file has come, what was found in it, and its receipts."""
    job = await files.job(import_id, who.agency)
    receipts = await files.receipts(import_id)
    return ImportStory(
        **(await _told(files, job)).model_dump(),
        reasons=[ReasonOut(**one) for one in await reasons_of(files.pool, import_id)],
        receipts=[one for one in receipts if isinstance(one, FileImported)],
        undone=[one for one in receipts if isinstance(one, ImportUndone)],
    )


class RowOut(BaseModel):
    """One thing to be said about a row. `value_shown` is null once the file is not kept."""

    outcome: str
    sheet: str
    row: int
    column: str | None
    value_shown: str | None
    reason: str
    fix: str
    owner: str | None


class RowsAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    outcome: Literal["rejected", "warning"] | None = None
    after_sheet: str = Field("", max_length=100)
    after_row: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 50


@router.get("/imports/{import_id}/rows")
async def rows(
    import_id: UUID, files: Files, who: Sender, asked: Annotated[RowsAsked, Query()]
) -> list[RowOut]:
    """Rows that were, or would be, rejected or taken with a warning; a page at a time."""
    job = await files.job(import_id, who.agency)
    after = (asked.after_sheet, asked.after_row)
    page = Page(outcome=asked.outcome, after=after, limit=asked.limit)
    key = await key_of(files.vault, job.file_id)
    return [_row(outcome, one) for outcome, one in await problems_of(files.pool, job, key, page)]


@router.post("/imports/{import_id}/again", status_code=202)
async def check_again(import_id: UUID, files: Files, who: Sender) -> ImportOut:
    """Look at the kept file once more, because something it waited for has come."""
    return await _moved(files, import_id, who, import_jobs.CHECKING)


@router.post("/imports/{import_id}/accept", status_code=202)
async def accept(import_id: UUID, files: Files, who: Sender) -> ImportOut:
    """Record every row that can be; ask for the import to follow it to its receipt."""
    return await _moved(files, import_id, who, import_jobs.ACCEPTING)


@router.post("/imports/{import_id}/undo", status_code=202)
async def undo(import_id: UUID, files: Files, who: Sender) -> ImportOut:
    """Take back what this file recorded, as far as nobody has changed it since."""
    return await _moved(files, import_id, who, import_jobs.UNDOING)


@router.post("/imports/{import_id}/drop", status_code=202)
async def drop(import_id: UUID, files: Files, who: Sender) -> ImportOut:
    """The file shall not be taken in: it is thrown away at once."""
    told = await _moved(files, import_id, who, import_jobs.DROPPED)
    await drop_file(files.pool, (await files.job(import_id)).file_id)
    return told.model_copy(update={"file_name": None})


Sentence = Annotated[str, Field(max_length=500)]


class CorrectionsIn(BaseModel):
    """For each reason, what it is called and what to do, in the words of whoever asks."""

    model_config = ConfigDict(extra="forbid")

    words: Annotated[dict[str, tuple[Sentence, Sentence | None]], Field(max_length=300)] = {}


@router.post("/imports/{import_id}/corrections", response_class=Response)
async def corrected(import_id: UUID, body: CorrectionsIn, files: Files, who: Sender) -> Response:
    """The rejected rows as a workbook, each with its reason; mended, it can be sent as it is."""
    job = await files.job(import_id, who.agency)
    content = await content_of(files.pool, files.vault, job.file_id)
    page = Page(outcome="rejected", limit=MOST_CORRECTED)
    found = await problems_of(files.pool, job, None, page)
    problems = [one for _, one in found]
    book = await corrections(files.kind(job.kind).template, content, problems, body.words)
    return _workbook(book, f"perbaikan-{job.number}.xlsx")


async def _moved(files: Importer, import_id: UUID, who: Principal, state: str) -> ImportOut:
    await files.job(import_id, who.agency)
    await import_jobs.move(files.pool, import_id, state, who.subject)
    return await _told(files, await files.job(import_id))


async def _told(files: Importer, job: Job) -> ImportOut:
    name = await name_of(files.pool, files.vault, job.file_id)
    own = {one: getattr(job, one) for one in ImportOut.model_fields if one != "file_name"}
    return ImportOut(file_name=name, **own)


def _row(outcome: str, one: RowProblem) -> RowOut:
    own = {name: getattr(one, name) for name in RowOut.model_fields if name != "outcome"}
    return RowOut(outcome=outcome, **own)


def _workbook(content: bytes, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type=WORKBOOK, headers={"Content-Disposition": disposition})
