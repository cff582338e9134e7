"""Every template of every service: what it hands out can be filled in and comes back understood,
and whatever comes back, nothing is raised."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.assessment.imports import KINDS as ASSESSMENT
from services.chassis.import_corrections import correct
from services.chassis.importing import ImportKind
from services.chassis.template import Column, Form
from services.chassis.workbook import Row, RowProblem, open_workbook, read_row
from services.chassis.workbook_opening import opened
from services.chassis.workbook_templates import SAFE, template_workbook
from services.profile.imports import KINDS as PROFILE
from services.training.imports import KINDS as TRAINING

KINDS = [*PROFILE, *TRAINING, *ASSESSMENT]
FORMS = [(kind, form) for kind in KINDS for form in kind.template.forms]
FILLED_IN = [(kind, form) for kind, form in FORMS if all(c.help for c in form.columns)]


def named(value: object) -> str:
    return value.name if isinstance(value, ImportKind | Form) else str(value)


def book(form: Form, *rows: list[Any]) -> bytes:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {**SAFE, "nan_inf_to_errors": True})
    sheet = made.add_worksheet(form.name)
    for at, row in enumerate([[column.name for column in form.columns], *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif cell is not None:
                sheet.write(at, column, cell)
    made.close()
    return target.getvalue()


def told(kind: ImportKind, content: bytes) -> list[tuple[Row, Any] | RowProblem]:
    read = kind.readers
    return [
        read_row(row, read[sheet.form])
        for sheet in open_workbook(content, kind.template.forms).sheets
        for row in sheet.rows()
    ]


@pytest.mark.parametrize(("kind", "form"), FILLED_IN, ids=named)
def test_the_examples_of_a_template_are_understood(kind: ImportKind, form: Form) -> None:
    [row] = told(kind, book(form, [column.example for column in form.columns]))
    assert not isinstance(row, RowProblem), row


@pytest.mark.parametrize(("kind", "form"), FORMS, ids=named)
def test_a_formula_in_any_column_refuses_its_row(kind: ImportKind, form: Form) -> None:
    """Text that looks like a formula is one in a .csv, which knows no other."""
    for at, column in enumerate(form.columns):
        cells = [each.example or "1" for each in form.columns]
        cells[at] = "=1+1"
        lines = [";".join(one.name for one in form.columns), ";".join(cells)]
        alone = open_workbook("\r\n".join(lines).encode(), [form])
        [row] = alone.sheets[0].rows()
        assert isinstance(row, RowProblem)
        assert (row.reason, row.column) == ("formula", column.name)


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_what_is_handed_out_explains_every_column(kind: ImportKind) -> None:
    handed_out = template_workbook(kind.template)
    assert handed_out == template_workbook(kind.template)
    tables = {table.name: list(table.lines()) for table in opened(handed_out)}
    assert list(tables)[-2:] == ["Petunjuk", "Referensi"]
    explained = {line.cells.get(0) for line in tables["Petunjuk"]}
    offered = set(tables["Referensi"][0].cells.values()) if tables["Referensi"] else set()
    for form in kind.template.forms:
        assert list(tables[form.name][0].cells.values()) == [c.name for c in form.columns]
        assert {column.name for column in form.columns} <= explained
        assert {column.name for column in form.columns if column.kind.choices} <= offered
        assert set(form.key) <= set(form.columns)
    assert told(kind, handed_out) == []


def cells_of(column: Column[Any]) -> st.SearchStrategy[Any]:
    right = st.sampled_from([column.example, *column.kind.choices[:3], ""])
    wrong = (
        st.text(max_size=12)
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.dates()
    )
    return right | wrong.filter(lambda cell: not isinstance(cell, int) or abs(cell) < 10**300)


@pytest.mark.parametrize(("kind", "form"), FORMS, ids=named)
@given(data=st.data())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_cells_become_values_or_problems_and_go_back_to_be_corrected(
    kind: ImportKind, form: Form, data: st.DataObject
) -> None:
    row = st.tuples(*map(cells_of, form.columns)).map(list)
    content = book(form, *data.draw(st.lists(row, max_size=3)))
    found = told(kind, content)
    problems = [one for one in found if isinstance(one, RowProblem)]
    corrections = correct(kind.template, content, problems, {})
    if problems:
        again = [one for one in told(kind, corrections) if isinstance(one, RowProblem)]
        assert [(one.column, one.reason) for one in again] == [
            (one.column, one.reason) for one in problems
        ]
