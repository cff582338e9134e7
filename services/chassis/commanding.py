"""What an operator may tell a service: one command line verb each, beside the roles."""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.chassis import http, parking, postgres, proof_commands
from services.chassis.cloudevents import topic_of
from services.chassis.order import Order
from services.chassis.problems import sentence_of
from services.chassis.projecting import Projection
from services.chassis.roles import dictionary_of, doors_of, started_producer
from services.chassis.runtime import (
    UNREACHABLE,
    Runtime,
    built,
    migration_folders,
    opened,
    unreachable,
)
from services.chassis.service import Service
from services.chassis.settings import CannotStart, ServiceSettings


@dataclass(frozen=True, slots=True)
class Command:
    """`does` answers the exit code, or nothing when all is well."""

    name: str
    says: str
    does: Callable[[Order], Awaitable[int | None]] | None = None
    bare: Callable[[Service], str] | None = None
    arguments: tuple[tuple[str, dict[str, Any]], ...] = ()

    @property
    def needs_no_settings(self) -> bool:
        return self.bare is not None

    def run_bare(self, service: Service) -> int:
        assert self.bare is not None
        say(self.bare(service))
        return 0

    def declare(self, parser: argparse.ArgumentParser) -> None:
        for name, more in self.arguments:
            parser.add_argument(name, **more)


def say(text: str) -> None:
    """An operator's commands answer on standard output."""
    print(text, flush=True)  # noqa: T201


async def run(service: Service, settings: ServiceSettings, given: argparse.Namespace) -> int:
    """Run one command; 0 when all is well, 1 when it found something."""
    if given.verb == "migrate":
        return await migrate(service, settings)
    async with opened(service, settings, "operator") as runtime:
        for command in COMMANDS:
            if command.name == given.verb and command.does is not None:
                return await command.does(Order(service, runtime, given)) or 0
        return await _own(service, runtime, given)


async def _own(service: Service, runtime: Runtime, given: argparse.Namespace) -> int:
    """A command of the service's own: given its deps and the arguments, it answers text or None."""
    deps = await built(service, runtime)
    answer = service.operator_commands[given.verb](deps, *given.arguments)
    if inspect.isawaitable(answer):
        answer = await answer
    if isinstance(answer, str):
        say(answer)
    return answer if isinstance(answer, int) else 0


async def migrate(service: Service, settings: ServiceSettings) -> int:
    try:
        url = settings.database_url.get_secret_value()
        ran = await postgres.migrate(url, *migration_folders(service))
    except postgres.EditedMigration as edited:
        raise CannotStart(f"The migration {edited} has run and was edited since.") from None
    except UNREACHABLE as error:
        raise unreachable(service, settings, error) from None
    say("\n".join(ran) or "Nothing to do.")
    return 0


async def _forgotten(order: Order) -> int:
    """Forget again whoever is listed outside; 1 while somebody is listed and still readable."""
    forgetting = order.runtime.forgetting
    if forgetting is None:
        raise CannotStart("No key-encryption key (KEK) is set: nothing is sealed here.")
    again = await forgetting.again()
    await forgetting.wipe()
    report = await forgetting.report()
    say(json.dumps({"forgotten_again": again, **report}, indent=2))
    return 1 if report["still_readable"] or report["list"] is None else 0


async def _rewrap(order: Order) -> None:
    """Every subject's key under the newest KEK, a thousand to a transaction."""
    vault = order.runtime.vault
    if vault is None:
        raise CannotStart("No key-encryption key (KEK) is set: nothing is sealed here.")
    total = 0
    while done := await vault.rewrap():
        total += done
        say(json.dumps({"rewrapped": total}))
    say(json.dumps({"rewrapped": total, "left": 0}))


async def _refill(order: Order) -> None:
    from services.chassis.kafka import Kafka
    from services.chassis.relay import refill

    settings, name = order.runtime.settings, order.service.name
    topic = topic_of(name, settings.topic_prefix)
    producer = await started_producer(Kafka.of(settings), topic)
    try:
        sent = await refill(order.runtime.pool, name, producer, topic)
    finally:
        await producer.stop()
    say(f"{sent} records sent again to {topic}.")


async def _rebuild(order: Order) -> int:
    """Build a read model anew beside the live one, and put it in its place."""
    from services.chassis.rebuilding import InboxIncomplete, Rebuild, RebuildRunning

    runtime, name = order.runtime, order.given.projection
    dictionary = dictionary_of(order.service, runtime)
    rebuild = Rebuild(
        _projection(order.service, name),
        runtime.pool,
        dictionary,
        order.service.name,
        runtime.metrics,
    )
    try:
        say(f"{name}: {await rebuild.run()} events.")
    except RebuildRunning:
        raise CannotStart(f"{name} is being rebuilt by somebody else.") from None
    except InboxIncomplete:
        say(f"{name}: the inbox lacks records that the live table has seen; let them be fetched.")
        return 1
    return 0


