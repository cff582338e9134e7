"""The catalogue over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.envelope import Code, Text
from services.chassis.tokens import say
from services.training import queries
from services.training.adapters.completion_report import ProgrammeCode
from services.training.api.budget import Rupiah
from services.training.api.providers import ExternalId
from services.training.api.sheets import sheet
from services.training.asking import After, Anyone, Done, Given, Incoming, Organiser, origin_of
from services.training.commands import programmes
from services.training.domain.programme import Delivery, Mode, Offer, Target
from services.training.domain.terms import Form
from services.training.projections import catalogue

router = APIRouter(tags=["catalogue"])

Level = Annotated[int, Field(ge=1, le=5)]


class DeliveryIn(Incoming):
    """What it teaches (competency to level), how, its price per person, and whose it is."""

    targets: Annotated[dict[Code, Level], Field(max_length=50)]
    mode: Mode
    price: Rupiah
    provider: ExternalId | None = None

    @property
    def delivery(self) -> Delivery:
        named = self.targets.items()
        return Delivery(
            targets=tuple(Target(competency=code, level=level) for code, level in named),
            mode=self.mode,
            price=self.price,
            provider=self.provider,
        )


class OfferIn(Incoming):
    """`delivery` left out: as it was."""

    code: ProgrammeCode
    title: Text
    form: Annotated[int, Field(ge=1, le=25, description="SIASN's jenisDiklat.")]
    jp: Annotated[int, Field(ge=1, le=10_000)]
    provider: Text
    delivery: DeliveryIn | None = None


class OfferOut(BaseModel):
    """`mode`, `price`, `targets`: null or empty where they were never told."""

    code: str
    title: str
    form: int
    jp: int
    provider: str
    provider_id: str | None
    mode: str | None
    price: int | None
    targets: dict[str, int]

    @classmethod
    def of(cls, row: catalogue.Row) -> OfferOut:
        told = {name: getattr(row, name) for name in cls.model_fields if name != "targets"}
        return cls(targets=catalogue.targets_of(row), **told)


@router.post("/programmes")
async def define_programme(body: OfferIn, deps: Given, who: Organiser, response: Response) -> Done:
    """Offer a programme, or offer it with other details."""
    offer = Offer(
        code=body.code,
        title=body.title,
        form=Form(body.form),
        jp=body.jp,
        provider=body.provider,
        delivery=body.delivery.delivery if body.delivery else None,
    )
    done = await programmes.define_programme(deps, who.agency, offer, origin_of(who, "programmes"))
    return Done(token=say(response, done.token))


@router.get("/programmes")
async def list_programmes(deps: Given, who: Anyone, token: After) -> list[OfferOut]:
    """What the agency offers."""
    await deps.own_writes.are_in(token, catalogue.table)
    return [OfferOut.of(row) for row in await queries.programmes_of(deps, who.agency)]


@router.get("/programmes/workbook", response_class=Response)
async def list_programmes_workbook(deps: Given, who: Anyone, token: After) -> Response:
    """The same as a workbook."""
    found = await list_programmes(deps, who, token)
    head = (
        "KODE PROGRAM,NAMA PROGRAM,JENIS DIKLAT ID,JP,PENYELENGGARA,MODA,BIAYA PER ORANG,KOMPETENSI"
    )
    rows = [
        (one.code, one.title, one.form, one.jp, one.provider, one.mode, one.price,
         "; ".join(f"{code}:{level}" for code, level in one.targets.items()))
        for one in found
    ]  # fmt: skip
    return sheet("katalog", deps.today(), head, rows)
