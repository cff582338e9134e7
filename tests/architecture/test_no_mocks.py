"""Nothing is patched: the core is pure, outside things are faked at the wire, ours run for real."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, modules, names_imported

MODULES = [
    module
    for top in ("services", "contracts", "tests", "deploy")
    for module in modules(f"{top}/**/*.py")
]
BANNED = ("unittest.mock", "mock", "pytest_mock")


def mocks(source: str) -> set[str]:
    """Imports of mock libraries, and the fixture that hides one."""
    imported = {
        name
        for name in names_imported(source)
        if any(name == banned or name.startswith(f"{banned}.") for banned in BANNED)
    }
    fixtures = {
        node.arg
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.arg) and node.arg == "mocker"
    }
    return imported | fixtures


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_nothing_is_mocked(module: Path) -> None:
    assert mocks((ROOT / module).read_text()) == set()


@pytest.mark.parametrize(
    "source",
    [
        "from unittest.mock import patch",
        "from unittest import mock",
        "import mock",
        "def test_x(mocker): ...",
    ],
)
def test_a_mock_is_found(source: str) -> None:
    assert len(mocks(source)) == 1
