"""The shapes of a policy file: every kind of requirement as a strict row with its citation."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.career.domain.competency import Band, JobPersonMatch
from services.career.domain.dossier import Held
from services.career.domain.ratings import RatingsAtLeastGood, Scale
from services.career.domain.requirements import (
    AgeAtMost,
    Citation,
    Clause,
    CompletedTraining,
    EducationAtLeast,
    EmploymentIs,
    HumanJudgement,
    MinimumTenure,
    NoServingSanction,
    RankAtLeast,
    Requirement,
    RestsOn,
    Waivable,
)
from services.career.domain.terms import (
    GOLONGAN,
    STANDARD_COMPETENCIES,
    EmploymentKind,
    Jenjang,
    PositionClass,
    Severity,
)

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
InstrumentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+(-[A-Za-z0-9]+)+$")]
Verification = Literal["seen", "recalled", "uncertain"]


def _upper(word: object) -> object:
    return word.upper() if isinstance(word, str) else word


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _exact(value: object) -> object:
    """Percentages and points are quoted text: a YAML float is not what was written."""
    if isinstance(value, float):
        raise ValueError("write a decimal number in quotes")
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Upper = BeforeValidator(_upper)
Listed = BeforeValidator(_listed)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cites(Strict):
    instrument: InstrumentId
    article: Annotated[str, Field(min_length=1, strict=True)]
    paragraph: Annotated[str, Field(strict=True)] | None = None
    letter: Annotated[str, Field(strict=True)] | None = None
    verification: Verification
    source: Annotated[str, Field(min_length=1)]

    def citation(self) -> Citation:
        return Citation(**self.model_dump())


class WaivableRow(Strict):
    ground: Slug
    cites: Cites


class Row(Strict):
    """What every requirement has, whatever its kind."""

    id: Slug
    kind: str
    cites: Cites
    rests_on: dict[Slug, Cites] = {}
    waivable: tuple[WaivableRow, ...] = ()
    switched_off: Annotated[bool, Field(strict=True)] = False

    def clause(self, layer: str) -> Clause:
        return Clause(
            id=self.id,
            kind=self.kind,
            layer=layer,
            cites=self.cites.citation(),
            rests_on=tuple(
                RestsOn(value=value, layer=layer, cites=cites.citation())
                for value, cites in self.rests_on.items()
            ),
            waivable=tuple(
                Waivable(ground=row.ground, cites=row.cites.citation()) for row in self.waivable
            ),
        )

    def instruments(self) -> set[str]:
        return {
            self.cites.instrument,
            *(cites.instrument for cites in self.rests_on.values()),
            *(row.cites.instrument for row in self.waivable),
        }


class EmploymentRow(Row):
    kind: Literal["employment_is"]
    employment: Annotated[tuple[Annotated[EmploymentKind, Upper], ...], Listed]

    def requirement(self, layer: str, policy: str) -> Requirement:
        return EmploymentIs(clause=self.clause(layer), employment=self.employment)


class EducationRow(Row):
    kind: Literal["education_at_least"]
    level: Annotated[int, Field(ge=1, le=9, strict=True)]

    def requirement(self, layer: str, policy: str) -> Requirement:
        return EducationAtLeast(clause=self.clause(layer), level=self.level)


def held(text: str) -> Held:
    """`pengawas`, or one rung of a functional position: `fungsional/ahli_muda`."""
    position_class, _, jenjang = text.upper().partition("/")
    return Held(
        position_class=PositionClass(position_class),
        jenjang=Jenjang(jenjang) if jenjang else None,
    )


class TenureRow(Row):
    kind: Literal["minimum_tenure"]
    held: Annotated[tuple[str, ...], Listed, Field(min_length=1)]
    years: Annotated[int, Field(ge=1, strict=True)]

    def requirement(self, layer: str, policy: str) -> Requirement:
        return MinimumTenure(
            clause=self.clause(layer), held=tuple(map(held, self.held)), years=self.years
        )


class RankRow(Row):
    kind: Literal["rank_at_least"]
    golongan: Annotated[str, Field(pattern=f"^({'|'.join(GOLONGAN)})$")]

    def requirement(self, layer: str, policy: str) -> Requirement:
        return RankAtLeast(clause=self.clause(layer), golongan=self.golongan)


class AgeRow(Row):
    kind: Literal["age_at_most"]
    years: Annotated[int, Field(ge=18, strict=True)]

    def requirement(self, layer: str, policy: str) -> Requirement:
        return AgeAtMost(clause=self.clause(layer), years=self.years)


class TrainingRow(Row):
    kind: Literal["completed_training"]
    programme: Annotated[str, Field(min_length=1)]

    def requirement(self, layer: str, policy: str) -> Requirement:
        return CompletedTraining(clause=self.clause(layer), programme=self.programme)


class JudgementRow(Row):
    """`for_target`: said about this policy only, such as whether the field of work is related."""

    kind: Literal["human_judgement"]
    for_target: Annotated[bool, Field(strict=True)] = False

    def requirement(self, layer: str, policy: str) -> Requirement:
        return HumanJudgement(clause=self.clause(layer), target=policy if self.for_target else None)


class SanctionRow(Row):
    kind: Literal["no_serving_sanction"]
    severities: tuple[Annotated[Severity, Upper], ...]

    def requirement(self, layer: str, policy: str) -> Requirement:
        return NoServingSanction(clause=self.clause(layer), severities=self.severities)


class ScaleRow(Strict):
    law: InstrumentId
    first_year: Annotated[int, Field(strict=True)]
    last_year: Annotated[int, Field(strict=True)] | None = None
    good: tuple[Annotated[str, Upper], ...]
    others: tuple[Annotated[str, Upper], ...]
    points_from: Exact | None = None
    cites: Cites

    def scale(self) -> Scale:
        return Scale(**self.model_dump(exclude={"cites"}))


class RatingsRow(Row):
    kind: Literal["ratings_at_least_good"]
    years: Annotated[int, Field(ge=1, strict=True)]
    scales: Annotated[tuple[ScaleRow, ...], Field(min_length=1)]

    def requirement(self, layer: str, policy: str) -> Requirement:
        clause = self.clause(layer)
        rests_on = tuple(
            RestsOn(value=f"scale of {row.law}", layer=layer, cites=row.cites.citation())
            for row in self.scales
        )
        return RatingsAtLeastGood(
            clause=Clause(
                id=clause.id,
                kind=clause.kind,
                layer=clause.layer,
                cites=clause.cites,
                rests_on=clause.rests_on + rests_on,
                waivable=clause.waivable,
            ),
            years=self.years,
            scales=tuple(row.scale() for row in self.scales),
        )

    def instruments(self) -> set[str]:
        return super().instruments() | {row.cites.instrument for row in self.scales}


def bands(rows: dict[str, Decimal]) -> tuple[Band, ...]:
    ordered = sorted(rows.items(), key=lambda row: row[1], reverse=True)
    return tuple(Band(category=category, at_least=least) for category, least in ordered)


class MatchRow(Row):
    kind: Literal["job_person_match"]
    level: Annotated[int, Field(ge=1, le=5, strict=True)]
    bands: Annotated[dict[str, Exact], Field(min_length=1)]
    lowest: str
    category: str
    cap_at_required: Annotated[bool, Field(strict=True)]
    valid_months: Annotated[int, Field(ge=1, strict=True)]

    def requirement(self, layer: str, policy: str) -> Requirement:
        if self.category not in self.bands:
            raise ValueError(f"{self.category} is not one of the bands")
        return JobPersonMatch(
            clause=self.clause(layer),
            standard=policy,
            required=tuple((code, self.level) for code in STANDARD_COMPETENCIES),
            bands=bands(self.bands),
            lowest=self.lowest,
            category=self.category,
            cap_at_required=self.cap_at_required,
            valid_months=self.valid_months,
        )


AnyRow = Annotated[
    EmploymentRow
    | EducationRow
    | TenureRow
    | RankRow
    | AgeRow
    | TrainingRow
    | JudgementRow
    | SanctionRow
    | RatingsRow
    | MatchRow,
    Field(discriminator="kind"),
]


def day_after(last: date | None) -> date | None:
    """Decrees name the last day; inside, an interval ends on the day after."""
    if last == date.max:
        raise ValueError("no day follows this one")
    return last + timedelta(days=1) if last else None
