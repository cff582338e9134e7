"""A door that is asked twice answers twice the same and does once.

The answer is written in the transaction that appends the events, so it exists exactly when they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson

from services.chassis.problems import Problem

if TYPE_CHECKING:
    from services.chassis.postgres import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a door said: an HTTP status and JSON bytes."""

    status: int = 200
    body: bytes = b"{}"


@dataclass(frozen=True, slots=True)
class Once:
    """One request of one door: `id` names it, the fingerprint is of its body.

    An id that somebody chose may be anything, a name or a number; only its hash is kept.
    """

    door: str
    id: str
    fingerprint: bytes

    @classmethod
    def of(cls, door: str, id: str, body: bytes) -> Once:
        return cls(door, sha256(f"{door}\n{id}".encode()).hexdigest(), sha256(body).digest())


class AlreadyAnswered(Exception):
    """The same request came before; here is the answer it got."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class SameIdOtherBody(Problem):
    """This id was used before for a request with another content."""

    status = 409


async def earlier_answer(connection: Connection, once: Once) -> Answer | None:
    """What this request was answered before; None when it is new."""
    row = await connection.fetchrow(
        "SELECT fingerprint, status, answer FROM answered WHERE door = $1 AND id = $2",
        once.door,
        once.id,
    )
    if row is None:
        return None
    if row["fingerprint"] != once.fingerprint:
        raise SameIdOtherBody
    return Answer(status=row["status"], body=row["answer"])


async def record_answer(connection: Connection, once: Once, answer: Answer) -> None:
    """Inside the appending transaction. Whoever comes second waits here for the first, raises
    `AlreadyAnswered`, and so takes back what it was about to append."""
    inserted = await connection.fetchval(
        """
        INSERT INTO answered (door, id, fingerprint, status, answer)
        VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (door, id) DO NOTHING
        RETURNING true
        """,
        once.door,
        once.id,
        once.fingerprint,
        answer.status,
        answer.body,
    )
    if inserted:
        return
    earlier = await earlier_answer(connection, once)
    if earlier is None:
        raise RuntimeError("an answer that was there is gone")
    raise AlreadyAnswered(earlier)


def token_answer(token: str, status: int = 200) -> Answer:
    """The ordinary answer to a command: where to read what it did."""
    return Answer(status=status, body=orjson.dumps({"token": token}))
