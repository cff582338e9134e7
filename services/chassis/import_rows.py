"""What a pass over a file has found and recorded, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis.import_files import FileKey
from services.chassis.import_jobs import Db, Job, Tally, hold
from services.chassis.workbook import RowProblem

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to be said about a row."""

    outcome: str
    problem: RowProblem


@dataclass(slots=True)
class Findings:
    """What has been found and not yet been written down."""

    tally: Tally = field(default_factory=Tally)
    fresh: list[Found] = field(default_factory=list)


async def note(connection: Connection, job: Job, found: Findings, key: FileKey) -> None:
    """How far we are, and what was found since we last said so."""
    await hold(connection, job)
    tally = found.tally
    await connection.execute(
        """
        UPDATE import_job SET rows = $2, valid = $3, unchanged = $4, warned = $5, rejected = $6,
               share = $7
         WHERE import_id = $1
        """,
        job.import_id,
        *(tally.rows, tally.valid, tally.unchanged, tally.warned, tally.rejected, tally.share),
    )
    await _note_rows(connection, job, found.fresh, key)
    found.fresh.clear()


async def _note_rows(
    connection: Connection, job: Job, fresh: Sequence[Found], key: FileKey
) -> None:
    rows = [
        (
            job.import_id,
            job.file_id,
            *(one.problem.sheet, one.problem.row, nth, one.outcome, one.problem.column),
            *(one.problem.reason, one.problem.fix, one.problem.owner),
            None
            if one.problem.value_shown is None
            else key.seal("cell", one.problem.value_shown.encode()),
        )
        for nth, one in enumerate(fresh)
    ]
    await connection.executemany(
        """
        INSERT INTO import_row (import_id, file_id, sheet, number, nth, outcome, col, reason, fix,
                                owner, sealed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT DO NOTHING
        """,
        rows,
    )


async def note_recorded(
    connection: Connection, job: Job, events: Sequence[tuple[str, int, str, UUID]]
) -> None:
    """Sheet, row, stream and id of events that are being appended in this transaction."""
    await hold(connection, job)
    await connection.execute(
        """
        INSERT INTO import_recorded (import_id, attempt, sheet, number, stream, event_id)
        SELECT $1, $2, * FROM unnest($3::text[], $4::int[], $5::text[], $6::uuid[])
        """,
        job.import_id,
        job.attempt,
        *([list(column) for column in zip(*events, strict=True)] or [[], [], [], []]),
    )


async def rows_changed(db: Db, job: Job) -> int:
    """How many rows that were taken have recorded something, those before a crash included."""
    return int(
        await db.fetchval(
            """
            SELECT count(DISTINCT (sheet, number)) FROM import_recorded AS r
             WHERE import_id = $1 AND attempt = $2 AND NOT EXISTS (
                SELECT FROM import_row AS w
                 WHERE w.import_id = $1 AND w.sheet = r.sheet AND w.number = r.number
                   AND w.outcome = 'rejected')
            """,
            job.import_id,
            job.attempt,
        )
    )


async def left_to_undo(db: Db, import_id: UUID, most: int) -> dict[str, set[UUID]]:
    """The streams that were added to last, each with the events this import has put there."""
    rows = await db.fetch(
        """
        SELECT stream, array_agg(event_id) AS added FROM import_recorded
         WHERE import_id = $1 AND undone IS NULL
         GROUP BY stream ORDER BY max(nth) DESC LIMIT $2
        """,
        import_id,
        most,
    )
    return {row["stream"]: set(row["added"]) for row in rows}


async def note_undone(connection: Connection, job: Job, became: Sequence[tuple[UUID, str]]) -> None:
    """What became of each event: `undone`, or why it was left."""
    await hold(connection, job)
    await connection.execute(
        """
        UPDATE import_recorded AS r SET undone = told.became, undone_in = $4
          FROM unnest($2::uuid[], $3::text[]) AS told (event_id, became)
         WHERE r.import_id = $1 AND r.event_id = told.event_id
        """,
        job.import_id,
        [event_id for event_id, _ in became],
        [what for _, what in became],
        job.attempt,
    )


async def undone_counts(db: Db, job: Job) -> dict[str, int]:
    """Events by what became of them when the import was undone."""
    rows = await db.fetch(
        """
        SELECT undone, count(*)::int AS events FROM import_recorded
         WHERE import_id = $1 AND undone_in = $2 GROUP BY undone
        """,
        job.import_id,
        job.attempt,
    )
    return {row["undone"]: row["events"] for row in rows}


# Reading what was found


@dataclass(frozen=True, slots=True)
class Page:
    """Which problems to read: of one outcome, after a place, so many."""

    outcome: str | None = None
    after: tuple[str, int] = ("", 0)
    limit: int = 100


async def problems_of(
    pool: Pool, job: Job, key: FileKey | None, page: Page
) -> list[tuple[str, RowProblem]]:
    """Outcome and problem, by sheet and row. Without the key the cells stay shut."""
    rows = await pool.fetch(
        """
        SELECT outcome, sheet, number, col, reason, fix, owner, sealed FROM import_row
         WHERE import_id = $1 AND ($2::text IS NULL OR outcome = $2) AND (sheet, number) > ($3, $4)
         ORDER BY sheet, number, nth LIMIT $5
        """,
        job.import_id,
        page.outcome,
        *page.after,
        page.limit,
    )
    return [
        (
            row["outcome"],
            RowProblem(
                sheet=row["sheet"],
                row=row["number"],
                column=row["col"],
                value_shown=None
                if row["sealed"] is None or key is None
                else key.open("cell", row["sealed"]).decode(),
                reason=row["reason"],
                fix=row["fix"],
                owner=row["owner"],
            ),
        )
        for row in rows
    ]


async def reasons_of(db: Db, import_id: UUID) -> list[dict[str, Any]]:
    """How many rows there are for each reason, the most frequent first."""
    rows = await db.fetch(
        """
        SELECT outcome, sheet, col AS "column", reason, owner, count(*)::int AS rows
          FROM import_row WHERE import_id = $1
         GROUP BY outcome, sheet, col, reason, owner ORDER BY count(*) DESC, sheet, reason LIMIT 100
        """,
        import_id,
    )
    return [dict(row) for row in rows]
