"""Where facts came from and when they were recorded, as the log keeps it with every event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import BaseModel

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool


class OriginOut(BaseModel):
    """Through which door, on the strength of which document (and its SHA-256), when recorded.

    `verified` is False for what somebody declared about themselves and nobody has checked.
    """

    door: str
    document: str | None
    document_sha256: str | None
    verified: bool
    recorded_at: datetime


async def origins_of(
    db: Pool | Connection, event_ids: Iterable[UUID | None]
) -> dict[UUID, OriginOut]:
    """The origin of each of these events of our own, as far as they are sealed."""
    rows = await db.fetch(
        """
        SELECT event_id, door, document, sha256, verified, recorded_at FROM log
         WHERE event_id = ANY ($1::uuid[])
        """,
        [one for one in event_ids if one is not None],
    )
    return {
        row["event_id"]: OriginOut(
            door=row["door"],
            document=row["document"],
            document_sha256=row["sha256"],
            verified=row["verified"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
    }
