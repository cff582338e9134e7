"""The life of one imported file: taken in once, and again only when somebody asks for that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.event_codec import Stored
from services.chassis.workbook import RowProblem

# A file with more wrong rows than this is wrong as a whole; the count still says how many.
MOST_LISTED = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordImport:
    receipt: FileImported


Command = RecordImport


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImported:
    """What became of a file: by whom, when, which bytes, and every row that was not taken.

    `accepted` rows are on record now; `unchanged` of them were so before. `warnings` are rows
    that were taken although something is missing.
    """

    number: str
    kind: str
    attempt: int
    file_name: str
    sha256: str
    imported_by: str
    imported_at: datetime
    rows: int
    accepted: int
    unchanged: int
    rejected: int
    problems: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()
    ignored_sheets: tuple[str, ...] = ()


Event = FileImported
State = tuple[FileImported, ...]
initial: State = ()

STORED_IMPORT = Stored(FileImported, "file.imported")


def stream_of(import_id: UUID) -> str:
    return f"import-{import_id}"


def decide(command: Command, state: State) -> list[Event]:
    told = command.receipt
    return [] if any(known.attempt == told.attempt for known in state) else [told]


def evolve(state: State, event: Event) -> State:
    return (*state, event)
