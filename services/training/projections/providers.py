"""Who gives trainings, one row per agency and external id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.provider import (
    Event,
    Provider,
    ProviderDefined,
    ProviderEnded,
    ProviderResumed,
    ProviderSuspended,
    ProviderWithdrawn,
    Standing,
)

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "providers"
key = ("agency", "external_id")
reads = (
    ProviderDefined,
    ProviderSuspended,
    ProviderResumed,
    ProviderEnded,
    ProviderWithdrawn,
)


@dataclass(slots=True)
class Row:
    agency: str
    external_id: str
    kind: str
    legal_name: str
    grade: str | None
    accreditation: str | None
    valid_until: date | None
    agreement: str | None
    agreed_from: date | None
    agreed_until: date | None
    standing: str
    reason: str | None
    effective_from: date


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    which = event.provider if isinstance(event, ProviderDefined) else event
    yield (seen.agency, which.external_id)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    [at] = touches(event, seen)
    match event:
        case ProviderDefined(provider=provider, on=on):
            before = rows.get(at)
            rows[at] = _row(provider, seen.agency, on)
            if before is not None:
                rows[at].standing, rows[at].reason = before.standing, before.reason
        case ProviderSuspended(reason=reason):
            rows[at].standing, rows[at].reason = Standing.SUSPENDED, reason
        case ProviderEnded(reason=reason):
            rows[at].standing, rows[at].reason = Standing.ENDED, reason
        case ProviderResumed():
            rows[at].standing, rows[at].reason = Standing.ACTIVE, None
        case ProviderWithdrawn():
            del rows[at]


def _row(provider: Provider, agency: str, on: date) -> Row:
    accreditation, agreement = provider.accreditation, provider.agreement
    return Row(
        agency=agency,
        external_id=provider.external_id,
        kind=provider.kind,
        legal_name=provider.legal_name,
        grade=accreditation.grade if accreditation else None,
        accreditation=accreditation.number if accreditation else None,
        valid_until=accreditation.valid_until if accreditation else None,
        agreement=agreement.number if agreement else None,
        agreed_from=agreement.since if agreement else None,
        agreed_until=agreement.until if agreement else None,
        standing=Standing.ACTIVE,
        reason=None,
        effective_from=on,
    )


async def providers_of(db: Pool | Connection, agency: str) -> list[Row]:
    """An agency's providers, in the order of their names."""
    rows = await db.fetch(
        """
        SELECT *
          FROM providers
         WHERE agency = $1
         ORDER BY legal_name, external_id
        """,
        agency,
    )
    return [Row(**dict(row)) for row in rows]
