"""What providers sent, as it came, and what became of it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid5

from contracts.events.profile import PersonRegisteredV1
from services.chassis.answering import SameIdOtherBody
from services.chassis.blind_index import digests_borne, forget_bearers
from services.chassis.vault import SubjectForgotten, Vault

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

State = Literal["RECEIVED", "WAITING", "RECORDED", "REFUSED", "MALFORMED"]

_KEYS = UUID("3d6c9a52-5f0b-5f1c-9a53-6b1d6f0f6a11")
_FIELD, _FORM = "body", 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message of a provider. The body lies under the key of `subject`."""

    id: UUID
    webhook_id: str
    received_at: datetime
    sha256: str
    subject: UUID
    sealed: str
    digests: tuple[str, ...]
    state: State
    reason: str | None
    agency: str
    person_id: UUID | None
    enrolment: UUID | None
    settled_at: datetime | None


def key_of(webhook_id: str, digests: Sequence[str]) -> UUID:
    """Whose key an envelope lies under: the identifier's in it, so that whoever is forgotten is
    forgotten here too; its own when nobody can be read in it."""
    return uuid5(_KEYS, digests[0] if digests else f"webhook {webhook_id}")


async def keep(
    pool: Pool, vault: Vault, envelope_id: UUID, *, webhook_id: str, body: bytes,
    digests: Sequence[str], agency: str, received_at: datetime,
) -> Envelope:  # fmt: skip
    """The envelope, kept for good before anybody interprets it; once per id of a message."""
    subject = key_of(webhook_id, digests)
    if await pool.fetchval(
        "SELECT count(*) FROM forgotten_subject WHERE subject = ANY ($1::uuid[])",
        [key_of(webhook_id, [digest]) for digest in digests],
    ):
        raise SubjectForgotten
    # What nobody can be read in can be put down to nobody: its key does not stay.
    sealed = await vault.seal(
        subject, _stream(webhook_id), _FIELD, _FORM, b64encode(body).decode(), passing=not digests
    )
    await pool.execute(
        """
        INSERT INTO envelope (id, webhook_id, received_at, sha256, subject, sealed, digests, agency)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (webhook_id) DO NOTHING
        """,
        envelope_id,
        webhook_id,
        received_at,
        sha256(body).hexdigest(),
        subject,
        sealed,
        list(digests),
        agency,
    )
    kept = await pool.fetchrow("SELECT * FROM envelope WHERE webhook_id = $1", webhook_id)
    assert kept is not None, "what was kept is there"
    if kept["sha256"] != sha256(body).hexdigest():
        raise SameIdOtherBody
    return Envelope(**{**dict(kept), "digests": tuple(kept["digests"])})


async def settle(
    connection: Connection, envelope_id: UUID, *, state: State, reason: str | None,
    person_id: UUID | None, enrolment: UUID | None, agency: str, at: datetime,
) -> None:  # fmt: skip
    """What became of an envelope. What is recorded stays recorded."""
    await connection.execute(
        """
        UPDATE envelope
           SET state = $2, reason = $3, person_id = $4, enrolment = $5, agency = $6,
               settled_at = $7
         WHERE id = $1
           AND state <> 'RECORDED'
        """,
        envelope_id,
        state,
        reason,
        person_id,
        enrolment,
        agency,
        at,
    )


async def body_of(vault: Vault, envelope: Envelope) -> bytes | None:
    """The message as it came; None when its subject has been forgotten."""
    if not envelope.sealed:
        return None
    text = await vault.open(
        envelope.subject, _stream(envelope.webhook_id), _FIELD, _FORM, envelope.sealed
    )
    return None if text is None else b64decode(text)


async def envelope_of(db: Pool | Connection, envelope_id: UUID) -> Envelope | None:
    row = await db.fetchrow("SELECT * FROM envelope WHERE id = $1", envelope_id)
    return None if row is None else Envelope(**{**dict(row), "digests": tuple(row["digests"])})


async def envelopes_of(
    db: Pool | Connection, agency: str, state: State | None, limit: int
) -> list[Envelope]:
    """The newest messages for an agency, of one state if asked."""
    rows = await db.fetch(
        """
        SELECT *
          FROM envelope
         WHERE agency = $1
           AND ($2::text IS NULL OR state = $2)
         ORDER BY received_at DESC, id
         LIMIT $3
        """,
        agency,
        state,
        limit,
    )
    return [Envelope(**{**dict(row), "digests": tuple(row["digests"])}) for row in rows]


async def waiting_for(db: Pool | Connection, digests: Sequence[str]) -> list[UUID]:
    """The messages that wait until somebody bears one of these, the oldest first.

    Those just received count too: their interpreter may have asked the index a moment too early.
    """
    rows = await db.fetch(
        """
        SELECT id
          FROM envelope
         WHERE digests && $1::text[]
           AND state IN ('RECEIVED', 'WAITING')
         ORDER BY received_at, id
        """,
        list(digests),
    )
    return [row["id"] for row in rows]


def _stream(webhook_id: str) -> str:
    return f"envelope-{webhook_id}"


# Forgetting


async def forget_reports(connection: Connection, people: Collection[UUID]) -> Collection[UUID]:
    """Empty the reports about these people and their entries in the index; the subjects under
    whose keys reports about them lie or would lie."""
    keys: set[UUID] = set()
    for person_id in people:
        digests = await digests_borne(connection, "profile", person_id, PersonRegisteredV1.TYPE)
        rows = await connection.fetch(
            """
            UPDATE envelope old
               SET sealed = '', digests = '{}'
              FROM envelope known
             WHERE known.id = old.id
               AND (old.person_id = $1 OR old.digests && $2::text[])
            RETURNING known.digests
            """,
            person_id,
            sorted(digests),
        )
        # A report that an officer matched by hand may bear somebody else's number: that key stays.
        own = [set(row["digests"]) for row in rows if digests & set(row["digests"])]
        keys |= {key_of("", [digest]) for digest in digests.union(*own)}
    await forget_bearers(connection, people)
    return keys
