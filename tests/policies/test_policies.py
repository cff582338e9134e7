"""The rulebook: every case comes out as written, and the files keep their own laws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from services.career import cases
from services.career.adapters.case_files import Case, CaseFiles, Outcome
from services.career.adapters.policy_files import (
    POLICIES,
    NotAPolicy,
    PolicyFile,
    check_registered,
    known_since,
    parse_policy,
    plain_yaml,
    read_instruments,
    shipped,
)
from services.career.adapters.policy_rows import Row
from services.career.domain.competency import JobPersonMatch
from services.career.domain.dossier import CompetencyMeasured, Dossier
from services.career.domain.requirements import Finding, Status
from services.career.domain.rulebook import NotInForce, in_force

FILES = CaseFiles()
ALL = [(policy, case) for policy in FILES.policies() for case in FILES.cases(policy)]
OUTCOMES = [FILES.run(policy, case) for policy, case in ALL]
SHIPPED = shipped()
REGISTER = read_instruments()


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: f"{one.policy}: {one.case.case}")
def test_the_case_comes_out_as_written(outcome: Outcome) -> None:
    assert outcome.said == outcome.case.then


def test_the_runner_can_fail() -> None:
    policy, case = ALL[0]
    wrong = case.model_copy(update={"then": case.then.model_copy(update={"status": "ELIGIBLE"})})
    assert not FILES.run(policy, wrong).as_written


def test_an_operator_runs_them_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert cases.run() == 0
    assert "administrator" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["C01", "C02", "C03", "C04", "C05", "C06", "C10", "C26", "C43"])
def test_the_worked_cases_of_the_domain_are_here(number: str) -> None:
    assert any(case.case.startswith(number) for _, case in ALL)


def details(policy: str, name: str, requirement: str) -> dict[str, object]:
    """What the finding of a case says beside its status, by unit."""
    one = next(o for o in OUTCOMES if o.policy == policy and o.case.case.startswith(name))
    finding = next(f for f in one.verdict.findings if f.requirement == requirement)
    return {said.unit: said.amount for said in (finding.found, *finding.details)}


@pytest.mark.parametrize("policy", ["administrator", "pengawas"])
def test_c10_says_from_when_on_nothing_is_in_the_way(policy: str) -> None:
    assert details(policy, "C10", "no-sanction")["free again from"] == date(2026, 6, 1)


def test_c26_names_the_category_of_filling_a_post() -> None:
    said = details("pengawas", "C26", "competency")
    assert (said["percent"], said["category"]) == (Decimal("77.78"), "MMS")


@pytest.mark.parametrize(
    ("policy", "achieved", "percent", "category"),
    [
        ("administrator", 24, "88.89", "MS"),
        ("administrator", 22, "81.48", "MS"),
        ("administrator", 21, "77.78", "MMS"),
        ("administrator", 18, "66.67", "KMS"),
        ("pengawas", 15, "83.33", "MS"),
        ("pengawas", 14, "77.78", "MMS"),
        ("pengawas", 12, "66.67", "KMS"),
    ],
)
def test_the_worked_examples_of_a_match(
    policy: str, achieved: int, percent: str, category: str
) -> None:
    national = next(o.policy for o in SHIPPED if (o.policy.policy, o.agency) == (policy, None))
    (rule,) = [r for r in national.read().versions[-1].requirements if r.clause.id == "competency"]
    assert isinstance(rule, JobPersonMatch)
    short = sum(level for _, level in rule.required) - achieved
    levels = []
    for code, level in rule.required:
        lost = min(short, level)
        short -= lost
        levels.append((code, level - lost))
    finding = rule.examine(
        Dossier((CompetencyMeasured(levels=tuple(levels), on=date(2026, 1, 1)),)),
        date(2026, 2, 1),
    )
    assert str(finding.found.amount) == percent
    assert finding.details[0].amount == category


def test_no_letter_is_given_with_a_paragraph_that_nobody_has_seen() -> None:
    for one in SHIPPED:
        for version in one.policy.versions:
            for row in version.requirements:
                assert row.cites.instrument != "PP-11-2017" or row.cites.paragraph is None


@pytest.mark.parametrize("policy", ["administrator", "pengawas"])
def test_what_no_law_was_seen_to_say_is_marked_so(policy: str) -> None:
    national = next(o.policy for o in SHIPPED if (o.policy.policy, o.agency) == (policy, None))
    last = national.read().versions[-1].requirements
    marks = {
        (row.clause.id, value.value): value.cites.verification
        for row in last
        for value in row.clause.rests_on
    }
    assert marks["competency", "cap_at_required"] == "uncertain"
    assert marks["competency", "valid_months"] == "uncertain"
    assert marks["performance", "points_from"] == "uncertain"
    assert {"level", "bands", "category"} == {
        value for (row, value), mark in marks.items() if row == "competency" and mark == "recalled"
    }


def test_every_policy_that_ships_has_cases() -> None:
    assert {one.policy.policy for one in SHIPPED} == set(FILES.policies())


# Every threshold has a case on each side of it


def stated_rows() -> Iterator[tuple[PolicyFile, date, Row]]:
    """Each row in the version that first says it; versions that keep it say the same."""
    for one in SHIPPED:
        for version in one.policy.versions:
            for row in version.requirements:
                yield one.policy, version.in_force_from, row


def findings_about(policy: PolicyFile, since: date, row: Row) -> list[Finding]:
    """What the cases found about a row, in the versions in which it stands."""
    layer = policy.read()
    standing = {
        version.in_force_from
        for version, rows in zip(policy.versions, policy.rows(), strict=True)
        if row in rows
    }
    found = []
    for outcome in OUTCOMES:
        version = layer.on(outcome.case.as_of) if outcome.policy == policy.policy else None
        if version is not None and version.in_force_from in standing:
            found += [f for f in outcome.verdict.findings if _speaks(f, policy, row)]
    return found


def _speaks(finding: Finding, policy: PolicyFile, row: Row) -> bool:
    about = (finding.requirement, finding.layer) == (row.id, policy.layer)
    return about and finding.waived_by is None


def edges(findings: list[Finding]) -> tuple[bool, bool]:
    """Whether some case lies just inside, and some just outside."""
    return (
        any(f.status is Status.MET and _distance(f) == 0 for f in findings),
        any(f.status is not Status.MET and _distance(f) in (1, None) for f in findings),
    )


def _distance(finding: Finding) -> int | None:
    """How many smallest steps lie between what is needed and what was found."""
    needed, found = finding.needed.amount, finding.found.amount
    match needed, found:
        case Decimal(), Decimal():
            return round((needed - found) * 100)
        case int(), int():
            return abs(needed - found)
        case ((Decimal() | int()), None):
            return 1_000_000  # nothing found is not a near miss
        case _:
            return 0 if finding.status is Status.MET else None


@pytest.mark.parametrize(
    ("policy", "since", "row"),
    list(stated_rows()),
    ids=lambda value: getattr(value, "id", None) or getattr(value, "policy", None) or str(value),
)
def test_a_case_lies_just_inside_and_one_just_outside(
    policy: PolicyFile, since: date, row: Row
) -> None:
    assert edges(findings_about(policy, since, row)) == (True, True)


def test_the_guard_of_the_edges_can_fail() -> None:
    tenure = next(row for row in stated_rows() if row[2].kind == "minimum_tenure")
    far_off = [f for f in findings_about(*tenure) if _distance(f) not in (0, 1)]
    assert far_off
    assert edges(far_off) == (False, False)


# What the reader refuses

GOOD = """
policy: trial
layer: national
versions:
  - in_force_from: 2018-01-01
    in_force_to: 2019-12-31
    requirements:
      - {id: integrity, kind: human_judgement, cites: {instrument: PP-11-2017, article: "54", verification: seen, source: S13}}
  - in_force_from: 2020-01-01
    keeps: [integrity]
    requirements:
      - {id: pkp, kind: completed_training, programme: PKP, cites: {instrument: PP-11-2017, article: "54", verification: seen, source: S13}}
