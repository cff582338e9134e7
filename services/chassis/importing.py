"""Take a file in: check every row without recording, then record, and tell what became of it.

A pass over the file goes batch by batch, so that neither a large file nor a long one is ever held
whole. A process that dies in the middle is followed by another, which goes over the file again:
what is on record decides nothing, and what was recorded was written down with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID, uuid5

from services.chassis.deciding import AlreadyReserved, Executed, Result, Work, execute_many
from services.chassis.event_store import EventStore
from services.chassis.events import Origin, Recorded
from services.chassis.import_jobs import Job
from services.chassis.import_rows import Findings, Found, note_recorded
from services.chassis.problems import Problem, kebab, sentence_of
from services.chassis.rehearsing import Rehearsal
from services.chassis.template import Column, Form, Template
from services.chassis.uncollected import uncollected
from services.chassis.workbook import (
    Row,
    RowProblem,
    Sheet,
    Workbook,
    in_batches,
    open_workbook,
    read_row,
)
from services.chassis.workbook_file import Bounds

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

T = TypeVar("T")
NAMES = UUID("5b0c2f0e-9a43-5d0a-8a3c-6d1f5a2f7c11")
BATCH = 2_000
# Rows of a form that must be looked at together are few, or the file is refused.
MOST_TOGETHER = 50_000
AnyWork = Work[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def import_id_of(agency: str, kind: str, content_sha256: str) -> UUID:
    """The same file from the same agency is the same import."""
    return uuid5(NAMES, f"{agency}\n{kind}\n{content_sha256}")


# What a service declares


@dataclass(slots=True)
class Batch(Generic[T]):
    """Some rows of one form with what they say. A service answers with commands, or with reasons.

    `seen` lasts for the whole file: what must not stand in it twice is remembered there.
    """

    form: Form
    agency: str
    origin: Origin
    rows: list[tuple[Row, T]]
    seen: dict[Any, int]
    work: list[tuple[Row, AnyWork]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)

    def will(self, row: Row, *work: AnyWork) -> None:
        """What this row asks for."""
        self.work += [(row, one) for one in work]

    def refuse(self, row: Row, column: Column[Any] | None, reason: str, fix: str) -> None:
        self.problems.append(row.problem(column, reason, fix))

    def warn(
        self, row: Row, column: Column[Any] | None, reason: str, fix: str, owner: str | None = None
    ) -> None:
        self.warnings.append(row.problem(column, reason, fix, owner=owner))

    def refused(self, row: Row, column: Column[Any] | None, refusal: Exception) -> None:
        """A refusal of the rules as this row's problem."""
        self.problems.append(problem_of(row, column, refusal))

    def earlier(self, key: object, row: Row) -> int | None:
        """The row of this file that said this before, if it was another one."""
        first = self.seen.setdefault((self.form.name, key), row.number)
        return None if first == row.number else first


