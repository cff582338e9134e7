"""The life of one imported file: taken in, perhaps again on request, perhaps undone.

A receipt holds counts, places and reasons, and nothing that stood in the file: not its name, not a
cell. A column that slipped by one brings a name into any other, and receipts are kept for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.chassis.event_codec import Stored
from services.chassis.workbook import RowProblem

# A file with more wrong rows than this is wrong as a whole; the count still says how many.
MOST_LISTED = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordImport:
    receipt: FileImported


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUndoing:
    receipt: ImportUndone


Command = RecordImport | RecordUndoing


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportUndone:
    """What a file had recorded was taken back: so many facts; others were `left`, by reason."""

    number: str
    attempt: int
    undone_by: str
    undone_at: datetime
    facts: int
    left: tuple[tuple[str, int], ...] = ()


Event = FileImported | ImportUndone
State = tuple[Event, ...]
initial: State = ()

STORED_RECEIPTS = (
    Stored(FileImported, "file.imported"),
    Stored(ImportUndone, "file.import_undone"),
)


def stream_of(import_id: UUID) -> str:
    return f"import-{import_id}"


def decide(command: Command, state: State) -> list[Event]:
    """The same step told again is told already."""
    match command:
        case RecordImport(receipt=told):
            known = (one.attempt for one in state if isinstance(one, FileImported))
            return [] if told.attempt in known else [told]
        case RecordUndoing(receipt=undone):
            known = (one.attempt for one in state if isinstance(one, ImportUndone))
            return [] if undone.attempt in known else [undone]
        case _:
            assert_never(command)


def evolve(state: State, event: Event) -> State:
    return (*state, event)
