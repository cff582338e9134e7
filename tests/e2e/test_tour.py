"""The tour of the README, word for word: both flips, and a past that does not change."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from deploy.local.layout import ROOT
from services.career.verifying.checking import check
from services.career.verifying.trust import Trust
from services.chassis.bundle_log import DoesNotFit
from services.chassis.checkpoint_keys import KnownKeys
from tests.e2e.conftest import System

pytestmark = pytest.mark.xdist_group("e2e")


def tour() -> list[list[str]]:
    """The commands of the README's tour, without the interpreter, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\.venv/bin/python (-m deploy\.local\.tour .+)$", text, re.M)
    return [shlex.split(command) for command in found]


def findings(told: str) -> list[str]:
    return re.findall(r"^  (?:MET|UNMET|UNKNOWN|HUMAN) +.+$", told, re.M)


def changed(told: str) -> list[str]:
    return re.findall(r"^  now  \w+ +([\w-]+)", told, re.M)


def test_both_flips_can_be_done_by_copying_the_commands(system: System) -> None:
    why, judge, finish, rate, *_ = tour()
    before = system.run(*why)
    assert "NOT_ELIGIBLE as administrator on 2025-05-31" in before
    assert len(findings(before)) == 10
    judged = system.run(*judge)
    assert set(changed(judged)) == {"integrity", "health", "related_field"}
    finished = system.run(*finish)
    assert "NOT_ELIGIBLE → ELIGIBLE" in finished
    assert "the second delivery got the same answer" in finished
    assert changed(finished) == ["pkp-finished"]
    rated = system.run(*rate)
    assert "ELIGIBLE → NOT_ELIGIBLE" in rated
    assert changed(rated) == ["performance"]
    assert findings(system.run(*why)) == findings(before)


def test_what_is_proved_can_be_verified_without_the_system(system: System) -> None:
    (prove,) = [step for step in tour() if "prove" in step]
    assert "events:" in system.run(*prove)
    bundle = system.folder / "bukti.zip"
    keys = system.folder / "keys" / "checkpoint-keys.json"
    assert "COCOK" in system.run("-m", "services.career.verify", str(bundle), "--keys", str(keys))
    spoilt = bytearray(bundle.read_bytes())
    spoilt[5000] ^= 1
    assert fault_of(bytes(spoilt), keys) == "not-a-bundle"


def fault_of(bundle: bytes, keys: Path) -> str:
    with pytest.raises(DoesNotFit) as found:
        check(bundle, Trust(KnownKeys.parse(keys.read_bytes())))
    return found.value.what
