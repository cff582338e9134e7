"""Competency dictionaries and post standards over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.envelope import Code, Text
from services.assessment import queries
from services.assessment.adapters.packs import Pack
from services.assessment.asking import After, Done, Given, Incoming, Officer, Person, origin_of
from services.assessment.commands import standards as commands
from services.assessment.domain.competency_dictionary import Certainty, Competency, Edition, Kind
from services.assessment.domain.post_standard import Required, Version
from services.assessment.projections import competency_dictionaries, post_standards
from services.chassis.http import Day
from services.chassis.tokens import say

router = APIRouter(tags=["standards"])


class CompetencyIn(Incoming):
    """`levels` says in words what each of the five levels means."""

    code: Code
    name: Text
    kind: Kind
    certainty: Certainty
    levels: Annotated[list[Text], Field(max_length=9)]


class DictionaryIn(Incoming):
    field: Code
    in_force_from: Day
    decree: Text
    competencies: Annotated[list[CompetencyIn], Field(max_length=1_000)]
    correction: bool = False

    @property
    def edition(self) -> Edition:
        return Edition(
            field=self.field,
            in_force_from=self.in_force_from,
            decree=self.decree,
            competencies=tuple(
                Competency(
                    code=one.code,
                    name=one.name,
                    kind=one.kind,
                    certainty=one.certainty,
                    levels=tuple(one.levels),
                )
                for one in self.competencies
            ),
        )


class AdoptionIn(Incoming):
    in_force_from: Day
    decree: Text


class RequiredIn(Incoming):
    competency: Code
    level: Annotated[int, Field(ge=0, le=9)]


class StandardIn(Incoming):
    """`post` is the post's code."""

    post: Code
    in_force_from: Day
    decree: Text
    required: Annotated[list[RequiredIn], Field(max_length=1_000)]
    correction: bool = False

    @property
    def version(self) -> Version:
        return Version(
            post=self.post,
            in_force_from=self.in_force_from,
            decree=self.decree,
            required=tuple(Required(competency=r.competency, level=r.level) for r in self.required),
        )


class CompetencyOut(BaseModel):
    code: str
    name: str
    kind: Kind
    certainty: Certainty
    levels: list[str]


class DictionaryOut(BaseModel):
    field: str
    in_force_from: date
    decree: str
    competencies: list[CompetencyOut]
    event_id: UUID


class DictionariesOut(BaseModel):
    provisional: bool
    dictionaries: list[DictionaryOut]


class StandardOut(BaseModel):
    post: str
    in_force_from: date
    decree: str
    required: dict[str, int]
    event_id: UUID


class StandardsOut(BaseModel):
    provisional: bool
    standards: list[StandardOut]


class PacksOut(BaseModel):
    packs: list[Pack]


@router.post("/competency-dictionaries")
async def publish_dictionary(
    body: DictionaryIn, deps: Given, who: Officer, response: Response
) -> Done:
    """A decree publishes the competencies of a field, from a day on."""
    by = origin_of(who, "competency-dictionaries")
    done = await commands.publish_dictionary(
        deps, who.agency, body.edition, by, correction=body.correction
    )
    return Done(token=say(response, done.token))


@router.get("/competency-packs")
async def list_packs(deps: Given, who: Person) -> PacksOut:
    """The dictionaries shipped as data, each entry with its certainty."""
    return PacksOut(packs=queries.packs_shipped())


@router.post("/competency-packs/{field}/adoption")
async def adopt_pack(
    field: str, body: AdoptionIn, deps: Given, who: Officer, response: Response
) -> Done:
    """A dictionary shipped as data becomes the agency's own, by its decree."""
    by = origin_of(who, "competency-packs")
    done = await commands.adopt_pack(deps, who.agency, field, body.in_force_from, body.decree, by)
    return Done(token=say(response, done.token))


@router.get("/competency-dictionaries")
async def list_dictionaries(deps: Given, who: Person, day: Day, token: After) -> DictionariesOut:
    """The dictionaries in force on a day."""
    contained = await deps.own_writes.are_in(token, competency_dictionaries.table)
    rows = await queries.dictionaries_on(deps, who.agency, day)
    return DictionariesOut(
        provisional=not contained,
        dictionaries=[
            DictionaryOut(
                field=row.field,
                in_force_from=row.in_force_from,
                decree=row.decree,
                competencies=orjson.loads(row.competencies),
                event_id=row.event_id,
            )
            for row in rows
        ],
    )


@router.post("/post-standards")
async def publish_standard(body: StandardIn, deps: Given, who: Officer, response: Response) -> Done:
    """A decree says what level a post asks of each competency (SKJ), from a day on."""
    by = origin_of(who, "post-standards")
    done = await commands.publish_standard(
        deps, who.agency, body.version, by, correction=body.correction
    )
    return Done(token=say(response, done.token))


@router.get("/post-standards")
async def list_standards(deps: Given, who: Person, day: Day, token: After) -> StandardsOut:
    """The post standards in force on a day."""
    contained = await deps.own_writes.are_in(token, post_standards.table)
    rows = await queries.standards_on(deps, who.agency, day)
    return StandardsOut(
        provisional=not contained,
        standards=[
            StandardOut(
                post=row.post,
                in_force_from=row.in_force_from,
                decree=row.decree,
                required=orjson.loads(row.required),
                event_id=row.event_id,
            )
            for row in rows
        ],
    )