@dataclass(frozen=True, slots=True)
class Undoing:
    """One stream with what an import has added to it."""

    agency: str
    origin: Origin
    stream: str
    history: Sequence[Recorded[Any]]
    added: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Undo:
    """The command that takes it back, and which events it leaves, each with the reason."""

    work: AnyWork | None = None
    left: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A kind of file that a service takes in.

    `readers` tells what the rows of each form say; `commands` what they ask for; `undo` how that
    is taken back. `columns` names the column to look at for a refusal of the rules.
    """

    template: Template
    readers: Mapping[Form, Callable[[Row], Any]]
    commands: Callable[[Any, Batch[Any]], Awaitable[None]]
    undo: Callable[[Any, Undoing], Awaitable[Undo]]
    columns: Mapping[type[Exception], Column[Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.template.name


def problem_of(row: Row, column: Column[Any] | None, refusal: Exception) -> RowProblem:
    reason = type(refusal)
    told = isinstance(refusal, Problem) and refusal.detail
    return row.problem(column, kebab(reason.__name__), told or sentence_of(reason))


# A pass over a file


class TooManyTogether(Problem):
    """A sheet whose rows depend on each other has more rows than can be looked at together."""

    status = 422


@dataclass(slots=True)
class Pass:
    """One look at a whole file. `commit` is False for a rehearsal."""

    kind: ImportKind
    deps: Any
    job: Job
    origin: Origin
    store: EventStore
    refused: type[Exception]
    commit: bool
    found: Findings = field(default_factory=Findings)
    ignored: tuple[str, ...] = ()
    _seen: dict[Any, int] = field(default_factory=dict)
    _rehearsal: Rehearsal | None = None
    _rows_of: dict[int, Row] = field(default_factory=dict)

    async def over(
        self, content: bytes, told: Callable[[], Awaitable[None]], bounds: Bounds | None = None
    ) -> None:
        """Every batch, one after the other; `told` after each."""
        forms = self.kind.template.forms
        book = await asyncio.to_thread(open_workbook, content, forms, bounds)
        self.ignored = book.ignored
        batches = self._batches(book)
        while await self._took_one(batches):
            await told()

    async def _took_one(self, batches: Iterator[Batch[Any]]) -> bool:
        """The next batch, if there is one. What is remembered of the ones before is no garbage."""
        with uncollected():
            batch = await asyncio.to_thread(next, batches, None)
            if batch is not None:
                await self._take(batch)
        return batch is not None

    def _batches(self, book: Workbook) -> Iterator[Batch[Any]]:
        for nth, sheet in enumerate(book.sheets):
            size = MOST_TOGETHER if sheet.form.whole else BATCH
            for rows in in_batches(sheet.rows(), size):
                if sheet.form.whole and len(rows) == MOST_TOGETHER:
                    raise TooManyTogether
                self.found.tally.share = (nth + sheet.table.read()) / len(book.sheets)
                yield self._batch(sheet, rows)

    def _batch(self, sheet: Sheet, rows: Sequence[Row | RowProblem]) -> Batch[Any]:
        batch: Batch[Any] = Batch(sheet.form, self.job.agency, self.origin, [], self._seen)
        read = self.kind.readers[sheet.form]
        for row in rows:
            told = read_row(row, read)
            if isinstance(told, RowProblem):
                batch.problems.append(told)
            else:
                batch.rows.append(told)
        return batch

    async def _take(self, batch: Batch[Any]) -> None:
        await self.kind.commands(self.deps, batch)
        results = await self._done(batch.work)
        again = {
            row.number
            for (row, _), one in _each(batch, results)
            if isinstance(one, AlreadyReserved)
        }
        if again and self.commit:
            # Another door reserved their keys between our look and our append: now they are known.
            kept = [pair for pair in _each(batch, results) if pair[0][0].number not in again]
            rows = [(row, told) for row, told in batch.rows if row.number in again]
            retry: Batch[Any] = Batch(batch.form, batch.agency, batch.origin, rows, self._seen)
            await self.kind.commands(self.deps, retry)
            batch.work = [work for work, _ in kept] + retry.work
            results = [result for _, result in kept] + await self._done(retry.work)
            batch.problems += retry.problems
        self._count(batch, results)

    async def _done(self, work: Sequence[tuple[Row, AnyWork]]) -> list[Result]:
        asked = [one for _, one in work]
        if not self.commit:
            self._rehearsal = self._rehearsal or Rehearsal(self.store, self.refused)
            return await self._rehearsal.rehearse(asked)
        self._rows_of = {id(one): row for row, one in work}
        return await execute_many(
            self.store, asked, refused=self.refused, beside=self._note_recorded
        )

    async def _note_recorded(
        self, connection: Connection, done: Sequence[tuple[AnyWork, Result]]
    ) -> None:
        rows = [(self._rows_of[id(work)], result) for work, result in done]
        await note_recorded(
            connection,
            self.job,
            [
                (row.sheet, row.number, result.stream, event_id)
                for row, result in rows
                if isinstance(result, Executed)
                for event_id in result.event_ids
            ],
        )

    def _count(self, batch: Batch[Any], results: Sequence[Result]) -> None:
        """A row has one problem: what is refused after the first is refused because of it."""
        problems = {(one.sheet, one.row): one for one in reversed(batch.problems)}
        changed: set[tuple[str, int]] = set()
        for (row, _), result in _each(batch, results):
            place = (row.sheet, row.number)
            if not isinstance(result, Executed):
                column = self.kind.columns.get(type(result))
                problems.setdefault(place, problem_of(row, column, result))
            elif result.events:
                changed.add(place)
        taken = {(row.sheet, row.number) for row, _ in batch.rows} - problems.keys()
        warnings = [one for one in batch.warnings if (one.sheet, one.row) in taken]
        tally = self.found.tally
        tally.rows += len(taken) + len(problems)
        tally.valid += len(taken & changed)
        tally.unchanged += len(taken - changed)
        tally.warned += len(warnings)
        tally.rejected += len(problems)
        self.found.fresh += [Found("rejected", one) for one in problems.values()]
        self.found.fresh += [Found("warning", one) for one in warnings]


def _each(batch: Batch[Any], results: Sequence[Result]) -> list[tuple[tuple[Row, AnyWork], Result]]:
    return list(zip(batch.work, results, strict=True))
