"""Inside, values are frozen dataclasses with slots: made once, true for ever."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, modules

MODULES = modules("services/*/domain/**/*.py")


def loose(source: str) -> set[str]:
    """Dataclasses that could be changed after they were made, or grow a field by a slip."""
    return {
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if _is_dataclass(decorator) and not {"frozen", "slots"} <= _switched_on(decorator)
    }


def _is_dataclass(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(called).endswith("dataclass")


def _switched_on(decorator: ast.expr) -> set[str]:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return {
        keyword.arg
        for keyword in keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
    }


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_value_of_the_domain_is_frozen(module: Path) -> None:
    assert loose((ROOT / module).read_text()) == set()


@pytest.mark.parametrize(
    "decorator",
    ["dataclass", "dataclass()", "dataclass(frozen=True)", "dataclasses.dataclass(slots=True)",
     "dataclass(frozen=False, slots=True)"],
)  # fmt: skip
def test_a_loose_value_is_found(decorator: str) -> None:
    assert loose(f"@{decorator}\nclass Fact:\n    year: int") == {"Fact"}


def test_a_frozen_value_passes() -> None:
    assert loose("@dataclass(frozen=True, slots=True, kw_only=True)\nclass Fact: ...") == set()
