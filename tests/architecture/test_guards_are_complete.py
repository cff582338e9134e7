"""A guard that walks nothing guards nothing, and one that was never seen to fail may guard nothing.

Each module of this folder must hold at least one test that feeds its guard something bad.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, modules

GUARDS = modules("tests/architecture/test_*.py")
NEGATIVE = ("found", "refused", "can_fail", "objects", "recognised", "noticed", "dangerous")


def names_of_tests(source: str) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]


def shows_its_failure(source: str) -> bool:
    return any(word in name for name in names_of_tests(source) for word in NEGATIVE)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda path: path.stem)
def test_every_guard_is_shown_something_bad(guard: Path) -> None:
    assert shows_its_failure((ROOT / guard).read_text())


def test_a_guard_without_negative_proof_is_found() -> None:
    assert not shows_its_failure("def test_all_is_well(): ...")
    assert shows_its_failure("def test_all_is_well(): ...\ndef test_a_slip_is_found(): ...")


def test_there_are_guards() -> None:
    assert len(GUARDS) >= 14
