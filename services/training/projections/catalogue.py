"""The programmes on offer, one row per agency and code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.programme import Event, ProgrammeDefined, ProgrammeWithdrawn, Target

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "catalogue"
key = ("agency", "code")
reads = (ProgrammeDefined, ProgrammeWithdrawn)


@dataclass(slots=True)
class Row:
    agency: str
    code: str
    title: str
    form: int
    jp: int
    provider: str
    effective_from: date
    mode: str | None
    price: int | None
    provider_id: str | None
    targets: str | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    code = event.code if isinstance(event, ProgrammeWithdrawn) else event.offer.code
    yield (seen.agency, code)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, ProgrammeWithdrawn):
        del rows[(seen.agency, event.code)]
        return
    offer, delivery = event.offer, event.offer.delivery
    rows[(seen.agency, offer.code)] = Row(
        agency=seen.agency,
        code=offer.code,
        title=offer.title,
        form=offer.form,
        jp=offer.jp,
        provider=offer.provider,
        effective_from=event.on,
        mode=delivery.mode if delivery else None,
        price=delivery.price if delivery else None,
        provider_id=delivery.provider if delivery else None,
        targets=_spelled(delivery.targets) if delivery else None,
    )


def _spelled(targets: tuple[Target, ...]) -> str:
    return json.dumps({one.competency: one.level for one in targets})


def targets_of(row: Row) -> dict[str, int]:
    """Which competency is brought to which level."""
    told: dict[str, int] = json.loads(row.targets or "{}")
    return told


async def programmes_of(db: Pool | Connection, agency: str) -> list[Row]:
    """What an agency offers, in the order of its codes."""
    rows = await db.fetch(
        """
        SELECT *
          FROM catalogue
         WHERE agency = $1
         ORDER BY code
        """,
        agency,
    )
    return [Row(**dict(row)) for row in rows]
