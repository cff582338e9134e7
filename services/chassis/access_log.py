"""Who read whose record, what of it and why: written down before the answer leaves, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID, uuid4

from fastapi import Header, Request

from services.chassis.auth import Principal
from services.chassis.vault import Keyring, Vault

_STREAM, _FIELD, _FORM = "access_log", "why", 1


class Db(Protocol):
    """A pool or a connection."""

    async def execute(self, query: str, /, *args: Any) -> str: ...
    async def fetch(self, query: str, /, *args: Any) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody reads, in their own words, and the id of the request.

    The words may name whom they are about, so they are kept under that subject's key. What is said
    of many at once may be about any of them: it lies under a key that soon passes (forgetting.py).
    """

    why: str | None = None
    request: str | None = None
    vault: Vault | None = None

    async def sealed_for(self, subjects: Sequence[UUID]) -> list[str | None]:
        """The words for each subject; none for whoever has been forgotten."""
        if self.why is None or self.vault is None:
            return [None] * len(subjects)
        if len(subjects) > 1:
            under = uuid4()
            ring = await self.vault.keyring([under], make=True, passing=True)
            return [f"{under}.{_sealed(ring, under, self.why)}"] * len(subjects)
        ring = await self.vault.keyring(subjects, make=True)
        return [
            _sealed(ring, subject, self.why) if subject in ring.keys else None
            for subject in subjects
        ]


def _sealed(ring: Keyring, subject: UUID, why: str) -> str:
    return ring.seal(subject, _STREAM, _FIELD, _FORM, why)


def _opened(ring: Keyring | None, subject: UUID, sealed: str | None) -> str | None:
    if ring is None or sealed is None:
        return None
    return ring.open(under(subject, sealed), _STREAM, _FIELD, _FORM, sealed.rpartition(".")[2])


def under(subject: UUID, sealed: str) -> UUID:
    """Under whose key these words lie."""
    other = sealed.rpartition(".")[0]
    return UUID(other) if other else subject


async def purpose(
    request: Request,
    why: Annotated[str | None, Header(alias="Jenjang-Purpose", max_length=200)] = None,
) -> Purpose:
    """A FastAPI dependency: what the reader says the reading is for."""
    vault = getattr(request.app.state.deps, "vault", None)
    return Purpose(why, getattr(request.state, "request_id", None), vault)


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
        INSERT INTO access_log (who, role, agency, whose, what, sealed_why, request)
        SELECT $1, $2, $3, whose, $5, why, $7
          FROM unnest($4::uuid[], $6::text[]) AS read (whose, why)
        """,
        who.subject,
        who.role,
        who.agency,
        others,
        what,
        await purpose.sealed_for(others),
        purpose.request,
    )


async def reads_of(
    db: Db, subject: UUID, limit: int = 200, *, vault: Vault | None = None
) -> list[Read]:
    """Who has read a subject's record, the newest first: the subject may know."""
    rows = await db.fetch(
        """
        SELECT who, role, agency, what, why, sealed_why, read_at
          FROM access_log
         WHERE whose = $1
         ORDER BY read_at DESC, id DESC
         LIMIT $2
        """,
        subject,
        limit,
    )
    keys = {under(subject, row["sealed_why"] or "") for row in rows}
    ring = None if vault is None else await vault.keyring(keys)
    return [
        Read(
            who=row["who"],
            role=row["role"],
            agency=row["agency"],
            what=row["what"],
            why=row["why"] or _opened(ring, subject, row["sealed_why"]),
            read_at=row["read_at"],
        )
        for row in rows
    ]
