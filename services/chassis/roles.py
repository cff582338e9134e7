"""The process roles of a service: what runs in each, side by side, until it is told to stop."""

from __future__ import annotations

import asyncio
import inspect
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter

from services.chassis import http, lag
from services.chassis.cloudevents import topic_of
from services.chassis.doors import HttpDoors, log_doors
from services.chassis.health import Health
from services.chassis.news import News
from services.chassis.outside import Outside
from services.chassis.postgres import Role
from services.chassis.proof_doors import proof_doors
from services.chassis.runtime import Runtime, built, missing_migrations, opened
from services.chassis.service import Service
from services.chassis.serving import listening, serve_until, server
from services.chassis.settings import CannotStart, ServiceSettings
from services.chassis.telemetry import log
from services.chassis.uncollected import keep_what_is_loaded
from services.chassis.words import Dictionary

if TYPE_CHECKING:
    from services.chassis.importer import Importer
    from services.chassis.kafka import Kafka
    from services.chassis.relay import Producer
    from services.chassis.sealing import Sealer

ROLES = {
    "api": "doors and questions",
    "consumer": "hear, project, react",
    "publisher": "seal and relay",
    "all": "the three in one process",
}
LOG = log("chassis.roles")
Work = Callable[[], Awaitable[Any]]


@dataclass(slots=True)
class Parts:
    """What runs beside the doors of one process, and what it tells the readiness door."""

    work: dict[str, Work] = field(default_factory=dict)
    told: dict[str, Callable[[], Any]] = field(default_factory=dict)
    news: News = field(default_factory=News)
    """What was sealed or heard: there may be something to project."""


async def run_role(
    service: Service, settings: ServiceSettings, role: str, stopping: asyncio.Event
) -> None:
    """Everything a role is, from its first look around to its last commit."""
    with listening(settings.host, port_of(settings, role)) as bound:
        async with opened(service, settings, cast(Role, role)) as runtime:
            if missing := await missing_migrations(service, runtime.pool):
                raise CannotStart(
                    f"Its database lacks {len(missing)} migrations (first {missing[0]}): run"
                    f" `python -m services.{service.name}.main migrate`."
                )
            await _live(service, runtime, role, bound, stopping)


async def _live(
    service: Service, runtime: Runtime, role: str, bound: socket.socket, stopping: asyncio.Event
) -> None:
    if runtime.forgetting is not None:
        await runtime.forgetting.again()
    deps = await built(service, runtime)
    parts = parts_of(service, runtime, deps, role)
    health = Health(service, runtime, role != "publisher", parts.told)
    api = app_of(service, runtime, deps, role, health)
    within = runtime.settings.stop_within_seconds
    if service.on_start is not None and role in ("api", "all"):
        await _awaited(service.on_start(deps))
    async with asyncio.TaskGroup() as group:
        working = [
            group.create_task(kept_up(name, work), name=name) for name, work in parts.work.items()
        ]
        keep_what_is_loaded()
        health.started = True
        LOG.info("started", port=bound.getsockname()[1], parts=sorted(parts.work))
        await serve_until(stopping, server(api, within), bound)
        for task in working:
            task.cancel()
    LOG.info("stopped")


async def _awaited(result: Any) -> None:
    if inspect.isawaitable(result):
        await result


async def kept_up(name: str, work: Work, longest_pause: float = 15) -> None:
    """Work that falls over is begun again, with an alarm: doors go on, and so do the other parts.

    What keeps the process from ever working ends it.
    """
    pause = 0.5
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await work()
            return
        except CannotStart:
            raise
        except Exception as error:
            LOG.error("part fell over", part=name, exc_info=error)
        if asyncio.get_running_loop().time() - began > 60:
            pause = 0.5
        await asyncio.sleep(pause)
        pause = min(pause * 2, longest_pause)


def port_of(settings: ServiceSettings, role: str) -> int:
    """Roles run apart have a side port each, for health and metrics."""
    given = {"consumer": settings.consumer_port, "publisher": settings.publisher_port}.get(role)
    beside = {"consumer": 100, "publisher": 200}.get(role, 0)
    return settings.port + beside if given is None else given


def app_of(service: Service, runtime: Runtime, deps: Any, role: str, health: Health) -> http.Api:
    """The service's doors and those of its log; only health and metrics where it has none."""
    has_doors = role in ("api", "all")
    api = http.app(
        service if has_doors else _Doorless(service.name),
        deps,
        verifier=runtime.verifier,
        metrics=runtime.metrics,
        readiness=health.readiness,
        started=lambda: health.started,
        max_body_bytes=runtime.settings.max_body_bytes,
        more_routers=_log_doors(service, runtime) if has_doors else [],
    )
    if has_doors and service.imports:
        api.state.importer = importer_of(service, runtime, deps)
    return api


def importer_of(service: Service, runtime: Runtime, deps: Any) -> Importer:
    """What takes files in; every process with doors goes on with whatever waits."""
    from services.chassis.importer import Importer

    if runtime.vault is None:
        raise CannotStart(f"KEK_{service.name.upper()} is not set: files sent in lie sealed.")
    return Importer(
        pool=runtime.pool,
        store=runtime.store,
        vault=runtime.vault,
        kinds=service.imports,
        deps=deps,
        refused=service.refused,
        now=runtime.now,
        new_id=runtime.new_id,
    )


def _log_doors(service: Service, runtime: Runtime) -> list[APIRouter]:
    doors = log_doors(service.name, lambda _: runtime.pool)
    return [doors, proof_doors(runtime.pool, Outside.of(runtime.settings))]


@dataclass(frozen=True, slots=True)
class _Doorless:
    name: str
    routers: tuple[APIRouter, ...] = ()
    refused: type[Exception] = Exception


