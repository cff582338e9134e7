"""Where study assignments stand, what the rules say of one, and whose bond runs on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from services.chassis.access_log import record_read
from services.chassis.auth import Principal, may_see
from services.chassis.http import Day
from services.chassis.problems import NotAllowed
from services.training import queries
from services.training.api.sheets import sheet
from services.training.asking import After, Auditor, Given, Person, Why
from services.training.commands import studies
from services.training.deps import Deps
from services.training.domain.study_conditions import Condition, Outcome, Status
from services.training.domain.study_events import Phase
from services.training.projections import study_assignments, study_dossier
from services.training.projections.study_assignments import Wanted

router = APIRouter(tags=["study assignments"])


class StudyOut(BaseModel):
    """`until`, `bond_until`: last days. `on_record`: profile has the decree among the facts."""

    study_id: UUID
    person_id: UUID
    phase: Phase
    level: int
    field: str
    competency: str
    need_id: UUID | None
    released: bool
    self_funded: bool
    applied_on: date
    starts_on: date
    until: date | None
    decree_number: str | None
    semesters: int
    began_on: date | None
    ended_on: date | None
    ending: str | None
    report_by: date | None
    back_on: date | None
    late: bool | None
    bond_until: date | None
    left_on: date | None
    demanded: int
    repaid: int
    on_record: bool


class StudiesOut(BaseModel):
    as_of: date
    provisional: bool
    studies: list[StudyOut]


class ProgressOut(BaseModel):
    semester: int
    report: str | None
    reported_on: date


class OwnStudyOut(StudyOut):
    """With its sealed words; null once the person has been forgotten."""

    programme: str | None
    institution: str | None
    progress: list[ProgressOut]


class OwnStudiesOut(BaseModel):
    person_id: UUID
    provisional: bool
    studies: list[OwnStudyOut]


class CitationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    instrument: str
    verification: str
    source: str


class FindingOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    condition: Condition
    status: Status
    cites: CitationOut
    unit: str
    needed: int | None
    found: int | None
    found_words: tuple[str, ...]
    supplied_by: str | None
    document: str | None


class ExaminationOut(BaseModel):
    """The machine advises; a named official decides."""

    study_id: UUID
    as_of: date
    version: str
    outcome: Outcome
    provisional: bool
    findings: list[FindingOut]


class StudiesIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phase: Phase | None = None


class BondsIn(BaseModel):
    """`as_of`: per tanggal, today if not told."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = None


HEAD = (
    "PEGAWAI (ID),TAHAP,JENJANG,BIDANG,DIBEBASKAN,BIAYA SENDIRI,NOMOR SK,MULAI,SAMPAI,SELESAI,"
    "MELAPOR,AKHIR IKATAN DINAS,TERCATAT DI PROFIL"
)


@router.get("/study-assignments/{study_id}/examination")
async def examination(
    study_id: UUID, deps: Given, who: Person, token: After, why: Why, as_of: Day | None = None
) -> ExaminationOut:
    """Every condition with its citation, on a day; the first of the study if none is told."""
    student = await studies.student_of(deps, who.agency, study_id)
    if not may_see(who, student.agency, student.subject):
        raise NotAllowed
    await record_read(deps.pool, who, student.subject, "study examination", why)
    contained = await deps.own_writes.are_in(token, study_dossier.table)
    found = await studies.examined(deps, study_id, student, as_of)
    return ExaminationOut(
        study_id=study_id,
        as_of=found.as_of,
        version=found.version,
        outcome=found.outcome,
        provisional=not contained,
        findings=[FindingOut.model_validate(one) for one in found.findings],
    )


@router.get("/people/{person_id}/study-assignments")
async def of_person(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> OwnStudiesOut:
    """A person's study assignments, with their words and the progress of each semester."""
    person = await queries.person(deps, person_id)
    if not may_see(who, person.agency, person_id):
        raise NotAllowed
    await record_read(deps.pool, who, person_id, "study assignments", why)
    contained = await deps.own_writes.are_in(token, study_assignments.table)
    wanted = Wanted(agency=person.agency, person_id=person_id)
    rows = await study_assignments.studies(deps.pool, wanted)
    return OwnStudiesOut(
        person_id=person_id,
        provisional=not contained,
        studies=[await _own(deps, row) for row in rows],
    )


@router.get("/study-assignments")
async def listed(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[StudiesIn, Query()]
) -> StudiesOut:
    """The agency's study assignments, in the order in which they begin."""
    wanted = Wanted(agency=who.agency, phase=asked.phase and asked.phase.value)
    return await _listed(deps, who, token, why, wanted)


@router.get("/study-assignments/workbook", response_class=Response)
async def listed_workbook(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[StudiesIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await listed(deps, who, token, why, asked)
    return sheet("tugas belajar", found.as_of, HEAD, _cells(found))


@router.get("/reports/study-bonds")
async def bonds(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[BondsIn, Query()]
) -> StudiesOut:
    """Whose bond runs on a day, by what is on record now."""
    wanted = Wanted(agency=who.agency, bound_on=asked.as_of or deps.today())
    return await _listed(deps, who, token, why, wanted)


@router.get("/reports/study-bonds/workbook", response_class=Response)
async def bonds_workbook(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[BondsIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await bonds(deps, who, token, why, asked)
    return sheet("ikatan dinas", found.as_of, HEAD, _cells(found))


async def _listed(
    deps: Deps, who: Principal, token: str | None, why: Why, wanted: Wanted
) -> StudiesOut:
    contained = await deps.own_writes.are_in(token, study_assignments.table)
    rows = await study_assignments.studies(deps.pool, wanted)
    people = {row["person_id"] for row in rows}
    await record_read(deps.pool, who, sorted(people), "study assignments", why)
    return StudiesOut(
        as_of=wanted.bound_on or deps.today(),
        provisional=not contained,
        studies=[StudyOut(**_last_days(row)) for row in rows],
    )


async def _own(deps: Deps, row: dict[str, Any]) -> OwnStudyOut:
    told = await studies.study_of(deps, row["study_id"])
    return OwnStudyOut(
        **_last_days(row),
        programme=told.plan.programme,
        institution=told.plan.institution,
        progress=[
            ProgressOut(semester=semester, report=report, reported_on=on)
            for semester, report, on in told.reports
        ],
    )


def _last_days(row: dict[str, Any]) -> dict[str, Any]:
    """Inside an interval ends on the day after; people read its last day."""
    ends = {name: row[name] and row[name] - timedelta(days=1) for name in ("until", "bond_until")}
    return {name: value for name, value in {**row, **ends}.items() if name in StudyOut.model_fields}


def _cells(found: StudiesOut) -> list[tuple[str | int | date | None, ...]]:
    said = {True: "YA", False: "TIDAK"}
    return [
        (
            *(str(one.person_id), one.phase.value, one.level, one.field, said[one.released]),
            *(said[one.self_funded], one.decree_number, one.starts_on, one.until, one.ended_on),
            *(one.back_on, one.bond_until, said[one.on_record]),
        )
        for one in found.studies
    ]
