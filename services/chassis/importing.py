"""Take a file in once: its rows become commands, and what became of them becomes a receipt.

The receipt is named after agency, kind and content, so the same file sent again gets the same
receipt, and a crash half-way is mended by sending the file again: rows that are on record decide
nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from services.chassis import receipt
from services.chassis.cells import without_numbers
from services.chassis.deciding import Executed, Work, execute, execute_many
from services.chassis.event_store import EventStore
from services.chassis.events import Origin
from services.chassis.problems import Problem, kebab, sentence_of
from services.chassis.receipt import MOST_LISTED, FileImported, RecordImport, stream_of
from services.chassis.workbook import Row, RowProblem, SheetForm, Workbook, read_workbook

NAMES = UUID("5b0c2f0e-9a43-5d0a-8a3c-6d1f5a2f7c11")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(slots=True)
class Outcome:
    """What became of the rows, while it becomes. Rows are counted, a row once."""

    taken: set[tuple[str, int]] = field(default_factory=set)
    changed: set[tuple[str, int]] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    ignored_sheets: tuple[str, ...] = ()

    def take(self, row: Row, *, changed: bool) -> None:
        self.taken.add((row.sheet, row.number))
        if changed:
            self.changed.add((row.sheet, row.number))

    @property
    def rejected(self) -> set[tuple[str, int]]:
        return {(problem.sheet, problem.row) for problem in self.problems}


def import_id_of(agency: str, kind: str, content_sha256: str) -> UUID:
    return uuid5(NAMES, f"{agency}\n{kind}\n{content_sha256}")


async def import_file(
    store: EventStore,
    upload: Upload,
    *,
    kind: str,
    agency: str,
    actor: str,
    now: Callable[[], datetime],
    take_in: Callable[[Upload, Origin], Awaitable[Outcome]],
    again: bool = False,
) -> FileImported:
    """The receipt of a file; its rows are taken in unless that has been done.

    `again` takes the rows in once more, for a file whose rows waited for something else.
    """
    import_id = import_id_of(agency, kind, upload.sha256)
    earlier = await receipts_of(store, import_id)
    if earlier and not again:
        return earlier[-1]
    origin = Origin(
        actor=actor, door=f"import:{kind}", document=_named(upload.name), sha256=upload.sha256
    )
    outcome = await take_in(upload, origin)
    at = now()
    told = _receipt(import_id, upload, kind, origin, outcome, at, attempt=len(earlier) + 1)
    await execute(
        store,
        receipt,
        stream_of(import_id),
        RecordImport(receipt=told),
        subject=import_id,
        agency=agency,
        origin=origin,
        effective_from=at.date(),
    )
    return (await receipts_of(store, import_id))[-1]


async def receipts_of(store: EventStore, import_id: UUID) -> list[FileImported]:
    """Every receipt of a file, the newest last; none when the file never came."""
    return [recorded.event for recorded in await store.load(stream_of(import_id))]


async def read_upload(upload: Upload, forms: Sequence[SheetForm]) -> Workbook:
    """Read beside the event loop: a large workbook takes a second of a processor."""
    return await asyncio.to_thread(read_workbook, upload.content, forms)


async def execute_rows(
    store: EventStore,
    work: Sequence[tuple[Row, Work[Any, Any, Any]]],
    outcome: Outcome,
    *,
    refused: type[Exception],
    columns: Mapping[type[Exception], str] | None = None,
    chunk: int = 300,
) -> None:
    """Give each row's commands; a refusal becomes that row's problem, with the rule's own words.

    A row has one problem: what is refused after the first refusal is refused because of it.
    """
    results = await execute_many(store, [one for _, one in work], refused=refused, chunk=chunk)
    failed = {(p.sheet, p.row) for p in outcome.problems}
    for (row, _), result in zip(work, results, strict=True):
        place = (row.sheet, row.number)
        if place in failed:
            continue
        if isinstance(result, Executed):
            outcome.take(row, changed=bool(result.events))
        else:
            column = (columns or {}).get(type(result))
            outcome.problems.append(problem_of(row, column, result))
            failed.add(place)
            outcome.taken.discard(place)


def problem_of(row: Row, column: str | None, refusal: Exception) -> RowProblem:
    """A refusal of the rules as this row's problem."""
    reason = type(refusal)
    told = isinstance(refusal, Problem) and refusal.detail
    return row.problem(column, kebab(reason.__name__), told or sentence_of(reason))


def _receipt(
    import_id: UUID,
    upload: Upload,
    kind: str,
    origin: Origin,
    outcome: Outcome,
    at: datetime,
    *,
    attempt: int,
) -> FileImported:
    rejected = outcome.rejected
    order = sorted(outcome.problems, key=lambda p: (p.sheet, p.row))
    return FileImported(
        number=f"{import_id.hex[:10].upper()}-{attempt}",
        kind=kind,
        attempt=attempt,
        file_name=_named(upload.name),
        sha256=upload.sha256,
        imported_by=origin.actor,
        imported_at=at,
        rows=len(outcome.taken | rejected),
        accepted=len(outcome.taken - rejected),
        unchanged=len(outcome.taken - outcome.changed - rejected),
        rejected=len(rejected),
        problems=tuple(order[:MOST_LISTED]),
        warnings=tuple(outcome.warnings[:MOST_LISTED]),
        ignored_sheets=tuple(map(_named, outcome.ignored_sheets)),
    )


def _named(text: str) -> str:
    """What a file or a sheet is called, without a number that could name somebody."""
    return without_numbers(text)[:200]
