"""What somebody may do to rows who owns the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

# Another value of the same type, for every column; `x` stands for a random number.
OTHERS = {
    "bigint": "{c} + {x}",
    "integer": "coalesce({c} + {x}, 1)",
    "smallint": "{c} + 1",
    "boolean": "NOT {c}",
    "date": "{c} + {x}",
    "timestamp with time zone": "{c} + {x} * interval '1 microsecond'",
    "uuid": "coalesce(overlay({c}::text PLACING translate(substr({c}::text, {x} % 8 + 1, 1),"
    " '0123456789abcdef', '123456789abcdef0') FROM {x} % 8 + 1)::uuid, gen_random_uuid())",
    "text": "coalesce(overlay({c} PLACING '~' FROM {x} % length({c}) + 1), '')",
    "bytea": "coalesce(set_byte({c}, {x} % length({c}),"
    " (get_byte({c}, {x} % length({c})) + 1) % 256), '')",
}


async def altered(pool: Pool, statement: str) -> None:
    """With every trigger out of the way."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(statement)
