"""The units and the post map over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from contracts.envelope import Code, Text
from services.chassis.query_values import Day
from services.profile import queries
from services.profile.api.facts import Documented, answered
from services.profile.asking import After, Anyone, Asked, Done, Given
from services.profile.commands import structure
from services.profile.domain.post import Post
from services.profile.domain.terms import Jenjang, PositionClass
from services.profile.domain.work_unit import WorkUnit
from services.profile.projections import post_map, work_units
from services.profile.streams import post_id_of, unit_id_of

router = APIRouter(tags=["structure"])


class UnitOut(BaseModel):
    unit_id: UUID
    code: str
    name: str
    parent_id: UUID | None


class PostOut(BaseModel):
    post_id: UUID
    code: str
    name: str
    position_class: str
    jenjang: str | None
    eselon: str | None
    unit_id: UUID
    field: str | None
    retirement_age: int
    needed: int


class UnitIn(Documented):
    """A unit as it is from `effective_from` on; the same code is the same unit."""

    code: Code
    name: Text
    parent_code: Code | None = None
    effective_from: Day


class PostIn(Documented):
    """A post as it is from `effective_from` on; the same code in the same unit is the same post."""

    code: Code
    unit_code: Code
    name: Text
    position_class: PositionClass
    jenjang: Jenjang | None = None
    eselon: Code | None = None
    field: Code | None = None
    retirement_age: Annotated[int, Field(ge=50, le=70)]
    needed: Annotated[int, Field(ge=0, le=100_000)]
    effective_from: Day


@router.post("/units", status_code=201)
async def define_unit(body: UnitIn, deps: Given, asked: Asked, response: Response) -> Done:
    """A unit, new or changed from a day on."""
    unit = WorkUnit(
        unit_id=unit_id_of(asked.agency, body.code),
        code=body.code,
        name=body.name,
        parent_id=unit_id_of(asked.agency, body.parent_code) if body.parent_code else None,
    )
    done = await structure.define_unit(deps, body.case(asked), unit, body.effective_from)
    return answered(response, done)


@router.post("/posts", status_code=201)
async def define_post(body: PostIn, deps: Given, asked: Asked, response: Response) -> Done:
    """A post on the map, new or changed from a day on."""
    seat = Post(
        post_id=post_id_of(asked.agency, body.code, body.unit_code),
        code=body.code,
        name=body.name,
        position_class=body.position_class,
        jenjang=body.jenjang,
        eselon=body.eselon,
        unit_id=unit_id_of(asked.agency, body.unit_code),
        field=body.field,
        retirement_age=body.retirement_age,
        needed=body.needed,
    )
    done = await structure.define_post(deps, body.case(asked), seat, body.effective_from)
    return answered(response, done)


@router.get("/units")
async def units(deps: Given, who: Anyone, token: After) -> list[UnitOut]:
    """The agency's work units."""
    await deps.own_writes.are_in(token, work_units.table)
    return [UnitOut(**row) for row in await queries.units(deps, who)]


@router.get("/posts")
async def posts(
    deps: Given,
    who: Anyone,
    token: After,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[PostOut]:
    """The agency's posts; the next page is asked for with the last id as `after`."""
    await deps.own_writes.are_in(token, post_map.table)
    return [PostOut(**row) for row in await queries.posts(deps, who, after, limit)]
