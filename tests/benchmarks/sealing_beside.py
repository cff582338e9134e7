"""A sealer at work in a process of its own: `python -m tests.benchmarks.sealing_beside URL`."""

from __future__ import annotations

import sys

from services.chassis import postgres, telemetry
from services.chassis.serving import run_loop
from tests.benchmarks.said import a_sealer


async def main(url: str) -> None:
    async with postgres.pool(url, role="publisher", size=3) as pool:
        sealer = a_sealer(pool)
        await sealer.take_over(force=True)
        print("took over", flush=True)
        await sealer.run()


if __name__ == "__main__":
    telemetry.configure("assessment", "publisher", "error", sys.stderr)
    run_loop(main(sys.argv[1]))
