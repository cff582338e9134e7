"""The kinds of requirement the law knows. Values and citations live in policies/.

A kind never changes its meaning: another meaning is another kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol

from services.career.domain.calendar import months_between, months_later
from services.career.domain.dossier import (
    Diploma,
    Dossier,
    Held,
    Judged,
    PositionHeld,
    RankHeld,
    Registered,
    Sanctioned,
    TrainingFinished,
)
from services.career.domain.terms import GOLONGAN, Assignment, EmploymentKind, Severity


class Status(Enum):
    MET = "MET"
    UNMET = "UNMET"
    UNKNOWN = "UNKNOWN"  # a fact is missing: someone must supply it
    HUMAN = "HUMAN"  # a judgement is missing: someone must make it


class Supplier(Enum):
    """Who must supply what is missing."""

    PROFILE = "profile"
    ASSESSMENT = "assessment"
    TRAINING = "training"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    instrument: str
    article: str
    paragraph: str | None = None
    letter: str | None = None
    verification: str  # seen, recalled or uncertain
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestsOn:
    """A value inside a requirement that rests on another place than the requirement itself."""

    value: str
    layer: str
    cites: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivable:
    """A ground on which a decree may excuse someone from the requirement."""

    ground: str
    cites: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A value with its unit; words are the portal's business."""

    amount: int | str | Decimal | date | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    requirement: str
    kind: str
    layer: str
    status: Status
    needed: Quantity
    found: Quantity
    details: tuple[Quantity, ...] = ()
    missing_from: Supplier | None = None
    waived_by: str | None = None
    cites: Citation
    rests_on: tuple[RestsOn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Where a requirement stands, and what may excuse from it."""

    id: str
    kind: str
    layer: str
    cites: Citation
    rests_on: tuple[RestsOn, ...] = ()
    waivable: tuple[Waivable, ...] = ()

    def finding(
        self,
        status: Status,
        *,
        needed: Quantity,
        found: Quantity,
        details: Iterable[Quantity] = (),
        missing_from: Supplier | None = None,
    ) -> Finding:
        return Finding(
            requirement=self.id,
            kind=self.kind,
            layer=self.layer,
            status=status,
            needed=needed,
            found=found,
            details=tuple(details),
            missing_from=missing_from if status in (Status.UNKNOWN, Status.HUMAN) else None,
            cites=self.cites,
            rests_on=self.rests_on,
        )


class Requirement(Protocol):
    @property
    def clause(self) -> Clause: ...
    def examine(self, dossier: Dossier, as_of: date) -> Finding: ...


def met(holds: bool) -> Status:
    return Status.MET if holds else Status.UNMET


# The kinds; ratings.py and competency.py hold two more


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentIs:
    """A kind of employment: the post is open to it, or it is not.

    Two registrations of one day that differ say nothing.
    """

    clause: Clause
    employment: tuple[EmploymentKind, ...]

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        said = {registered.employment for registered in dossier.latest(Registered)}
        return self.clause.finding(
            met(said <= set(self.employment)) if len(said) == 1 else Status.UNKNOWN,
            needed=Quantity(
                amount="|".join(kind.value for kind in self.employment), unit="employment kind"
            ),
            found=Quantity(
                amount="|".join(sorted(kind.value for kind in said)) or None,
                unit="employment kind",
            ),
            missing_from=Supplier.PROFILE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EducationAtLeast:
    """A recognised diploma of a level. None on record is not a low one: someone must supply it."""

    clause: Clause
    level: int

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        levels = [diploma.level for diploma in dossier.all(Diploma) if diploma.recognised]
        highest = max(levels, default=None)
        return self.clause.finding(
            Status.UNKNOWN if highest is None else met(highest >= self.level),
            needed=Quantity(amount=self.level, unit="education level"),
            found=Quantity(amount=highest, unit="education level"),
            missing_from=Supplier.PROFILE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumTenure:
    """So many years in any of some classes of position, added up.

    Whoever acts in a post has one of their own: with only acting on record, that is missing.
    """

    clause: Clause
    held: tuple[Held, ...]
    years: int

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        months = dossier.months_as(self.held, until=as_of)
        on_record = any(
            post.assignment is Assignment.DEFINITIVE for post in dossier.all(PositionHeld)
        )
        return self.clause.finding(
            met(months >= 12 * self.years) if on_record else Status.UNKNOWN,
            needed=Quantity(amount=12 * self.years, unit="months"),
            found=Quantity(amount=months if on_record else None, unit="months"),
            details=[
                Quantity(amount=dossier.months_as([held], until=as_of), unit=f"months as {held}")
                for held in self.held
            ],
            missing_from=Supplier.PROFILE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RankAtLeast:
    """A grade (golongan ruang) at least; a PPPK has none, so there is nothing to compare.

    Two ranks of one day that differ say nothing.
    """

    clause: Clause
    golongan: str

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        said = {rank.golongan for rank in dossier.latest(RankHeld)}
        held = said.pop() if len(said) == 1 else None
        comparable = held in GOLONGAN
        return self.clause.finding(
            met(GOLONGAN.index(held) >= GOLONGAN.index(self.golongan))
            if held and comparable
            else Status.UNKNOWN,
            needed=Quantity(amount=self.golongan, unit="golongan"),
            found=Quantity(amount=held, unit="golongan"),
            missing_from=Supplier.PROFILE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeAtMost:
    """Not yet older than so many years to the day."""

    clause: Clause
    years: int

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        born = next((r.born for r in reversed(dossier.all(Registered)) if r.born), None)
        return self.clause.finding(
            Status.UNKNOWN if born is None else met(as_of <= months_later(born, 12 * self.years)),
            needed=Quantity(amount=12 * self.years, unit="months of age"),
            found=Quantity(
                amount=months_between(born, as_of) if born else None, unit="months of age"
            ),
            missing_from=Supplier.PROFILE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedTraining:
    """A named programme, finished."""

    clause: Clause
    programme: str

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        done = [t.on for t in dossier.all(TrainingFinished) if t.programme == self.programme]
        return self.clause.finding(
            met(bool(done)),
            needed=Quantity(amount=self.programme, unit="programme"),
            found=Quantity(amount=min(done, default=None), unit="finished on"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanJudgement:
    """Something the law leaves to an official: until one has spoken, nobody knows.

    With a `target` only what was said about it counts: fit for one field is not for another.
    """

    clause: Clause
    target: str | None = None

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        said = [
            judged
            for judged in dossier.all(Judged)
            if (judged.matter, judged.target) == (self.clause.id, self.target)
        ]
        last = max(said, key=lambda judged: judged.on, default=None)
        # Two words of one day that differ cancel each other: an official must speak again.
        agreed = last is not None and len({j.met for j in said if j.on == last.on}) == 1
        return self.clause.finding(
            met(last.met) if last and agreed else Status.HUMAN,
            needed=Quantity(amount=self.clause.id, unit="judgement"),
            found=Quantity(amount=last.on if last else None, unit="judged on"),
            missing_from=Supplier.OFFICIAL,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoServingSanction:
    """No sanction of some severity is being served, from its first day to its last."""

    clause: Clause
    severities: tuple[Severity, ...]

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        serving = [
            sanction
            for sanction in dossier.all(Sanctioned)
            if sanction.severity in self.severities
            and (sanction.until is None or as_of < sanction.until)
        ]
        ends = [sanction.until for sanction in serving if sanction.until]
        return self.clause.finding(
            Status.UNMET if ends else Status.UNKNOWN if serving else Status.MET,
            needed=Quantity(amount=0, unit="sanctions served"),
            found=Quantity(amount=len(serving), unit="sanctions served"),
            details=[Quantity(amount=max(ends), unit="free again from")]
            if ends and len(ends) == len(serving)
            else [],
            missing_from=Supplier.PROFILE,
        )
