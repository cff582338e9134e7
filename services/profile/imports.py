"""Where files come in: the post map first, then people, then what happened to them before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter, Response, UploadFile

from services.chassis.importing import Upload, import_id_of, receipts_of
from services.chassis.problems import NotFound
from services.chassis.receipt import FileImported
from services.profile.asking import Given, Officer
from services.profile.commands.history import import_history
from services.profile.commands.post_map import import_post_map
from services.profile.commands.siasn_export import import_siasn_export
from services.profile.deps import Deps

LARGEST = 40_000_000

router = APIRouter(tags=["imports"])


class Kind(StrEnum):
    POST_MAP = "post-map"
    SIASN_EXPORT = "siasn-export"
    HISTORY = "history"


TakeIn = Callable[[Deps, str, Upload, str, bool], Awaitable[FileImported]]
DOORS: dict[Kind, TakeIn] = {
    Kind.POST_MAP: import_post_map,
    Kind.SIASN_EXPORT: import_siasn_export,
    Kind.HISTORY: import_history,
}


@router.post("/imports/{kind}", max_body_size=LARGEST)
async def take_file(
    kind: Kind,
    deps: Given,
    response: Response,
    file: UploadFile,
    who: Officer,
    again: bool = False,
) -> FileImported:
    """The same file gets the same receipt; `again` takes its rows in anew."""
    upload = Upload(file.filename or kind.value, await file.read())
    receipt = await DOORS[kind](deps, who.agency, upload, who.subject, again)
    response.headers["Location"] = f"/imports/{import_id_of(who.agency, kind, upload.sha256)}"
    return receipt


@router.get("/imports/{import_id}")
async def receipts(import_id: UUID, deps: Given, who: Officer) -> list[FileImported]:
    """Every receipt of a file, the newest last."""
    found = await receipts_of(deps.store, import_id)
    if not found or import_id != import_id_of(who.agency, found[-1].kind, found[-1].sha256):
        raise NotFound
    return found
