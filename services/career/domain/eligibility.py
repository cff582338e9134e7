"""Is this person eligible on this day, and if not, which rule says so?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from services.career.domain.dossier import Dossier, Registered, Waived
from services.career.domain.requirements import Clause, Finding, Requirement, Status
from services.career.domain.terms import EmploymentKind


class Eligibility(Enum):
    ELIGIBLE = "ELIGIBLE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NEEDS_REVIEW = "NEEDS_REVIEW"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class Verdict:
    as_of: date
    findings: tuple[Finding, ...]

    @property
    def status(self) -> Eligibility:
        """One rule that says no decides; otherwise one that cannot say keeps it open.

        No findings at all means that the question does not arise: every policy has requirements.
        """
        statuses = {finding.status for finding in self.findings}
        if not statuses:
            return Eligibility.NOT_APPLICABLE
        if Status.UNMET in statuses:
            return Eligibility.NOT_ELIGIBLE
        if statuses & {Status.UNKNOWN, Status.HUMAN}:
            return Eligibility.NEEDS_REVIEW
        return Eligibility.ELIGIBLE

    def having(self, *statuses: Status) -> tuple[str, ...]:
        return tuple(f.requirement for f in self.findings if f.status in statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is asked on a day, under which name, and of whom the question arises at all."""

    policy: str
    requirements: Sequence[Requirement]
    asked_of: tuple[EmploymentKind, ...] = tuple(EmploymentKind)


def assess(dossier: Dossier, rules: Rules, as_of: date) -> Verdict:
    """Every requirement is examined: a person is told everything that is missing, at once."""
    known = dossier.up_to(as_of)
    employed = {registered.employment for registered in known.latest(Registered)}
    if employed and employed.isdisjoint(rules.asked_of):
        return Verdict(as_of, ())
    return Verdict(
        as_of,
        tuple(
            _excused(r.examine(known, as_of), r.clause, rules.policy, known, as_of)
            for r in rules.requirements
        ),
    )


def _excused(
    finding: Finding, clause: Clause, policy: str, dossier: Dossier, as_of: date
) -> Finding:
    """A decree on a ground that the requirement itself names stands in for what it asks."""
    if finding.status is Status.MET:
        return finding
    decrees = [
        waived
        for waived in dossier.all(Waived)
        if waived.ground in {w.ground for w in clause.waivable}
        and waived.target == policy
        and (waived.until is None or as_of < waived.until)
    ]
    if not decrees:
        return finding
    first = min(decrees, key=lambda waived: (waived.on, waived.decree_number))
    return replace(finding, status=Status.MET, missing_from=None, waived_by=first.decree_number)
