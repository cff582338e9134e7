"""Facts about a person over HTTP. `until` is the last day, as decrees name it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import Code, Text
from contracts.events.terms import Golongan
from services.chassis.deciding import Executed
from services.chassis.query_values import Day
from services.chassis.tokens import say
from services.profile.asking import Asked, Done, Given, Incoming
from services.profile.commands import record
from services.profile.commands.lookup import PostNotOnMap, posts_with
from services.profile.domain.facts import Education, Position, Rank, Sanction
from services.profile.domain.terms import Assignment, Severity

router = APIRouter(tags=["facts"])


class RankIn(Incoming):
    golongan: Golongan
    effective_from: Day
    decree_number: Text | None = None
    replaces: UUID | None = None


class PositionIn(Incoming):
    """The post says class, rung and unit; it must stand on the post map."""

    post_id: UUID
    assignment: Assignment = Assignment.DEFINITIVE
    effective_from: Day
    until: Day | None = None
    decree_number: Text | None = None
    replaces: UUID | None = None


class EducationIn(Incoming):
    level: Annotated[int, Field(ge=1, le=9)]
    field: Code | None = None
    completed_on: Day
    recognised: bool = True
    replaces: UUID | None = None


class SanctionIn(Incoming):
    kind: Code
    severity: Severity
    starts_on: Day
    until: Day | None = None
    law: Code
    decree_number: Text | None = None
    replaces: UUID | None = None


@router.post("/people/{person_id}/ranks", status_code=201)
async def grant_rank(
    person_id: UUID, body: RankIn, deps: Given, asked: Asked, response: Response
) -> Done:
    rank = Rank(**body.model_dump(exclude={"replaces"}))
    return _done(
        response, await record.grant_rank(deps, asked, person_id, rank, replaces=body.replaces)
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
        until=_day_after(body.until),
        decree_number=body.decree_number,
    )
    done = await record.assign_position(deps, asked, person_id, position, replaces=body.replaces)
    return _done(response, done)


@router.post("/people/{person_id}/educations", status_code=201)
async def record_education(
    person_id: UUID, body: EducationIn, deps: Given, asked: Asked, response: Response
) -> Done:
    education = Education(**body.model_dump(exclude={"replaces"}))
    done = await record.record_education(deps, asked, person_id, education, replaces=body.replaces)
    return _done(response, done)


@router.post("/people/{person_id}/sanctions", status_code=201)
async def impose_sanction(
    person_id: UUID, body: SanctionIn, deps: Given, asked: Asked, response: Response
) -> Done:
    sanction = Sanction(
        kind=body.kind,
        severity=body.severity,
        starts_on=body.starts_on,
        ends_on=_day_after(body.until),
        law=body.law,
        decree_number=body.decree_number,
    )
    done = await record.impose_sanction(deps, asked, person_id, sanction, replaces=body.replaces)
    return _done(response, done)


def _done(response: Response, executed: Executed[Any]) -> Done:
    return Done(token=say(response, executed.token), event_ids=list(executed.event_ids))


def _day_after(last: date | None) -> date | None:
    return None if last is None else last + timedelta(days=1)
