"""Where files come in: POST /imports/history takes a workbook and answers with a receipt."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response, UploadFile

from services.chassis.importing import Upload, import_id_of, receipts_of
from services.chassis.problems import NotFound
from services.chassis.receipt import FileImported
from services.training.asking import Given, Officer
from services.training.commands.history import KIND, import_history

LARGEST = 40_000_000

router = APIRouter(tags=["imports"])


@router.post("/imports/history", max_body_size=LARGEST)
async def history(
    deps: Given, response: Response, file: UploadFile, who: Officer, again: bool = False
) -> FileImported:
    """Sheets `diklat` and `katalog`. The same file gets the same receipt; `again` reads it anew."""
    upload = Upload(file.filename or "history", await file.read())
    receipt = await import_history(deps, who.agency, upload, who.subject, again)
    response.headers["Location"] = f"/imports/{import_id_of(who.agency, KIND, upload.sha256)}"
    return receipt


@router.get("/imports/{import_id}")
async def receipts(import_id: UUID, deps: Given, who: Officer) -> list[FileImported]:
    """Every receipt of a file, the newest last."""
    found = await receipts_of(deps.store, import_id)
    if not found or import_id != import_id_of(who.agency, found[-1].kind, found[-1].sha256):
        raise NotFound
    return found
