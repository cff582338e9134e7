"""The units and the post map over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from contracts.envelope import Code, Text
from services.chassis.auth import Principal
from services.chassis.query_values import Day, Instant
from services.profile import queries
from services.profile.api.facts import Documented, answered
from services.profile.api.workbooks import sheet
from services.profile.asking import After, Anyone, Asked, Done, Given, Incoming
from services.profile.commands import structure
from services.profile.domain.post import Conditions, Post
from services.profile.domain.terms import Jenjang, PositionClass
from services.profile.domain.work_unit import Place, WorkUnit
from services.profile.projections import post_map, unit_history, work_units
from services.profile.projections.post_history import OnDay
from services.profile.streams import post_id_of, unit_id_of

router = APIRouter(tags=["structure"])
EVERY_POST = 1_000_000


class UnitOut(BaseModel):
    unit_id: UUID
    code: str
    name: str
    parent_id: UUID | None
    kind: str | None
    region_code: str | None
    latitude: str | None
    longitude: str | None


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
    job_class: int | None
    education: int | None
    training: str | None
    experience: str | None


Degrees = Annotated[str, Field(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,6})?$")]


class PlaceIn(Incoming):
    """Degrees, south and west negative."""

    latitude: Degrees
    longitude: Degrees


class UnitIn(Documented):
    """A unit as it is from `effective_from` on; the same code is the same unit."""

    code: Code
    name: Text
    parent_code: Code | None = None
    kind: Code | None = None
    region_code: Annotated[str, Field(max_length=13)] | None = None
    place: PlaceIn | None = None
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
    job_class: Annotated[int, Field(ge=1, le=17)] | None = None
    education: Annotated[int, Field(ge=1, le=9)] | None = None
    training: Text | None = None
    experience: Text | None = None
    effective_from: Day


@router.post("/units", status_code=201)
async def define_unit(body: UnitIn, deps: Given, asked: Asked, response: Response) -> Done:
    """A unit, new or changed from a day on."""
    unit = WorkUnit(
        unit_id=unit_id_of(asked.agency, body.code),
        code=body.code,
        name=body.name,
        parent_id=unit_id_of(asked.agency, body.parent_code) if body.parent_code else None,
        kind=body.kind,
        region_code=body.region_code,
        place=Place(**body.place.model_dump()) if body.place else None,
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
        job_class=body.job_class,
        conditions=Conditions(
            education=body.education, training=body.training, experience=body.experience
        ),
    )
    done = await structure.define_post(deps, body.case(asked), seat, body.effective_from)
    return answered(response, done)


class TreeIn(BaseModel):
    """`as_of`: the tree as it stood on a day, by what had been recorded at `known_at`."""

    model_config = {"extra": "forbid"}

    as_of: Day | None = None
    known_at: Instant | None = None

    def day(self, who: Principal, today: date) -> OnDay | None:
        if self.as_of is None and self.known_at is None:
            return None
        return OnDay(agency=who.agency, as_of=self.as_of or today, known_at=self.known_at)


@router.get("/units")
async def units(
    deps: Given, who: Anyone, token: After, asked: Annotated[TreeIn, Query()]
) -> list[UnitOut]:
    """The agency's work units as last defined, or as they were on a day."""
    day = asked.day(who, deps.today())
    await deps.own_writes.are_in(token, work_units.table if day is None else unit_history.table)
    return [UnitOut(**row) for row in await queries.units(deps, who, day)]


@router.get("/units/workbook", response_class=Response)
async def units_workbook(
    deps: Given, who: Anyone, token: After, asked: Annotated[TreeIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await units(deps, who, token, asked)
    code_of = {one.unit_id: one.code for one in found}
    rows = [
        (
            *(one.code, one.name, code_of.get(one.parent_id) if one.parent_id else None),
            *(one.kind, one.region_code, one.latitude, one.longitude),
        )
        for one in found
    ]
    head = "KODE UNOR,NAMA UNOR,KODE UNOR INDUK,JENIS UNOR,KODE WILAYAH,LINTANG,BUJUR"
    return sheet("unit organisasi", asked.as_of or deps.today(), head, rows)


@router.get("/posts/workbook", response_class=Response)
async def posts_workbook(deps: Given, who: Anyone, token: After) -> Response:
    """All posts as a workbook."""
    found = await posts(deps, who, token, limit=EVERY_POST)
    named = {one["unit_id"]: one["name"] for one in await queries.units(deps, who, None)}
    rows = [
        (
            *(one.code, one.name, named.get(one.unit_id), one.position_class, one.jenjang),
            *(one.eselon, one.field, one.retirement_age, one.needed, one.job_class),
            *(one.education, one.training, one.experience),
        )
        for one in found
    ]
    head = "KODE JABATAN,NAMA JABATAN,UNIT,JENIS JABATAN,JENJANG,ESELON,BIDANG,BUP,KEBUTUHAN"
    more = "KELAS JABATAN,SYARAT PENDIDIKAN,SYARAT PELATIHAN,SYARAT PENGALAMAN"
    return sheet("peta jabatan", deps.today(), f"{head},{more}", rows)


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
