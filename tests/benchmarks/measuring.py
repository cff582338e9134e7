"""Measuring fairly: sides take turns, a warm-up is thrown away, and what counts is the ratio.

Absolute figures are not stable on shared machines. So every side of a comparison does the same
work in the same run, A B A B; each round gives one ratio; the median and the range are told.
"""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICKS = 100  # clock ticks in a second of /proc/<pid>/stat, on every Linux that we run on


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    name: str
    rounds: int
    seconds: float
    batch: int
    rebuild: int
    flow_seconds: float
    people: int


QUICK = Size("quick", rounds=1, seconds=1, batch=600, rebuild=2_000, flow_seconds=2, people=200)
USUAL = Size(
    "usual", rounds=5, seconds=1, batch=30_000, rebuild=300_000, flow_seconds=20, people=2_000
)
FULL = Size(
    "full", rounds=7, seconds=3, batch=100_000, rebuild=1_000_000, flow_seconds=60, people=2_000
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What must be zero, whatever the speed."""

    missed: int = 0
    duplicated: int = 0
    out_of_order: int = 0

    def __add__(self, other: Wrong) -> Wrong:
        return Wrong(
            self.missed + other.missed,
            self.duplicated + other.duplicated,
            self.out_of_order + other.out_of_order,
        )

    def __bool__(self) -> bool:
        return any((self.missed, self.duplicated, self.out_of_order))


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one side: so many events in so many seconds, at so much CPU."""

    events: int
    seconds: float
    cpu_seconds: float
    wrong: Wrong = Wrong()

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def cpu_micros(self) -> float:
        return 1e6 * self.cpu_seconds / self.events


Side = Callable[[], Awaitable[Run]]


@dataclass(frozen=True, slots=True)
class Figure:
    """Some measurements of the same thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def high(self) -> float:
        return max(self.values)

    def json(self) -> dict[str, object]:
        return {
            "median": round(self.median, 3),
            "low": round(self.low, 3),
            "high": round(self.high, 3),
            "values": [round(value, 3) for value in self.values],
        }


def figure(values: Iterable[float]) -> Figure:
    return Figure(tuple(values))


@dataclass(frozen=True, slots=True)
class Target:
    """What was asked for, and whether it was reached."""

    text: str
    reached: bool


def at_least(ratio: Figure, wanted: float) -> Target:
    return Target(f"≥ {wanted:g}", ratio.median >= wanted)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report."""

    bench: str
    case: str
    ours: Figure
    unit: str = "events/s"
    floor: str = ""
    floor_figure: Figure | None = None
    ratio: Figure | None = None
    target: Target | None = None
    cpu: Figure | None = None
    floor_cpu: Figure | None = None
    wrong: Wrong = Wrong()

    def json(self) -> dict[str, object]:
        return {
            "bench": self.bench,
            "case": self.case,
            "unit": self.unit,
            "ours": self.ours.json(),
            "floor": self.floor or None,
            "floor_figure": self.floor_figure and self.floor_figure.json(),
            "ratio": self.ratio and self.ratio.json(),
            "target": self.target and {"text": self.target.text, "reached": self.target.reached},
            "cpu_micros_per_event": self.cpu and self.cpu.json(),
            "floor_cpu_micros_per_event": self.floor_cpu and self.floor_cpu.json(),
            "missed": self.wrong.missed,
            "duplicated": self.wrong.duplicated,
            "out_of_order": self.wrong.out_of_order,
        }


@dataclass(slots=True)
class Compared:
    """The runs of all sides, round by round."""

    ours: list[Run] = field(default_factory=list)
    floors: dict[str, list[Run]] = field(default_factory=dict)
    wrong: Wrong = Wrong()

    def ratio(self, *floors: str) -> Figure:
        """Ours to the floor, or to the slowest of some floors, round by round."""
        return figure(
            ours.rate / min(self.floors[name][nth].rate for name in floors)
            for nth, ours in enumerate(self.ours)
        )

    def line(self, bench: str, case: str, floor: str, target: Target | None = None) -> Line:
        """Ours beside one floor."""
        below = self.floors[floor]
        return Line(
            bench,
            case,
            figure(run.rate for run in self.ours),
            floor=floor,
            floor_figure=figure(run.rate for run in below),
            ratio=self.ratio(floor),
            target=target,
            cpu=figure(run.cpu_micros for run in self.ours),
            floor_cpu=figure(run.cpu_micros for run in below),
            wrong=self.wrong,
        )


async def interleaved(rounds: int, ours: Side, floors: Mapping[str, Side]) -> Compared:
    """A warm-up of each, then round after round; what is wrong counts in the warm-up too."""
    compared = Compared(floors={name: [] for name in floors})
    with own_things_aside():
        for nth in range(rounds + 1):
            for name, side in {"": ours, **floors}.items():
                run = await side()
                compared.wrong += run.wrong
                if nth:
                    (compared.floors[name] if name else compared.ours).append(run)
    return compared


@contextmanager
def own_things_aside() -> Iterator[None]:
    """What a bench holds ready, and no service would, is not looked through by the collector."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


# Time and CPU


@dataclass(slots=True)
class Stopwatch:
    """Wall time, and the CPU of this process, of children that ended, and of some servers."""

    servers: Sequence[int] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    _began: float = 0.0
    _cpu: float = 0.0

    def __enter__(self) -> Stopwatch:
        self._cpu = self._used()
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        if not self.seconds:
            self.stop()

    def stop(self) -> None:
        self.seconds = time.perf_counter() - self._began
        self.cpu_seconds = self._used() - self._cpu

    def run(self, events: int, wrong: Wrong = Wrong()) -> Run:
        return Run(events, self.seconds, self.cpu_seconds, wrong)

    def _used(self) -> float:
        own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        here = sum(usage.ru_utime + usage.ru_stime for usage in own)
        return here + sum(map(cpu_of, self.servers))


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process, its children and those that have ended have used."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        tasks = list(Path(f"/proc/{pid}/task").glob("*/children"))
        children = [int(word) for task in tasks for word in task.read_text().split()]
    except OSError:  # it has just ended
        return 0.0
    own = sum(map(int, stat.rpartition(")")[2].split()[11:15])) / TICKS
    return own + sum(map(cpu_of, children))
