"""People over HTTP: registered, listed, shown, named, found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from contracts.envelope import Text
from contracts.events.terms import EmploymentKind, Golongan, PositionClass
from services.chassis.origins import OriginOut
from services.chassis.query_values import Day
from services.chassis.tokens import say
from services.chassis.workbook_writing import Written
from services.profile import queries
from services.profile.api.workbooks import sheet
from services.profile.asking import (
    After,
    Asked,
    Given,
    Incoming,
    Person,
    Reader,
    Registered,
    Why,
)
from services.profile.commands import record
from services.profile.domain.entry import Entry
from services.profile.domain.registration import Details
from services.profile.domain.terms import EmploymentKind as Employment
from services.profile.domain.terms import Sex
from services.profile.projections import identity_index, person_card
from services.profile.projections.staff_list import Wanted

router = APIRouter(tags=["people"])
Number = Annotated[str, StringConstraints(pattern=r"^[0-9 ]{9,24}$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class PersonIn(Incoming):
    number: Annotated[Number, Field(description="NIP or NI PPPK, 18 digits.")]
    name: Text
    birth_date: Day
    sex: Sex
    employment: Employment
    registered_on: Day
    permanent_since: Annotated[Day | None, Field(description="TMT PNS, if it is known.")] = None
    old_number: Number | None = None
    front_title: Short | None = None
    back_title: Short | None = None
    nik: Number | None = None
    phone: Short | None = None
    email: Short | None = None
    replaces: UUID | None = None


@router.post("/people", status_code=201)
async def register(body: PersonIn, deps: Given, asked: Asked, response: Response) -> Registered:
    """A person enters the record; a number that is on record means that person."""
    entry = Entry(**body.model_dump(exclude={"replaces"}))
    person_id, done = await record.register(deps, asked, entry, replaces=body.replaces)
    token = say(response, done.token)
    return Registered(token=token, event_ids=list(done.event_ids), person_id=person_id)


# The list


Age = Annotated[int, Field(ge=0, le=120)]


class Which(BaseModel):
    """Simple filters, joined by and, as of a day. `below`: the unit with all units under it;
    `level`: the highest diploma recognised; ages in full years; the others are the first and the
    last TMT."""

    model_config = {"extra": "forbid"}

    as_of: Day | None = None
    unit_id: UUID | None = None
    below: bool = False
    post_id: UUID | None = None
    position_class: PositionClass | None = None
    golongan: Golongan | None = None
    employment: EmploymentKind | None = None
    level: Annotated[int, Field(ge=1, le=9)] | None = None
    age_from: Age | None = None
    age_to: Age | None = None
    rank_from: Day | None = None
    rank_to: Day | None = None
    position_from: Day | None = None
    position_to: Day | None = None


class Filters(Which):
    """Pages follow each other by `after`."""

    after: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class PersonOut(BaseModel):
    person_id: UUID
    name: str | None
    employment: str
    registered_on: date
    born: date
    sex: str
    golongan: str | None
    rank_since: date | None
    post_id: UUID | None
    post: str | None
    unit_id: UUID | None
    unit: str | None
    position_class: str | None
    position_since: date | None
    education: int | None


class PeopleOut(BaseModel):
    """A page of people as of a day; `next` is the `after` of the page that follows."""

    as_of: date
    people: list[PersonOut]
    next: UUID | None


@router.get("/people")
async def people(
    deps: Given, who: Reader, why: Why, token: After, asked: Annotated[Filters, Query()]
) -> PeopleOut:
    """People on record with their rank, post and unit on a day."""
    await deps.own_writes.are_in(token, person_card.table)
    as_of = asked.as_of or deps.today()
    wanted = Wanted(agency=who.agency, **asked.model_dump(exclude={"as_of"}), as_of=as_of)
    found = await queries.list_people(deps, who, wanted, why)
    listed = [PersonOut(name=shown(details), **row) for row, details in found]
    last = listed[-1].person_id if len(listed) == asked.limit else None
    return PeopleOut(as_of=as_of, people=listed, next=last)


# The card


class Line(BaseModel):
    """One dated fact: from when it holds, and when it was recorded (and replaced)."""

    event_id: UUID
    kind: str
    effective_from: date
    until: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    superseded_by: UUID | None
    post: str | None
    unit: str | None
    detail: dict[str, Any]
    origin: OriginOut | None

    @classmethod
    def of(cls, row: Mapping[str, Any], origins: Mapping[UUID, OriginOut]) -> Line:
        own = {name: row[name] for name in cls.model_fields if name not in ("detail", "origin")}
        origin = origins.get(row["event_id"])
        return cls(detail=orjson.loads(row["detail"]), origin=origin, **own)


class DetailsOut(BaseModel):
    name: str
    front_title: str | None
    back_title: str | None
    number: str | None
    old_number: str | None
    nik: str | None
    phone: str | None
    email: str | None


class CardOut(BaseModel):
    """`details` is null for a person who has been forgotten."""

    person_id: UUID
    details: DetailsOut | None
    employment: str
    lines: list[Line]
    provisional: bool


@router.get("/people/{person_id}")
async def card(person_id: UUID, deps: Given, who: Person, why: Why, token: After) -> CardOut:
    """A person's card: every fact with both its dates, replaced ones included."""
    caught_up = await deps.own_writes.are_in(token, person_card.table)
    found = await queries.card(deps, who, person_id, why)
    newest = [row["employment"] for row in found.lines if row["kind"] == "registration"][-1]
    return CardOut(
        person_id=person_id,
        details=_details(found.details),
        employment=newest,
        lines=[Line.of(row, found.origins) for row in found.lines],
        provisional=not caught_up,
    )


