"""SE MenPANRB 28/2021: each condition, just met and just missed, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.training.domain.calendar import months_and_days, months_later, working_days_later
from services.training.domain.study_conditions import (
    RULES,
    Accreditation,
    Condition,
    Examination,
    Facts,
    Finding,
    Judgement,
    NoStudyRulesYet,
    Outcome,
    Served,
    Status,
    StudyPlan,
    bond_until,
    examine,
    rules_on,
)

DAY = date(2026, 9, 1)
PLAN = StudyPlan(
    programme="Magister Kesehatan Masyarakat",
    institution="Universitas Contoh",
    accreditation=Accreditation.B,
    level=8,
    field="Kesehatan Masyarakat",
    starts_on=DAY,
    months=24,
    released=True,
    self_funded=False,
    competency="TK-01",
    need=UUID(int=5),
)
FINE = Facts(
    employment="PNS",
    pns_since=date(2016, 9, 1),
    pension_from=date(2040, 1, 1),
    ratings=((2024, "BAIK"), (2025, "SANGAT_BAIK")),
    planned=True,
    judgements=(Judgement(condition=Condition.NOT_SUSPENDED, met=True, document="SKET-1"),),
)


def examined(facts: Facts, plan: StudyPlan = PLAN, as_of: date = DAY) -> Examination:
    return examine(facts, plan, rules_on(as_of), as_of)


def finding(condition: Condition, facts: Facts, plan: StudyPlan = PLAN) -> Finding:
    return next(one for one in examined(facts, plan).findings if one.condition is condition)


def test_everything_met_is_eligible_and_every_finding_cites() -> None:
    found = examined(FINE)
    assert found.outcome is Outcome.ELIGIBLE
    assert {one.condition for one in found.findings} == set(Condition)
    assert all(one.cites.instrument and one.cites.source for one in found.findings)
    marks = {cite.verification for rules in RULES for cite in rules.cites.values()}
    assert marks <= {"seen", "recalled", "uncertain"}


@pytest.mark.parametrize(
    ("since", "status", "months"),
    [
        (date(2025, 9, 1), Status.MET, 12),
        (date(2025, 9, 2), Status.UNMET, 11),
        (None, Status.UNMET, 0),
    ],
)
def test_one_year_as_pns_to_the_day(since: date | None, status: Status, months: int) -> None:
    found = finding(Condition.SERVICE, replace(FINE, pns_since=since))
    assert (found.status, found.needed, found.found) == (status, 12, months)


def test_whoever_is_not_on_record_is_unknown_and_profile_must_say() -> None:
    found = finding(Condition.SERVICE, replace(FINE, employment=None, pns_since=None))
    assert (found.status, found.supplied_by) == (Status.UNKNOWN, "profile")
    sanctions = finding(Condition.NO_SANCTION, replace(FINE, employment=None))
    assert sanctions.status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("pension", "status", "months"),
    [
        (date(2032, 9, 1), Status.MET, 72),
        (date(2032, 8, 31), Status.UNMET, 71),
        (date(2032, 3, 1), Status.UNMET, 66),  # the numbers of C23: 5 y 6 m for a study of 2 years
        (date(2026, 9, 1), Status.UNMET, 0),
    ],
)
def test_remaining_service_is_three_times_the_study(
    pension: date, status: Status, months: int
) -> None:
    found = finding(Condition.REMAINING_SERVICE, replace(FINE, pension_from=pension))
    assert (found.status, found.needed, found.found) == (status, 72, months)


@pytest.mark.parametrize(
    ("ratings", "status"),
    [
        (((2024, "BAIK"), (2025, "BAIK")), Status.MET),
        (((2024, "BUTUH_PERBAIKAN"), (2025, "BAIK")), Status.UNMET),
        (((2025, "BAIK"),), Status.UNKNOWN),
        (((2025, "KURANG"),), Status.UNMET),
        (((2023, "BAIK"), (2024, "BAIK")), Status.UNKNOWN),
        (((2025, "BAIK"), (2026, "BAIK")), Status.UNKNOWN),
    ],
)
def test_baik_in_the_two_years_that_have_ended(
    ratings: tuple[tuple[int, str], ...], status: Status
) -> None:
    assert finding(Condition.RATINGS, replace(FINE, ratings=ratings)).status is status


@pytest.mark.parametrize(
    ("accreditation", "status"),
    [
        (Accreditation.A, Status.MET),
        (Accreditation.BAIK_SEKALI, Status.MET),
        (Accreditation.BAIK, Status.UNMET),
        (Accreditation.C, Status.UNMET),
        (Accreditation.NONE, Status.UNMET),
        (Accreditation.FOREIGN, Status.HUMAN),
    ],
)
def test_accredited_b_or_better(accreditation: Accreditation, status: Status) -> None:
    plan = replace(PLAN, accreditation=accreditation)
    assert finding(Condition.ACCREDITATION, FINE, plan).status is status


@pytest.mark.parametrize(
    ("sanction", "status"),
    [
        (("MODERATE", date(2026, 1, 1), date(2026, 9, 1), False), Status.MET),
        (("MODERATE", date(2026, 1, 1), date(2026, 9, 2), False), Status.UNMET),
        (("SEVERE", date(2020, 1, 1), None, False), Status.UNMET),
        (("SEVERE", date(2026, 1, 1), date(2027, 1, 1), True), Status.HUMAN),
        (("LIGHT", date(2026, 1, 1), None, False), Status.MET),
        (("MODERATE", date(2026, 9, 2), date(2027, 9, 1), False), Status.MET),
    ],
)
def test_no_medium_or_heavy_sanction_is_being_served(
    sanction: tuple[str, date, date | None, bool], status: Status
) -> None:
    severity, since, until, on_appeal = sanction
    served = Served(severity=severity, since=since, until=until, on_appeal=on_appeal)
    assert finding(Condition.NO_SANCTION, replace(FINE, sanctions=(served,))).status is status


def test_the_need_plan_decides_whether_the_study_is_planned() -> None:
    assert finding(Condition.IN_PLAN, FINE).found_words == (str(UUID(int=5)),)
    assert finding(Condition.IN_PLAN, replace(FINE, planned=False)).status is Status.UNMET
    assert finding(Condition.IN_PLAN, replace(FINE, planned=None)).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("position_class", "months", "released", "status"),
    [
        ("FUNGSIONAL", 7, False, Status.UNMET),
        ("FUNGSIONAL", 6, False, Status.MET),
        ("FUNGSIONAL", 24, True, Status.MET),
        ("PENGAWAS", 24, False, Status.MET),
        (None, 24, False, Status.UNKNOWN),
    ],
)
def test_a_functional_post_is_left_for_a_study_of_more_than_six_months(
    position_class: str | None, months: int, released: bool, status: Status
) -> None:
    plan = replace(PLAN, months=months, released=released)
    facts = replace(FINE, position_class=position_class)
    assert finding(Condition.RELEASE, facts, plan).status is status


def test_a_judgement_settles_what_the_record_cannot_tell_and_nothing_else() -> None:
    nobody = replace(FINE, judgements=())
    assert finding(Condition.NOT_SUSPENDED, nobody).supplied_by == "officer"
    assert examined(nobody).outcome is Outcome.NEEDS_REVIEW
    refused = Judgement(condition=Condition.NOT_SUSPENDED, met=False, document="SK-9")
    found = finding(Condition.NOT_SUSPENDED, replace(FINE, judgements=(refused,)))
    assert (found.status, found.document) == (Status.UNMET, "SK-9")
    wish = Judgement(condition=Condition.RATINGS, met=True, document="SURAT-1")
    bad = replace(FINE, ratings=((2024, "KURANG"), (2025, "BAIK")), judgements=(wish,))
    assert finding(Condition.RATINGS, bad).status is Status.UNMET


def test_one_condition_missed_decides() -> None:
    assert examined(replace(FINE, pns_since=None)).outcome is Outcome.NOT_ELIGIBLE
    assert examined(replace(FINE, pension_from=None)).outcome is Outcome.NEEDS_REVIEW


def test_a_day_before_the_first_version_is_an_error() -> None:
    with pytest.raises(NoStudyRulesYet):
        rules_on(date(2021, 12, 30))
    assert rules_on(date(2021, 12, 31)) is RULES[0]


@pytest.mark.parametrize(
    ("released", "until"), [(True, date(2032, 9, 15)), (False, date(2030, 9, 15))]
)
def test_the_bond_is_2n_when_released_and_1n_when_not(released: bool, until: date) -> None:
    studied = (date(2026, 9, 1), date(2028, 9, 1))
    back = date(2028, 9, 15)
    assert bond_until(rules_on(DAY), released=released, studied=studied, back_on=back) == until


def test_days_beyond_whole_months_count_in_the_bond_too() -> None:
    studied = (date(2026, 9, 1), date(2027, 3, 11))  # six months and ten days
    back = date(2027, 4, 1)
    assert bond_until(rules_on(DAY), released=True, studied=studied, back_on=back) == date(
        2028, 4, 21
    )


def test_months_are_counted_on_the_calendar() -> None:
    assert months_later(date(2024, 8, 31), 6) == date(2025, 2, 28)
    assert months_and_days(date(2024, 2, 29), date(2025, 2, 28)) == (12, 0)
    assert working_days_later(date(2026, 8, 31), 15) == date(2026, 9, 21)
    assert working_days_later(date(2026, 9, 5), 1) == date(2026, 9, 7)