"""  # noqa: E501

CITES = 'cites: {instrument: PP-11-2017, article: "54", verification: seen, source: S13}'


def test_a_well_formed_policy_is_read() -> None:
    policy = parse_policy(GOOD)
    check_registered(policy, REGISTER)
    assert [len(version.requirements) for version in policy.read().versions] == [1, 2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (", " + CITES, ""),
        ('article: "54", ', ""),
        ("source: S13", "source: ''"),
        ("verification: seen", "verification: certain"),
        ("programme: PKP", "programme: PKP, colour: red"),
        ("programme: PKP", "programme: PKP, on: 2020-01-01"),
        ("kind: completed_training", "kind: lucky_number"),
        ("in_force_to: 2019-12-31", "in_force_to: 2020-01-01"),
        ("    keeps: [integrity]", "    in_force_to: 9999-12-31\n    keeps: [integrity]"),
        ("in_force_from: 2020-01-01", "in_force_from: 2018-01-01"),
        ("in_force_from: 2020-01-01", "in_force_from: 2017-12-31"),
        ("id: pkp", "id: integrity"),
        ("keeps: [integrity]", "keeps: [honesty]"),
        ("layer: national", "layer: village"),
        ("layer: national", "layer: national\nlayer: agency"),
        ('article: "54"', "article: 54"),
        ("keeps: [integrity]", f"sets: [{{requirement: integrity, valid_months: 12, {CITES}}}]"),
        ("versions:", "versions: []\nremainder:"),
        (GOOD, "just words"),
        (GOOD, "a: [unclosed"),
        (GOOD, "? [a, b]\n: c"),
        (GOOD, "a: &a [*a]"),
        (GOOD, "[" * 5_000),
        (GOOD, "a: \x07"),
    ],
)
def test_what_is_not_a_policy_is_refused(old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(NotAPolicy):
        parse_policy(GOOD.replace(old, new))


def test_what_is_wrong_is_said_without_repeating_what_was_written() -> None:
    with pytest.raises(NotAPolicy) as wrong:
        parse_policy(GOOD.replace("kind: completed_training", "kind: Ibu-Siti-1985"))
    assert "Siti" not in str(wrong.value)


def test_an_instrument_that_is_not_registered_is_refused() -> None:
    policy = parse_policy(GOOD.replace("PP-11-2017", "PP-99-2099"))
    with pytest.raises(NotAPolicy, match="PP-99-2099"):
        check_registered(policy, REGISTER)


def test_a_rule_cannot_rest_on_a_law_nobody_could_know_yet() -> None:
    policy = parse_policy(GOOD.replace("in_force_from: 2018-01-01", "in_force_from: 2016-01-01"))
    with pytest.raises(NotAPolicy, match="promulgated"):
        check_registered(policy, REGISTER)


def test_on_off_yes_and_no_are_words() -> None:
    assert plain_yaml("on: 1\nno: yes\noff: no") == {"on": 1, "no": "yes", "off": "no"}
    assert plain_yaml("sure: true") == {"sure": True}


def test_numbers_of_the_law_are_not_an_agencys_to_set() -> None:
    agency = f"""
