"""The catalogue over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.envelope import Text
from services.chassis.tokens import say
from services.training import queries
from services.training.adapters.completion_report import ProgrammeCode
from services.training.asking import After, Anyone, Done, Given, Incoming, Organiser, origin_of
from services.training.commands import programmes
from services.training.domain.programme import Offer
from services.training.domain.terms import Form
from services.training.projections import catalogue

router = APIRouter(tags=["catalogue"])


class OfferIn(Incoming):
    code: ProgrammeCode
    title: Text
    form: Annotated[int, Field(ge=1, le=25, description="SIASN's jenisDiklat.")]
    jp: Annotated[int, Field(ge=1, le=10_000)]
    provider: Text


class OfferOut(BaseModel):
    code: str
    title: str
    form: int
    jp: int
    provider: str

    @classmethod
    def of(cls, row: catalogue.Row) -> OfferOut:
        return cls(code=row.code, title=row.title, form=row.form, jp=row.jp, provider=row.provider)


@router.post("/programmes")
async def define_programme(body: OfferIn, deps: Given, who: Organiser, response: Response) -> Done:
    """Offer a programme, or offer it with other details."""
    offer = Offer(
        code=body.code,
        title=body.title,
        form=Form(body.form),
        jp=body.jp,
        provider=body.provider,
    )
    done = await programmes.define_programme(deps, who.agency, offer, origin_of(who, "programmes"))
    return Done(token=say(response, done.token))


@router.get("/programmes")
async def list_programmes(deps: Given, who: Anyone, token: After) -> list[OfferOut]:
    """What the agency offers."""
    await deps.own_writes.are_in(token, catalogue.table)
    return [OfferOut.of(row) for row in await queries.programmes_of(deps, who.agency)]
