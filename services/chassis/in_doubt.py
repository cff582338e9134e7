"""When a service's log may not be whole: who says so, and what is refused until `restored`.

The doubt stands in the sealer's row, where every sealing transaction looks first, and closes the
table that every append writes to. Questions are answered as before, and called provisional.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson

from services.chassis.problems import Busy
from services.chassis.telemetry import log

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

REFUSED_APPEND: Final = "JJ002"
MOST_REASONS: Final = 500
Reasons = Sequence[dict[str, Any]]
_log = log("chassis.in_doubt")


class HistoryInDoubt(Busy):
    """This service may have lost records; it takes no commands until an operator has looked."""


async def doubt(pool: Pool, generation: int, reasons: Reasons) -> None:
    """Nothing is sealed or appended from now on, by whichever process.

    The reasons are about this generation: when it has ended meanwhile, they have been seen to.
    """
    async with pool.acquire() as connection, connection.transaction():
        # The sealer's row before the table, as the sealer locks them.
        row = await connection.fetchrow(
            "SELECT in_doubt FROM sealer WHERE generation = $1 FOR NO KEY UPDATE", generation
        )
        if row is None:
            return
        known = list(orjson.loads(row["in_doubt"])) if row["in_doubt"] else []
        fresh = [one for one in reasons if one not in known][: MOST_REASONS - len(known)]
        if not fresh:
            return
        await connection.execute(
            "UPDATE sealer SET in_doubt = $1::jsonb", orjson.dumps(known + fresh).decode()
        )
        if not known:
            await connection.execute("ALTER TABLE tail ENABLE TRIGGER tail_is_closed")
        _log.error("log in doubt", reasons=fresh)


async def cleared(connection: Connection) -> None:
    """Inside the transaction of `restored`, which holds the sealer's row."""
    await connection.execute("UPDATE sealer SET in_doubt = NULL")
    await connection.execute("ALTER TABLE tail DISABLE TRIGGER tail_is_closed")


async def doubts_of(db: Connection | Pool) -> list[dict[str, Any]]:
    """Why the log is in doubt; nothing when it is not."""
    found = await db.fetchval("SELECT in_doubt FROM sealer")
    return list(orjson.loads(found)) if found else []
