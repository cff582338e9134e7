"""What was heard is proved by the tree of its source, row by row; one changed byte is named."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest_asyncio
from fastapi import FastAPI, Request
from starlette.responses import Response

from services.chassis import auth
from services.chassis.checkpointing import Checkpointing
from services.chassis.event_store import EventStore
from services.chassis.outside import Outside
from services.chassis.problems import Problem, answer_to
from services.chassis.proof_doors import HttpProofs, proof_doors
from services.chassis.verify_inbox import verify_inbox
from tests.support.a_place import a_place
from tests.support.altering import OTHERS
from tests.support.saying import a_sealer, fill

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

SAID = (
    *("generation", "partition", "psn", "event_id", "seq", "type", "schema", "subject"),
    *("agency", "effective_from", "recorded_at", "body"),
)
HEAR = """
INSERT INTO inbox (source, generation, partition, psn, event_id, seq, type, schema, subject, agency,
                   effective_from, recorded_at, body, way)
SELECT 'sample', generation, partition, psn, event_id, seq, said_type, said_schema, subject, agency,
       effective_from, recorded_at, said_body, 'door'
  FROM log WHERE psn IS NOT NULL
    ON CONFLICT DO NOTHING
"""


class Heard:
    """An inbox beside the log that said what is in it."""

    def __init__(self, pool: Pool, outside: Outside, http: httpx.AsyncClient) -> None:
        self.pool, self.outside = pool, outside
        self.doors = {"sample": HttpProofs("sample", http)}

    async def found(self, *statements: str) -> dict[str, Any]:
        """What is found after this was done to the inbox; then it is undone."""
        async with self.pool.acquire() as connection:
            doing = connection.transaction()
            await doing.start()
            try:
                for statement in statements:
                    await connection.execute(statement)
                return await verify_inbox(connection, self.doors, self.outside.known())
            finally:
                await doing.rollback()

    async def wrong(self, *statements: str) -> dict[str, Any]:
        report = await self.found(*statements)
        assert not report["whole"], statements
        wrong: dict[str, Any] = report["sources"][0]["wrong"]
        return wrong


async def seal(store: EventStore) -> None:
    await fill(store, streams=60)
    sealer = a_sealer(store)
    await sealer.take_over(force=True)
    await sealer.seal_once()
    await store.pool.execute(HEAR)


@pytest_asyncio.fixture
async def heard(store: EventStore, tmp_path: Path) -> AsyncIterator[Heard]:
    outside = a_place(tmp_path)
    await seal(store)
    await Checkpointing(store.pool, outside).write()
    key = auth.new_service_key("listener")
    app = FastAPI()
    app.state.verifier = auth.Verifier(
        "sample", {key["kid"]: auth.trusted_key(auth.public_part(key))}
    )
    app.include_router(proof_doors(store.pool, outside))
    app.add_exception_handler(Problem, _problem)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://sample",
        auth=auth.ServiceTokens(key, "listener").auth_for("sample"),
    ) as client:
        yield Heard(store.pool, outside, client)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer_to(error)


async def test_what_was_heard_is_proved_and_what_is_newer_is_left_for_later(
    heard: Heard, store: EventStore
) -> None:
    [source] = (await heard.found())["sources"]
    assert (source["whole"], source["proved"], source["later"]) == (True, 180, 0)
    await seal(store)
    [source] = (await heard.found())["sources"]
    assert (source["whole"], source["proved"], source["later"]) == (True, 180, 180)


async def test_any_byte_of_any_column_that_was_said_is_missed_at_its_row(heard: Heard) -> None:
    chance = random.Random(7)
    rows = await heard.pool.fetch("SELECT * FROM inbox ORDER BY generation, partition, psn")
    types = {
        row[0]: row[1]
        for row in await heard.pool.fetch(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = 'inbox'"
        )
    }
    assert set(types) == {"source", *SAID, "heard_at", "way"}
    for column in SAID[3:]:
        row = rows[chance.randrange(len(rows))]
        other = OTHERS[types[column]].format(c=column, x=chance.randint(1, 100))
        if column == "seq":
            other = "seq - 1" if row["seq"] > 1 else "seq + 1"
        wrong = await heard.wrong(
            f"UPDATE inbox SET {column} = {other} WHERE event_id = '{row['event_id']}'"
        )
        named = tuple(wrong[name] for name in ("generation", "partition", "psn"))
        assert named == (row["generation"], row["partition"], row["psn"]), column


async def test_a_row_put_elsewhere_dropped_or_added_is_missed(heard: Heard) -> None:
    last = "(SELECT max(psn) FROM inbox WHERE partition = 0)"
    assert "missing" in (await heard.wrong("DELETE FROM inbox WHERE psn = 5"))["what"]
    moved = f"UPDATE inbox SET psn = 4000 WHERE partition = 0 AND psn = {last}"
    assert "missing" in (await heard.wrong(moved))["what"]
    columns = ", ".join(SAID[3:])
    added = f"""
        INSERT INTO inbox (source, generation, partition, psn, {columns}, way)
        SELECT source, generation, partition, psn + 1, {columns}, way FROM inbox
         WHERE partition = 0 AND psn = {last}
    """
    assert (await heard.wrong(added))["what"] == "was never said"
    renamed = "UPDATE inbox SET source = 'stranger' WHERE partition = 3"
    assert not (await heard.found(renamed))["whole"]
    assert (await heard.wrong("UPDATE inbox SET generation = 2"))["what"] == "was never said"


async def test_records_swapped_are_missed_at_the_first(heard: Heard) -> None:
    a, b = await heard.pool.fetch(
        "SELECT psn, body FROM inbox WHERE partition = 0 ORDER BY psn LIMIT 2"
    )
    wrong = await heard.wrong(
        f"UPDATE inbox SET body = '\\x{b['body'].hex()}' WHERE partition = 0 AND psn = {a['psn']}",
        f"UPDATE inbox SET body = '\\x{a['body'].hex()}' WHERE partition = 0 AND psn = {b['psn']}",
    )
    assert (wrong["partition"], wrong["psn"]) == (0, a["psn"])


async def test_what_the_source_lost_in_a_restore_is_counted_and_not_wrong(heard: Heard) -> None:
    last = await heard.pool.fetchval("SELECT max(psn) FROM inbox WHERE partition = 0")
    columns = ", ".join(SAID[3:])
    [source] = (
        await heard.found(
            f"INSERT INTO source_lives (source, generation, stands, kept)"
            f" VALUES ('sample', 1, '{{{last},999,999,999}}', '{{999,999,999,999}}')",
            f"""
            INSERT INTO inbox (source, generation, partition, psn, {columns}, way)
            SELECT source, generation, partition, psn + 1, {columns}, way FROM inbox
             WHERE partition = 0 AND psn = {last}
            """,
        )
    )["sources"]
    assert (source["whole"], source["lost"]) == (True, 1)


async def test_a_source_out_of_reach_proves_nothing(heard: Heard) -> None:
    heard.doors["sample"] = HttpProofs("sample", httpx.AsyncClient(base_url="http://127.0.0.1:9"))
    [source] = (await heard.found())["sources"]
    assert (source["whole"], source["wrong"]) == (False, None)
    assert source["unreachable"]
