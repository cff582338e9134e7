"""The proof doors, asked over the real app: what they answer can be checked by anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request
from starlette.responses import Response

from services.chassis import auth, merkle, proof
from services.chassis.checkpointing import Checkpointing
from services.chassis.doors import DoorClosed
from services.chassis.event_store import EventStore
from services.chassis.outside import Outside
from services.chassis.problems import Problem, answer_to
from services.chassis.proof_doors import MOST_AT_ONCE, HttpProofs, proof_doors
from tests.support.a_place import a_place
from tests.support.saying import a_sealer, fill

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    return a_place(tmp_path)


@pytest_asyncio.fixture
async def client(store: EventStore, outside: Outside) -> AsyncIterator[httpx.AsyncClient]:
    await seal(store)
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
        yield client


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer_to(error)


async def seal(store: EventStore) -> None:
    await fill(store)
    sealer = a_sealer(store)
    await sealer.take_over(force=True)
    await sealer.seal_once()


async def test_what_was_said_is_proved_in_the_order_it_was_asked_for(
    client: httpx.AsyncClient, store: EventStore, outside: Outside
) -> None:
    written = await Checkpointing(store.pool, outside).write()
    assert written is not None
    rows = await store.pool.fetch("SELECT * FROM log WHERE psn IS NOT NULL ORDER BY seq DESC")
    entries = [(row["generation"], row["partition"], row["psn"]) for row in rows]
    proved = await HttpProofs("sample", client).proofs(entries)
    checkpoint = outside.known().opened(proved.note)
    assert checkpoint == written
    for row, one in zip(rows, proved.proofs, strict=True):
        said = proof.Said("sample", *(row[name] for name in proof.Said._fields[1:]))
        leaf = proof.leaf_of(one.stored_hash, sha256(proof.said_part(said)).digest())
        merkle.verify_inclusion(leaf, one.index, checkpoint.size, one.path, checkpoint.root)


async def test_a_log_is_shown_to_have_grown_from_an_older_checkpoint(
    client: httpx.AsyncClient, store: EventStore, outside: Outside
) -> None:
    checkpointing = Checkpointing(store.pool, outside)
    old = await checkpointing.write()
    await seal(store)
    new = await checkpointing.write()
    assert old is not None
    assert new is not None
    doors = HttpProofs("sample", client)
    assert outside.known().opened(await doors.checkpoint()) == new
    path = await doors.consistency(old.size, new.size)
    merkle.verify_consistency(old.size, old.root, new.size, new.root, path)
    earlier = await doors.proofs([], size=old.size)
    assert outside.known().opened(earlier.note) == old
    for refused in (
        {"size": old.size + 1},
        {"entries": [{"generation": 2, "partition": 0, "psn": 1}]},
    ):
        assert (await client.post("/log/proofs", json=refused)).status_code == 404
    assert (await client.get("/log/consistency?from=1&to=999")).status_code == 404


async def test_what_cannot_be_proved_yet_is_asked_for_again(
    client: httpx.AsyncClient, store: EventStore, outside: Outside
) -> None:
    assert (await client.get("/log/checkpoint")).status_code == 503
    await Checkpointing(store.pool, outside).write()
    await seal(store)
    size = await store.pool.fetchval("SELECT seq FROM sealer")
    answer = await client.post("/log/proofs", json={"seqs": [size]})
    assert (answer.status_code, answer.json()["type"]) == (
        503,
        "urn:jenjang:problem:not-claimed-yet",
    )
    assert answer.headers["Retry-After"] == "3"


async def test_a_checkpoint_of_another_log_proves_nothing(
    client: httpx.AsyncClient, store: EventStore, outside: Outside
) -> None:
    await Checkpointing(store.pool, outside).write()
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("UPDATE log SET leaf = sha256('') WHERE seq = 1")
    answer = await client.post("/log/proofs", json={"seqs": [2]})
    assert answer.json()["type"] == "urn:jenjang:problem:nothing-claimed"


async def test_only_so_many_are_proved_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post("/log/proofs", json={"seqs": [1] * (MOST_AT_ONCE + 1)})
    assert answer.status_code == 422


async def test_a_door_without_a_place_claims_nothing(pool: Pool) -> None:
    app = FastAPI()
    key = auth.new_service_key("listener")
    app.state.verifier = auth.Verifier(
        "sample", {key["kid"]: auth.trusted_key(auth.public_part(key))}
    )
    app.include_router(proof_doors(pool, None))
    app.add_exception_handler(Problem, _problem)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://sample"
    ) as stranger:
        assert (await stranger.get("/log/checkpoint")).status_code == 401
        stranger.auth = auth.ServiceTokens(key, "listener").auth_for("sample")
        with pytest.raises(DoorClosed):
            await HttpProofs("sample", stranger).checkpoint()
