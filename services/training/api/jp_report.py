"""The JP of a year per tanggal over HTTP: what everybody has earned, beside what the law asks."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.chassis.access_log import record_read
from services.chassis.auth import may_see
from services.chassis.http import Day, Instant
from services.chassis.problems import NotAllowed, NotFound
from services.training import queries
from services.training.api.sheets import sheet
from services.training.asking import After, Auditor, Given, Person, Why
from services.training.commands import jp_settings
from services.training.deps import Deps
from services.training.domain.jp_year import TargetKind
from services.training.projections import jp_earned, mentoring_sessions, postings
from services.training.queries import YearOfSomebody

router = APIRouter(tags=["jp"])
TABLES = (jp_earned.table, postings.table, mentoring_sessions.table)


class YearIn(BaseModel):
    """`year`: the year of `as_of` if not told. `as_of`: per tanggal, today if not told; `known_at`:
    by what had been recorded then."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int, Field(ge=2000, le=2199)] | None = None
    as_of: Day | None = None
    known_at: Instant | None = None


class UnitYearIn(YearIn):
    unit_id: UUID | None = None


class TargetOut(BaseModel):
    """`kind`: minimum must be reached, entitlement_max is a right that is referred to."""

    model_config = ConfigDict(from_attributes=True)

    jp: int
    kind: TargetKind
    instrument: str
    article: str | None
    verification: str
    source: str


class YearOut(BaseModel):
    """`by_form`: JP by the number of the form of development (SIASN jenisDiklat).
    `sessions_uncounted`: coaching and mentoring for which the agency has decreed no JP."""

    person_id: UUID
    employment: str
    unit_id: UUID | None
    unit: str | None
    jp: int
    by_form: dict[int, int]
    sessions_uncounted: int
    target: TargetOut | None
    missing: int
    reached: bool | None

    @classmethod
    def of(cls, one: YearOfSomebody) -> YearOut:
        return cls(
            person_id=one.serving.person_id,
            employment=one.serving.employment,
            unit_id=one.serving.unit_id,
            unit=one.serving.unit,
            jp=one.standing.jp,
            by_form={int(form): jp for form, jp in sorted(one.by_form.items())},
            sessions_uncounted=one.sessions_uncounted,
            target=one.standing.target and TargetOut.model_validate(one.standing.target),
            missing=one.standing.missing,
            reached=one.standing.reached,
        )


class PersonYearOut(YearOut):
    year: int
    as_of: date
    provisional: bool


class ComplianceOut(BaseModel):
    """`bound` counts those who must reach a minimum, `bound_reached` those of them who have."""

    year: int
    as_of: date
    provisional: bool
    bound: int
    bound_reached: int
    people: list[YearOut]


@router.get("/reports/jp")
async def compliance(
    deps: Given, who: Auditor, token: After, asked: Annotated[UnitYearIn, Query()]
) -> ComplianceOut:
    """Everybody's JP of a year beside the target of their employment, unit by unit."""
    return await _compliance(deps, who.agency, token, asked)


@router.get("/reports/jp/workbook", response_class=Response)
async def compliance_workbook(
    deps: Given, who: Auditor, token: After, asked: Annotated[UnitYearIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await _compliance(deps, who.agency, token, asked)
    head = "ID PEGAWAI,JENIS PEGAWAI,UNIT,TAHUN,JP,TARGET,SIFAT TARGET,KURANG,TERCAPAI,DASAR"
    rows = [
        (
            *(str(one.person_id), one.employment, one.unit, found.year, one.jp),
            *_target_words(one.target),
            one.missing,
            "-" if one.reached is None else "YA" if one.reached else "BELUM",
            one.target.instrument if one.target else None,
        )
        for one in found.people
    ]
    foot = [("WAJIB MENCAPAI", found.bound), ("SUDAH MENCAPAI", found.bound_reached)]
    return sheet("capaian jp", found.as_of, head, rows, foot=foot)


@router.get("/people/{person_id}/jp")
async def of_person(
    person_id: UUID,
    deps: Given,
    who: Person,
    token: After,
    why: Why,
    asked: Annotated[YearIn, Query()],
) -> PersonYearOut:
    """One person's JP of a year."""
    person = await queries.person(deps, person_id)
    if not may_see(who, person.agency, person_id):
        raise NotAllowed
    await record_read(deps.pool, who, person_id, "jp", why)
    contained = await deps.own_writes.are_in(token, *TABLES)
    question = await _question(deps, person.agency, UnitYearIn(**asked.model_dump()))
    found = await queries.jp_of_year(deps, question, person_id)
    if not found:
        raise NotFound
    return PersonYearOut(
        **YearOut.of(found[0]).model_dump(),
        year=question.year,
        as_of=question.as_of,
        provisional=not contained,
    )


async def _compliance(
    deps: Deps, agency: str, token: str | None, asked: UnitYearIn
) -> ComplianceOut:
    contained = await deps.own_writes.are_in(token, *TABLES)
    question = await _question(deps, agency, asked)
    people = [YearOut.of(one) for one in await queries.jp_of_year(deps, question)]
    bound = [one for one in people if one.target and one.target.kind is TargetKind.MINIMUM]
    return ComplianceOut(
        year=question.year,
        as_of=question.as_of,
        provisional=not contained,
        bound=len(bound),
        bound_reached=sum(bool(one.reached) for one in bound),
        people=people,
    )


async def _question(deps: Deps, agency: str, asked: UnitYearIn) -> queries.JpQuestion:
    as_of = asked.as_of or deps.today()
    return queries.JpQuestion(
        agency=agency,
        year=asked.year or as_of.year,
        as_of=as_of,
        known_at=asked.known_at,
        unit_id=asked.unit_id,
        rules=await jp_settings.rules_of(deps, agency, as_of),
    )


def _target_words(target: TargetOut | None) -> tuple[int | None, str | None]:
    if target is None:
        return None, None
    return target.jp, "wajib" if target.kind is TargetKind.MINIMUM else "hak"
