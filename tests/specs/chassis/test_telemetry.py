"""What a running process lets out: no identifier, no secret, no value of a record."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from services.chassis import telemetry
from services.chassis.telemetry import Metrics, redacted

NUMBER = "198704122009011002"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    telemetry.configure("shop", "api", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    telemetry.safely()
    structlog.contextvars.clear_contextvars()


def last(lines: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(lines.getvalue().splitlines()[-1])
    return line


def test_a_line_says_who_where_and_which_request(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="request-1"):
        telemetry.log("chassis.test").info("sealed", count=3)
    line = last(lines)
    assert {line[name] for name in ("service", "role", "request_id")} == {
        "shop",
        "api",
        "request-1",
    }
    assert (line["event"], line["count"], line["level"]) == ("sealed", 3, "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "value",
    [
        NUMBER,
        int(NUMBER),
        "3273011204870001",
        f"heard about {NUMBER}, twice",
        "19870412 200901 1 002",
        "19870412-200901-1-002",
        [NUMBER],
        {"inner": {"deep": (NUMBER,)}},
        {NUMBER: 1},
        NUMBER.encode(),
        "Bearer eyJhbGciOiJFZDI1NTE5In0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
        "postgresql://shop:hunter2@db/shop",
        "whsec_c2VjcmV0c2VjcmV0",
    ],
    ids=str,
)
def test_identifiers_and_secrets_never_reach_a_line(lines: io.StringIO, value: Any) -> None:
    telemetry.log("chassis.test").warning("about", given=value)
    logging.getLogger("some.library").warning("given %s", value)
    said = lines.getvalue()
    for secret in (NUMBER, "3273011204870001", "200901", "eyJhbGciOi", "hunter2", "c2Vjcm"):
        assert secret not in said
    assert len(said.splitlines()) == 2


def test_whoever_names_a_secret_does_not_show_it(lines: io.StringIO) -> None:
    telemetry.log("chassis.test").info("called", authorization="Basic abc", settings={"token": "t"})
    line = last(lines)
    assert line["authorization"] == "[redacted]"
    assert line["settings"] == {"token": "[redacted]"}


def test_what_helps_to_follow_up_stays() -> None:
    uuid = "12345678-1234-1234-1234-123456789012"
    stays = {"id": uuid, "psn": 123_456_789, "ms": 1.2345678901234567, "at": "2025-06-02T01:00:00Z"}
    assert redacted(stays) == stays


def test_an_error_says_where_and_not_with_what(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"no such number: {NUMBER} of Budi")
    except ValueError:
        telemetry.log("chassis.test").exception("failed")
    line = last(lines)
    assert line["error"] == "ValueError"
    assert line["at"][-1].startswith("specs/chassis/test_telemetry.py:")
    assert "Budi" not in lines.getvalue()


def test_nothing_is_let_out_before_logging_is_configured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    telemetry.safely()
    try:
        raise ValueError(NUMBER)
    except ValueError:
        telemetry.log("chassis.test").exception("failed", given=NUMBER)
    said = capsys.readouterr().out
    assert "ValueError" in said
    assert NUMBER not in said


def test_an_outage_keeps_its_words() -> None:
    assert telemetry.said_of(ConnectionRefusedError(111, "refused")) == (
        "ConnectionRefusedError: [Errno 111] refused"
    )
    error = asyncpg.UniqueViolationError(f"duplicate key, ({NUMBER})")
    assert NUMBER not in telemetry.said_of(error)
    group = ExceptionGroup("x", [ValueError("Budi"), ValueError("Siti"), TimeoutError()])
    assert telemetry.said_of(group) == "ExceptionGroup(TimeoutError: , ValueError)"


def test_many_processes_can_count_in_one_test() -> None:
    one, other = Metrics(), Metrics()
    one.sealed.inc(3)
    one.holes.labels("profile").set(1)
    assert b"jenjang_sealed_events_total 3.0" in one.exposition()
    assert b"jenjang_sealed_events_total 0.0" in other.exposition()


def test_every_metric_is_ours_and_says_what_it_is() -> None:
    families = list(text_string_to_metric_families(Metrics().exposition().decode()))
    assert len(families) >= 17
    assert all(family.name.startswith("jenjang_") for family in families)
    assert all(family.documentation for family in families)
