"""Run the benches: `python -m tests.benchmarks [names] [--quick | --full] [--json FILE]`.

Ends with 1 when something was missed, duplicated or out of order. Speed alone fails nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.children import Sorry
from deploy.local.layout import LOCAL
from services.chassis import telemetry
from services.chassis.serving import run_loop
from tests.benchmarks import (
    append,
    bundles,
    end_to_end,
    hear,
    memory,
    publish,
    rebuild,
    verify,
    workbooks,
)
from tests.benchmarks.ground import DURABLE, Ground, ground
from tests.benchmarks.measuring import FULL, QUICK, USUAL, Line, Size
from tests.benchmarks.table import all_wrong, table

CHASSIS: dict[str, Callable[[Ground], AsyncIterator[Line]]] = {
    "append": append.bench,
    "publish": publish.bench,
    "hear": hear.bench,
    "rebuild": rebuild.bench,
    "workbooks": workbooks.bench,
}
WHOLE: dict[str, Callable[[Size], AsyncIterator[Line]]] = {
    "verify": verify.bench,
    "bundles": bundles.bench,
    "end-to-end": end_to_end.bench,
    "memory": memory.bench,
}


async def run(names: Sequence[str], size: Size) -> list[Line]:
    lines: list[Line] = []
    if any(name in CHASSIS for name in names):
        with ground(size) as ours:
            for name in (name for name in CHASSIS if name in names):
                await _collect(name, CHASSIS[name](ours), lines)
    for name in (name for name in WHOLE if name in names):
        await _collect(name, WHOLE[name](size), lines)
    return lines


async def _collect(name: str, coming: AsyncIterator[Line], lines: list[Line]) -> None:
    print(f"… {name}", file=sys.stderr, flush=True)
    async for line in coming:
        lines.append(line)
        ratio = "" if line.ratio is None else f"  {line.ratio.median:.2f}"
        print(f"  {line.bench}: {line.case}{ratio}", file=sys.stderr, flush=True)


def machine(size: Size) -> dict[str, object]:
    """What the figures were taken on, in words that name nobody's machine."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "broker": broker(),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "python": platform.python_version(),
        "postgresql": dict(DURABLE),
        "size": size.name,
    }


def broker() -> str:
    return "Apache Kafka" if os.environ.get("BROKER") == "kafka" else "memory broker"


def main() -> int:
    given = _arguments()
    size = QUICK if given.quick else FULL if given.full else USUAL
    usual = list(CHASSIS) if given.quick else [*CHASSIS, *WHOLE]
    telemetry.configure("bench", "bench", "error", sys.stderr)
    about = machine(size)
    lines = run_loop(run(given.names or usual, size))
    print(f"\n{broker()}, {os.cpu_count()} cores, load {about['load']}, {about['at']}")
    print(table(lines, meaningless=given.quick), flush=True)
    if given.quick:
        print("These sizes are a smoke test: the ratios mean nothing.")
    report = {"run": about, "lines": [line.json() for line in lines]}
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(f"The report as JSON: {given.json}")
    return 1 if all_wrong(lines) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*CHASSIS, *WHOLE, []], metavar="NAME")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help="a smoke test: tiny sizes")
    sizes.add_argument("--full", action="store_true", help="every case, more of everything")
    parser.add_argument("--json", type=Path, metavar="FILE", default=LOCAL / "benchmarks.json")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Sorry as sorry:
        sys.exit(f"✗ {sorry}")
