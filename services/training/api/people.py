"""What a person has learned, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.chassis.access_log import record_read
from services.chassis.auth import may_see
from services.chassis.origins import OriginOut, origins_of
from services.chassis.problems import NotAllowed
from services.training import queries
from services.training.asking import After, Given, Person, Why
from services.training.projections import learning_record
from services.training.queries import Training

router = APIRouter(tags=["people"])


class TrainingOut(BaseModel):
    enrolment_id: UUID
    programme: str
    starts_on: date
    state: str
    ended_on: date | None
    jp: int
    title: str | None
    form: int | None
    provider: str | None
    evidence: str | None
    certificate_number: str | None
    certificate_date: date | None
    origin: OriginOut | None

    @classmethod
    def of(cls, training: Training, origins: Mapping[UUID, OriginOut]) -> TrainingOut:
        own = {"title": training.title, "certificate_number": training.certificate_number}
        rest = cls.model_fields.keys() - own - {"origin"}
        said = training.row.completion_id
        origin = origins.get(said) if said else None
        return cls(origin=origin, **own, **{name: getattr(training.row, name) for name in rest})


class TrainingsOut(BaseModel):
    """`provisional`: what was asked to be in here is not in here yet."""

    person_id: UUID
    provisional: bool
    trainings: list[TrainingOut]


@router.get("/people/{person_id}/trainings")
async def trainings(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> TrainingsOut:
    """What a person has learned and is learning."""
    person = await queries.person(deps, person_id)
    if not may_see(who, person.agency, person_id):
        raise NotAllowed
    await record_read(deps.pool, who, person_id, "trainings", why)
    contained = await deps.own_writes.are_in(token, learning_record.table)
    rows = await queries.trainings_of(deps, person)
    origins = await origins_of(deps.pool, [one.row.completion_id for one in rows])
    return TrainingsOut(
        person_id=person_id,
        provisional=not contained,
        trainings=[TrainingOut.of(row, origins) for row in rows],
    )
