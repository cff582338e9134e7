"""Facts about a person over HTTP. `until` is the last day, as decrees name it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import Code, Digest, Text
from contracts.events.terms import Golongan
from services.chassis.deciding import Executed
from services.chassis.query_values import Day
from services.chassis.tokens import say
from services.profile.asking import Asked, Done, Given, Incoming
from services.profile.commands import record
from services.profile.commands.lookup import PostNotOnMap, posts_with
from services.profile.commands.record import Case
from services.profile.domain.discipline import sanction_of
from services.profile.domain.facts import Education, Position, Rank
from services.profile.domain.terms import Assignment, Severity

router = APIRouter(tags=["facts"])


class Documented(Incoming):
    """What is recorded may name the document that proves it; what somebody only says of themselves
    and nobody has checked is `verified: false`, until it is confirmed."""

    document: Text | None = None
    document_sha256: Digest | None = None
    verified: bool = True

    def case(self, asked: Case) -> Case:
        return asked.resting_on(self.document, self.document_sha256, verified=self.verified)


class FactIn(Documented):
    """A fact; a correction names the one it replaces."""

    replaces: UUID | None = None

    def told(self) -> dict[str, Any]:
        """What is said of the fact itself."""
        return self.model_dump(exclude=set(FactIn.model_fields))


class RankIn(FactIn):
    golongan: Golongan
    effective_from: Day
    decree_number: Text | None = None


class PositionIn(FactIn):
    """The post says class, rung and unit; it must stand on the post map."""

    post_id: UUID
    assignment: Assignment = Assignment.DEFINITIVE
    effective_from: Day
    until: Day | None = None
    decree_number: Text | None = None


class EducationIn(FactIn):
    level: Annotated[int, Field(ge=1, le=9)]
    field: Code | None = None
    completed_on: Day
    recognised: bool = True


class SanctionIn(FactIn):
    """A kind on the law's list brings severity, law and length with it; another one names them."""

    kind: Code
    severity: Severity | None = None
    starts_on: Day
    until: Day | None = None
    law: Code | None = None
    decree_number: Text | None = None


@router.post("/people/{person_id}/ranks", status_code=201)
async def grant_rank(
    person_id: UUID, body: RankIn, deps: Given, asked: Asked, response: Response
) -> Done:
    rank = Rank(**body.told())
    return answered(
        response,
        await record.grant_rank(deps, body.case(asked), person_id, rank, replaces=body.replaces),
    )


@router.post("/people/{person_id}/positions", status_code=201)
async def assign_position(
    person_id: UUID, body: PositionIn, deps: Given, asked: Asked, response: Response
) -> Done:
    post = (await posts_with(deps, asked.agency, [body.post_id])).get(body.post_id)
    if post is None:
        raise PostNotOnMap
    position = Position(
        post_id=post.post_id,
        position_class=post.position_class,
        jenjang=post.jenjang,
        field=post.field,
        unit_id=post.unit_id,
        assignment=body.assignment,
        effective_from=body.effective_from,
        until=day_after(body.until),
        decree_number=body.decree_number,
    )
    done = await record.assign_position(
        deps, body.case(asked), person_id, position, replaces=body.replaces
    )
    return answered(response, done)


@router.post("/people/{person_id}/educations", status_code=201)
async def record_education(
    person_id: UUID, body: EducationIn, deps: Given, asked: Asked, response: Response
) -> Done:
    education = Education(**body.told())
    done = await record.record_education(
        deps, body.case(asked), person_id, education, replaces=body.replaces
    )
    return answered(response, done)


@router.post("/people/{person_id}/sanctions", status_code=201)
async def impose_sanction(
    person_id: UUID, body: SanctionIn, deps: Given, asked: Asked, response: Response
) -> Done:
    sanction = sanction_of(
        body.kind,
        body.starts_on,
        severity=body.severity,
        law=body.law,
        ends_on=day_after(body.until),
        decree_number=body.decree_number,
    )
    done = await record.impose_sanction(
        deps, body.case(asked), person_id, sanction, replaces=body.replaces
    )
    return answered(response, done)


def answered(response: Response, executed: Executed[Any]) -> Done:
    return Done(token=say(response, executed.token), event_ids=list(executed.event_ids))


def day_after(last: date | None) -> date | None:
    return None if last is None else last + timedelta(days=1)
