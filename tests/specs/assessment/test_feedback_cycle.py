from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.assessment.domain import feedback_cycle
from services.assessment.domain.berakhlak import ITEMS, VALUES
from services.assessment.domain.feedback_cycle import (
    AnnounceCycle,
    CloseCycle,
    CycleAnnounced,
    CycleClosed,
    CycleEndsBeforeItOpens,
    CycleStillRunning,
    GroupsTooSmall,
    ItemWithoutValue,
    NoSuchCycle,
    Rules,
    TooManyItems,
)
from services.assessment.domain.reporting_line import Relation
from services.assessment.domain.terms import ContradictsRecord
from services.chassis.spec import Spec

given = Spec(feedback_cycle).given

CYCLE = UUID(int=7)
RULES = Rules(
    name="Umpan balik 2025",
    line_on=date(2025, 6, 30),
    opens_on=date(2025, 7, 1),
    last_day=date(2025, 7, 14),
    items=ITEMS,
    most={Relation.PEER: 3, Relation.SUBORDINATE: 2},
    least_answers=3,
)
announce = AnnounceCycle(cycle=CYCLE, rules=RULES)
announced = CycleAnnounced(cycle=CYCLE, rules=RULES)
closed = CycleClosed(cycle=CYCLE, on=date(2025, 7, 15))


def test_a_cycle_is_announced_once() -> None:
    given().when(announce).then(announced)
    given(announced).when(replace(announce, rules=replace(RULES, name="x"))).then_refused(
        ContradictsRecord
    )


def test_uu_20_2023_each_of_the_seven_values_has_an_item() -> None:
    assert len(VALUES) == 7
    assert ITEMS.keys() == VALUES.keys()
    without = {code: text for code, text in ITEMS.items() if code != "HA"}
    given().when(replace(announce, rules=replace(RULES, items=without))).then_refused(
        ItemWithoutValue
    )
    given().when(replace(announce, rules=replace(RULES, items={**ITEMS, "XX": "?"}))).then_refused(
        ItemWithoutValue
    )


def test_a_form_has_at_most_twelve_items() -> None:
    many = {**ITEMS, **{f"BP.{n}": "?" for n in range(2, 8)}}
    given().when(replace(announce, rules=replace(RULES, items=many))).then_refused(TooManyItems)
    given().when(replace(announce, rules=replace(RULES, items={}))).then_refused(TooManyItems)


def test_no_cycle_shows_groups_of_two() -> None:
    given().when(replace(announce, rules=replace(RULES, least_answers=2))).then_refused(
        GroupsTooSmall
    )


def test_a_cycle_ends_after_it_opens() -> None:
    early = replace(RULES, last_day=date(2025, 6, 30))
    given().when(replace(announce, rules=early)).then_refused(CycleEndsBeforeItOpens)


def test_it_is_closed_after_its_last_day() -> None:
    given(announced).when(CloseCycle(today=date(2025, 7, 14))).then_refused(CycleStillRunning)
    given(announced).when(CloseCycle(today=date(2025, 7, 15))).then(closed)
    given().when(CloseCycle(today=date(2025, 7, 15))).then_refused(NoSuchCycle)