policy: administrator
layer: agency
versions:
  - in_force_from: 2020-01-01
    sets:
      - {{requirement: pengawas-3-years, years: 1, {CITES}}}
"""
    with pytest.raises(NotAPolicy):
        parse_policy(agency)


# Which text speaks


@pytest.mark.parametrize("policy", ["administrator", "pengawas"])
def test_a_day_before_the_first_version_is_an_error(policy: str) -> None:
    national = next(o.policy for o in SHIPPED if (o.policy.policy, o.agency) == (policy, None))
    first = national.versions[0].in_force_from
    assert in_force(national.read(), None, first)
    with pytest.raises(NotInForce):
        in_force(national.read(), None, first - timedelta(days=1))


def test_a_gap_between_versions_is_an_error_too() -> None:
    gap = GOOD.replace("in_force_to: 2019-12-31", "in_force_to: 2019-12-30")
    with pytest.raises(NotInForce):
        in_force(parse_policy(gap).read(), None, date(2019, 12, 31))


def test_while_a_version_was_not_known_the_one_before_it_lasted() -> None:
    layer = parse_policy(GOOD.replace("    in_force_to: 2019-12-31\n", ""))
    alone = layer.read(known={date(2018, 1, 1)})
    version = alone.on(date(2021, 1, 1))
    assert version is not None
    assert version.in_force_from == date(2018, 1, 1)


def test_what_ships_counts_as_known_since_its_youngest_law() -> None:
    national = next(
        o.policy for o in SHIPPED if o.policy.policy == "administrator" and not o.agency
    )
    assert known_since(national, REGISTER) == {
        date(2017, 4, 7): date(2017, 4, 7),
        date(2020, 1, 1): date(2019, 12, 31),
        date(2021, 8, 31): date(2021, 8, 31),
        date(2022, 2, 3): date(2022, 2, 3),
    }


def test_the_demonstration_agencys_decrees_are_visibly_invented() -> None:
    for one in SHIPPED:
        for version in one.policy.versions:
            for name in version.instruments():
                assert REGISTER[name].invented == (one.agency == "demo" and "DEMO" in name)


def test_every_instrument_of_the_register_is_a_law_of_its_own() -> None:
    assert max(Counter(instrument.title for instrument in REGISTER.values()).values()) == 1


def test_a_file_in_the_wrong_place_is_refused(tmp_path: Path) -> None:
    for name in ("instruments.yaml", "national/administrator.yaml"):
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((POLICIES / name).read_text("utf-8"), "utf-8")
    assert len(shipped(tmp_path)) == 1
    (tmp_path / "national/administrator.yaml").rename(tmp_path / "national/pengawas.yaml")
    with pytest.raises(NotAPolicy, match="place"):
        shipped(tmp_path)


def test_a_case_that_takes_away_what_is_not_there_is_refused() -> None:
    policy, case = next((p, c) for p, c in ALL if c.otherwise)
    with pytest.raises(NotAPolicy):
        FILES.run(policy, Case.model_validate({**case.model_dump(), "without": ["luck"]}))
