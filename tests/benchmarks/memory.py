"""Memory of the whole local stack after the demonstration was loaded through its doors, and what it
uses of a core when nobody asks anything.

Counted is the proportional share (PSS), as `make memory` prints it. Nothing is missed when every
service finds in its inbox exactly what the others have said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from deploy.local.layout import SERVICES
from deploy.local.memory import LIMIT
from tests.benchmarks.a_stack import AStack, a_stack
from tests.benchmarks.measuring import Line, Size, Target, Wrong, figure

MEBIBYTE = 2**20


async def bench(size: Size) -> AsyncIterator[Line]:
    async with a_stack(size.people) as stack:
        held = stack.held()
        idle = await _idle(stack, *((2, 2) if size.name == "quick" else (15, 20)))
        unlike = [await stack.operate(name, "reconcile") for name in SERVICES]
        waiting = [await stack.operate(name, "parked") for name in SERVICES]
    total = sum(held.values())
    ratio = figure([total / LIMIT])
    yield Line(
        "memory",
        f"whole stack, {size.people:,} people",
        figure([total / MEBIBYTE]),
        unit="MiB",
        floor="limit",
        floor_figure=figure([LIMIT / MEBIBYTE]),
        ratio=ratio,
        target=Target("≤ 1 (2 GiB)", ratio.median <= 1),
        wrong=Wrong(missed=sum(code != 0 for code, _ in (*unlike, *waiting))),
    )
    for name, size_held in sorted(held.items(), key=lambda item: -item[1]):
        yield Line("memory", f"  {name}", figure([size_held / MEBIBYTE]), unit="MiB")
    yield Line("idle", "whole stack", figure([sum(idle.values())]), unit="% of a core")
    for name, used in sorted(idle.items(), key=lambda item: -item[1]):
        yield Line("idle", f"  {name}", figure([used]), unit="% of a core")


async def _idle(stack: AStack, calm: float, seconds: float) -> dict[str, float]:
    """What each process uses, some time after the last request."""
    await asyncio.sleep(calm)
    before = stack.used()
    await asyncio.sleep(seconds)
    return {name: 100 * (used - before[name]) / seconds for name, used in stack.used().items()}
