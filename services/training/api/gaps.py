"""Gaps between what posts ask and what was measured, and the needs that follow from them."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import Code, Text
from services.chassis.access_log import record_read
from services.chassis.auth import Principal
from services.chassis.http import Day
from services.chassis.tokens import say
from services.training.api.budget import Rupiah
from services.training.api.sheets import sheet
from services.training.asking import After, Auditor, Given, Incoming, Officer, Why, origin_of
from services.training.commands.needs_from_gaps import Proposal, propose_from_gaps
from services.training.deps import Deps
from services.training.domain.terms import Form
from services.training.domain.training_need import Ask, Priority
from services.training.projections import competency_levels, post_requirements, study_dossier

router = APIRouter(tags=["training needs"])


class GapsIn(BaseModel):
    """`as_of`: per tanggal, today if not told."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = None
    competency: Code | None = None


class GapOut(BaseModel):
    """`measured_by`: the assessment; `decree_number`: of the post's standard."""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    post: str
    competency: str
    required: int
    held: int
    levels: int
    measured_by: UUID
    decree_number: str


class GapsOut(BaseModel):
    as_of: date
    provisional: bool
    gaps: list[GapOut]


class ProposalIn(Incoming):
    """What would close each gap; `as_of` and `competency` choose the gaps."""

    as_of: Day | None = None
    competency: Code | None = None
    priority: Priority
    form: Annotated[int, Field(ge=1, le=25, description="SIASN's jenisDiklat.")]
    jp: Annotated[int, Field(ge=1, le=10_000)]
    cost: Rupiah
    provider: Text
    quarter: Annotated[int, Field(ge=1, le=4)]
    line_id: UUID | None = None

    @property
    def ask(self) -> Ask:
        return Ask(
            gap=1,
            priority=self.priority,
            form=Form(self.form),
            jp=self.jp,
            cost=self.cost,
            people=1,
            provider=self.provider,
            quarter=self.quarter,
            line=self.line_id,
        )


class ProposedOut(BaseModel):
    """`refused`: verified, merged or locked already, or dearer than the line allows."""

    model_config = ConfigDict(from_attributes=True)

    gaps: int
    proposed: int
    unchanged: int
    refused: int
    token: str | None


@router.get("/reports/competency-gaps")
async def gaps(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[GapsIn, Query()]
) -> GapsOut:
    """Who lacks what in the present post, by the latest measurement that is valid on the day."""
    return await _gaps(deps, who, token, why, asked)


@router.get("/reports/competency-gaps/workbook", response_class=Response)
async def gaps_workbook(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[GapsIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await _gaps(deps, who, token, why, asked)
    head = "PEGAWAI (ID),KODE JABATAN,KODE KOMPETENSI,DIMINTA,DIMILIKI,KESENJANGAN,NOMOR SK SKJ"
    rows = [
        (
            *(str(one.person_id), one.post, one.competency, one.required, one.held),
            *(one.levels, one.decree_number),
        )
        for one in found.gaps
    ]
    return sheet("kesenjangan kompetensi", found.as_of, head, rows)


@router.post("/training-plans/{year}/needs-from-gaps")
async def propose(
    year: Annotated[int, Path(ge=2000, le=2100)],
    body: ProposalIn,
    deps: Given,
    who: Officer,
    response: Response,
) -> ProposedOut:
    """Propose a need for every gap of the agency; told again it proposes nothing twice."""
    asked = Proposal(
        year=year, on=body.as_of or deps.today(), competency=body.competency, ask=body.ask
    )
    done = await propose_from_gaps(deps, who.agency, asked, origin_of(who, "training-needs"))
    if done.token is not None:
        say(response, done.token)
    return ProposedOut.model_validate(done)


async def _gaps(deps: Deps, who: Principal, token: str | None, why: Why, asked: GapsIn) -> GapsOut:
    tables = (competency_levels.table, post_requirements.table, study_dossier.table)
    contained = await deps.own_writes.are_in(token, *tables)
    as_of = asked.as_of or deps.today()
    found = await competency_levels.gaps_on(deps.pool, who.agency, as_of, asked.competency)
    people = sorted({one.person_id for one in found})
    await record_read(deps.pool, who, people, "competency gaps", why)
    told = [GapOut.model_validate(one) for one in found]
    return GapsOut(as_of=as_of, provisional=not contained, gaps=told)
