"""Who read whose record, what of it and why: written down before the answer leaves, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Header, Request

from services.chassis.auth import Principal


class Db(Protocol):
    """A pool or a connection."""

    async def execute(self, query: str, /, *args: Any) -> str: ...
    async def fetch(self, query: str, /, *args: Any) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody reads, in their own words, and the id of the request."""

    why: str | None = None
    request: str | None = None


async def purpose(
    request: Request,
    why: Annotated[str | None, Header(alias="Jenjang-Purpose", max_length=200)] = None,
) -> Purpose:
    """A FastAPI dependency: what the reader says the reading is for."""
    return Purpose(why, getattr(request.state, "request_id", None))


@dataclass(frozen=True, slots=True)
class Read:
    """One reading of one subject's record."""

    who: str
    role: str
    agency: str
    what: str
    why: str | None
    read_at: datetime


async def record_read(
    db: Db,
    who: Principal,
    whose: UUID | Sequence[UUID],
    what: str,
    purpose: Purpose = Purpose(),
) -> None:
    """Note that somebody else's record is read; one's own is one's own business.

    To be awaited before the record is handed out: what cannot be noted is not shown.
    """
    subjects = [whose] if isinstance(whose, UUID) else list(whose)
    others = [subject for subject in subjects if str(subject) != who.subject]
    if not others:
        return
    await db.execute(
        """
        INSERT INTO access_log (who, role, agency, whose, what, why, request)
        SELECT $1, $2, $3, whose, $5, $6, $7
          FROM unnest($4::uuid[]) AS read (whose)
        """,
        who.subject,
        who.role,
        who.agency,
        others,
        what,
        purpose.why,
        purpose.request,
    )


async def reads_of(db: Db, subject: UUID, limit: int = 200) -> list[Read]:
    """Who has read a subject's record, the newest first: the subject may know."""
    rows = await db.fetch(
        """
        SELECT who, role, agency, what, why, read_at
          FROM access_log
         WHERE whose = $1
         ORDER BY read_at DESC, id DESC
         LIMIT $2
        """,
        subject,
        limit,
    )
    return [Read(**row) for row in rows]
