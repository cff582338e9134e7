"""What a row of the workbook of results says: competencies, potential, or both, each whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from services.assessment.adapters.results_workbook import (
    ASSESSOR,
    MEASURED,
    RESULTS,
    SCORED,
    Found,
    read_result,
)
from services.chassis.workbook import Row, RowProblem, read_row

EXAMPLE = {column.name: column.example for column in RESULTS.columns}
NO_LEVELS = {column.name: "" for column in MEASURED.values()}
NO_SCORES = {column.name: "" for column in SCORED.values()}
NO_MATCH = {"JPM": "", "KATEGORI": ""}


def read(**changes: Any) -> Found | RowProblem:
    told = read_row(Row(2, RESULTS.name, {**EXAMPLE, **changes}), read_result)
    return told if isinstance(told, RowProblem) else told[1]


def found(**changes: Any) -> Found:
    told = read(**changes)
    assert isinstance(told, Found), told
    return told


def test_a_row_tells_both_with_their_tool_and_the_assessor_beside_the_competencies() -> None:
    both = found(**{ASSESSOR.name: "Asesor Contoh"})
    assert both.report is not None
    assert both.potential is not None
    assert (both.report.method, both.report.assessor) == ("CACT", "Asesor Contoh")
    assert both.report.jpm == Decimal("88.89")
    assert (both.potential.method, both.potential.scale) == ("CACT", Decimal(100))
    assert both.report.valid_until == both.potential.valid_until


def test_a_row_may_tell_one_of_them_alone() -> None:
    assert found(**NO_SCORES).potential is None
    assert found(**NO_LEVELS, **NO_MATCH).report is None


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({**NO_LEVELS, **NO_SCORES, **NO_MATCH}, "M.01", "nothing-measured"),
        (NO_LEVELS, "JPM", "match-without-levels"),
        ({**NO_LEVELS, "JPM": ""}, "KATEGORI", "match-without-levels"),
        ({"SKALA": ""}, "SKALA", "missing"),
        ({"ALAT": ""}, "ALAT", "missing"),
        ({"M.01": "6"}, "M.01", "out-of-range"),
    ],
)
def test_a_row_that_cannot_be_read_names_its_column(
    changes: dict[str, Any], column: str, reason: str
) -> None:
    problem = read(**changes)
    assert isinstance(problem, RowProblem)
    assert (problem.column, problem.reason) == (column, reason)
