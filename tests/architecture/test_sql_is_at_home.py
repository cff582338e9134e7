"""SQL lives in the chassis, in projections, in adapters and in migrations, and nowhere else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, modules

HOMES = re.compile(r"^services/(chassis|[a-z]+/(projections|adapters))/")
STATEMENT = re.compile(
    r"^\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\("
    r"|create\s+(table|index|view)|alter\s+table|drop\s+table|truncate\s|copy\s+\w+\s+(from|to)\s"
    r"|lock\s+table|listen\s+\w+\s*$|notify\s+\w+)",
    re.IGNORECASE | re.DOTALL,
)
ELSEWHERE = [path for path in modules("services/**/*.py") if not HOMES.match(path.as_posix())]


def docstrings(tree: ast.AST) -> set[int]:
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def statements(source: str) -> list[str]:
    """Text in the code that is SQL; prose in docstrings is not asked."""
    tree = ast.parse(source)
    prose = docstrings(tree)
    return [
        node.value.strip().splitlines()[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in prose
        and STATEMENT.match(node.value)
    ]


@pytest.mark.parametrize("module", ELSEWHERE, ids=str)
def test_no_sql_outside_its_homes(module: Path) -> None:
    assert statements((ROOT / module).read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "await db.fetch('SELECT id FROM person WHERE id = $1', x)",
        "QUERY = '''\n  insert into enrolment values ($1)'''",
        "f'UPDATE {table} SET a = 1'.format()\nx = 'update person set a = 1'",
        "x = 'with kept as (select 1) select * from kept'",
        "x = 'DELETE FROM tail'",
    ],
)
def test_sql_is_recognised(source: str) -> None:
    assert len(statements(source)) == 1


def test_prose_is_not_sql() -> None:
    prose = '"""Select the best from those who may."""\nx = "update the record of a person"'
    assert statements(prose) == []


def test_the_homes_are_the_homes() -> None:
    assert HOMES.match("services/career/projections/facts.py")
    assert not HOMES.match("services/career/queries.py")
    assert not HOMES.match("services/portal/pages/why.py")


def test_there_is_something_to_guard() -> None:
    assert len(ELSEWHERE) >= 50
