"""The way of a file through its states, as rows: who works on it, how far, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from services.chassis.problems import Problem

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

Db = Any  # a pool or one of its connections

CHECKING, CHECKED = "checking", "checked"
ACCEPTING, ACCEPTED = "accepting", "accepted"
UNDOING, UNDONE = "undoing", "undone"
REFUSED, STOPPED, DROPPED = "refused", "stopped", "dropped"
WAITING: Final = (CHECKING, ACCEPTING, UNDOING)

# From which states each step may be asked for; whoever asks twice asks once.
MAY_BECOME: Final = {
    CHECKING: (CHECKED, ACCEPTED, UNDONE, REFUSED, STOPPED, DROPPED),
    ACCEPTING: (CHECKED, STOPPED),
    UNDOING: (ACCEPTED, STOPPED),
    DROPPED: (CHECKED, REFUSED),
}
LEASE: Final = "60 seconds"
MOST_TRIES: Final = 5


class NotNow(Problem):
    """The import is not at the step at which this can be asked."""

    status = 409


class TakenOver(Exception):
    """Somebody else works on this import now: nothing may be written by us any more."""


@dataclass(slots=True)
class Tally:
    """Rows by outcome; `valid` ones change the record, `unchanged` ones stand in it already."""

    rows: int = 0
    valid: int = 0
    unchanged: int = 0
    warned: int = 0
    rejected: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A file that has just come, and what is to be done with it first."""

    import_id: UUID
    agency: str
    kind: str
    sha256: str
    by: str
    file_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    import_id: UUID
    agency: str
    kind: str
    sha256: str
    sent_by: str
    sent_at: datetime
    asked_by: str
    file_id: UUID
    attempt: int
    state: str
    moved_at: datetime
    epoch: int
    share: float
    rows: int
    valid: int
    unchanged: int
    warned: int
    rejected: int
    problem: str | None
    detail: str | None

    @property
    def number(self) -> str:
        """What is written on the receipt, and what a fact names as its document."""
        return f"{self.import_id.hex[:10].upper()}-{self.attempt}"


_COLUMNS = ", ".join(Job.__dataclass_fields__)


async def job_of(db: Db, import_id: UUID) -> Job | None:
    row = await db.fetchrow(
        f"SELECT {_COLUMNS} FROM import_job WHERE import_id = $1",  # noqa: S608 - our columns
        import_id,
    )
    return Job(**row) if row else None


async def jobs_of(db: Db, agency: str, limit: int) -> list[Job]:
    """An agency's imports, the newest first."""
    rows = await db.fetch(
        f"""
        SELECT {_COLUMNS} FROM import_job WHERE agency = $1 ORDER BY sent_at DESC LIMIT $2
        """,  # noqa: S608 - our columns
        agency,
        limit,
    )
    return [Job(**row) for row in rows]


async def begin(connection: Connection, asked: Asked) -> bool:
    """Write down a new import, or begin a known one anew; False while it is being worked on."""
    return bool(
        await connection.fetchval(
            """
            INSERT INTO import_job AS j (import_id, agency, kind, sha256, sent_by, asked_by,
                                         file_id, state)
            VALUES ($1, $2, $3, $4, $5, $5, $6, $7)
                ON CONFLICT (import_id) DO UPDATE
               SET file_id = $6, sent_by = $5, asked_by = $5, sent_at = clock_timestamp(),
                   attempt = j.attempt + (j.state IN ('accepted', 'undone'))::int,
                   state = $7, moved_at = clock_timestamp(), share = 0, tries = 0,
                   problem = NULL, detail = NULL, leased_until = '-infinity', epoch = j.epoch + 1
             WHERE j.state <> ALL ($8::text[])
         RETURNING true
            """,
            *(asked.import_id, asked.agency, asked.kind, asked.sha256, asked.by),
            *(asked.file_id, asked.state, list(WAITING)),
        )
    )


async def move(db: Db, import_id: UUID, state: str, by: str) -> None:
    """Ask for the next step. Asking again for the step it is at, or has done, changes nothing."""
    moved = await db.fetchval(
        """
        UPDATE import_job
           SET state = $2, moved_at = clock_timestamp(), share = 0, tries = 0, problem = NULL,
               detail = NULL, leased_until = '-infinity', epoch = epoch + 1,
               asked_by = $4,
               attempt = attempt
                       + ($2 = 'checking' AND state IN ('accepted', 'undone'))::int
         WHERE import_id = $1 AND state = ANY ($3::text[])
     RETURNING true
        """,
        import_id,
        state,
        list(MAY_BECOME[state]),
        by,
    )
    if not moved:
        now = await db.fetchval("SELECT state FROM import_job WHERE import_id = $1", import_id)
        after = {ACCEPTING: ACCEPTED, UNDOING: UNDONE, CHECKING: CHECKED}
        if now not in (state, after.get(state)):
            raise NotNow


# Working on one


async def take(db: Db, import_id: UUID | None = None) -> Job | None:
    """The import that has waited longest (or this one), now ours for a minute."""
    row = await db.fetchrow(
        f"""
        UPDATE import_job
           SET epoch = epoch + 1, tries = tries + 1,
               leased_until = clock_timestamp() + '{LEASE}'::interval
         WHERE import_id = (
            SELECT import_id FROM import_job
             WHERE state IN ('checking', 'accepting', 'undoing')
               AND leased_until < clock_timestamp() AND tries < $1
               AND ($2::uuid IS NULL OR import_id = $2)
             ORDER BY moved_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING {_COLUMNS}
        """,  # noqa: S608 - our columns
        MOST_TRIES,
        import_id,
    )
    return Job(**row) if row else None


async def hold(db: Db, job: Job) -> None:
    """Still ours: said in every transaction that records something for it."""
    held = await db.fetchval(
        f"""
        UPDATE import_job SET leased_until = clock_timestamp() + '{LEASE}'::interval
         WHERE import_id = $1 AND epoch = $2 RETURNING true
        """,  # noqa: S608 - a constant
        job.import_id,
        job.epoch,
    )
    if not held:
        raise TakenOver


async def let_go(db: Db, job: Job) -> None:
    """It fell over: somebody may try again in a moment, or nobody any more."""
    await db.execute(
        """
        UPDATE import_job
           SET leased_until = clock_timestamp() + interval '2 seconds',
               state = CASE WHEN tries >= $3 THEN 'stopped' ELSE state END
         WHERE import_id = $1 AND epoch = $2
        """,
        job.import_id,
        job.epoch,
        MOST_TRIES,
    )


async def finish(
    connection: Connection, job: Job, state: str, why: Problem | None = None, slug: str = ""
) -> None:
    await hold(connection, job)
    await connection.execute(
        """
        UPDATE import_job SET state = $2, moved_at = clock_timestamp(), share = 1,
               problem = $3, detail = $4, leased_until = '-infinity'
         WHERE import_id = $1
        """,
        job.import_id,
        state,
        slug or None,
        why.detail if why else None,
    )


async def start_over(connection: Connection, job: Job) -> None:
    """What was found in an earlier pass over the file is found again."""
    await hold(connection, job)
    await connection.execute("DELETE FROM import_row WHERE import_id = $1", job.import_id)
