"""Places where a test may stop a process; without FAILPOINT in the environment they are nothing.

    FAILPOINT=before-commit:kill:3      at the third pass the process kills itself
    FAILPOINT=after-send:stop           at the first pass it is suspended (SIGSTOP)
    FAILPOINT=before-cursor:raise       at every pass from the first on it raises
    FAILPOINT=after-insert:sleep:1:0.5  from the first pass on it sleeps so many seconds

Several are separated by commas.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Point = Literal[
    "after-insert",
    "before-commit",
    "sealed-before-commit",
    "after-send",
    "before-cursor",
    "rows-before-commit",
    "rows-before-offset",
    "rows-before-cursor",
    "cursor-before-commit",
    "reacted-before-cursor",
    "before-checkpoint",
]
Deed = Literal["kill", "stop", "raise", "sleep"]


class Reached(Exception):
    """A failpoint was told to raise."""


@dataclass(slots=True)
class _Armed:
    deed: str
    at: int
    seconds: float
    passed: int = 0


def read(text: str) -> Mapping[str, _Armed]:
    """What a FAILPOINT variable says; a name that does not exist is an error, not a silence."""
    armed = {}
    for one in filter(None, text.split(",")):
        point, deed, *rest = [*one.split(":"), ""]
        rest = [more for more in rest if more]
        if point not in get_args(Point) or deed not in get_args(Deed):
            raise ValueError(f"FAILPOINT does not understand {one!r}")
        armed[point] = _Armed(
            deed, int(rest[0]) if rest else 1, float(rest[1]) if rest[1:] else 1.0
        )
    return armed


_armed = read(os.environ.get("FAILPOINT", ""))


def arm(text: str) -> None:
    """Set the failpoints of this very process (tests that do not start another one)."""
    global _armed
    _armed = read(text)


def is_armed(*points: Point) -> bool:
    return any(point in _armed for point in points)


async def reach(point: Point) -> None:
    """Pass a named place."""
    if not _armed or (here := _armed.get(point)) is None:
        return
    here.passed += 1
    match here.deed:
        case "kill" if here.passed == here.at:
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop" if here.passed == here.at:
            os.kill(os.getpid(), signal.SIGSTOP)
        case "raise" if here.passed >= here.at:
            raise Reached(point)
        case "sleep" if here.passed >= here.at:
            await asyncio.sleep(here.seconds)
