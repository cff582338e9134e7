"""What the outside sees of a running process: JSON lines without personal data, and metrics."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import asyncpg
import httpx
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REDACTED = "[redacted]"

# An identifier of 16 to 18 digits, however it is spaced; and what opens doors.
_SECRETIVE = re.compile(
    r"(?<![0-9])[0-9](?:[ .\-]?[0-9]){15,17}(?![0-9])"
    r"|eyJ[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]*"
    r"|whsec_[A-Za-z0-9+/=]+"
    r"|(?<=://)[^/@\s:]*:[^/@\s]*(?=@)"
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAMES = re.compile(r"password|secret|token|authorization|cookie|api_?key", re.IGNORECASE)


def redacted(value: Any) -> Any:
    """The value with everything taken out that looks like an identifier or a secret.

    >>> redacted("heard 19870412 200901 1 002 of 0197f2b0-1111-7222-8333-444444444444")
    'heard [redacted] of 0197f2b0-1111-7222-8333-444444444444'
    """
    match value:
        case bool() | None | float():
            return value
        case int():
            return REDACTED if 16 <= len(str(abs(value))) <= 18 else value
        case Mapping():
            return {_clean(str(key)): _of_key(str(key), inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [redacted(inner) for inner in value]
        case bytes() | bytearray() | memoryview():
            return f"{len(value)} bytes"
        case _:
            return _clean(str(value))


def _clean(text: str) -> str:
    """UUIDs stay: they are how a line is followed up, and name nobody by themselves."""
    parts: list[str] = []
    at = 0
    for kept in _UUID.finditer(text):
        parts += [_SECRETIVE.sub(REDACTED, text[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join([*parts, _SECRETIVE.sub(REDACTED, text[at:])])


def _of_key(key: str, value: Any) -> Any:
    return REDACTED if _NAMES.search(key) else redacted(value)


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: _of_key(key, value) for key, value in event.items() if key[:1] != "_"}


def _explain(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where it broke, never with which values: an exception's text may quote a record."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = said_of(error)
        event["at"] = _frames(error.__traceback__)
    return event


def said_of(error: BaseException) -> str:
    """The kind of an error, and its text where that text cannot hold a record's values."""
    name = type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        return f"{name}({', '.join(sorted({said_of(one) for one in error.exceptions}))})"
    if isinstance(error, asyncpg.PostgresError):
        return f"{name}: {_clean(str(getattr(error, 'message', '')))}"
    if isinstance(error, OSError | httpx.TransportError | asyncpg.InternalClientError):
        return f"{name}: {_clean(str(error))}"
    return name


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-12:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(path: str) -> str:
    return "/".join(path.split("/")[-3:])


def configure(service: str, role: str, level: str = "info", stream: TextIO | None = None) -> None:
    """JSON lines for our own log and for every library's, through the same redaction."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _explain,
                _redact,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _quiet_libraries()
    structlog.contextvars.bind_contextvars(service=service, role=role)


def _quiet_libraries() -> None:
    """Their chatter is ours to tell: the access log is written by the edge, without addresses."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "faststream"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in ("uvicorn", "uvicorn.access", "aiokafka", "httpx", "httpcore", "faststream"):
        logging.getLogger(name).setLevel(logging.WARNING)


def safely() -> None:
    """How it logs until `configure` is called: redacted all the same, so nobody can forget to."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _explain,
            _redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )


safely()


def log(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


class Metrics:
    """Every metric of the system, named once. Each has its own registry, so tests can make many."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._write_side()
        self._read_side()
        self._doors()

    def _write_side(self) -> None:
        self.tail_age = self._gauge("tail_age_seconds", "Age of the oldest event not sealed")
        self.sealed = self._counter("sealed_events", "Events sealed into the log")
        self.sealing_stopped = self._gauge("sealing_stopped", "1 while sealing stands", "reason")
        self.relayed = self._counter("relayed_events", "Events acknowledged by the broker")
        self.relay_behind = self._gauge("relay_behind_events", "Said, and not yet relayed")
        self.checkpoint_size = self._gauge("checkpoint_size_events", "Events claimed outside")
        self.checkpoint_age = self._gauge("checkpoint_age_seconds", "Time with news not claimed")
        self.checkpoints_stopped = self._gauge("checkpoints_stopped", "1 while none", "reason")

    def _read_side(self) -> None:
        lag = ("projection", "source")
        self.lag_events = self._gauge("lag_events", "Events a projection is behind", *lag)
        self.lag_seconds = self._gauge("lag_seconds", "Seconds a projection is behind", *lag)
        self.heard = self._counter("heard_records", "Records put in the inbox", "source", "way")
        self.holes = self._gauge("inbox_holes", "Positions missing before the head", "source")
        self.fetched = self._counter("fetched_records", "Fetched at the source's door", "source")
        self.duplicates = self._counter("duplicate_records", "Heard again", "source")
        self.asides = self._counter("aside_records", "Set aside", "source", "reason")
        self.incidents = self._counter("incidents", "Same position, other bytes", "source")
        self.parked = self._gauge("parked_subjects", "Subjects that wait", "projection")
        self.rebuild = self._gauge("rebuild_progress_ratio", "From 0 to 1", "projection")

    def _doors(self) -> None:
        by = ("method", "route", "status")
        self.requests = self._counter("http_requests", "Requests answered", *by)
        self.seconds = Histogram(
            "jenjang_http_request_seconds",
            "Time to answer",
            ("method", "route"),
            registry=self.registry,
        )

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"jenjang_{name}", says, labels, registry=self.registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"jenjang_{name}", says, labels, registry=self.registry)

    def exposition(self) -> bytes:
        return generate_latest(self.registry)
