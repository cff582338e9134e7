"""A database comes back from before somebody was forgotten: it forgets again, before it serves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from deploy.local.postgres import psql
from services.chassis.vault import Vault
from services.profile.commands.forgetting import event_of, forget_again
from tests.integration.forgetting.conftest import NAME, NIP, told_at_every_door
from tests.integration.forgetting.searching import finds
from tests.integration.forgetting.world import SERVICES, World, world_of
from tests.support.servers import PostgresServer, SharedBroker


def copied(server: PostgresServer, url: str, from_url: str) -> None:
    """What a backup and a restore come to: nobody may be connected to either."""
    name, source = (one.rpartition("/")[2].partition("?")[0] for one in (url, from_url))
    psql(server.url(), f"DROP DATABASE {name} WITH (FORCE)")
    psql(server.url(), f"CREATE DATABASE {name} TEMPLATE {source}")


async def started(world: World) -> list[int]:
    """What every process does before it serves (roles.py)."""
    done = []
    for hand in world.hands.values():
        assert hand.runtime.forgetting is not None
        done.append(await hand.runtime.forgetting.again())
    return done


async def name_of(world: World, person: UUID) -> str | None:
    profile = world["profile"]
    names = await profile.client.post(
        "/people/names", json={"people": [str(person)]}, headers=profile.who("auditor")
    )
    found: dict[str, str] = names.json()["names"]
    return found.get(str(person))


async def test_a_restored_database_does_not_bring_the_forgotten_back(
    databases: Callable[[], str],
    postgres_server: PostgresServer,
    tmp_path: Path,
    broker: SharedBroker,
    topic_prefix: str,
) -> None:
    urls, backup = ({name: databases() for name in SERVICES} for _ in range(2))
    async with world_of(urls, tmp_path, broker.bootstrap, topic_prefix) as world:
        told = await told_at_every_door(world)
        assert await name_of(world, told.person)
    for name, url in backup.items():
        copied(postgres_server, url, urls[name])
    async with world_of(urls, tmp_path, broker.bootstrap, topic_prefix) as world:
        told.world = world
        await told.forget()
        await world.settle()
        assert await name_of(world, told.person) is None
        said = await world["profile"].events("profile.person_forgotten")

    async with world_of(backup, tmp_path, broker.bootstrap, topic_prefix) as world:
        for name in SERVICES:
            assert NAME in finds(await world.readable(name), [NAME]), (
                "without the list outside, a restore would bring them back"
            )
        assert all(again >= 1 for again in await started(world))
        for name in SERVICES:
            assert finds(await world.readable(name), [NAME, NIP]) == []
        assert await name_of(world, told.person) is None
        assert (await told_again(world)) == 1, "profile says it again, as the same event"
        (event,) = await world["profile"].events("profile.person_forgotten")
        assert event["event_id"] == str(event_of(told.person)) == said[0]["event_id"]
        assert await forget_again(world["profile"].deps) == 0
        await world.settle()
        for name in SERVICES:
            assert finds(await world.readable(name), [NAME, NIP]) == []
            fresh = Vault(world[name].runtime.pool, [bytes(32)])
            assert not (await fresh.keyring([told.person])).keys
        assert await started(world) == [0, 0, 0, 0]


async def told_again(world: World) -> int:
    return await forget_again(world["profile"].deps)
