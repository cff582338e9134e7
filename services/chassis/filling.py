"""One partition folded in memory from its beginning, and its rows written by COPY.

A row has one writer, so nothing outside the partition is needed. The fast way decodes and folds
and nothing else. The first event that cannot be applied sends the partition through the careful
way, which parks as the live projector does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from services.chassis import parking, unconfirmed
from services.chassis.batch import Batches
from services.chassis.columns import Columns, columns_after
from services.chassis.folding import Fold, FoldRows
from services.chassis.projecting import Projection, Rows
from services.chassis.reading import Place

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

PAGE: Final = 10_000
P = TypeVar("P")


class TooMuchToHold(Exception):
    """A partition has more rows than a process should hold; it is taken in batch by batch."""


class SomeWithdrawn(Exception):
    """Not every record of this partition counts; it is taken in batch by batch."""


class _Careful(Exception):
    """Something in this partition cannot simply be folded."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one partition: its rows, how far it was read, what stands aside."""

    place: Place
    rows: Rows[Any]
    psn: int
    parked: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Filling:
    """Fills the table that a rebuild puts in place."""

    projection: Projection
    batches: Batches
    page: int = PAGE
    most_rows: int = 3_000_000
    _through: int | None = None

    async def take(self, connection: Connection, place: Place) -> Taken:
        """Everything of one partition that is there without a gap, folded."""
        if await unconfirmed.withdrawn_at(connection, place):
            raise SomeWithdrawn
        self._through = await unconfirmed.kept_through(connection, place)
        try:
            return await self._fast(connection, place)
        except _Careful:
            return await self._careful(connection, place)

    async def write(self, connection: Connection, taken: Taken) -> None:
        """The rows, what stands aside and the cursor, in one transaction."""
        async with connection.transaction():
            await self.batches.table.copy(connection, dict.values(taken.rows))
            await parking.park(connection, self.batches.name, taken.parked)
            await connection.execute(
                """
                UPDATE projection_cursor SET psn = $5, applied = $5
                 WHERE projection = $1 AND source = $2 AND generation = $3 AND partition = $4
                """,
                self.batches.name,
                *taken.place,
                taken.psn,
            )

    async def _fast(self, connection: Connection, place: Place) -> Taken:
        rows: Rows[Any] = Rows()
        psn = 0
        if place.source == self.batches.service:
            async with aclosing(self._pages(connection, place)) as pages:
                async for page in pages:
                    await self._fold_own(rows, place, page)
                    psn = self._held(rows, page[-1][0])
        else:
            async with aclosing(self._stretches(connection, place)) as stretches:
                async for stretch in stretches:
                    self._fold_heard(rows, stretch)
                    psn = self._held(rows, stretch.psns[-1])
        return Taken(place, rows, psn)

    def _held(self, rows: Rows[Any], psn: int) -> int:
        if len(rows) > self.most_rows:
            raise TooMuchToHold
        return psn

    def _fold_heard(self, rows: Rows[Any], stretch: Columns) -> None:
        """The hot loop: one call into pydantic's core and one fold per event."""
        fold, words = self.projection.fold, self.batches.words
        validators = {
            name: (cls.__pydantic_validator__.validate_json, getattr(cls, "SCHEMA", 1))
            for name, cls in words.heard.items()
        }
        told = zip(stretch.types, stretch.schemas, stretch.bodies, stretch.seen(), strict=True)
        try:
            for type, schema, body, seen in told:
                if body is None:
                    if words.reading(type, own=False) != "skip":
                        raise _Careful
                    continue
                validate, newest = validators[type]
                if schema < newest:
                    fold(rows, words.event_of(type, schema, body), seen)
                else:
                    fold(rows, validate(body, strict=True), seen)
        except Exception as error:
            raise _Careful from error

    async def _fold_own(self, rows: Rows[Any], place: Place, page: list[Any]) -> None:
        for step in await self.batches.steps(place, page, {}, keys=False):
            if step.trouble is not None:
                raise _Careful
            try:
                self.projection.fold(rows, step.event, step.seen)
            except Exception as error:
                raise _Careful from error

    async def _careful(self, connection: Connection, place: Place) -> Taken:
        fold = Fold(self.projection, FoldRows())
        psn = 0
        async with aclosing(self._pages(connection, place)) as pages:
            async for page in pages:
                fold.run(await self.batches.steps(place, page, {}))
                psn = self._held(fold.rows, page[-1][0])
        return Taken(place, fold.rows, psn, list(fold.parked.values()))

    def _pages(self, connection: Connection, place: Place) -> AsyncGenerator[list[Any], None]:
        reader, types = self.batches.reader(place.source), self.batches.types(place.source)

        async def after(psn: int) -> list[Any]:
            return await reader.after(connection, place, psn, self._at_most(psn), types)

        return _ahead(after, lambda page: page[-1][0])

    def _stretches(self, connection: Connection, place: Place) -> AsyncGenerator[Columns, None]:
        types = self.batches.types(place.source)

        async def after(psn: int) -> Columns | None:
            return await columns_after(connection, place, psn, self._at_most(psn), types)

        return _ahead(after, lambda stretch: stretch.psns[-1])

    def _at_most(self, psn: int) -> int:
        """A page, or what is left of a generation that has ended."""
        return self.page if self._through is None else min(self.page, self._through - psn)


async def _ahead(
    after: Callable[[int], Coroutine[Any, Any, P | None]], end_of: Callable[[P], int]
) -> AsyncGenerator[P, None]:
    """Page after page; the server looks for the next one while this one is folded."""
    coming = asyncio.create_task(after(0))
    try:
        while page := await coming:
            coming = asyncio.create_task(after(end_of(page)))
            await asyncio.sleep(0)
            yield page
    finally:
        await asyncio.wait([coming])  # the connection is free again
