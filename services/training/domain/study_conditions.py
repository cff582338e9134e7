"""What a study assignment asks of a person and of a programme (SE MenPANRB 28/2021), as dated data.

`examine` is pure: facts, plan and rules in, one finding per condition out. Every condition is
always examined. A fact that is missing makes its condition UNKNOWN and says who must supply it;
what an official must judge is HUMAN; a recorded judgement settles both and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.training.domain.calendar import months_and_days, months_later
from services.training.domain.terms import Refused


class Condition(StrEnum):
    SERVICE = "SERVICE"
    REMAINING_SERVICE = "REMAINING_SERVICE"
    RATINGS = "RATINGS"
    IN_PLAN = "IN_PLAN"
    ACCREDITATION = "ACCREDITATION"
    NO_SANCTION = "NO_SANCTION"
    NOT_SUSPENDED = "NOT_SUSPENDED"
    RELEASE = "RELEASE"


class Status(StrEnum):
    MET = "MET"
    UNMET = "UNMET"
    UNKNOWN = "UNKNOWN"
    HUMAN = "HUMAN"


class Accreditation(StrEnum):
    """The words of two systems of accreditation, and what neither of them covers."""

    UNGGUL = "UNGGUL"
    BAIK_SEKALI = "BAIK_SEKALI"
    BAIK = "BAIK"
    A = "A"
    B = "B"
    C = "C"
    NONE = "NONE"
    FOREIGN = "FOREIGN"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """What a person wants to study. Programme and institution are sealed words.

    `level`: 1 SD … 7 S1/D-IV, 8 S2, 9 S3. `need`: the row of the need plan it is tied to.
    """

    programme: str | None
    institution: str | None
    accreditation: Accreditation
    level: int
    field: str
    starts_on: date
    months: int
    released: bool
    self_funded: bool
    competency: str
    need: UUID | None = None


# The rules as data


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """`verification`: seen, recalled or uncertain; `source` is a key of the sources read."""

    instrument: str
    verification: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRules:
    """One version of the rules. The circular's own numbering was not seen, so none is cited."""

    version: str
    in_force_from: date
    service_months: int
    remaining_factor: int
    rating_years: int
    ratings: frozenset[str]
    accreditations: frozenset[Accreditation]
    severities: frozenset[str]
    bond_released: int
    bond_working: int
    functional_months: int
    return_days: int
    extension_semesters: int
    cites: Mapping[Condition, Citation]


_SE_28 = "SE-MENPANRB-28-2021"
_SEEN = Citation(instrument=_SE_28, verification="seen", source="S33")
_ACCREDITED = Citation(instrument=_SE_28, verification="recalled", source="S63")
_SANCTIONED = Citation(instrument="PP-94-2021", verification="recalled", source="S63")

# Regulations 9.4 and 13.3. The day in force is recalled; the year was seen.
RULES = (
    StudyRules(
        version="SE-MENPANRB-28-2021/1",
        in_force_from=date(2021, 12, 31),
        service_months=12,
        remaining_factor=3,
        rating_years=2,
        ratings=frozenset({"BAIK", "SANGAT_BAIK"}),
        accreditations=frozenset(
            {Accreditation.UNGGUL, Accreditation.BAIK_SEKALI, Accreditation.A, Accreditation.B}
        ),
        severities=frozenset({"MODERATE", "SEVERE"}),
        bond_released=2,
        bond_working=1,
        functional_months=6,
        return_days=15,
        extension_semesters=2,
        cites={
            Condition.SERVICE: _SEEN,
            Condition.REMAINING_SERVICE: _SEEN,
            Condition.RATINGS: _SEEN,
            Condition.IN_PLAN: _SEEN,
            Condition.ACCREDITATION: _ACCREDITED,
            Condition.NO_SANCTION: _SANCTIONED,
            Condition.NOT_SUSPENDED: _ACCREDITED,
            Condition.RELEASE: _SEEN,
        },
    ),
)


class NoStudyRulesYet(Refused):
    """Before 2021-12-31 other rules governed study assignments, which are not kept here."""


def rules_on(day: date) -> StudyRules:
    """The version in force on a day."""
    known = [one for one in RULES if one.in_force_from <= day]
    if not known:
        raise NoStudyRulesYet
    return max(known, key=lambda one: one.in_force_from)


