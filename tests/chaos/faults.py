"""Everything that is done to the two services while they work."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from deploy.local.postgres import psql
from services.chassis.cloudevents import topic_of
from tests.chaos.ground import PATIENCE, ROLES, SERVICES, Ground, until
from tests.chaos.poison import thrown
from tests.chaos.traffic import Traffic

if TYPE_CHECKING:
    from tests.chaos.processes import Process

# Each named place, and the processes that pass it.
PLACES: Final = {
    "after-insert": [("source", "api"), ("listener", "consumer")],
    "before-commit": [("source", "api"), ("listener", "consumer")],
    "sealed-before-commit": [("source", "publisher"), ("listener", "publisher")],
    "after-send": [("source", "publisher"), ("listener", "publisher")],
    "before-cursor": [("source", "publisher"), ("listener", "publisher")],
    "rows-before-commit": [("listener", "consumer"), ("source", "consumer")],
    "rows-before-offset": [("listener", "consumer"), ("source", "consumer")],
    "rows-before-cursor": [("listener", "consumer"), ("source", "consumer")],
    "cursor-before-commit": [("listener", "consumer"), ("source", "consumer")],
    "reacted-before-cursor": [("listener", "consumer")],
}


@dataclass(frozen=True, slots=True)
class Run:
    """What a fault works on."""

    ground: Ground
    traffic: Traffic
    rng: random.Random

    @property
    def somewhere(self) -> tuple[str, str]:
        return self.rng.choice(sorted(SERVICES)), self.rng.choice(ROLES)


Fault = Callable[[Run], Awaitable[str]]


async def kill(run: Run) -> str:
    """SIGKILL at a random moment."""
    await asyncio.sleep(run.rng.random())
    place = run.somewhere
    run.ground.children[place].kill()
    return " ".join(place)


def kill_at(point: str) -> Fault:
    async def kill_there(run: Run) -> str:
        place = run.rng.choice(PLACES[point])
        await run.ground.killed_at(*place, point)
        return " ".join(place)

    kill_there.__name__ = f"kill at {point}"
    return kill_there


async def pause(run: Run) -> str:
    """SIGSTOP for a short while, without a successor."""
    child = run.ground.children[run.somewhere]
    child.signal(signal.SIGSTOP)
    await asyncio.sleep(0.5 + run.rng.random() * 2)
    child.signal(signal.SIGCONT)
    return child.name


async def zombie_sealer(run: Run) -> str:
    """A publisher is suspended past its lease, its successor seals, and it is woken."""
    return await _supersede(run, run.rng.choice(sorted(SERVICES)))


async def zombie_in_the_middle(run: Run) -> str:
    """The same, suspended with a batch written and the sealer's row locked."""
    service = run.rng.choice(sorted(SERVICES))
    await run.ground.armed_now(service, "publisher", "sealed-before-commit:stop")
    child = run.ground.children[service, "publisher"]
    await until(lambda: child.is_suspended(), f"{child.name} is suspended")
    return await _supersede(run, service)


async def _supersede(run: Run, service: str) -> str:
    ground, place = run.ground, (service, "publisher")
    sleeper = ground.children[place]
    ground.left_alone.add(place)
    try:
        sleeper.signal(signal.SIGSTOP)
        before = await _epoch(ground, service)
        successor = ground.start(*place)
        end = asyncio.get_running_loop().time() + PATIENCE
        while await _epoch(ground, service) == before:
            assert asyncio.get_running_loop().time() < end, f"{successor.name} does not take over"
            await asyncio.sleep(0.1)
        await asyncio.sleep(run.rng.random())
        sleeper.signal(signal.SIGCONT)
        await asyncio.sleep(1 + run.rng.random())
        return _one_stays(run, place, sleeper, successor)
    finally:
        ground.left_alone.discard(place)


