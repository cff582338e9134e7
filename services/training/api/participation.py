"""Who takes part in a class, over HTTP: nomination, approval, enrolment, presence, result, roster.

A roster bears ids only: names are profile's.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.envelope import Text
from services.chassis.access_log import record_read
from services.chassis.deciding import Executed
from services.chassis.http import Day
from services.chassis.problems import NotAllowed
from services.chassis.tokens import say
from services.training.api.classes import Coded
from services.training.api.sheets import sheet
from services.training.asking import (
    After,
    Applicant,
    Done,
    EnrolmentDone,
    Given,
    Incoming,
    Officer,
    Official,
    Organiser,
    RosterReader,
    Why,
    origin_of,
)
from services.training.commands import classes, participation
from services.training.deps import Deps
from services.training.domain.completion import Result
from services.training.domain.nomination import (
    Approve,
    Command,
    RefuseNomination,
    WithdrawNomination,
)
from services.training.domain.terms import Evidence
from services.training.projections import attendance, nominations
from services.training.streams import class_id_of, nomination_id_of

router = APIRouter(tags=["participation"])

Link = Annotated[str, StringConstraints(pattern=r"^https://[^\s\x00]{1,490}$")]
Mark = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


class NominationIn(Incoming):
    person_id: UUID


class RefusalIn(Incoming):
    reason: Text


class AttendanceIn(Incoming):
    """`session`: its number, from 1."""

    session: Annotated[int, Field(ge=1, le=400)]
    present: bool


class ResultIn(Incoming):
    """`evidence` null: not passed."""

    evidence: Evidence | None
    mark: Mark | None = None
    certificate_number: Text | None = None
    certificate_date: Day | None = None
    certificate_link: Link | None = None

    @property
    def result(self) -> Result:
        return Result(
            evidence=self.evidence,
            mark=None if self.mark is None else str(self.mark),
            certificate_number=self.certificate_number,
            certificate_date=self.certificate_date,
            certificate_link=self.certificate_link,
        )


class NominationDone(Done):
    nomination_id: UUID


class OnRosterOut(BaseModel):
    """`state`, `evidence`, `jp`: of the enrolment, once there is one."""

    model_config = ConfigDict(from_attributes=True)

    nomination_id: UUID
    person_id: UUID
    step: str
    nominated_on: date
    decided_on: date | None
    enrolment_id: UUID | None
    state: str | None
    evidence: str | None
    jp: int | None
    attended: int
    absent: int


class RosterOut(BaseModel):
    code: str
    provisional: bool
    roster: list[OnRosterOut]


class PresenceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    session: int
    held_on: date
    present: bool


class PresencesOut(BaseModel):
    code: str
    provisional: bool
    presences: list[PresenceOut]


@router.post("/classes/{code}/nominations")
async def nominate(
    code: Coded, body: NominationIn, deps: Given, who: Applicant, response: Response
) -> NominationDone:
    """Put somebody forward for a class, or oneself."""
    if who.role == "employee" and str(body.person_id) != who.subject:
        raise NotAllowed
    nomination_id, done = await classes.nominate(
        deps, who.agency, code, body.person_id, who.subject, origin_of(who, "nominations")
    )
    return NominationDone(token=say(response, done.token), nomination_id=nomination_id)


@router.post("/classes/{code}/participants/{person_id}/approval")
async def approve(
    code: Coded, person_id: UUID, deps: Given, who: Official, response: Response
) -> Done:
    """Agree to a nomination."""
    command = Approve(by=who.subject, on=deps.today())
    return await _step(deps, who, (code, person_id), command, response)


@router.post("/classes/{code}/participants/{person_id}/refusal")
async def refuse(
    code: Coded, person_id: UUID, body: RefusalIn, deps: Given, who: Official, response: Response
) -> Done:
    """Decline a nomination, in words that the person will read."""
    command = RefuseNomination(by=who.subject, reason=body.reason, on=deps.today())
    return await _step(deps, who, (code, person_id), command, response)


@router.post("/classes/{code}/participants/{person_id}/withdrawal")
async def withdraw(
    code: Coded, person_id: UUID, deps: Given, who: Applicant, response: Response
) -> Done:
    """Take a nomination back before it has led to an enrolment."""
    if who.role == "employee" and str(person_id) != who.subject:
        raise NotAllowed
    command = WithdrawNomination(on=deps.today())
    return await _step(deps, who, (code, person_id), command, response)


@router.post("/classes/{code}/participants/{person_id}/enrolment")
async def enrol(
    code: Coded, person_id: UUID, deps: Given, who: Organiser, response: Response
) -> EnrolmentDone:
    """Give an approved nominee a seat."""
    enrolment_id, done = await classes.enrol(
        deps, who.agency, code, person_id, origin_of(who, "class-enrolment")
    )
    return EnrolmentDone(token=say(response, done.token), enrolment_id=enrolment_id)


@router.post("/classes/{code}/participants/{person_id}/attendance")
async def attend(
    code: Coded,
    person_id: UUID,
    body: AttendanceIn,
    deps: Given,
    who: Organiser,
    response: Response,
) -> Done:
    """Say of a session whether somebody was there; told otherwise, it is a correction."""
    told = (body.session, body.present)
    origin = origin_of(who, "attendance")
    done = await participation.record_attendance(deps, who.agency, code, person_id, told, origin)
    return _done(response, done)


@router.post("/classes/{code}/participants/{person_id}/result")
async def finish(
    code: Coded, person_id: UUID, body: ResultIn, deps: Given, who: Officer, response: Response
) -> Done:
    """Say how the class ended for somebody; a certificate may follow later."""
    origin = origin_of(who, "class-result")
    done = await participation.record_result(deps, who.agency, code, person_id, body.result, origin)
    return _done(response, done)


@router.get("/classes/{code}/roster")
async def roster(code: Coded, deps: Given, who: RosterReader, token: After, why: Why) -> RosterOut:
    """Everybody who was put forward for a class, with presence and result."""
    contained = await deps.own_writes.are_in(token, nominations.table)
    rows = await nominations.roster_of(deps.pool, who.agency, code)
    await record_read(deps.pool, who, [row.person_id for row in rows], "class roster", why)
    found = [OnRosterOut.model_validate(row) for row in rows]
    return RosterOut(code=code, provisional=not contained, roster=found)


@router.get("/classes/{code}/roster/workbook", response_class=Response)
async def roster_workbook(
    code: Coded, deps: Given, who: RosterReader, token: After, why: Why
) -> Response:
    """The same as a workbook, by ids alone."""
    found = (await roster(code, deps, who, token, why)).roster
    head = "PEGAWAI (ID),TAHAP,TANGGAL USUL,TANGGAL PUTUSAN,KEADAAN,BUKTI,JP,HADIR,TIDAK HADIR"
    rows = [
        (str(one.person_id), one.step, one.nominated_on, one.decided_on, one.state, one.evidence,
         one.jp, one.attended, one.absent)
        for one in found
    ]  # fmt: skip
    return sheet(f"peserta {code}", deps.today(), head, rows)


@router.get("/classes/{code}/attendance")
async def presences(
    code: Coded, deps: Given, who: RosterReader, token: After, why: Why
) -> PresencesOut:
    """Who was there, session by session."""
    contained = await deps.own_writes.are_in(token, attendance.table)
    rows = await attendance.presences_of(deps.pool, who.agency, code)
    people = sorted({row.person_id for row in rows})
    await record_read(deps.pool, who, people, "class attendance", why)
    found = [PresenceOut.model_validate(row) for row in rows]
    return PresencesOut(code=code, provisional=not contained, presences=found)


@router.get("/classes/{code}/attendance/workbook", response_class=Response)
async def presences_workbook(
    code: Coded, deps: Given, who: RosterReader, token: After, why: Why
) -> Response:
    """The same as a workbook, by ids alone."""
    found = (await presences(code, deps, who, token, why)).presences
    rows = [
        (one.session, one.held_on, str(one.person_id), "YA" if one.present else "TIDAK")
        for one in found
    ]
    return sheet(f"presensi {code}", deps.today(), "SESI,TANGGAL,PEGAWAI (ID),HADIR", rows)


async def _step(
    deps: Deps, who: Applicant, where: tuple[str, UUID], command: Command, response: Response
) -> Done:
    code, person_id = where
    bearer = await classes.learner(deps, who.agency, person_id)
    nomination_id = nomination_id_of(class_id_of(who.agency, code), person_id)
    origin = origin_of(who, "nominations")
    return _done(response, await classes.step(deps, bearer, nomination_id, command, origin))


def _done(response: Response, done: Executed[Any]) -> Done:
    return Done(token=say(response, done.token))
