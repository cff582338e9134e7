from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.career.adapters.policy_files import POLICIES, parse_policy
from services.career.domain.competency import Band, JobPersonMatch, Setting
from services.career.domain.dossier import (
    CompetencyMeasured,
    Diploma,
    Dossier,
    Fact,
    Judged,
    RankHeld,
    Registered,
    Sanctioned,
    TrainingFinished,
    begins,
)
from services.career.domain.eligibility import Eligibility, Rules, assess
from services.career.domain.requirements import (
    AgeAtMost,
    CompletedTraining,
    EducationAtLeast,
    EmploymentIs,
    MinimumTenure,
    NoServingSanction,
    RankAtLeast,
    Status,
    Supplier,
)
from services.career.domain.rulebook import Layer, Version, in_force, rules
from services.career.domain.terms import EmploymentKind, Severity
from tests.specs.career.builders import LAW, clause, in_order, pengawas
from tests.specs.career.test_calendar import PENGAWAS

NATIONAL = parse_policy((POLICIES / "national/administrator.yaml").read_text("utf-8")).read()
TODAY = date(2026, 2, 1)
LAW_OF_TODAY = rules("administrator", in_force(NATIONAL, None, TODAY))
DAYS = st.dates(min_value=date(2022, 2, 3), max_value=date(2035, 12, 31))


def test_one_who_is_in_order_is_eligible() -> None:
    assert assess(in_order(), LAW_OF_TODAY, TODAY).status is Eligibility.ELIGIBLE


@given(st.sets(st.sampled_from(in_order().facts)))
def test_missing_facts_never_say_no_and_name_who_must_supply_them(missing: set[Fact]) -> None:
    left = Dossier(tuple(fact for fact in in_order().facts if fact not in missing))
    verdict = assess(left, LAW_OF_TODAY, TODAY)
    assert verdict.status in (Eligibility.ELIGIBLE, Eligibility.NEEDS_REVIEW)
    for finding in verdict.findings:
        assert (finding.missing_from is None) == (finding.status is Status.MET)


@given(st.lists(st.sampled_from(in_order().facts), unique=True))
def test_every_requirement_is_examined_whatever_the_others_say(facts: list[Fact]) -> None:
    verdict = assess(Dossier(tuple(facts)), LAW_OF_TODAY, TODAY)
    assert len(verdict.findings) == len(LAW_OF_TODAY.requirements) == 9


@given(st.permutations(in_order().facts))
def test_the_order_in_which_facts_arrived_does_not_matter(facts: list[Fact]) -> None:
    expected = assess(in_order(), LAW_OF_TODAY, TODAY)
    assert assess(Dossier(tuple(facts)), LAW_OF_TODAY, TODAY) == expected


@given(DAYS, st.sampled_from(["sanction", "rating", "training", "judgement", "diploma"]))
def test_what_begins_after_the_day_changes_nothing_about_it(day: date, kind: str) -> None:
    later = day + timedelta(days=1)
    future: dict[str, Fact] = {
        "sanction": Sanctioned(code="27", severity=Severity.SEVERE, law="PP-94-2021", since=later),
        "rating": RankHeld(golongan="I/a", since=later),
        "training": TrainingFinished(programme="PKP", on=later),
        "judgement": Judged(matter="integrity", met=False, on=later),
        "diploma": Diploma(level=1, on=later),
    }
    assert begins(future[kind]) > day
    applied = rules("administrator", in_force(NATIONAL, None, day))
    assert assess(in_order(future[kind]), applied, day) == assess(in_order(), applied, day)


# Thresholds


@given(st.integers(min_value=1, max_value=20), DAYS)
def test_tenure_turns_on_the_anniversary(years: int, since: date) -> None:
    anniversary = since.replace(year=since.year + years, day=min(since.day, 28))
    person = Dossier((pengawas(since.replace(day=min(since.day, 28))),))
    rule = MinimumTenure(clause=clause("tenure"), held=(PENGAWAS,), years=years)
    assert rule.examine(person, anniversary).status is Status.MET
    assert rule.examine(person, anniversary - timedelta(days=1)).status is Status.UNMET


@given(st.integers(min_value=1, max_value=9), st.integers(min_value=1, max_value=9))
def test_education_turns_on_its_level(held: int, needed: int) -> None:
    rule = EducationAtLeast(clause=clause("education"), level=needed)
    finding = rule.examine(Dossier((Diploma(level=held, on=TODAY),)), TODAY)
    assert (finding.status is Status.MET) == (held >= needed)


@given(st.decimals(min_value=0, max_value=150, places=4))
def test_the_match_turns_on_its_band_exactly(match: Decimal) -> None:
    rule = job_person_match(cap=True)
    measured = CompetencyMeasured(
        levels=(), job_person_match=match, against="administrator", on=TODAY
    )
    finding = rule.examine(Dossier((measured,)), TODAY)
    assert (finding.status is Status.MET) == (match >= 80)