async def zombie_listener(run: Run) -> str:
    """A consumer is suspended, another one hears, projects and reacts, and it is woken."""
    ground, place = run.ground, (run.rng.choice(sorted(SERVICES)), "consumer")
    point = run.rng.choice(["", "rows-before-offset:stop", "reacted-before-cursor:stop"])
    if "react" in point:
        place = ("listener", "consumer")
    if point:
        await ground.armed_now(*place, point)
        child = ground.children[place]
        await until(lambda: child.is_suspended(), f"{child.name} is suspended")
    sleeper = ground.children[place]
    ground.left_alone.add(place)
    try:
        sleeper.signal(signal.SIGSTOP)
        successor = ground.start(*place)
        await asyncio.sleep(4 + 3 * run.rng.random())
        sleeper.signal(signal.SIGCONT)
        await asyncio.sleep(1 + run.rng.random())
        return f"{point} {_one_stays(run, place, sleeper, successor)}"
    finally:
        ground.left_alone.discard(place)


def _one_stays(run: Run, place: tuple[str, str], sleeper: Process, successor: Process) -> str:
    stays, goes = run.rng.sample([sleeper, successor], 2)
    goes.kill()
    run.ground.children[place] = stays
    return f"{sleeper.name} woken beside {successor.name}, {stays.name} stays"


async def _epoch(ground: Ground, service: str) -> int:
    async with ground.connected(service) as connection:
        return int(await connection.fetchval("SELECT epoch FROM sealer") or 0)


async def restart_postgres(run: Run) -> str:
    """PostgreSQL is stopped at once and started again."""
    await run.ground.restart_postgres()
    return ""


