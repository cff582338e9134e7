"""What a newcomer does first: start it, follow the README, stop it, start it again."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running_system import RunningSystem, running, running_with
from tests.support.sharing import ROOT

TOUR = re.findall(
    r"^\.venv/bin/python (-m deploy\.local\.tour .+)$", (ROOT / "README.md").read_text(), re.M
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole system")]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    with running(tmp_path_factory.mktemp("newcomer") / "local", people=60) as system:
        yield system


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_readme_tour_turns_the_verdict_both_ways(system: RunningSystem) -> None:
    said = [system.run(sys.executable, *shlex.split(command)) for command in TOUR]
    asked, judged, finished, rated = said
    assert "NOT_ELIGIBLE as administrator on 2025-05-31" in asked
    assert "NOT_ELIGIBLE → NOT_ELIGIBLE" in judged
    assert "NOT_ELIGIBLE → ELIGIBLE" in finished
    assert "the second delivery got the same answer" in finished
    assert changed_findings(finished) == ["pkp-finished"]
    assert "ELIGIBLE → NOT_ELIGIBLE" in rated
    assert changed_findings(rated) == ["performance"]


def changed_findings(said: str) -> list[str]:
    return [line.split()[2] for line in said.splitlines() if line.startswith("  now  ")]


def test_what_was_recorded_is_kept_and_a_killed_service_is_one_sentence(
    system: RunningSystem,
) -> None:
    system.supervisor.send_signal(signal.SIGINT)
    assert system.supervisor.wait(60) == 0
    assert "stopped" in system.output.splitlines()[-1]

    with running_with(system.folder, system.environment) as second:
        assert "import" not in second.output
        past = second.run(sys.executable, *shlex.split(TOUR[0]))
        assert "NOT_ELIGIBLE as administrator on 2025-05-31" in past

        pids: dict[str, int] = json.loads((system.folder / "processes.json").read_text())
        os.kill(pids["career"], signal.SIGKILL)
        assert second.supervisor.wait(60) == 1
        assert "✗ career was killed by SIGKILL" in second.output
        assert "Traceback" not in second.output
        assert [name for name, pid in pids.items() if alive(pid)] == []
