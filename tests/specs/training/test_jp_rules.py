"""What an effort earns under the shipped rules (regulations 9.3) and under an agency's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.chassis.spec import Spec
from services.training.adapters.form_rules import read_forms, shipped_rules
from services.training.domain import jp_setting
from services.training.domain.jp_rules import (
    Effort,
    EffortNotTold,
    ForMissingHours,
    Measure,
    Rule,
    RuleIncomplete,
    Spoke,
    Step,
    checked,
    earned,
)
from services.training.domain.jp_setting import (
    DecreeSaysOtherwise,
    JpRuleSet,
    SetJpRule,
    rules_on,
)
from services.training.domain.terms import Form

given = Spec(jp_setting).given
MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)
FILE = Path("services/training/forms.json")


def told(form: Form, effort: Effort) -> tuple[int, Spoke]:
    found = earned(shipped_rules()[form], effort)
    return found.jp, found.spoke


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(date(2026, 3, number) for number in numbers)


@pytest.mark.parametrize(
    ("form", "effort", "jp", "spoke"),
    [
        (Form.STRUCTURAL, Effort(hours=900), 900, Spoke.CERTIFICATE_HOURS),
        (Form.E_LEARNING, Effort(hours=8, days=30), 8, Spoke.CERTIFICATE_HOURS),
        (Form.SEMINAR, Effort(days=2), 8, Spoke.PER_DAY),
        (Form.SEMINAR, Effort(days=2, international=True), 12, Spoke.PER_DAY_INTERNATIONAL),
        (Form.SOSIALISASI, Effort(days=1), 4, Spoke.PER_DAY),
        (Form.WORKSHOP, Effort(days=3), 15, Spoke.PER_DAY),
        (Form.WORKSHOP, Effort(days=3, international=True), 21, Spoke.PER_DAY_INTERNATIONAL),
        (Form.MENTORING, Effort(sessions=days(2)), 2, Spoke.PER_SESSION),
        (Form.COACHING, Effort(), 0, Spoke.PER_SESSION),
        (Form.SELF_LEARNING, Effort(activities=3), 6, Spoke.PER_ACTIVITY),
        (Form.COMMUNITY_OF_PRACTICE, Effort(activities=1), 2, Spoke.PER_ACTIVITY),
        (Form.MAGANG, Effort(days=5), 10, Spoke.BY_LENGTH),
        (Form.DETASERING, Effort(days=6), 15, Spoke.BY_LENGTH),
        (Form.BENCHMARKING, Effort(days=20), 15, Spoke.BY_LENGTH),
        (Form.EXCHANGE, Effort(days=365), 20, Spoke.BY_LENGTH),
    ],
)
def test_9_3_each_form_is_counted_by_its_own_measure(
    form: Form, effort: Effort, jp: int, spoke: Spoke
) -> None:
    assert told(form, effort) == (jp, spoke)


@pytest.mark.parametrize(("number", "jp"), [(1, 6), (2, 13), (3, 20), (30, 20)])
def test_9_3_missing_hours_are_read_from_the_days(number: int, jp: int) -> None:
    assert told(Form.COURSE, Effort(days=number)) == (jp, Spoke.MISSING_HOURS)


def test_9_3_two_sessions_of_a_month_count_and_the_next_month_begins_anew() -> None:
    april = (date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3))
    assert told(Form.COACHING, Effort(sessions=days(9, 3, 3, 21)))[0] == 4
    assert told(Form.COACHING, Effort(sessions=(*days(3), *april)))[0] == 6


@pytest.mark.parametrize(
    ("form", "effort"),
    [
        (Form.SEMINAR, Effort(hours=8)),
        (Form.COURSE, Effort()),
        (Form.COURSE, Effort(hours=0)),
        (Form.MAGANG, Effort(hours=40)),
        (Form.SELF_LEARNING, Effort(activities=0)),
    ],
)
def test_what_a_form_is_counted_by_must_be_told(form: Form, effort: Effort) -> None:
    with pytest.raises(EffortNotTold):
        told(form, effort)


def test_every_shipped_rule_says_how_certain_it_is_and_where_it_comes_from() -> None:
    rules = shipped_rules()
    assert list(rules) == list(Form)
    assert {one.verification for one in rules.values()} == {"uncertain"}
    assert all("regulations-9.3" in one.source for one in rules.values())


def spoilt(change: Callable[[Any], object]) -> bytes:
    content = json.loads(FILE.read_bytes())
    change(content)
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda all_: all_["forms"].pop(),
        lambda all_: all_["forms"].append(all_["forms"][0]),
        lambda all_: all_["forms"][0].update(form=26),
        lambda all_: all_["forms"][0].update(name=""),
        lambda all_: all_["forms"][0].update(verification="sure"),
        lambda all_: all_["forms"][0].pop("source"),
        lambda all_: all_["forms"][0].update(hint="x"),
        lambda all_: all_["forms"][0]["rule"].update(jp=3),
        lambda all_: all_["forms"][3]["rule"].pop("jp"),
        lambda all_: all_["forms"][3]["rule"].update(jp=0),
        lambda all_: all_["forms"][3]["rule"].update(per_month=2),
        lambda all_: all_["forms"][9]["rule"].update(steps=[]),
        lambda all_: all_["forms"][9]["rule"]["steps"].reverse(),
        lambda all_: all_["missing_hours"].update(days=0),
        lambda all_: all_.pop("missing_hours"),
    ],
)
def test_a_file_that_is_not_whole_is_not_read(change: Callable[[Any], object]) -> None:
    with pytest.raises(ValidationError):
        read_forms(spoilt(change))


OWN = Rule(by=Measure.SESSIONS, jp=1, per_month=4)
set_rule = SetJpRule(form=Form.MENTORING, rule=OWN, decree_number="KEP-1", on=MARCH)
was_set = JpRuleSet(form=Form.MENTORING, rule=OWN, decree_number="KEP-1", on=MARCH)


def test_an_agency_sets_its_own_numbers_by_decree() -> None:
    given().when(set_rule).then(was_set)
    other = replace(set_rule, form=Form.COACHING)
    given(was_set).when(other).then(replace(was_set, form=Form.COACHING))


def test_a_decree_says_one_thing_of_a_form() -> None:
    given(was_set).when(replace(set_rule, on=JUNE)).then_refused(DecreeSaysOtherwise)
    given(was_set).when(replace(set_rule, rule=None)).then_refused(DecreeSaysOtherwise)


def test_the_rule_of_the_day_is_the_latest_that_holds() -> None:
    back = JpRuleSet(form=Form.MENTORING, rule=None, decree_number="KEP-2", on=JUNE)
    state = (back, was_set)
    before, between, after = (
        rules_on(shipped_rules(), state, day)[Form.MENTORING]
        for day in (date(2026, 2, 28), MARCH, JUNE)
    )
    assert (before, after) == (shipped_rules()[Form.MENTORING],) * 2
    assert (between.rule, between.verification, between.source) == (OWN, "decree", "KEP-1")
    assert earned(between, Effort(sessions=days(1, 2, 3))).jp == 3


@pytest.mark.parametrize(
    "rule",
    [
        Rule(by=Measure.DAYS),
        Rule(by=Measure.DAYS, jp=-1),
        Rule(by=Measure.HOURS, jp=2),
        Rule(by=Measure.SESSIONS, jp=2, per_month=0),
        Rule(by=Measure.LENGTH, steps=(Step(up_to_days=5, jp=10),)),
        Rule(by=Measure.ACTIVITIES, jp=2, missing_hours=ForMissingHours(days=3, jp=20)),
    ],
)
def test_a_rule_must_be_whole(rule: Rule) -> None:
    given().when(replace(set_rule, rule=rule)).then_refused(RuleIncomplete)
    with pytest.raises(RuleIncomplete):
        checked(rule)