# What is known about the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A sanction and the time it is served; no end: at once, or for good."""

    severity: str
    since: date
    until: date | None
    on_appeal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An official's word on a condition, with the paper it rests on."""

    condition: Condition
    met: bool
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`pns_since` is None for whoever is no PNS; `employment` is None for whoever is not known.

    `planned`: whether the need the study is tied to stands in a locked plan; None: not yet known.
    """

    employment: str | None = None
    position_class: str | None = None
    pns_since: date | None = None
    pension_from: date | None = None
    ratings: tuple[tuple[int, str], ...] = ()
    sanctions: tuple[Served, ...] = ()
    planned: bool | None = None
    judgements: tuple[Judgement, ...] = ()


# What is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Values in `unit`; words that are no number stand in `found_words`, as the record has them.

    `supplied_by` says who must tell what is missing; `document` names the judgement's paper.
    """

    condition: Condition
    status: Status
    cites: Citation
    unit: str
    needed: int | None = None
    found: int | None = None
    found_words: tuple[str, ...] = ()
    supplied_by: str | None = None
    document: str | None = None


class Outcome(StrEnum):
    ELIGIBLE = "ELIGIBLE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NEEDS_REVIEW = "NEEDS_REVIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What the rules say on a day, by which version."""

    as_of: date
    version: str
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        statuses = {one.status for one in self.findings}
        if Status.UNMET in statuses:
            return Outcome.NOT_ELIGIBLE
        if statuses & {Status.UNKNOWN, Status.HUMAN}:
            return Outcome.NEEDS_REVIEW
        return Outcome.ELIGIBLE


def examine(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Examination:
    """Every condition on that day, and what an official has judged where the record cannot."""
    judged = {one.condition: one for one in facts.judgements}
    findings = (_EXAMINED[condition](facts, plan, rules, as_of) for condition in Condition)
    settled = tuple(_settled(one, judged.get(one.condition)) for one in findings)
    return Examination(as_of=as_of, version=rules.version, findings=settled)


def _settled(finding: Finding, judgement: Judgement | None) -> Finding:
    if judgement is None or finding.status not in {Status.UNKNOWN, Status.HUMAN}:
        return finding
    status = Status.MET if judgement.met else Status.UNMET
    return replace(finding, status=status, supplied_by=None, document=judgement.document)


def _service(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Finding:
    needed, cites = rules.service_months, rules.cites[Condition.SERVICE]
    asked = Finding(
        condition=Condition.SERVICE,
        status=Status.UNKNOWN,
        cites=cites,
        unit="months as PNS",
        needed=needed,
        supplied_by="profile",
    )
    if facts.employment is None:
        return asked
    words = (facts.employment,)
    if facts.pns_since is None or facts.pns_since > as_of:
        return replace(asked, status=Status.UNMET, found=0, found_words=words, supplied_by=None)
    found, _ = months_and_days(facts.pns_since, as_of)
    return _measured(replace(asked, found_words=words), found)


def _remaining(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Finding:
    asked = Finding(
        condition=Condition.REMAINING_SERVICE,
        status=Status.UNKNOWN,
        cites=rules.cites[Condition.REMAINING_SERVICE],
        unit="months until pension",
        needed=rules.remaining_factor * plan.months,
        supplied_by="profile",
    )
    if facts.pension_from is None:
        return asked
    if facts.pension_from <= as_of:
        return _measured(asked, 0)
    return _measured(asked, months_and_days(as_of, facts.pension_from)[0])


def _measured(asked: Finding, found: int) -> Finding:
    status = Status.MET if found >= (asked.needed or 0) else Status.UNMET
    return replace(asked, status=status, found=found, supplied_by=None)


def _ratings(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Finding:
    """The calendar years that have fully ended; a year nobody has rated is not a bad year."""
    years = range(as_of.year - rules.rating_years, as_of.year)
    told = dict(facts.ratings)
    found = [told.get(year) for year in years]
    enough = sum(one in rules.ratings for one in found)
    if None not in found:
        status = Status.MET if enough == rules.rating_years else Status.UNMET
    elif any(one is not None and one not in rules.ratings for one in found):
        status = Status.UNMET
    else:
        status = Status.UNKNOWN
    return Finding(
        condition=Condition.RATINGS,
        status=status,
        cites=rules.cites[Condition.RATINGS],
        unit="years rated BAIK or better",
        needed=rules.rating_years,
        found=enough,
        found_words=tuple(f"{year} {told.get(year, '-')}" for year in years),
        supplied_by="assessment" if status is Status.UNKNOWN else None,
    )


def _in_plan(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Finding:
    statuses = {True: Status.MET, False: Status.UNMET, None: Status.UNKNOWN}
    return Finding(
        condition=Condition.IN_PLAN,
        status=statuses[facts.planned],
        cites=rules.cites[Condition.IN_PLAN],
        unit="need plan",
        found_words=() if plan.need is None else (str(plan.need),),
        supplied_by="officer" if facts.planned is None else None,
    )


def _accreditation(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Finding:
    """A foreign programme has no accreditation here; an official judges whether it is equal."""
    if plan.accreditation is Accreditation.FOREIGN:
        status = Status.HUMAN
    else:
        enough = plan.accreditation in rules.accreditations
        status = Status.MET if enough else Status.UNMET
    return Finding(
        condition=Condition.ACCREDITATION,
        status=status,
        cites=rules.cites[Condition.ACCREDITATION],
        unit="accreditation",
        found_words=(plan.accreditation.value,),
    )


def _no_sanction(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Finding:
    """Served from its first day until its end. Whether an appeal suspends it is not known."""
    serving = [
        one
        for one in facts.sanctions
        if one.severity in rules.severities
        and one.since <= as_of
        and (one.until is None or as_of < one.until)
    ]
    if facts.employment is None:
        status = Status.UNKNOWN
    elif not serving:
        status = Status.MET
    else:
        appealed = all(one.on_appeal for one in serving)
        status = Status.HUMAN if appealed else Status.UNMET
    return Finding(
        condition=Condition.NO_SANCTION,
        status=status,
        cites=rules.cites[Condition.NO_SANCTION],
        unit="medium or heavy sanctions served",
        needed=0,
        found=len(serving),
        found_words=tuple(one.severity for one in serving),
        supplied_by="profile" if status is Status.UNKNOWN else None,
    )


def _not_suspended(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Finding:
    """Suspension from office is recorded nowhere here: an officer says so with a paper."""
    return Finding(
        condition=Condition.NOT_SUSPENDED,
        status=Status.UNKNOWN,
        cites=rules.cites[Condition.NOT_SUSPENDED],
        unit="suspension",
        supplied_by="officer",
    )


def _release(facts: Facts, plan: StudyPlan, rules: StudyRules, as_of: date) -> Finding:
    """Who holds a functional post is released from it for a study longer than six months."""
    asked = Finding(
        condition=Condition.RELEASE,
        status=Status.MET,
        cites=rules.cites[Condition.RELEASE],
        unit="months in a functional post without release",
        needed=rules.functional_months,
        found=0 if plan.released else plan.months,
        found_words=() if facts.position_class is None else (facts.position_class,),
    )
    if plan.released or plan.months <= rules.functional_months:
        return asked
    if facts.position_class is None:
        return replace(asked, status=Status.UNKNOWN, supplied_by="profile")
    functional = facts.position_class == "FUNGSIONAL"
    return replace(asked, status=Status.UNMET) if functional else asked


_Examiner = Callable[[Facts, StudyPlan, StudyRules, date], Finding]
_EXAMINED: Mapping[Condition, _Examiner] = {
    Condition.SERVICE: _service,
    Condition.REMAINING_SERVICE: _remaining,
    Condition.RATINGS: _ratings,
    Condition.IN_PLAN: _in_plan,
    Condition.ACCREDITATION: _accreditation,
    Condition.NO_SANCTION: _no_sanction,
    Condition.NOT_SUSPENDED: _not_suspended,
    Condition.RELEASE: _release,
}


def bond_until(
    rules: StudyRules, *, released: bool, studied: tuple[date, date], back_on: date
) -> date:
    """The first day without the bond: so many times the length of the study, from the return on.

    Half-open, in whole months and the days beyond them, each multiplied.
    """
    months, days = months_and_days(*studied)
    times = rules.bond_released if released else rules.bond_working
    return months_later(back_on, months * times) + timedelta(days=days * times)
