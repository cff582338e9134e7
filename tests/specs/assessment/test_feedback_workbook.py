"""What a row of answers says: who rated is a token, and what was written beside is not read."""

from __future__ import annotations

from typing import Any

import pytest

from services.assessment.adapters.feedback_workbook import ANSWERS, Mark, read_mark
from services.chassis.workbook import Row, RowProblem, read_row

EXAMPLE = {column.name: column.example for column in ANSWERS.columns}


def read(**changes: Any) -> Mark | RowProblem:
    told = read_row(Row(2, ANSWERS.name, {**EXAMPLE, **changes}), read_mark)
    return told if isinstance(told, RowProblem) else told[1]


def test_a_token_is_read_however_it_was_typed_and_a_comment_is_only_noticed() -> None:
    said = read(**{"TOKEN PENILAI": " abcdefghijklmnopqrstuvwx", "KOMENTAR": "Rajin."})
    assert isinstance(said, Mark)
    assert (said.token, said.item, said.mark) == ("ABCDEFGHIJKLMNOPQRSTUVWX", "BP", 4)
    assert said.commented
    assert "Rajin" not in repr(said)


@pytest.mark.parametrize("mark", ["0", "6", "4,5", "baik"])
def test_a_mark_is_a_whole_number_from_one_to_five(mark: str) -> None:
    problem = read(NILAI=mark)
    assert isinstance(problem, RowProblem)
    assert problem.column == "NILAI"


def test_what_is_wrong_with_a_token_does_not_show_it() -> None:
    problem = read(**{"TOKEN PENILAI": "199001012015051001" * 2})
    assert isinstance(problem, RowProblem)
    assert problem.value_shown != "199001012015051001" * 2