def test_age_counts_its_last_day() -> None:
    rule = AgeAtMost(clause=clause("age"), years=56)
    born = Registered(employment=EmploymentKind.PNS, born=date(1969, 12, 20), on=TODAY)
    assert rule.examine(Dossier((born,)), date(2025, 12, 20)).status is Status.MET
    assert rule.examine(Dossier((born,)), date(2025, 12, 21)).status is Status.UNMET
    assert rule.examine(Dossier(()), TODAY).missing_from is Supplier.PROFILE


def test_rank_goes_by_its_order_not_by_its_spelling() -> None:
    rule = RankAtLeast(clause=clause("rank"), golongan="III/d")
    for golongan, status in (("IV/a", Status.MET), ("III/d", Status.MET), ("III/c", Status.UNMET)):
        dossier = Dossier((RankHeld(golongan=golongan, since=TODAY),))
        assert rule.examine(dossier, TODAY).status is status


def test_a_rank_that_no_pns_has_is_unknown() -> None:
    rule = RankAtLeast(clause=clause("rank"), golongan="III/d")
    dossier = Dossier((RankHeld(golongan="IX", since=TODAY),))
    assert rule.examine(dossier, TODAY).status is Status.UNKNOWN


def sanction(until: date | None) -> Sanctioned:
    return Sanctioned(
        code="24", severity=Severity.MODERATE, law="PP-94-2021", since=TODAY, until=until
    )


def test_nobody_is_free_again_while_one_sanction_has_no_end() -> None:
    rule = NoServingSanction(clause=clause("no-sanction"), severities=(Severity.MODERATE,))
    ending, endless = sanction(date(2026, 6, 1)), sanction(None)
    said = rule.examine(Dossier((ending,)), TODAY)
    assert (said.status, [d.amount for d in said.details]) == (Status.UNMET, [date(2026, 6, 1)])
    said = rule.examine(Dossier((ending, endless)), TODAY)
    assert (said.status, said.details) == (Status.UNMET, ())
    assert rule.examine(Dossier((endless,)), TODAY).status is Status.UNKNOWN


@pytest.mark.parametrize("order", [1, -1])
def test_two_facts_of_one_day_that_differ_say_nothing(order: int) -> None:
    employed = [
        Registered(employment=kind, born=None, on=TODAY)
        for kind in (EmploymentKind.PNS, EmploymentKind.PPPK)
    ][::order]
    ranks = [RankHeld(golongan=golongan, since=TODAY) for golongan in ("III/d", "IV/a")][::order]
    person = Dossier((*employed, *ranks))
    pns = EmploymentIs(clause=clause("pns"), employment=(EmploymentKind.PNS,))
    rank = RankAtLeast(clause=clause("rank"), golongan="III/d")
    asked_of_pns = Rules(policy="any", requirements=[pns, rank], asked_of=(EmploymentKind.PNS,))
    verdict = assess(person, asked_of_pns, TODAY)
    assert [finding.status for finding in verdict.findings] == [Status.UNKNOWN] * 2


# Competency


MS = Band(category="MS", at_least=Decimal(80))


def job_person_match(*, cap: bool) -> JobPersonMatch:
    return JobPersonMatch(
        clause=clause("competency"),
        standard="administrator",
        required=(("M.01", 3), ("M.02", 3)),
        bands=(
            Band(category="MS", at_least=Decimal(80)),
            Band(category="MMS", at_least=Decimal(68)),
        ),
        lowest="KMS",
        category="MS",
        cap_at_required=cap,
        valid_months=36,
    )


def measured(**levels: int) -> CompetencyMeasured:
    pairs = tuple((name.replace("_", "."), level) for name, level in levels.items())
    return CompetencyMeasured(levels=pairs, on=TODAY)


def test_a_strength_hides_no_gap_unless_the_agency_says_so() -> None:
    person = measured(M_01=5, M_02=1)
    assert job_person_match(cap=True).match_of(person) == Decimal(400) / 6
    assert job_person_match(cap=False).match_of(person) == 100


def test_a_reported_match_counts_only_against_its_standard() -> None:
    rule = job_person_match(cap=True)
    for against, status in (("administrator", Status.MET), ("pengawas", Status.UNKNOWN)):
        fact = CompetencyMeasured(
            levels=(), job_person_match=Decimal(90), against=against, on=TODAY
        )
        assert rule.examine(Dossier((fact,)), TODAY).status is status


def test_the_same_match_has_another_name_when_talent_is_mapped() -> None:
    filling = job_person_match(cap=True)
    mapping = replace(
        filling,
        bands=(
            Band(category="O", at_least=Decimal(90)),
            Band(category="CO", at_least=Decimal(78)),
        ),
        lowest="KO",
    )
    match = Decimal(14) * 100 / 18
    assert (filling.category_of(match), mapping.category_of(match)) == ("MMS", "KO")


