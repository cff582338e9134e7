"""Decision records: numbered without gaps, one screen, a status, and a guard that exists."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT

RECORDS = sorted((ROOT / "docs/decisions").glob("*.md"))
PARTS = ["## Context", "## Decision", "## Consequences", "## Alternatives"]
ONE_SCREEN = 50


def contracts_of_importlinter() -> set[str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return {name.rpartition(":")[2] for name in parser.sections() if ":contract:" in name}


def faults(name: str, text: str) -> list[str]:
    """What a record lacks."""
    number = name[:4]
    lines = text.rstrip("\n").split("\n")
    guard = lines[-1]
    found = []
    if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) or not lines[0].startswith(f"# {number} "):
        found.append("number")
    if not re.search(r"^Status: (accepted|superseded by \d{4})$", text, re.MULTILINE):
        found.append("status")
    if [line for line in lines if line.startswith("## ")] != PARTS:
        found.append("parts")
    if len(lines) > ONE_SCREEN:
        found.append("length")
    if not guard.startswith("Guard: ") or not named_guards(guard):
        found.append("guard")
    found += [f"no such guard: {path}" for path in named_guards(guard) if not exists(path)]
    return found


def named_guards(line: str) -> list[str]:
    return [name for name in re.findall(r"`([^`]+)`", line) if name != ".importlinter"]


def exists(guard: str) -> bool:
    if "/" in guard:
        return (ROOT / guard).is_file()
    return guard in contracts_of_importlinter()


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_complete_and_its_guard_exists(record: Path) -> None:
    assert faults(record.name, record.read_text(encoding="utf-8")) == []


def test_records_are_numbered_without_gaps() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
    assert len(RECORDS) >= 12


def test_a_poor_record_is_found() -> None:
    poor = "# 0002 We do as we like\n\nStatus: maybe\n\n## Decision\n\nYes.\n"
    assert faults("0001-as-we-like.md", poor) == ["number", "status", "parts", "guard"]


def test_a_guard_that_does_not_exist_is_found() -> None:
    text = RECORDS[0].read_text(encoding="utf-8").rstrip("\n")
    assert faults(RECORDS[0].name, f"{text} and `tests/no/such_test.py`") == [
        "no such guard: tests/no/such_test.py"
    ]
    assert faults(RECORDS[0].name, f"{text} and contract `no-such` in `.importlinter`") == [
        "no such guard: no-such"
    ]
