"""One partition folded in memory from its beginning, and its rows written by COPY.

A row has one writer, so nothing outside the partition is needed. The fast way decodes and folds
and nothing else. The first event that cannot be applied sends the partition through the careful
way, which parks as the live projector does.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from services.chassis import parking, unconfirmed
from services.chassis.batch import Batches
from services.chassis.events import Seen
from services.chassis.folding import Fold, FoldRows
from services.chassis.projecting import Projection, Rows
from services.chassis.reading import Place

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

PAGE: Final = 10_000


class TooMuchToHold(Exception):
    """A partition has more rows than a process should hold; it is taken in batch by batch."""


class SomeWithdrawn(Exception):
    """Not every record of this partition counts; it is taken in batch by batch."""


class _Careful(Exception):
    """Something in this partition cannot simply be folded."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows pile up and none of them is garbage: looking through them again and again is in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class Filling:
    """Fills the table that a rebuild puts in place."""

    projection: Projection
    batches: Batches
    page: int = PAGE
    most_rows: int = 3_000_000
    _through: int | None = None

    async def fill(self, connection: Connection, place: Place) -> int:
        """Everything of one partition that is there without a gap; how many events that is."""
        if await unconfirmed.withdrawn_at(connection, place):
            raise SomeWithdrawn
        self._through = await unconfirmed.kept_through(connection, place)
        try:
            with _uncollected():
                rows, psn, parked = await self._fast(connection, place)
        except _Careful:
            rows, psn, parked = await self._careful(connection, place)
        async with connection.transaction():
            await self.batches.table.copy(connection, dict.values(rows))
            await parking.park(connection, self.batches.name, parked)
            await connection.execute(
                """
                UPDATE projection_cursor SET psn = $5, applied = $5
                 WHERE projection = $1 AND source = $2 AND generation = $3 AND partition = $4
                """,
                self.batches.name,
                *place,
                psn,
            )
        return psn

    async def _fast(self, connection: Connection, place: Place) -> tuple[Rows[Any], int, list[Any]]:
        rows: Rows[Any] = Rows()
        psn = 0
        own = place.source == self.batches.service
        async with aclosing(self._pages(connection, place)) as pages:
            async for page in pages:
                if own:
                    await self._fold_own(rows, place, page)
                else:
                    with _nothing_collected():
                        self._fold_heard(rows, place, page)
                psn = page[-1][0]
                if len(rows) > self.most_rows:
                    raise TooMuchToHold
        return rows, psn, []

    def _fold_heard(self, rows: Rows[Any], place: Place, page: list[Any]) -> None:
        """The hot loop: one call into pydantic's core and one fold per event."""
        fold, words = self.projection.fold, self.batches.words
        validators = {
            name: (cls.__pydantic_validator__.validate_json, getattr(cls, "SCHEMA", 1))
            for name, cls in words.heard.items()
        }
        source, generation, partition = place
        new, seen = tuple.__new__, Seen
        try:
            for psn, event_id, type, schema, subject, agency, day, recorded, _, body in page:
                if body is None:
                    if words.reading(type, own=False) != "skip":
                        raise _Careful
                    continue
                validate, newest = validators[type]
                event = (
                    words.event_of(type, schema, body)
                    if schema < newest
                    else validate(body, strict=True)
                )
                stands = (event_id, source, generation, partition, psn, type)
                fold(rows, event, new(seen, (*stands, subject, agency, day, recorded)))
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

    async def _careful(
        self, connection: Connection, place: Place
    ) -> tuple[Rows[Any], int, list[Any]]:
        fold = Fold(self.projection, FoldRows())
        psn = 0
        async with aclosing(self._pages(connection, place)) as pages:
            async for page in pages:
                fold.run(await self.batches.steps(place, page, {}))
                psn = page[-1][0]
                if len(fold.rows) > self.most_rows:
                    raise TooMuchToHold
        return fold.rows, psn, list(fold.parked.values())

    async def _pages(self, connection: Connection, place: Place) -> AsyncGenerator[list[Any], None]:
        """Page after page; the server looks for the next one while this one is folded."""
        reader, types = self.batches.reader(place.source), self.batches.types(place.source)
        psn = 0
        coming = asyncio.create_task(
            reader.after(connection, place, psn, self._at_most(psn), types)
        )
        try:
            while page := await coming:
                psn = page[-1][0]
                coming = asyncio.create_task(
                    reader.after(connection, place, psn, self._at_most(psn), types)
                )
                await asyncio.sleep(0)
                yield page
        finally:
            await asyncio.wait([coming])  # the connection is free again

    def _at_most(self, psn: int) -> int:
        """A page, or what is left of a generation that has ended."""
        return self.page if self._through is None else min(self.page, self._through - psn)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """A page makes rows and no cycles: looking for cycles in it would cost a quarter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