def _projection(service: Service, name: str) -> Projection:
    for projection in service.projections:
        if projection.table == name:
            return projection
    known = ", ".join(sorted(one.table for one in service.projections))
    raise CannotStart(f"There is no projection {name}; there are: {known}.")


async def _release(order: Order) -> int:
    """Try again what stands aside; 1 while something still does."""
    from services.chassis.projector import Projector

    dictionary = dictionary_of(order.service, order.runtime)
    for projection in order.service.projections:
        projector = Projector(projection, order.runtime.pool, dictionary, order.service.name)
        say(f"{projector.name}: {await projector.release()} events released.")
    return 1 if await parking.parked_report(order.runtime.pool) else 0


async def _parked(order: Order) -> int:
    """What stands aside, and why; 1 when something does."""
    rows = await parking.parked_report(order.runtime.pool)
    for row in rows:
        say("  ".join(str(value) for value in row.values()))
    if not rows:
        say("Nothing is parked.")
    return 1 if rows else 0


async def _reconcile(order: Order) -> int:
    """What the sources said against what this inbox holds; 1 when they differ."""
    from services.chassis.reconciling import reconcile

    report = await reconcile(order.runtime.pool, doors_of(order.service, order.runtime))
    say(json.dumps(report, indent=2, default=str))
    return 0 if report["whole"] else 1


async def _restored(order: Order) -> None:
    """The log goes on from where the database was restored to."""
    from services.chassis.mapping import Mapping
    from services.chassis.outside import Outside
    from services.chassis.restoring import LogMoved, restored

    service, settings = order.service, order.runtime.settings
    outside = Outside.of(settings)
    mapping = Mapping(service.name, service.codec, service.to_contract, settings.partitions)
    newest = outside.newest() if outside else None
    try:
        done = await restored(order.runtime.store, mapping, newest, settings.agency, _aside)
    except LogMoved as moved:
        raise CannotStart(sentence_of(type(moved))) from None
    say(json.dumps(done, indent=2, default=str))


async def _withdraw(order: Order) -> None:
    """Records that were lost in a restore will not be said again."""
    from services.chassis.restoring import NoSuchGeneration, withdraw

    given, runtime = order.given, order.runtime
    try:
        ids = [UUID(text) for text in given.event_ids]
        done = await withdraw(
            runtime.store, given.generation, ids, runtime.settings.agency, runtime.today()
        )
    except NoSuchGeneration as none:
        raise CannotStart(sentence_of(type(none))) from None
    except ValueError:
        raise CannotStart("An event's id is a UUID.") from None
    say(json.dumps(done, indent=2, default=str))


def _aside(text: str) -> None:
    """Progress, beside the answer."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def _openapi(service: Service) -> str:
    return json.dumps(http.openapi(service), indent=2, sort_keys=True)


def _asyncapi(service: Service) -> str:
    from contracts import documents, topic_files

    return documents.text_of(documents.asyncapi(service.name, topic_files.topics()))


COMMANDS: tuple[Command, ...] = (
    Command("migrate", "bring the database to this release"),
    Command(
        "rebuild",
        "build a read model anew while it is being read",
        _rebuild,
        arguments=(("projection", {"help": "its table"}),),
    ),
    Command("reconcile", "compare what the sources said with what is in the inbox", _reconcile),
    Command("parked", "list what stands aside, and why", _parked),
    Command("release", "try again what stands aside", _release),
    Command("forgotten", "forget again whoever is listed outside, and say who", _forgotten),
    Command("rewrap", "wrap every subject's key with the newest KEK", _rewrap),
    Command("refill", "send what was said to Kafka again, for listeners outside", _refill),
    Command("restored", "go on after the database was restored, in a new generation", _restored),
    Command(
        "withdraw",
        "say that records lost in a restore do not stand",
        _withdraw,
        arguments=(
            ("generation", {"type": int, "help": "the one that has ended"}),
            ("event_ids", {"nargs": "*", "help": "all that were not said again, when none"}),
        ),
    ),
    Command(
        "verify-log",
        "check every event, the tree, and every checkpoint outside",
        proof_commands.verify_log,
        arguments=(("--workers", {"type": int, "help": "processes; all cores when unset"}),),
    ),
    Command(
        "export-log",
        "copy the log to a file, to be verified elsewhere",
        proof_commands.export_log,
        arguments=(("file", {"help": "to be written"}),),
    ),
    Command(
        "export-range",
        "write events of the log as evidence, to be verified elsewhere",
        proof_commands.export_range,
        arguments=(
            ("first", {"type": int, "help": "the seq of the first event"}),
            ("last", {"type": int, "help": "the seq of the last"}),
            ("file", {"help": "to be written"}),
        ),
    ),
    Command(
        "verify-inbox", "prove what was heard by its sources' trees", proof_commands.verify_inbox
    ),
    Command("rotate-checkpoint-key", "sign checkpoints with a new key", proof_commands.rotate_key),
    Command("openapi", "print the HTTP document", bare=_openapi),
    Command("asyncapi", "print the document of the topics", bare=_asyncapi),
)
