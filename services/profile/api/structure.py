"""The units and the post map over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.profile import queries
from services.profile.asking import After, Anyone, Given
from services.profile.projections import post_map, work_units

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
