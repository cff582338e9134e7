"""Start everything behind readiness gates, and stop it as one: `make up`.

Order: assets, PostgreSQL, broker, keys, databases, migrations, services, portal, demonstration.
Stopping is the reverse. Whatever goes wrong is one sentence and a non-zero exit code.
"""

from __future__ import annotations

import hashlib
import signal

from deploy.local import assets, processes
from deploy.local.apache_kafka import ApacheKafka
from deploy.local.backups import Backups
from deploy.local.brokers import Broker
from deploy.local.children import Child, Sorry, port_is_free
from deploy.local.demonstration_doors import Loader, invitation
from deploy.local.keys import Keys
from deploy.local.layout import DOWNLOADS, LOCAL, ROOT, SERVICES, Wishes
from deploy.local.memory_broker import MemoryBroker
from deploy.local.postgres import Postgres, psql, url_at
from deploy.local.progress import Step, step
from deploy.local.stack import Stack, alone
from services.portal.session import PERSONAS


def up(wanted: Wishes) -> None:
    """Start the stack, load the demonstration once, and watch until somebody says stop."""
    with alone(LOCAL):
        refuse_taken_ports(wanted)
        stack = Stack(LOCAL)
        try:
            keys = Keys(LOCAL / "keys")
            bring_up(stack, wanted, keys)
            if wanted.demonstration:
                Loader(stack, wanted, keys).load()
            greet(wanted)
            stack.watch()
        finally:
            # From here on a second Ctrl-C does not leave anything half stopped.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            stack.stop(lambda names: print(f"  stopping {names}", flush=True))


def bring_up(stack: Stack, wanted: Wishes, keys: Keys) -> None:
    with step("assets of the portal"):
        assets.fetch()
    keys.make()
    databases = start_databases(stack, wanted, keys)
    kafka = wanted.bootstrap or start_broker(stack, wanted)
    with step("migrations"):
        migrate_once(wanted, keys, databases, kafka)
    launch_services(stack, wanted, keys, databases, kafka)


def launch_services(
    stack: Stack, wanted: Wishes, keys: Keys, databases: dict[str, str], kafka: str
) -> None:
    """All at once, for most of a start is reading code; the portal is the first to stop."""
    services = [
        processes.service(name, "all", wanted, keys, databases[name], kafka) for name in SERVICES
    ]
    portal = processes.portal(wanted, keys)
    stack.launch(*services)
    stack.launch(portal)
    with step("services") as current:
        stack.wait_until(lambda: all_ready(wanted, services, current), within=120)
    with step("portal") as current:
        stack.wait_until(lambda: all_ready(wanted, [portal], current), within=60)


def all_ready(wanted: Wishes, children: list[Child], current: Step) -> bool:
    missing = [child.name for child in children if not processes.ready(wanted, child)]
    current.says = f"waiting for {', '.join(missing)}" if missing else ""
    return not missing


def refuse_taken_ports(wanted: Wishes) -> None:
    for name, port in wanted.listens().items():
        if not port_is_free(port):
            raise Sorry(
                f"Port {port}, which {name} needs, is in use by another program; "
                f"stop that program or choose a port with PORT_{name.upper()}=…"
            )


def start_databases(stack: Stack, wanted: Wishes, keys: Keys) -> dict[str, str]:
    """Each service's own database, with a role that can open no other."""
    if not wanted.own_databases:
        return dict(wanted.databases)
    server = Postgres(
        folder=LOCAL / "postgres",
        port=wanted.ports["postgres"],
        log=processes.log_of("postgres"),
        password=keys.password("postgres"),
        settings=Backups(LOCAL / "backups").settings(),
    )
    with step("PostgreSQL"):
        server.start()
        assert server.child is not None
        stack.adopt(server.child)
        own = {name: _database(server, name, keys.password(name)) for name in wanted.own_databases}
    return {**own, **wanted.databases}


def _database(server: Postgres, name: str, password: str) -> str:
    there = psql(server.url(), f"SELECT 1 FROM pg_database WHERE datname = '{name}'")  # noqa: S608
    if not there:
        psql(server.url(), f"DROP ROLE IF EXISTS {name}")
        psql(server.url(), f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        psql(server.url(), f"CREATE DATABASE {name} OWNER {name}")
        psql(server.url(), f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    return server.url(name, user=name, password=password)


def start_broker(stack: Stack, wanted: Wishes) -> str:
    broker = _broker(wanted)
    with step("Apache Kafka" if broker.kind == "kafka" else "broker"):
        broker.start()
        assert broker.child is not None
        stack.adopt(broker.child)
    return broker.bootstrap


def _broker(wanted: Wishes) -> Broker:
    port, log = wanted.ports["broker"], processes.log_of("broker")
    if wanted.broker == "memory":
        return MemoryBroker(port, log)
    return ApacheKafka(LOCAL / "kafka" / "node", DOWNLOADS / "kafka" / "libs", port, log)


def migrate_once(wanted: Wishes, keys: Keys, databases: dict[str, str], kafka: str) -> None:
    """Nothing to do when this very database server has seen these very files."""
    done = LOCAL / "migrated"
    state = _state_of_migrations(wanted, keys)
    if not wanted.databases and done.exists() and done.read_text() == state:
        return
    migrate(wanted, keys, databases, kafka)
    done.write_text(state)


def _state_of_migrations(wanted: Wishes, keys: Keys) -> str:
    files = sorted(ROOT.glob("services/*/migrations/*.sql"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    if not wanted.own_databases:
        return digest
    server = url_at(wanted.ports["postgres"], "postgres", "postgres", keys.password("postgres"))
    which = psql(server, "SELECT system_identifier FROM pg_control_system()")
    return f"{which} {digest}"


def migrate(wanted: Wishes, keys: Keys, databases: dict[str, str], kafka: str) -> None:
    """Side by side; each is a short-lived child of its own."""
    running: list[Child] = []
    try:
        for name in SERVICES:
            child = processes.service(name, "migrate", wanted, keys, databases[name], kafka)
            child.start()
            running.append(child)
        for child in running:
            if not child.ended(within=120) or child.exit_code != 0:
                raise Sorry(child.obituary())
    finally:
        for child in running:
            child.stop()


def greet(wanted: Wishes) -> None:
    people = ", ".join(f"{persona.name} ({persona.role})" for persona in PERSONAS)
    lines = [
        f"Portal:   {processes.url(wanted, 'portal')}",
        f"Sign in:  as {people}",
        *invitation(),
        f"Logs:     {LOCAL / 'logs'}",
        "Ctrl-C stops everything; what was recorded is kept. `make reset` starts over.",
    ]
    print("", *(f"  {line}" for line in lines), "", sep="\n", flush=True)
