"""What the person at the keyboard sees while things take their time."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE = 2.0  # seconds of silence that nobody minds


@dataclass(slots=True)
class Step:
    """One thing that is being done; `says` may be changed while it is."""

    title: str
    says: str = ""
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Print one line when it is done, and signs of life from the third second on."""
    current = Step(title)
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(current, done), daemon=True)
    ticker.start()
    try:
        yield current
    except BaseException:
        _end(done, ticker)
        raise
    _end(done, ticker)
    says = f"  {current.says}" if current.says else ""
    _line(f"  ✓ {title:<34}{current.seconds:6.1f} s{says}")


def _end(done: threading.Event, ticker: threading.Thread) -> None:
    done.set()
    ticker.join()


def _tick(current: Step, done: threading.Event) -> None:
    wait = PATIENCE
    while not done.wait(wait):
        says = f": {current.says}" if current.says else ""
        _line(f"  … {current.title}{says} ({current.seconds:.0f} s)")
        wait = PATIENCE if current.says else 5.0


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
