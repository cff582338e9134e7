"""Sides take turns, the warm-up is thrown away, the ratio counts, and what is wrong is told."""

from __future__ import annotations

import json

from tests.benchmarks.history import History
from tests.benchmarks.measuring import (
    Line,
    Run,
    Side,
    Target,
    Wrong,
    at_least,
    cpu_of,
    figure,
    interleaved,
)
from tests.benchmarks.table import all_wrong, table
from tests.benchmarks.topics import compared


def a_side(name: str, told: list[str], *seconds: float, wrong: Wrong | None = None) -> Side:
    """Says its name whenever it runs; a thousand events in so many seconds."""
    left = iter(seconds)

    async def run() -> Run:
        told.append(name)
        return Run(1000, next(left), 0.5, wrong or Wrong())

    return run


async def test_sides_take_turns_and_the_warm_up_does_not_count() -> None:
    told: list[str] = []
    ours, floor = a_side("A", told, 99, 2, 4), a_side("B", told, 99, 1, 1)
    found = await interleaved(2, ours, {"floor": floor})
    assert told == ["A", "B"] * 3
    assert [run.seconds for run in found.ours] == [2, 4]
    assert found.ratio("floor").values == (0.5, 0.25)


async def test_beside_two_floors_the_slower_one_counts_in_each_round() -> None:
    told: list[str] = []
    ours = a_side("A", told, 1, 2, 2)
    fast, slow = a_side("B", told, 1, 1, 8), a_side("C", told, 1, 4, 1)
    found = await interleaved(2, ours, {"B": fast, "C": slow})
    assert found.ratio("B", "C").values == (2.0, 4.0)


async def test_what_is_wrong_counts_on_every_side_and_in_the_warm_up() -> None:
    told: list[str] = []
    ours = a_side("A", told, 1, 1, wrong=Wrong(missed=1))
    floor = a_side("B", told, 1, 1, wrong=Wrong(out_of_order=2))
    line = (await interleaved(1, ours, {"floor": floor})).line("bench", "case", "floor")
    assert all_wrong([line]) == Wrong(missed=2, out_of_order=4)
    assert all_wrong([line])
    assert not all_wrong([Line("bench", "case", figure([1]))])


def test_the_target_is_compared_with_the_median() -> None:
    assert at_least(figure([0.1, 0.8, 0.9]), 0.8) == Target("≥ 0.8", reached=True)
    assert not at_least(figure([0.1, 0.7, 0.9]), 0.8).reached


def test_a_missed_target_is_said_and_a_smoke_test_says_nothing_of_it() -> None:
    line = Line("bench", "case", figure([1.0]), target=Target("≥ 2", reached=False))
    assert "MISSED" in table([line])
    assert "MISSED" not in table([line], meaningless=True)
    assert json.loads(json.dumps(line.json()))["target"] == {"text": "≥ 2", "reached": False}


def test_a_partition_is_whole_when_each_position_is_there_once_and_in_order() -> None:
    assert not compared([1, 2, 3], 3)
    assert compared([1, 3], 3) == Wrong(missed=1)
    assert compared([1, 2, 2, 3], 3) == Wrong(duplicated=1)
    assert compared([1, 3, 2], 3) == Wrong(out_of_order=1)


def test_the_cpu_of_a_process_that_is_gone_is_nothing() -> None:
    assert cpu_of(2**22 + 1) == 0.0


def test_a_history_is_repeatable_dense_and_knows_what_falls() -> None:
    history = History(2_000)
    records = list(history.records())
    assert records == list(History(2_000).records())
    for source, heads in history.heads.items():
        for partition, head in enumerate(heads):
            psns = [r.psn for r in records if (r.source, r.partition) == (source, partition)]
            assert psns == list(range(1, head + 1))
    revoked = [record for record in records if record.type == "training.completion_revoked.v1"]
    assert revoked
    assert len(history.rows) == len(records) - len(revoked)
    fallen = [row for row in history.rows.values() if row.superseded is not None]
    assert {row.kind for row in fallen} == {"PositionHeld", "TrainingFinished"}
