"""The agency's record as workbooks: the same that come in, so that another system can take it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.profile.api.workbooks import attached
from services.profile.asking import After, Given, Officer, Why
from services.profile.projections import person_card, post_history, unit_history
from services.profile.queries import exporting

router = APIRouter(tags=["exports"])


@router.get("/exports/post-map/workbook", response_class=Response)
async def post_map(deps: Given, who: Officer, token: After) -> Response:
    """Units and posts, every definition from its day."""
    for table in (unit_history.table, post_history.table):
        await deps.own_writes.are_in(token, table)
    return attached(await exporting.post_map(deps, who), "unit-dan-peta-jabatan.xlsx")


@router.get("/exports/staff/workbook", response_class=Response)
async def staff(deps: Given, who: Officer, why: Why, token: After) -> Response:
    """Who is on record, as the nominatif takes them in; their facts are in the histories."""
    await deps.own_writes.are_in(token, person_card.table)
    return attached(await exporting.staff(deps, who, why), "nominatif.xlsx")


@router.get("/exports/history/workbook", response_class=Response)
async def history(deps: Given, who: Officer, why: Why, token: After) -> Response:
    """Every fact that stands, a sheet for each family, each with the document it rests on."""
    await deps.own_writes.are_in(token, person_card.table)
    return attached(await exporting.history(deps, who, why), "riwayat.xlsx")
