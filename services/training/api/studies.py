"""Study assignments over HTTP: from the application to what is paid back."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import Code, Text
from services.chassis.deciding import Executed
from services.chassis.http import Day
from services.chassis.problems import NotAllowed
from services.chassis.tokens import say
from services.training.api.budget import Rupiah
from services.training.asking import (
    Applicant,
    Done,
    Given,
    Incoming,
    Judging,
    Officer,
    Official,
    origin_of,
)
from services.training.commands import studies
from services.training.deps import Deps
from services.training.domain.study_assignment import (
    Begin,
    DemandRepayment,
    End,
    Extend,
    Judge,
    Leave,
    RecordRepayment,
    Reject,
    ReportProgress,
    ReportReturn,
    Step,
    WithdrawApplication,
)
from services.training.domain.study_conditions import (
    Accreditation,
    Condition,
    Judgement,
    StudyPlan,
)
from services.training.domain.study_events import Ending

router = APIRouter(tags=["study assignments"])


class StudyIn(Incoming):
    """`level`: 1 SD … 7 S1/D-IV, 8 S2, 9 S3. `need`: the row of the need plan it answers."""

    person_id: UUID
    programme: Text
    institution: Text
    accreditation: Accreditation
    level: Annotated[int, Field(ge=1, le=9)]
    field: Text
    starts_on: Day
    months: Annotated[int, Field(ge=1, le=120)]
    released: bool
    self_funded: bool
    competency: Code
    need: UUID | None = None

    @property
    def plan(self) -> StudyPlan:
        return StudyPlan(**self.model_dump(exclude={"person_id"}))


class JudgementIn(Incoming):
    condition: Condition
    met: bool
    document: Code


class DecreeIn(Incoming):
    """`until`: the last day of the study. `because`: why, if the rules do not say yes."""

    decree_number: Code
    until: Day
    because: Text | None = None


class ReasonIn(Incoming):
    reason: Text


class OnDayIn(Incoming):
    on_day: Day


class ProgressIn(Incoming):
    semester: Annotated[int, Field(ge=1, le=30)]
    report: Text
    on_day: Day


class ExtensionIn(Incoming):
    semesters: Annotated[int, Field(ge=1, le=2)]
    decree_number: Code
    on_day: Day


class EndingIn(Incoming):
    """`on_day`: the last day of the study."""

    ending: Ending
    on_day: Day


class DemandIn(Incoming):
    amount: Rupiah
    decree_number: Code
    on_day: Day


class RepaymentIn(Incoming):
    amount: Rupiah
    document: Code
    on_day: Day


class StudyDone(Done):
    study_id: UUID


@router.post("/study-assignments")
async def apply(body: StudyIn, deps: Given, who: Applicant, response: Response) -> StudyDone:
    """Apply for a study assignment, for oneself or as an officer."""
    if who.role == "employee" and str(body.person_id) != who.subject:
        raise NotAllowed
    origin = origin_of(who, "study-assignments")
    study_id, done = await studies.apply(deps, who.agency, body.person_id, body.plan, origin)
    return StudyDone(token=say(response, done.token), study_id=study_id)


@router.post("/study-assignments/{study_id}/judgements")
async def judge(
    study_id: UUID, body: JudgementIn, deps: Given, who: Judging, response: Response
) -> Done:
    """Say how a condition stands that the record cannot tell, with the paper it rests on."""
    judgement = Judgement(condition=body.condition, met=body.met, document=body.document)
    command = Judge(judgement=judgement, on=deps.today())
    return await _step(deps, who, study_id, command, response)


@router.post("/study-assignments/{study_id}/decree")
async def grant(
    study_id: UUID, body: DecreeIn, deps: Given, who: Official, response: Response
) -> Done:
    """Decree it; the examination of the first day of the study is kept with the decree."""
    student = await studies.student_of(deps, who.agency, study_id)
    done = await studies.grant(
        deps,
        study_id,
        student,
        decree_number=body.decree_number,
        until=body.until + timedelta(days=1),
        because=body.because,
        origin=origin_of(who, "study-decree"),
    )
    return _done(response, done)


@router.post("/study-assignments/{study_id}/rejection")
async def reject(
    study_id: UUID, body: ReasonIn, deps: Given, who: Official, response: Response
) -> Done:
    """Decline the application, in words that the person will read."""
    command = Reject(reason=body.reason, on=deps.today())
    return await _step(deps, who, study_id, command, response)


@router.post("/study-assignments/{study_id}/withdrawal")
async def withdraw(study_id: UUID, deps: Given, who: Applicant, response: Response) -> Done:
    """Take the application back."""
    return await _step(deps, who, study_id, WithdrawApplication(on=deps.today()), response)


@router.post("/study-assignments/{study_id}/start")
async def begin(
    study_id: UUID, body: OnDayIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The study has begun."""
    return await _step(deps, who, study_id, Begin(on=body.on_day), response)


@router.post("/study-assignments/{study_id}/progress")
async def progress(
    study_id: UUID, body: ProgressIn, deps: Given, who: Applicant, response: Response
) -> Done:
    """Report on a semester; told again it replaces what was said."""
    command = ReportProgress(semester=body.semester, report=body.report, on=body.on_day)
    return await _step(deps, who, study_id, command, response)


@router.post("/study-assignments/{study_id}/extension")
async def extend(
    study_id: UUID, body: ExtensionIn, deps: Given, who: Officer, response: Response
) -> Done:
    """More semesters, by decree; at most two in all."""
    command = Extend(semesters=body.semesters, decree_number=body.decree_number, on=body.on_day)
    return await _step(deps, who, study_id, command, response)


@router.post("/study-assignments/{study_id}/end")
async def end(
    study_id: UUID, body: EndingIn, deps: Given, who: Officer, response: Response
) -> Done:
    """Completed, or abandoned."""
    return await _step(deps, who, study_id, End(ending=body.ending, on=body.on_day), response)


@router.post("/study-assignments/{study_id}/return")
async def report_return(
    study_id: UUID, body: OnDayIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The person has reported back; the bond begins."""
    return await _step(deps, who, study_id, ReportReturn(on=body.on_day), response)


@router.post("/study-assignments/{study_id}/departure")
async def leave(
    study_id: UUID, body: OnDayIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The person leaves the service before the bond is served."""
    return await _step(deps, who, study_id, Leave(on=body.on_day), response)


@router.post("/study-assignments/{study_id}/repayment-demand")
async def demand(
    study_id: UUID, body: DemandIn, deps: Given, who: Officer, response: Response
) -> Done:
    """What must be paid back, by decree."""
    command = DemandRepayment(amount=body.amount, decree_number=body.decree_number, on=body.on_day)
    return await _step(deps, who, study_id, command, response)


@router.post("/study-assignments/{study_id}/repayments")
async def repay(
    study_id: UUID, body: RepaymentIn, deps: Given, who: Officer, response: Response
) -> Done:
    """What has been paid back."""
    command = RecordRepayment(amount=body.amount, document=body.document, on=body.on_day)
    return await _step(deps, who, study_id, command, response)


async def _step(
    deps: Deps, who: Applicant, study_id: UUID, command: Step, response: Response
) -> Done:
    student = await studies.student_of(deps, who.agency, study_id)
    if who.role == "employee" and str(student.subject) != who.subject:
        raise NotAllowed
    origin = origin_of(who, "study-assignments")
    return _done(response, await studies.step(deps, study_id, student, command, origin))


def _done(response: Response, done: Executed[Any]) -> Done:
    return Done(token=say(response, done.token))
