"""The rejected rows of a file as a workbook: mended in place, it can be sent as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from services.chassis.template import Template
from services.chassis.workbook import RowProblem, open_workbook
from services.chassis.workbook_corrections import Correction, corrections_workbook
from services.chassis.workbook_file import Cell

MOST_CORRECTED = 50_000
Words = Mapping[str, tuple[str, str | None]]


async def corrections(
    template: Template, content: bytes, problems: Sequence[RowProblem], words: Words
) -> bytes:
    """Reading the file once more takes a while for a large one, and is done beside the doors."""
    return await asyncio.to_thread(correct, template, content, problems, words)


def correct(
    template: Template, content: bytes, problems: Sequence[RowProblem], words: Words
) -> bytes:
    """The rows with a problem, each once, in the sheets they came from."""
    wrong = {(one.sheet, one.row): one for one in problems}
    sheets: dict[str, list[Correction]] = {}
    for sheet in open_workbook(content, template.forms).sheets:
        for line in sheet.table.lines():
            problem = wrong.get((sheet.form.name, line.number))
            if problem is not None:
                values: dict[str, Cell] = {
                    column.name: line.cells[at]
                    for at, column in sheet.places.items()
                    if at in line.cells
                }
                sheets.setdefault(sheet.form.name, []).append(_said(values, problem, words))
    return corrections_workbook(template, sheets)


def _said(values: Mapping[str, Cell], problem: RowProblem, words: Words) -> Correction:
    reason, fix = words.get(problem.reason, (problem.reason, None))
    return Correction(
        values=values,
        row=problem.row,
        column=problem.column,
        reason=reason,
        fix=fix or problem.fix,
    )
