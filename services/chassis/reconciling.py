"""Comparing what every source has said with what this service's inbox holds, record by record.

For the operator, after something was restored or lost: it names what is missing or different and
changes nothing. What is missing is fetched by the consumer as always.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from services.chassis import unconfirmed
from services.chassis.fetching import SILENT, SourceDoors
from services.chassis.heads import Heads
from services.chassis.heard import Heard, Unplaceable, placed
from services.chassis.telemetry import said_of

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

PAGE: Final = 2_000
MOST_NAMED: Final = 1_000


@dataclass(slots=True)
class Comparison:
    """One source's log against this inbox."""

    source: str
    generation: int = 0
    compared: int = 0
    in_doubt: bool = False
    missing: list[dict[str, int]] = field(default_factory=list)
    different: list[dict[str, Any]] = field(default_factory=list)
    beyond: list[dict[str, int]] = field(default_factory=list)
    lost: list[dict[str, Any]] = field(default_factory=list)
    """What the source has lost and this service had heard, and what became of each record."""
    open: int = 0
    unreachable: str | None = None

    @property
    def whole(self) -> bool:
        """Everything said is here as it was said, and nothing waits for a word of the source."""
        return not (
            self.missing or self.different or self.open or self.in_doubt or self.unreachable
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "generation": self.generation,
            "in_doubt": self.in_doubt,
            "compared": self.compared,
            "missing": self.missing[:MOST_NAMED],
            "different": self.different[:MOST_NAMED],
            "beyond": self.beyond,
            "lost": self.lost,
            "unreachable": self.unreachable,
            "whole": self.whole,
        }

    def miss(self, generation: int, partition: int, psn: int) -> None:
        """Neighbours are named as one range."""
        last = self.missing[-1] if self.missing else None
        place = {"generation": generation, "partition": partition}
        if last and last == {**place, "first": last["first"], "last": psn - 1}:
            last["last"] = psn
        else:
            self.missing.append({**place, "first": psn, "last": psn})


async def reconcile(pool: Pool, doors: Mapping[str, SourceDoors]) -> dict[str, Any]:
    """The report of all sources; `whole` when this inbox holds exactly what they have said."""
    found = [await compare(pool, source, door) for source, door in doors.items()]
    return {"whole": all(one.whole for one in found), "sources": [one.as_json() for one in found]}


async def compare(pool: Pool, source: str, door: SourceDoors) -> Comparison:
    comparison = Comparison(source)
    try:
        heads = await door.heads()
        comparison.generation, comparison.in_doubt = heads.generation, heads.in_doubt
        for one in heads.every():
            for partition, head in enumerate(one.heads):
                await _partition(pool, door, comparison, one, partition, head)
        comparison.lost = await unconfirmed.report(pool, source, MOST_NAMED)
        comparison.open = await unconfirmed.still_open(pool, [source])
    except SILENT as error:
        comparison.unreachable = said_of(error)
    return comparison


async def _partition(
    pool: Pool, door: SourceDoors, comparison: Comparison, heads: Heads, partition: int, head: int
) -> None:
    after = 0
    while after < head:
        page = await door.said(heads.generation, partition, after, min(PAGE, head - after))
        if not page:
            for psn in range(after + 1, head + 1):
                comparison.miss(heads.generation, partition, psn)
            break
        ours = await _ours(pool, heads, partition, after, after + len(page))
        for raw in page:
            try:
                theirs = placed(raw)
            except Unplaceable as why:
                place = {"generation": heads.generation, "partition": partition}
                comparison.different.append({**place, "reason": why.reason})
                continue
            _one(comparison, theirs, ours.get(theirs.psn))
        after += len(page)
    last = await pool.fetchval(
        "SELECT max(psn) FROM inbox WHERE source = $1 AND generation = $2 AND partition = $3",
        heads.source,
        heads.generation,
        partition,
    )
    if last is not None and last > head:
        place = {"generation": heads.generation, "partition": partition}
        comparison.beyond.append({**place, "first": head + 1, "last": last})


def _one(comparison: Comparison, theirs: Heard, ours: tuple[Any, ...] | None) -> None:
    comparison.compared += 1
    if ours is None:
        comparison.miss(theirs.generation, theirs.partition, theirs.psn)
    elif ours != tuple(theirs[:-1]):
        names = [
            name
            for name, left, right in zip(Heard._fields, theirs[:-1], ours, strict=False)
            if left != right
        ]
        place = {"generation": theirs.generation, "partition": theirs.partition}
        comparison.different.append({**place, "psn": theirs.psn, "fields": names})


async def _ours(
    pool: Pool, heads: Heads, partition: int, after: int, last: int
) -> dict[int, tuple[Any, ...]]:
    rows = await pool.fetch(
        """
        SELECT source, generation, partition, psn, event_id, seq, type, schema, subject, agency,
               effective_from, recorded_at, body
          FROM inbox
         WHERE source = $1 AND generation = $2 AND partition = $3 AND psn > $4 AND psn <= $5
        """,
        heads.source,
        heads.generation,
        partition,
        after,
        last,
    )
    return {row["psn"]: tuple(row) for row in rows}