# What each role does beside answering


def parts_of(service: Service, runtime: Runtime, deps: Any, role: str) -> Parts:
    parts = Parts()
    if role in ("publisher", "all"):
        _publish(service, runtime, parts)
    if role in ("consumer", "all"):
        _consume(service, runtime, deps, parts)
    if role in ("api", "all") and service.imports:
        parts.work["imports"] = importer_of(service, runtime, deps).run
    _forget(service, runtime, deps, role, parts)
    return parts


def _forget(service: Service, runtime: Runtime, deps: Any, role: str, parts: Parts) -> None:
    """Every process lets go of destroyed keys; one role acts upon what was heard."""
    forgetting, again = runtime.forgetting, service.forgets_again
    if forgetting is None:
        return
    heeds = role in ("consumer", "all")
    says = partial(again, deps) if heeds and again is not None else None
    parts.work["forgetting"] = lambda: forgetting.run(heeds=heeds, says=says)


def _publish(service: Service, runtime: Runtime, parts: Parts) -> None:
    # Kafka's client takes long to import; the role `api` does without it.
    from services.chassis.kafka import Kafka
    from services.chassis.relay import Relay
    from services.chassis.sealing import Sealer
    from services.chassis.sealing_gate import SealingGate

    settings, metrics = runtime.settings, runtime.metrics
    kafka, topic = Kafka.of(settings), topic_of(service.name, settings.topic_prefix)
    sealer = Sealer(
        runtime.pool,
        service.name,
        service.codec,
        service.to_contract,
        settings.partitions,
        metrics=metrics,
        appended=runtime.appended,
        news=parts.news,
        gate=SealingGate.of(settings),
    )
    relay = Relay(
        runtime.pool,
        service.name,
        lambda: started_producer(kafka, topic),
        topic,
        epoch=lambda: sealer.epoch,
        sealed=sealer.sealed,
        metrics=metrics,
    )
    parts.work |= {"sealer": sealer.run, "relay": relay.run}
    _claim(runtime, sealer, parts)
    parts.told["sealing"] = lambda: sealer.stopped or ("on" if sealer.epoch else "another's turn")


def _claim(runtime: Runtime, sealer: Sealer, parts: Parts) -> None:
    from services.chassis.checkpointing import Checkpointing

    outside = Outside.of(runtime.settings)
    if outside is None:
        parts.told["checkpoints"] = lambda: "off: CHECKPOINT_FOLDER is not set"
        return
    checkpointing = Checkpointing(
        runtime.pool,
        outside,
        runtime.metrics,
        runtime.settings.checkpoint_seconds,
        is_ours=lambda: sealer.epoch is not None,
    )
    parts.work["checkpoints"] = checkpointing.run
    parts.told["checkpoints"] = checkpointing.told


async def started_producer(kafka: Kafka, topic: str) -> Producer:
    """The topic is seen to first, each time: a broker may have lost it."""
    await kafka.ensure_topic(topic)
    producer = kafka.producer()
    try:
        await producer.start()
    except BaseException:
        await producer.stop()
        raise
    return cast("Producer", producer)


def _consume(service: Service, runtime: Runtime, deps: Any, parts: Parts) -> None:
    from services.chassis.projector import Projector
    from services.chassis.reactor import Reactor
    from services.chassis.removing import Removing

    _hear(service, runtime, parts)
    dictionary = dictionary_of(service, runtime)
    if service.reactions is not None:
        parts.work["reactor"] = Reactor(
            service.reactions,
            runtime.pool,
            dictionary,
            deps,
            service.refused,
            service.name,
            parts.news,
        ).run
    projectors = [
        Projector(
            projection,
            runtime.pool,
            dictionary,
            service.name,
            runtime.metrics,
            parts.news,
            progress=runtime.own_writes.progress,
        )
        for projection in service.projections
    ]
    for projector in projectors:
        parts.work[f"projector of {projector.name}"] = projector.run
    removing = Removing(
        runtime.pool, service.projections, dictionary, service.name, runtime.metrics
    )
    parts.work["removing"] = removing.run
    parts.work["lag"] = lambda: lag.watch(runtime.pool, service, runtime.metrics)
    parts.told["projecting"] = lambda: {
        one.name: "stands: too many parked" if one.standing else "on" for one in projectors
    }


def _hear(service: Service, runtime: Runtime, parts: Parts) -> None:
    from services.chassis.fetching import Fetching
    from services.chassis.hearing import Hearing
    from services.chassis.inbox import Inbox
    from services.chassis.kafka import Kafka

    settings, metrics = runtime.settings, runtime.metrics
    sources = tuple(service.hears)
    inbox = Inbox(runtime.pool, metrics=metrics, news=parts.news)
    hearing = Hearing(
        service.name, sources, Kafka.of(settings), inbox, topic_prefix=settings.topic_prefix
    )
    fetching = Fetching(
        runtime.pool,
        inbox,
        doors_of(service, runtime),
        metrics,
        subscription=hearing,
        service=service.name,
    )
    inbox.ask = fetching.ask
    parts.work |= {"hearing": hearing.run, "fetching": fetching.run}
    parts.told["kafka"] = lambda: {source: hearing.is_connected(source) for source in sources}


def doors_of(service: Service, runtime: Runtime) -> dict[str, HttpDoors]:
    """The doors of every source that the service hears."""
    return {source: HttpDoors(source, runtime.http(source)) for source in service.hears}


def dictionary_of(service: Service, runtime: Runtime) -> Dictionary:
    """What this process can read: its own stored events, and every contract there is."""
    from contracts import registry

    return Dictionary(
        decode=registry.decode,
        known={contract.TYPE for contract in registry.ALL},
        codec=service.codec,
        keys=runtime.vault,
    )
