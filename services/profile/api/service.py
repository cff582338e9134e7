"""Leave, study, awards, contracts over HTTP, and the confirmation of what was only declared."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import Code, Digest, Text
from services.chassis.query_values import Day
from services.profile.api.facts import Documented, FactIn, answered, day_after
from services.profile.asking import Asked, Done, Given, Incoming
from services.profile.commands import record
from services.profile.domain.facts import (
    Award,
    Contract,
    CreditKind,
    CreditPoints,
    OtherFact,
    ServiceCredit,
    StudyAssignment,
    UnpaidLeave,
    points,
)
from services.profile.domain.person import ConfirmFact, TellFact
from services.profile.domain.terms import EmploymentKind

router = APIRouter(tags=["facts"])


class UnpaidLeaveIn(FactIn):
    starts_on: Day
    until: Day
    decree_number: Text | None = None


class StudyIn(FactIn):
    level: Annotated[int, Field(ge=1, le=9)]
    field: Code | None = None
    starts_on: Day
    until: Day | None = None
    released: bool
    self_funded: bool
    decree_number: Text | None = None


class AwardIn(FactIn):
    """`until`: the last day on which it counts; null when it counts for ever."""

    kind: Code
    given_on: Day
    until: Day | None = None
    decree_number: Text | None = None


class ContractIn(FactIn):
    starts_on: Day
    until: Day
    decree_number: Text | None = None


class ServiceCreditIn(FactIn):
    """Masa kerja golongan as the decree counts it on its TMT."""

    years: Annotated[int, Field(ge=0, le=60)]
    months: Annotated[int, Field(ge=0, le=11)]
    effective_from: Day
    decree_number: Text | None = None


class MoveIn(Documented):
    """To which agency, from which day."""

    agency: Code
    moved_on: Day


Points = Annotated[str, Field(pattern=r"^[0-9]{1,5}(\.[0-9]{1,3})?$")]


class CreditPointsIn(FactIn):
    """Angka kredit of a period; `until` is its last day."""

    kind: CreditKind = CreditKind.CONVERSION
    main: Points
    supporting: Points = "0"
    starts_on: Day
    until: Day
    decree_number: Text | None = None


class ConfirmationIn(Incoming):
    """The document that somebody has now seen."""

    document: Text
    document_sha256: Digest | None = None


class NumberIn(Documented):
    """A NIP or NI PPPK that follows the present one."""

    number: Annotated[str, Field(pattern=r"^[0-9 ]{18,24}$")]
    valid_from: Day


class EmploymentIn(Documented):
    employment: EmploymentKind
    since: Day
    number: Annotated[str, Field(pattern=r"^[0-9 ]{18,24}$")] | None = None


async def _tell(
    deps: Given, asked: Asked, person_id: UUID, fact: OtherFact, body: FactIn, response: Response
) -> Done:
    command = TellFact(event_id=deps.new_id(), fact=fact, replaces=body.replaces)
    return answered(response, await record.told(deps, body.case(asked), person_id, command))


@router.post("/people/{person_id}/unpaid-leaves", status_code=201)
async def unpaid_leave(
    person_id: UUID, body: UnpaidLeaveIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Leave outside the State's cost, with its first and its last day."""
    after = day_after(body.until) or body.until
    fact = UnpaidLeave(starts_on=body.starts_on, until=after, decree_number=body.decree_number)
    return await _tell(deps, asked, person_id, fact, body, response)


@router.post("/people/{person_id}/study-assignments", status_code=201)
async def study_assignment(
    person_id: UUID, body: StudyIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Tugas belajar, as the decree describes it."""
    fact = StudyAssignment(**{**body.told(), "until": day_after(body.until)})
    return await _tell(deps, asked, person_id, fact, body, response)


@router.post("/people/{person_id}/awards", status_code=201)
async def award(
    person_id: UUID, body: AwardIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Satyalancana or another honour."""
    fact = Award(
        kind=body.kind,
        given_on=body.given_on,
        valid_until=day_after(body.until),
        decree_number=body.decree_number,
    )
    return await _tell(deps, asked, person_id, fact, body, response)


@router.post("/people/{person_id}/contracts", status_code=201)
async def contract(
    person_id: UUID, body: ContractIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """The term of a PPPK's employment; a renewal is another one."""
    after = day_after(body.until) or body.until
    fact = Contract(starts_on=body.starts_on, until=after, decree_number=body.decree_number)
    return await _tell(deps, asked, person_id, fact, body, response)


@router.post("/people/{person_id}/service-credits", status_code=201)
async def service_credit(
    person_id: UUID, body: ServiceCreditIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Masa kerja, in years and months, counted on a day."""
    return await _tell(deps, asked, person_id, ServiceCredit(**body.told()), body, response)


@router.post("/people/{person_id}/credit-points", status_code=201)
async def credit_points(
    person_id: UUID, body: CreditPointsIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Angka kredit of a functional post, as the PAK gives it."""
    fact = CreditPoints(
        kind=body.kind,
        main=points(body.main),
        supporting=points(body.supporting),
        starts_on=body.starts_on,
        until=day_after(body.until) or body.until,
        decree_number=body.decree_number,
    )
    return await _tell(deps, asked, person_id, fact, body, response)


@router.post("/people/{person_id}/facts/{fact_id}/confirmation", status_code=201)
async def confirm(
    person_id: UUID,
    fact_id: UUID,
    body: ConfirmationIn,
    deps: Given,
    asked: Asked,
    response: Response,
) -> Done:
    """Somebody has seen the document: the fact is told again, verified."""
    case = asked.resting_on(body.document, body.document_sha256, verified=True)
    command = ConfirmFact(event_id=deps.new_id(), fact=fact_id)
    return answered(response, await record.told(deps, case, person_id, command))


@router.post("/people/{person_id}/numbers", status_code=201)
async def give_number(
    person_id: UUID, body: NumberIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """A NIP converted or corrected, or the NI PPPK of a new contract, from a day on."""
    done = await record.give_number(
        deps, body.case(asked), person_id, body.number, valid_from=body.valid_from
    )
    return answered(response, done)


@router.post("/people/{person_id}/employments", status_code=201)
async def change_employment(
    person_id: UUID, body: EmploymentIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Another kind of employment from a day on."""
    done = await record.change_employment(
        *(deps, body.case(asked), person_id, body.employment),
        since=body.since,
        number=body.number,
    )
    return answered(response, done)


@router.post("/people/{person_id}/moves", status_code=201)
async def move(
    person_id: UUID, body: MoveIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Pindah instansi: the agency that lets the person go hands the record over."""
    done = await record.move_to_agency(
        deps, body.case(asked), person_id, body.agency, on=body.moved_on
    )
    return answered(response, done)