async def cut_connections(run: Run) -> str:
    """Every session of one service is terminated, in the middle of whatever it does."""
    service = run.rng.choice(sorted(SERVICES))
    cut = 0
    async with run.ground.connected(service) as connection:
        for _ in range(3):
            cut += await connection.fetchval(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend'
                """,
                service,
            )
            await asyncio.sleep(run.rng.random() * 0.4)
    return f"{service}, {cut} sessions"


async def restored_whole(run: Run) -> str:
    """A service's database is replaced under its living processes by a copy that lacks nothing:
    the sealer must look anew, and goes on by itself."""
    service = run.rng.choice(sorted(SERVICES))
    ground, copy = run.ground, f"{service}_copy"
    psql(ground.postgres.url(), f"DROP DATABASE IF EXISTS {service}_old")
    psql(
        ground.postgres.url(),
        f"""
        ALTER DATABASE {service} ALLOW_CONNECTIONS false;
        SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
         WHERE datname = '{service}';
        """,
    )
    psql(ground.postgres.url(), f"CREATE DATABASE {copy} TEMPLATE {service}")
    psql(
        ground.postgres.url(),
        f"""
        ALTER DATABASE {service} RENAME TO {service}_old;
        ALTER DATABASE {copy} RENAME TO {service};
        """,
    )
    before = await _reached_by(ground, service)
    end = asyncio.get_running_loop().time() + PATIENCE
    while (now := await _reached_by(ground, service)) <= before:
        assert asyncio.get_running_loop().time() < end, f"{service} does not go on"
        await asyncio.sleep(0.1)
    async with ground.connected(service) as connection:
        doubt = await connection.fetchval("SELECT in_doubt FROM sealer")
    assert doubt is None, f"nothing was lost, and {service} doubts: {doubt}"
    return f"{service}, sealed through {now[1]:%H:%M:%S}"


async def _reached_by(ground: Ground, service: str) -> tuple[int, datetime]:
    async with ground.connected(service) as connection:
        row = await connection.fetchrow("SELECT generation, closed_through FROM sealer")
    assert row is not None
    return row["generation"], row["closed_through"]


async def restart_broker(run: Run) -> str:
    """The broker is killed and comes back; the one in memory has forgotten everything."""
    down_for = run.rng.choice([0.0, 0.5, 3.0])
    await run.ground.restart_broker(down_for)
    return f"after {down_for} s"


async def empty_broker_and_silence(run: Run) -> str:
    """Sent and not yet heard; then the broker is gone, and nothing more is ever produced."""
    ground, place = run.ground, ("listener", "consumer")
    ground.left_alone.add(place)
    try:
        ground.children[place].kill()
        await asyncio.sleep(1)
        await run.traffic.hush()
        await _reached(ground, lambda heads: heads.sent == heads.said, "all is sent")
        before = await _heads(ground)
        assert before.heard < before.said, "nothing was at stake"
        await ground.restart_broker(0.2)
        ground.left_alone.discard(place)
        await _reached(ground, lambda heads: heads.heard == heads.said, "all is heard")
    finally:
        ground.left_alone.discard(place)
        run.traffic.speak()
    by_door = (await _heads(ground)).by_door - before.by_door
    if ground.broker.kind == "memory":
        assert by_door > 0, "the broker was not as empty as it should be"
    return f"{before.said - before.heard} records were missing, {by_door} came by the door"


class _Heads(NamedTuple):
    said: int
    sent: int
    heard: int
    by_door: int


async def _reached(ground: Ground, question: Callable[[_Heads], bool], what: str) -> None:
    end = asyncio.get_running_loop().time() + PATIENCE
    while not question(heads := await _heads(ground)):
        assert asyncio.get_running_loop().time() < end, f"not reached: {what}; {heads}"
        await asyncio.sleep(0.2)


async def _heads(ground: Ground) -> _Heads:
    async with ground.connected("source") as source, ground.connected("listener") as listener:
        tail = await source.fetchval("SELECT count(*) FROM tail")
        said = await source.fetchval("SELECT count(*) FROM log WHERE psn IS NOT NULL")
        sent = await source.fetchval("SELECT sum(psn)::bigint FROM relay_cursor")
        heard = await listener.fetchval("SELECT count(*) FROM inbox")
        by_door = await listener.fetchval("SELECT count(*) FROM inbox WHERE way = 'door'")
    return _Heads(tail + said, sent or 0, heard, by_door)


async def wrong_topic(run: Run) -> str:
    """A client recreates a topic with another number of partitions."""
    if run.ground.broker.kind == "kafka":
        return "only the memory broker lets it happen"
    topic = topic_of(run.rng.choice(sorted(SERVICES)), run.ground.prefix)
    partitions = run.rng.choice([1, 2, 7])
    admin = AIOKafkaAdminClient(bootstrap_servers=run.ground.broker.bootstrap)
    try:
        await admin.start()
        await admin.delete_topics([topic])
        await admin.create_topics([NewTopic(topic, partitions, 1)])
    except KafkaError as error:
        return f"not done: {type(error).__name__}"
    finally:
        await admin.close()
    return f"{topic} with {partitions}"


async def throw_poison(run: Run) -> str:
    """Records that are wrong in every way, among the good ones."""
    return f"{await thrown(run.ground, run.rng)} records"


async def rebuild(run: Run) -> str:
    """A read model is rebuilt while everybody goes on."""
    service, table = run.rng.choice(
        [("listener", "chains"), ("listener", "marks"), ("source", "tally"), ("source", "echoes")]
    )
    code, said = await run.ground.command(service, f"rebuild {table}")
    return f"{service} {table}: {code}, {said.splitlines()[-1] if said else ''}"


async def misfortune(run: Run) -> str:
    """The listener's next release cannot apply a value; its subjects are parked."""
    run.ground.unlucky = not run.ground.unlucky
    run.ground.children["listener", "consumer"].kill()
    return "begins" if run.ground.unlucky else "ends"


ONCE: Final[tuple[Fault, ...]] = (
    *map(kill_at, PLACES),
    misfortune,
    zombie_sealer,
    zombie_in_the_middle,
    zombie_listener,
    restart_postgres,
    cut_connections,
    restored_whole,
    restart_broker,
    restart_broker,
    empty_broker_and_silence,
    wrong_topic,
    throw_poison,
    rebuild,
)
AGAIN: Final[tuple[Fault, ...]] = (
    *(kill, kill, kill, pause, pause, zombie_sealer, zombie_listener, restart_postgres),
    *(cut_connections, cut_connections, restart_broker, wrong_topic, throw_poison, rebuild),
    misfortune,
)


def schedule(rng: random.Random, cycles: int) -> list[Fault]:
    """Everything once if there is room, the rest by chance; the order is the seed's."""
    faults = [*ONCE, *rng.choices([*AGAIN, *map(kill_at, PLACES)], k=max(0, cycles - len(ONCE)))]
    rng.shuffle(faults)
    return faults[:cycles]
