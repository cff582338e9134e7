"""Files stay readable in one sitting and are named after what they hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, modules

MODULES = [module for top in ("services", "contracts") for module in modules(f"{top}/**/*.py")]
LONGEST = 300  # lines with something on them
LONGEST_LIFE = 350  # a life is not torn apart: one file tells all of it
NOBODY_CAN_GUESS = frozenset({"utils", "helpers", "common", "misc", "base", "manager", "managers"})
CLASS_WORDS = re.compile(r"(Manager|Processor|Helper|Impl|Util)s?$|^(Abstract|Base)[A-Z]")
FUNCTION_WORDS = re.compile(r"^_?(handle_|do_|process_data)")


def length(source: str) -> int:
    return sum(1 for line in source.splitlines() if line.strip())


def allowed(module: Path) -> int:
    return LONGEST_LIFE if "domain" in module.parts else LONGEST


def bad_names(module: str, source: str) -> set[str]:
    found = {module} & NOBODY_CAN_GUESS
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and CLASS_WORDS.search(node.name):
            found.add(node.name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and FUNCTION_WORDS.match(
            node.name
        ):
            found.add(node.name)
    return found


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    assert length((ROOT / module).read_text()) <= allowed(module)


def test_length_is_counted_and_only_lives_may_be_longer() -> None:
    assert length("one\n\n  \ntwo\n") == 2
    assert allowed(Path("services/profile/domain/person.py")) > allowed(Path("services/x/api.py"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_names_say_what_is_inside(module: Path) -> None:
    assert bad_names(module.stem, (ROOT / module).read_text()) == set()


def test_a_bad_name_is_found() -> None:
    source = "class BaseStore: ...\nclass StoreManager: ...\nasync def handle_event(): ..."
    assert bad_names("utils", source) == {"utils", "BaseStore", "StoreManager", "handle_event"}
    assert bad_names("basement", "class Basis: ...\ndef handed(): ...") == set()
