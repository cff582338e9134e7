"""A process that writes or seals, for tests that stop or kill it: URL, then `seal` or `write`.

Its sessions are ended by the server after half a second of silence inside a transaction.
"""

from __future__ import annotations

import asyncio
import sys

import asyncpg

from services.chassis import postgres
from services.chassis.event_store import EventStore
from services.chassis.sealing import Fenced
from tests.support.counter import CODEC
from tests.support.saying import a_sealer, fill

LIMITS = {**postgres.limits("publisher"), "idle_in_transaction_session_timeout": "500ms"}


async def main(url: str, deed: str) -> str:
    async with asyncpg.create_pool(url, min_size=1, max_size=2, server_settings=LIMITS) as pool:
        store = EventStore(pool, CODEC, service="sample")
        if deed == "write":
            return f"wrote {await fill(store, streams=1, each=3)}"
        sealer = a_sealer(store)
        await sealer.take_over(force=True)
        print("took over", flush=True)
        try:
            return f"sealed {await sealer.seal_once()}"
        except (Fenced, *postgres.OUT_OF_REACH) as error:
            return f"cut off: {type(error).__name__}"


if __name__ == "__main__":
    print(asyncio.run(main(*sys.argv[1:3])), flush=True)
