"""The providers over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from contracts.envelope import Code, Text
from services.chassis.deciding import Executed
from services.chassis.http import Day
from services.chassis.tokens import say
from services.training.api.sheets import sheet
from services.training.asking import After, Anyone, Done, Given, Incoming, Officer, origin_of
from services.training.commands import providers as commands
from services.training.domain.provider import (
    Accreditation,
    Agreement,
    DefineProvider,
    EndProvider,
    Provider,
    ProviderKind,
    ResumeProvider,
    SuspendProvider,
)
from services.training.projections import providers

router = APIRouter(tags=["providers"])

# What stands in a path: no slash and no blank.
ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Named = Annotated[ExternalId, Path()]


class AccreditationIn(Incoming):
    """`valid_until`: its last day."""

    grade: Code
    number: Code
    valid_until: Day


class AgreementIn(Incoming):
    """`until`: its last day."""

    number: Code
    since: Day
    until: Day


class ProviderIn(Incoming):
    external_id: ExternalId
    kind: ProviderKind
    legal_name: Text
    accreditation: AccreditationIn | None = None
    agreement: AgreementIn | None = None

    @property
    def provider(self) -> Provider:
        paper, agreed = self.accreditation, self.agreement
        return Provider(
            external_id=self.external_id,
            kind=self.kind,
            legal_name=self.legal_name,
            accreditation=Accreditation(**paper.model_dump()) if paper else None,
            agreement=Agreement(**agreed.model_dump()) if agreed else None,
        )


class ReasonIn(Incoming):
    reason: Text
    on_day: Day


class OnDayIn(Incoming):
    on_day: Day


class ProviderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    external_id: str
    kind: str
    legal_name: str
    grade: str | None
    accreditation: str | None
    valid_until: date | None
    agreement: str | None
    agreed_from: date | None
    agreed_until: date | None
    standing: str
    reason: str | None
    effective_from: date


class ProvidersOut(BaseModel):
    provisional: bool
    providers: list[ProviderOut]


@router.post("/providers")
async def define(body: ProviderIn, deps: Given, who: Officer, response: Response) -> Done:
    """Put a provider on record, or correct what is."""
    command = DefineProvider(provider=body.provider, on=deps.today())
    origin = origin_of(who, "providers")
    return _done(response, await commands.move(deps, who.agency, body.external_id, command, origin))


@router.post("/providers/{external_id}/suspension")
async def suspend(
    external_id: Named, body: ReasonIn, deps: Given, who: Officer, response: Response
) -> Done:
    """Give it no new class until it is resumed."""
    command = SuspendProvider(reason=body.reason, on=body.on_day)
    origin = origin_of(who, "provider-suspension")
    return _done(response, await commands.move(deps, who.agency, external_id, command, origin))


@router.post("/providers/{external_id}/resumption")
async def resume(
    external_id: Named, body: OnDayIn, deps: Given, who: Officer, response: Response
) -> Done:
    """It may be given classes again."""
    command = ResumeProvider(on=body.on_day)
    origin = origin_of(who, "provider-resumption")
    return _done(response, await commands.move(deps, who.agency, external_id, command, origin))


@router.post("/providers/{external_id}/end")
async def end(
    external_id: Named, body: ReasonIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The work with it has ended for good."""
    command = EndProvider(reason=body.reason, on=body.on_day)
    origin = origin_of(who, "provider-end")
    return _done(response, await commands.move(deps, who.agency, external_id, command, origin))


@router.get("/providers")
async def listed(deps: Given, who: Anyone, token: After) -> ProvidersOut:
    """The agency's providers, in the order of their names."""
    contained = await deps.own_writes.are_in(token, providers.table)
    rows = await providers.providers_of(deps.pool, who.agency)
    found = [ProviderOut.model_validate(row) for row in rows]
    return ProvidersOut(provisional=not contained, providers=found)


@router.get("/providers/workbook", response_class=Response)
async def listed_workbook(deps: Given, who: Anyone, token: After) -> Response:
    """The same as a workbook."""
    found = (await listed(deps, who, token)).providers
    head = (
        "ID EKSTERNAL,JENIS,NAMA RESMI,AKREDITASI,NOMOR AKREDITASI,BERLAKU SAMPAI,"
        "NOMOR PERJANJIAN,MULAI,SAMPAI,KEADAAN,ALASAN"
    )
    rows = [
        (one.external_id, one.kind, one.legal_name, one.grade, one.accreditation, one.valid_until,
         one.agreement, one.agreed_from, one.agreed_until, one.standing, one.reason)
        for one in found
    ]  # fmt: skip
    return sheet("penyelenggara", deps.today(), head, rows)


def _done(response: Response, done: Executed[Any]) -> Done:
    return Done(token=say(response, done.token))
