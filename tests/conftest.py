"""Fixtures for every test: a real PostgreSQL, a real broker, each test in a corner of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_socket import disable_socket, enable_socket

from deploy.local.brokers import Broker
from deploy.local.postgres import psql
from tests.support.servers import PostgresServer, SharedBroker, new_broker
from tests.support.sharing import forget_run, shared

TESTS = Path(__file__).parent
WITHOUT_SOCKETS = ("specs", "policies", "contracts", "architecture", "docs")


RUN_ID = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a name that its workers share."""
    worker: dict[str, str] | None = getattr(config, "workerinput", None)
    config.stash[RUN_ID] = worker["testrunuid"] if worker else uuid4().hex
    if worker is None:
        config.option.testrunuid = config.stash[RUN_ID]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        forget_run(config.stash[RUN_ID])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The fast tiers open no connection to anything."""
    if item.path.relative_to(TESTS).parts[0] in WITHOUT_SOCKETS:
        disable_socket(allow_unix_socket=True)


def pytest_runtest_teardown() -> None:
    enable_socket()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests have handed over by `record_property("table", …)`."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    for report in reports:
        for name, value in getattr(report, "user_properties", []):
            if name == "table" and report.when == "call":
                terminalreporter.write_line(f"\n{value}")


@pytest.fixture(scope="session")
def run_id(request: pytest.FixtureRequest) -> str:
    return request.config.stash[RUN_ID]


@pytest.fixture(scope="session")
def postgres_server(run_id: str) -> Iterator[PostgresServer]:
    """One PostgreSQL 18 for the whole run; TEST_POSTGRES_URL (a superuser's) names another."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield PostgresServer(given.rpartition("/")[0] + "/{database}")
        return
    with shared("postgres", run_id) as address:
        yield PostgresServer(address["url"])


@pytest.fixture
def databases(postgres_server: PostgresServer) -> Iterator[Callable[[], str]]:
    """Makes fresh, empty databases; they are dropped when the test ends."""
    made: list[str] = []

    def make() -> str:
        name = f"test_{uuid4().hex}"
        psql(postgres_server.url(), f"CREATE DATABASE {name}")
        made.append(name)
        return postgres_server.url(name)

    yield make
    for name in made:
        psql(postgres_server.url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(databases: Callable[[], str]) -> str:
    """A fresh, empty database, as a URL."""
    return databases()


@pytest.fixture(scope="session")
def broker(run_id: str) -> Iterator[SharedBroker]:
    """One broker for the whole run; tests keep apart by `topic_prefix`."""
    with shared("broker", run_id) as address:
        yield SharedBroker(address["bootstrap"], address["kind"])


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that this test may kill."""
    broker = new_broker(tmp_path / "broker", tmp_path / "broker.log")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def topic_prefix() -> str:
    """Makes the names of topics and groups this test's own."""
    return f"t{uuid4().hex[:12]}."
