"""Effective, recorded and policy time stay apart, and no answer depends on when it was heard."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, modules

QUERIES = modules("services/*/queries.py") + modules("services/*/queries/*.py")
PROJECTIONS = modules("services/*/projections/*.py")
# Bare words for a day or an instant tell nobody which clock is meant.
VAGUE = frozenset({"date", "time", "datetime", "timestamp", "when", "created_at", "updated_at"})
HEARING = re.compile(r"heard_at|clock_timestamp|\bnow\(\)|current_date|current_timestamp", re.I)


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = function.args
    return {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def one_clock_missing(source: str) -> list[str]:
    """Public questions that know the day of the law but not what was known, or the reverse."""
    return [
        function.name
        for function in functions(source)
        if not function.name.startswith("_")
        and len(parameters(function) & {"as_of", "known_at"}) == 1
    ]


def vague_words(source: str) -> set[str]:
    """Parameters and fields named after no clock in particular."""
    fields = {
        node.target.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    named = {name for function in functions(source) for name in parameters(function)}
    return (fields | named) & VAGUE


@pytest.mark.parametrize("module", QUERIES, ids=str)
def test_a_question_about_a_day_says_what_was_known(module: Path) -> None:
    assert one_clock_missing((ROOT / module).read_text()) == []


@pytest.mark.parametrize("module", PROJECTIONS, ids=str)
def test_a_projection_knows_no_clock_but_the_source_s(module: Path) -> None:
    assert HEARING.findall((ROOT / module).read_text()) == []


@pytest.mark.parametrize(
    "module",
    [*QUERIES, *PROJECTIONS, *modules("services/*/domain/*.py"), *modules("contracts/events/*.py")],
    ids=str,
)
def test_days_and_instants_say_which_clock_they_are_of(module: Path) -> None:
    assert vague_words((ROOT / module).read_text()) == set()


def test_a_missing_clock_is_found() -> None:
    source = "async def explain(db, as_of): ...\ndef facts_of(db, known_at): ...\n"
    both = "async def explain(db, *, as_of, known_at): ...\ndef _inner(as_of): ..."
    assert one_clock_missing(source) == ["explain", "facts_of"]
    assert one_clock_missing(both) == []


def test_a_clock_of_one_s_own_is_found() -> None:
    assert HEARING.findall("SELECT * FROM inbox WHERE heard_at < now()") == ["heard_at", "now()"]
    assert HEARING.findall("known_at is now known") == []


def test_a_vague_word_is_found() -> None:
    source = "class Fact:\n    date: str\n    until: str\ndef ask(time): ..."
    assert vague_words(source) == {"date", "time"}


def test_there_is_something_to_guard() -> None:
    assert {module.parts[1] for module in QUERIES} >= {"career", "profile"}
    assert len(PROJECTIONS) >= 8
