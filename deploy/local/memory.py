"""How much memory the running stack holds: `python -m deploy.local.memory`.

Counted is the proportional share (PSS): pages that processes share are counted once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.local.layout import LOCAL

LIMIT = 2 * 1024**3


def measured(folder: Path = LOCAL) -> dict[str, int]:
    """Bytes held by each process of the stack and all it started."""
    file = folder / "processes.json"
    pids: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    return {name: sum(map(_held, (pid, *_below(pid)))) for name, pid in pids.items()}


def _held(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from _below(child)


def main() -> int:
    held = measured()
    if not held:
        print("The stack is not running.", file=sys.stderr)
        return 1
    for name, size in held.items():
        print(f"{name:<22}{size / 2**20:8.0f} MiB")
    total = sum(held.values())
    print(f"{'together':<22}{total / 2**20:8.0f} MiB  of {LIMIT / 2**20:.0f}")
    return 0 if total < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
