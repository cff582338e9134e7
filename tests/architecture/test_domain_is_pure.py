"""The domain imports nothing but Python, and asks Python for neither the time nor chance."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, SERVICES, modules, names_imported

MODULES = modules("services/*/domain/**/*.py")

# Python's own, but a door to the world: none of it belongs in a rule.
DOORS = frozenset(
    {"asyncio", "io", "logging", "os", "pathlib", "random", "secrets", "socket", "subprocess",
     "sys", "threading", "time"}
)  # fmt: skip
# Whoever uses one of these asks the clock or the dice; the day and the ids come in as arguments.
CLOCK = frozenset({"now", "utcnow", "today"})
DICE = frozenset({"uuid1", "uuid4", "uuid7"})
OUTSIDE = frozenset({"open", "print", "input"})


def strangers(source: str, home: str) -> set[str]:
    """Imports that are neither Python's own nor the domain's own, and doors to the world."""
    found = set()
    for name in names_imported(source):
        first = name.split(".")[0]
        if not name.startswith(f"{home}.") and (
            first not in sys.stdlib_module_names or first in DOORS
        ):
            found.add(name)
    return found


def askings(source: str) -> set[str]:
    """Uses of the clock, of chance or of the outside, called or handed on."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id="date" | "datetime"), attr=name) if name in CLOCK:
                found.add(name)
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in DICE:
                found.add(name)
            case ast.Call(func=ast.Name(id=name)) if name in OUTSIDE:
                found.add(name)
    return found


def home_of(module: Path) -> str:
    return ".".join(module.parts[:3])


def test_every_service_has_a_domain() -> None:
    assert {module.parts[1] for module in MODULES} == set(SERVICES)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_domain_imports_nothing_but_python(module: Path) -> None:
    assert strangers((ROOT / module).read_text(), home_of(module)) == set()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_domain_asks_neither_clock_nor_dice(module: Path) -> None:
    assert askings((ROOT / module).read_text()) == set()


def test_what_an_auditor_runs_is_pure_too() -> None:
    proof = (ROOT / "services/chassis/proof.py").read_text()
    assert strangers(proof, "services.chassis.proof") == set()
    assert askings(proof) == set()


@pytest.mark.parametrize(
    ("source", "stranger"),
    [
        ("import pydantic", "pydantic"),
        ("from services.chassis import events", "services.chassis.events"),
        ("from services.training.domain import terms", "services.training.domain.terms"),
        ("from contracts.events.training import TrainingFinishedV1",
         "contracts.events.training.TrainingFinishedV1"),
        ("def later():\n    import os", "os"),
        ("from ..adapters import lms", "..adapters.lms"),
    ],
)  # fmt: skip
def test_a_stranger_is_found(source: str, stranger: str) -> None:
    assert strangers(source, "services.career.domain") == {stranger}


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "date.today()",
        "from datetime import date\nfield(default_factory=date.today)",
        "uuid.uuid4()",
        "uuid4()",
        "open('rules.yaml')",
    ],
)
def test_asking_is_found(source: str) -> None:
    assert len(askings(source)) == 1


def test_python_itself_and_the_own_home_are_no_strangers() -> None:
    source = "from datetime import date\nfrom services.career.domain.terms import Refused"
    assert strangers(source, "services.career.domain") == set()
    assert askings("def age(today: date) -> int:\n    return today.year - 1984") == set()