def _details(details: Details | None) -> DetailsOut | None:
    if details is None:
        return None
    return DetailsOut(
        **{name: getattr(details, name) for name in DetailsOut.model_fields},
    )


@router.get("/people/{person_id}/workbook", response_class=Response)
async def card_workbook(
    person_id: UUID, deps: Given, who: Person, why: Why, token: After
) -> Response:
    """The same as a workbook."""
    found = await card(person_id, deps, who, why, token)
    head = "JENIS,BERLAKU SEJAK,SAMPAI SEBELUM,ISI,JABATAN,UNIT,DICATAT PADA,DIGANTI PADA"
    rows = [
        (
            *(line.kind, line.effective_from, line.until, orjson.dumps(line.detail).decode()),
            *(line.post, line.unit, line.recorded_at.isoformat()),
            line.superseded_at.isoformat() if line.superseded_at else None,
            *_rests_on(line.origin),
        )
        for line in found.lines
    ]
    evidence = "DOKUMEN,SHA-256 DOKUMEN,STATUS DATA"
    return sheet("catatan", deps.today(), f"{head},{evidence}", rows)


def _rests_on(origin: OriginOut | None) -> tuple[Written, ...]:
    if origin is None:
        return (None, None, None)
    checked = "TERVERIFIKASI" if origin.verified else "PERNYATAAN SENDIRI"
    return (origin.document, origin.document_sha256, checked)


# Names and numbers


class NamesIn(Incoming):
    people: Annotated[list[UUID], Field(max_length=500)]


class NamesOut(BaseModel):
    """Only the people whom the reader may see, and who have not been forgotten."""

    names: dict[UUID, str]


@router.post("/people/names")
async def names(body: NamesIn, deps: Given, who: Person, why: Why) -> NamesOut:
    """The names behind some ids, for whoever prints a list."""
    found = await queries.names_of(deps, who, body.people, why)
    return NamesOut(names={one: shown(details) or "" for one, details in found.items()})


class LookupIn(Incoming):
    number: Annotated[Number, Field(description="NIP, NI PPPK or old NIP; never in an address.")]


class Found(BaseModel):
    person_id: UUID


@router.post("/people/lookup")
async def lookup(body: LookupIn, deps: Given, who: Reader, why: Why, token: After) -> Found:
    """Whose number this is."""
    await deps.own_writes.are_in(token, identity_index.index.table)
    number = "".join(body.number.split())
    return Found(person_id=await queries.find_by_number(deps, who, number, why))


def shown(details: Details | None) -> str | None:
    """The name as it is written, with its titles."""
    if details is None:
        return None
    front = f"{details.front_title} " if details.front_title else ""
    back = f", {details.back_title}" if details.back_title else ""
    return f"{front}{details.name}{back}"