@pytest.mark.parametrize(
    ("until", "day", "status"),
    [
        (None, date(2029, 1, 31), Status.MET),
        (None, date(2029, 2, 1), Status.UNKNOWN),
        (date(2028, 2, 1), date(2028, 1, 31), Status.MET),
        (date(2028, 2, 1), date(2028, 2, 1), Status.UNKNOWN),
        (date(2031, 2, 1), date(2029, 2, 1), Status.UNKNOWN),
    ],
)
def test_a_measurement_ends_with_the_earlier_of_two_ends(
    until: date | None, day: date, status: Status
) -> None:
    person = replace(measured(M_01=3, M_02=3), until=until)
    assert job_person_match(cap=True).examine(Dossier((person,)), day).status is status


@pytest.mark.parametrize(
    ("levels", "status"), [(3, Status.MET), (4, Status.MET), (1, Status.UNKNOWN)]
)
def test_two_measurements_of_one_day_count_when_they_come_to_the_same(
    levels: int, status: Status
) -> None:
    both = (measured(M_01=3, M_02=3), measured(M_01=levels, M_02=levels))
    assert job_person_match(cap=False).examine(Dossier(both), TODAY).status is status


def test_gaps_are_told_one_by_one() -> None:
    finding = job_person_match(cap=True).examine(Dossier((measured(M_01=3, M_02=1),)), TODAY)
    assert [(d.unit, d.amount) for d in finding.details][-1] == ("gap in M.02", -2)


# Layers


def test_an_agency_sets_what_the_law_leaves_to_it_and_the_finding_says_so() -> None:
    row = job_person_match(cap=True)
    decree = Setting(
        requirement="competency",
        layer="agency",
        cites=LAW,
        bands=(Band(category="MS", at_least=Decimal(90)),),
        valid_months=24,
    )
    law = Version(layer="national", in_force_from=TODAY, requirements=(row,))
    own = Version(layer="agency", in_force_from=TODAY, requirements=(), settings=(decree,))
    (changed,) = rules("any", [law, own]).requirements
    assert isinstance(changed, JobPersonMatch)
    finding = changed.examine(Dossier((measured(M_01=3, M_02=2),)), TODAY)
    assert (finding.status, finding.needed.amount) == (Status.UNMET, Decimal(90))
    assert {(r.value, r.layer) for r in finding.rests_on} == {
        ("bands", "agency"),
        ("valid_months", "agency"),
    }


def test_a_band_that_the_agency_does_not_name_stays_where_the_law_has_it() -> None:
    decree = Setting(
        requirement="competency",
        layer="agency",
        cites=LAW,
        bands=(Band(category="GOOD", at_least=Decimal(85)),),
    )
    changed = decree.applied_to(job_person_match(cap=True))
    assert [(band.category, band.at_least) for band in changed.bands] == [
        ("GOOD", Decimal(85)),
        ("MS", Decimal(80)),
        ("MMS", Decimal(68)),
    ]
    person = Dossier((measured(M_01=3, M_02=3),))
    assert changed.examine(person, TODAY).status is Status.MET


def test_an_uncertain_row_speaks_only_where_an_agency_switches_it_on() -> None:
    row = CompletedTraining(clause=clause("doubtful"), programme="PKP")
    sure = EducationAtLeast(clause=clause("sure"), level=7)
    law = Version(layer="national", in_force_from=TODAY, requirements=(sure,), switched_off=(row,))
    own = Version(layer="agency", in_force_from=TODAY, requirements=(), switches_on=("doubtful",))
    asked = [r.clause.id for r in rules("any", [law]).requirements]
    switched = [r.clause.id for r in rules("any", [law, own]).requirements]
    assert (asked, switched) == (["sure"], ["sure", "doubtful"])


def test_an_agency_is_silent_before_its_first_decree() -> None:
    own = Layer(
        policy="administrator",
        layer="agency",
        versions=(Version(layer="agency", in_force_from=TODAY, requirements=()),),
    )
    assert len(in_force(NATIONAL, own, TODAY - timedelta(days=1))) == 1
    assert len(in_force(NATIONAL, own, TODAY)) == 2


@pytest.mark.parametrize(
    ("employment", "status"),
    [
        (EmploymentKind.PPPK, Eligibility.NOT_APPLICABLE),
        (EmploymentKind.PNS, Eligibility.NEEDS_REVIEW),
    ],
)
def test_where_the_question_does_not_arise_nothing_is_found(
    employment: EmploymentKind, status: Eligibility
) -> None:
    rank_promotion = Rules(
        policy="kenaikan-pangkat",
        requirements=[RankAtLeast(clause=clause("rank"), golongan="III/a")],
        asked_of=(EmploymentKind.PNS,),
    )
    person = Dossier((Registered(employment=employment, born=None, on=TODAY),))
    assert assess(person, rank_promotion, TODAY).status is status
