"""Reads the worked cases that a lawyer writes, and runs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, TypeAdapter, model_validator

from services.career.adapters.policy_files import POLICIES, NotAPolicy, parse_policy, plain_yaml
from services.career.adapters.policy_rows import (
    Exact,
    InstrumentId,
    Slug,
    Strict,
    Upper,
    day_after,
    held,
)
from services.career.domain.dossier import (
    CompetencyMeasured,
    Diploma,
    Dossier,
    Fact,
    Judged,
    PositionHeld,
    RankHeld,
    Registered,
    Sanctioned,
    TrainingFinished,
    Waived,
    YearRated,
)
from services.career.domain.eligibility import Verdict, assess
from services.career.domain.requirements import Status
from services.career.domain.rulebook import Layer, Version, in_force, rules
from services.career.domain.terms import (
    STANDARD_COMPETENCIES,
    Assignment,
    EmploymentKind,
    Severity,
)

T = TypeVar("T")


class Given(Strict):
    """One fact. `since` is its first day and `to` its last, as decrees write them."""

    position: str | None = None
    employment: Annotated[EmploymentKind | None, Upper] = None
    rank: str | None = None
    education: int | None = None
    rating: Annotated[str | None, Upper] = None
    points: Exact | None = None
    competency: dict[str, int] | None = None
    jpm: Exact | None = None
    training: str | None = None
    sanction: str | None = None
    judged: str | None = None
    waiver: Slug | None = None

    since: date | None = None
    to: date | None = None
    assignment: Annotated[Assignment, Upper] = Assignment.DEFINITIVE
    born: date | None = None
    recognised: Annotated[bool, Field(strict=True)] = True
    year: int | None = None
    law: InstrumentId | None = None
    severity: Annotated[Severity | None, Upper] = None
    met: Annotated[bool, Field(strict=True)] = True
    target: Slug | None = None
    decree: str | None = None

    @model_validator(mode="after")
    def _is_one_fact(self) -> Given:
        said = [name for name in _MATTERS if getattr(self, name) is not None]
        if len(said) != 1 and set(said) != {"rating", "points"}:
            raise ValueError("a fact names one thing: a position, a diploma, a judgement, …")
        self.fact("any")
        return self

    @property
    def matter(self) -> str:
        """What it is about: a stated fact stands in for a usual one of the same matter."""
        if self.judged is not None:
            return self.judged
        if self.rating is not None or self.points is not None:
            return f"rating {self.year}"
        if self.jpm is not None:
            return "competency"
        return next(name for name in _MATTERS if getattr(self, name) is not None)

    def fact(self, policy: str) -> Fact:  # noqa: PLR0911 (one answer per kind of fact)
        until = day_after(self.to)
        if self.rating is not None or self.points is not None:
            year = _stated(self.year, "year")
            return YearRated(
                year=year,
                law=self.law,
                rating=self.rating,
                points=self.points,
                on=self.since or date(year, 12, 31),
            )
        since = _stated(self.since, "since")
        if self.position is not None:
            post = held(self.position)
            return PositionHeld(
                position_class=post.position_class,
                jenjang=post.jenjang,
                assignment=self.assignment,
                since=since,
                until=until,
            )
        if self.employment is not None:
            return Registered(employment=self.employment, born=self.born, on=since)
        if self.rank is not None:
            return RankHeld(golongan=self.rank, since=since)
        if self.education is not None:
            return Diploma(level=self.education, recognised=self.recognised, on=since)
        if self.competency is not None or self.jpm is not None:
            return CompetencyMeasured(
                levels=_levels(self.competency or {}),
                job_person_match=self.jpm,
                against=policy,
                on=since,
                until=until,
            )
        if self.training is not None:
            return TrainingFinished(programme=self.training, on=since)
        if self.sanction is not None:
            return Sanctioned(
                code=self.sanction,
                severity=_stated(self.severity, "severity"),
                law=_stated(self.law, "law"),
                since=since,
                until=until,
            )
        if self.judged is not None:
            return Judged(matter=self.judged, target=self.target, met=self.met, on=since)
        return Waived(
            ground=_stated(self.waiver, "waiver"),
            target=self.target or policy,
            decree_number=_stated(self.decree, "decree"),
            on=since,
            until=until,
        )


_MATTERS = (
    "position",
    "employment",
    "rank",
    "education",
    "rating",
    "points",
    "competency",
    "jpm",
    "training",
    "sanction",
    "judged",
    "waiver",
)


def _levels(said: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """`all: 3` is level 3 in all nine; what is named beside it differs."""
    common = {code: said["all"] for code in STANDARD_COMPETENCIES} if "all" in said else {}
    named = {code: level for code, level in said.items() if code != "all"}
    return tuple(sorted({**common, **named}.items()))


class Then(Strict):
    status: Literal["ELIGIBLE", "NOT_ELIGIBLE", "NEEDS_REVIEW", "NOT_APPLICABLE"]
    unmet: frozenset[str] = frozenset()
    review: frozenset[str] = frozenset()


class Case(Strict):
    """`otherwise: in_order` adds the usual facts, except those stated and those `without` names."""

    case: str
    policies: tuple[str, ...]
    as_of: date
    given: tuple[Given, ...] = ()
    otherwise: Literal["in_order"] | None = None
    without: frozenset[str] = frozenset()
    then: Then


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    policy: str
    case: Case
    verdict: Verdict

    @property
    def as_written(self) -> bool:
        return self.said == self.case.then

    @property
    def said(self) -> Then:
        return Then(
            status=self.verdict.status.value,
            unmet=frozenset(self.verdict.having(Status.UNMET)),
            review=frozenset(self.verdict.having(Status.UNKNOWN, Status.HUMAN)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiles:
    """The case files of a folder of policies: one per policy, and the facts that are usual."""

    folder: Path = POLICIES

    def policies(self) -> list[str]:
        return sorted(p.stem for p in (self.folder / "cases").glob("*.yaml") if p.stem != "usual")

    def cases(self, policy: str) -> list[Case]:
        text = (self.folder / "cases" / f"{policy}.yaml").read_text("utf-8")
        cases = TypeAdapter(list[Case]).validate_python(plain_yaml(text))
        names = [case.case for case in cases]
        if len(names) != len(set(names)):
            raise NotAPolicy(f"two cases of {policy} have the same name")
        return cases

    def versions(self, policy: str, case: Case) -> tuple[Version, ...]:
        layers = [
            _layer((self.folder / layer / f"{policy}.yaml").read_text("utf-8"))
            for layer in case.policies
        ]
        return in_force(layers[0], layers[1] if len(layers) > 1 else None, case.as_of)

    def run(self, policy: str, case: Case) -> Outcome:
        found = rules(policy, self.versions(policy, case))
        dossier = Dossier(tuple(row.fact(policy) for row in self._facts(policy, case)))
        return Outcome(policy=policy, case=case, verdict=assess(dossier, found, case.as_of))

    def _facts(self, policy: str, case: Case) -> list[Given]:
        stated = {row.matter for row in case.given} | case.without
        usual = self._usual(policy) if case.otherwise else []
        unknown = case.without - {row.matter for row in usual}
        if unknown:
            raise NotAPolicy(f"not among the usual facts: {', '.join(sorted(unknown))}")
        return [*case.given, *(row for row in usual if row.matter not in stated)]

    def _usual(self, policy: str) -> list[Given]:
        """Judgements that concern one target are, in the usual facts, about the case's policy."""
        rows = _usual_facts((self.folder / "cases" / "usual.yaml").read_text("utf-8"))
        return [
            row.model_copy(update={"target": policy}) if row.target == "each" else row
            for row in rows
        ]


@lru_cache(maxsize=16)
def _layer(text: str) -> Layer:
    return parse_policy(text).read()


@lru_cache(maxsize=4)
def _usual_facts(text: str) -> tuple[Given, ...]:
    return TypeAdapter(tuple[Given, ...]).validate_python(plain_yaml(text))


def _stated(value: T | None, name: str) -> T:
    if value is None:
        raise ValueError(f"this fact needs `{name}`")
    return value
