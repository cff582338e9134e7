"""End to end, open loop: an appraisal is accepted by assessment, and career's verdict has changed.

Commands are due at fixed times whatever became of those before; latency counts from when a command
was due until the changed verdict was read. Each of a few people is rated well and badly in turn.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.benchmarks.a_stack import AStack, a_stack
from tests.benchmarks.measuring import (
    Figure,
    Line,
    Size,
    Stopwatch,
    Target,
    Wrong,
    figure,
    own_things_aside,
)

PEOPLE: Final = 60
PER_SECOND: Final = 50
CALM: Final = 10
YEAR: Final = 2025
TARGET_MS: Final = 100
PATIENCE_SECONDS: Final = 30
GOOD, BAD = 2, 3
READ: Final = "the same verdict, read alone"


async def bench(size: Size) -> AsyncIterator[Line]:
    async with a_stack(PEOPLE) as stack:
        bench = _Bench(stack, await _people(stack))
        await bench.prepare()
        await bench.flow(bench.rate, CALM, 2)  # the warm-up
        for rate in (CALM, PER_SECOND):
            with own_things_aside():
                alone = await bench.reads(rate, size.flow_seconds / 4)
                bench.milliseconds.clear()
                with Stopwatch(stack.pids()) as watch:
                    await bench.flow(bench.rate, rate, size.flow_seconds)
            wrong = bench.wrong + await bench.looked_over()
            # The load itself comes from this process: its CPU is part of the figure.
            cpu = figure([watch.run(max(1, len(bench.milliseconds))).cpu_micros])
            for percent in (50, 99):
                target = TARGET_MS if (rate, percent) == (PER_SECOND, 99) else None
                ours = percentile(bench.milliseconds, percent)
                yield _line(f"p{percent} at {rate}/s", target, ours, alone, percent, cpu, wrong)


def _line(
    case: str,
    target: int | None,
    ours: float,
    alone: Sequence[float],
    percent: int,
    cpu: Figure,
    wrong: Wrong,
) -> Line:
    floor = percentile(alone, percent)
    return Line(
        "end to end",
        f"{case}, from when it was due",
        figure([ours]),
        unit="ms",
        floor=READ,
        floor_figure=figure([floor]),
        ratio=figure([ours / floor]),
        target=None if target is None else Target(f"≤ {target} ms", ours <= target),
        cpu=cpu,
        wrong=wrong,
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed.

    >>> percentile([5.0, 1.0, 3.0, 2.0], 50), percentile([5.0, 1.0, 3.0, 2.0], 99)
    (2.0, 5.0)
    """
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


async def _people(stack: AStack) -> list[str]:
    """Whoever has a rating for the year."""
    found = await stack.ask("officer", "profile", f"/people?limit={PEOPLE}")
    rated = []
    for person in found["people"]:
        path = f"/people/{person['person_id']}/appraisals"
        years = await stack.ask("officer", "assessment", path)
        if any(one["year"] == YEAR and one["work_result"] for one in years["appraisals"]):
            rated.append(str(person["person_id"]))
    return rated


@dataclass(slots=True)
class _Bench:
    stack: AStack
    people: list[str]
    milliseconds: list[float] = field(default_factory=list)
    wrong: Wrong = field(default_factory=Wrong)
    marks: dict[str, int] = field(default_factory=dict)
    corrections: dict[str, int] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def prepare(self) -> None:
        for person in self.people:
            self.turns[person] = asyncio.Lock()
            self.marks[person] = BAD
            rated = await self.stack.ask("officer", "assessment", f"/people/{person}/appraisals")
            year = next(one for one in rated["appraisals"] if one["year"] == YEAR)
            self.corrections[person] = year["corrections"]
            if (year["work_result"], year["behaviour"]) == (BAD, BAD):
                self.marks[person] = GOOD
            self.facts[person] = (await self._verdict(person))["events_sha256"]

    async def rate(self, person: str, due: float) -> None:
        """One command, and the verdict that contains it."""
        async with self.turns[person]:
            mark, self.marks[person] = self.marks[person], GOOD + BAD - self.marks[person]
            path = f"/people/{person}/appraisals/{YEAR}/correction"
            body = {"work_result": mark, "behaviour": mark}
            done = await self.stack.ask("officer", "assessment", path, body)
            self.corrections[person] += 1
            verdict = await self._changed(person, done["token"])
            took = asyncio.get_running_loop().time() - due
            self.milliseconds.append(1000 * took)
            if verdict["status"] == "ELIGIBLE" and mark == BAD:
                self.wrong += Wrong(out_of_order=1)

    async def _changed(self, person: str, token: str) -> dict[str, str]:
        """The first verdict behind which another set of events stands."""
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        verdict = await self._verdict(person, token)
        while verdict["events_sha256"] == self.facts[person]:
            if asyncio.get_running_loop().time() > until:
                self.wrong += Wrong(missed=1)
                break
            await asyncio.sleep(0.02)
            verdict = await self._verdict(person, token)
        self.facts[person] = verdict["events_sha256"]
        return verdict

    async def _verdict(self, person: str, after: str = "") -> dict[str, str]:
        path = f"/people/{person}/eligibility/administrator"
        return await self.stack.ask("official", "career", path, after=after)

    async def flow(
        self, one: Callable[[str, float], Awaitable[None]], rate: int, seconds: float
    ) -> None:
        """Start so many in a second, whether or not those before have ended."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.TaskGroup() as group:
            for nth in range(int(seconds * rate)):
                due = began + nth / rate
                await asyncio.sleep(max(0, due - loop.time()))
                group.create_task(_awaited(one(self.people[nth % len(self.people)], due)))

    async def reads(self, rate: int, seconds: float) -> list[float]:
        """The same question at the same pace, with nothing to wait for."""
        took: list[float] = []

        async def read(person: str, due: float) -> None:
            await self._verdict(person)
            took.append(1000 * (asyncio.get_running_loop().time() - due))

        await self.flow(read, rate, seconds)
        return took

    async def looked_over(self) -> Wrong:
        """Every command is there once."""
        wrong = Wrong()
        for person in self.people:
            rated = await self.stack.ask("officer", "assessment", f"/people/{person}/appraisals")
            year = next(one for one in rated["appraisals"] if one["year"] == YEAR)
            more = year["corrections"] - self.corrections[person]
            wrong += Wrong(missed=max(0, -more), duplicated=max(0, more))
        return wrong


async def _awaited(what: Awaitable[None]) -> None:
    await what
