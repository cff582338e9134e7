"""The record of an agency as the workbooks in which it comes in, for another system or a desk."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from services.chassis.access_log import Purpose, record_read
from services.chassis.auth import Principal
from services.chassis.origins import OriginOut, origins_of
from services.chassis.template import Form
from services.chassis.workbook_templates import template_workbook
from services.profile.adapters import history_workbook, post_map_workbook, staff_workbook
from services.profile.adapters.record_rows import (
    FORM_OF,
    Entered,
    Filled,
    Seat,
    fact_row,
    staff_row,
)
from services.profile.adapters.sealed_details import details_of
from services.profile.deps import Deps
from services.profile.domain.facts import Fact
from services.profile.domain.registration import Details
from services.profile.domain.terms import EmploymentKind, Sex
from services.profile.projections import person_card, post_history, unit_history
from services.profile.projections.person_card import KIND_OF

READS: Mapping[str, TypeAdapter[Fact]] = {KIND_OF[cls]: TypeAdapter(cls) for cls in FORM_OF}


async def post_map(deps: Deps, who: Principal) -> bytes:
    """Every definition of every unit and post, from its day."""
    units = await unit_history.definitions(deps.pool, who.agency)
    posts = await post_history.definitions(deps.pool, who.agency)
    filled = {
        post_map_workbook.UNITS: [post_map_workbook.unit_row(one) for one in units],
        post_map_workbook.POSTS: [post_map_workbook.post_row(one) for one in posts],
    }
    return await asyncio.to_thread(template_workbook, post_map_workbook.TEMPLATE, filled)


async def staff(deps: Deps, who: Principal, why: Purpose) -> bytes:
    """Everybody on the agency's record, by number."""
    lines = await person_card.standing(deps.pool, who.agency, "registration")
    entered: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        if "moved_from" not in orjson.loads(line["detail"]):
            entered[line["person_id"]].append(line)
    names = await _opened(deps, who, list(entered), why)
    origins = await origins_of(deps.pool, [line["event_id"] for line in lines])
    rows = [
        staff_row(names[one], [_entered(line) for line in told], origins.get(told[-1]["event_id"]))
        for one, told in entered.items()
        if one in names
    ]
    rows.sort(key=lambda row: str(row[staff_workbook.NUMBER]))
    filled = {staff_workbook.STAFF: rows}
    return await asyncio.to_thread(template_workbook, staff_workbook.TEMPLATE, filled)


async def history(deps: Deps, who: Principal, why: Purpose) -> bytes:
    """Every fact that stands, a sheet for each family, each with what it rests on."""
    people = await person_card.standing(deps.pool, who.agency, "registration")
    names = await _opened(deps, who, list({line["person_id"] for line in people}), why)
    filled: dict[Form, list[Filled]] = {}
    for cls, form in FORM_OF.items():
        lines = await person_card.standing(deps.pool, who.agency, KIND_OF[cls])
        origins = await origins_of(deps.pool, [line["event_id"] for line in lines])
        rows = [_fact(line, names, origins) for line in lines if line["person_id"] in names]
        filled[form] = sorted(rows, key=lambda row: [str(row.get(one)) for one in form.key])
    return await asyncio.to_thread(template_workbook, history_workbook.TEMPLATE, filled)


async def _opened(
    deps: Deps, who: Principal, people: list[UUID], why: Purpose
) -> dict[UUID, Details]:
    """Noted before it is handed out."""
    await record_read(deps.pool, who, people, "export", why)
    return await details_of(deps.pool, deps.vault, people)


def _fact(
    line: Mapping[str, Any], names: Mapping[UUID, Details], origins: Mapping[UUID, OriginOut]
) -> Filled:
    fact = READS[line["kind"]].validate_json(line["detail"])
    number = names[line["person_id"]].number
    seat = Seat(line["post_code"], line["unit_code"])
    return fact_row(number, fact, seat, origins.get(line["event_id"]))


def _entered(line: Mapping[str, Any]) -> Entered:
    who = orjson.loads(line["detail"])
    return Entered(
        employment=EmploymentKind(line["employment"]),
        since=line["effective_from"],
        born=date.fromisoformat(who["birth_date"]),
        sex=Sex(who["sex"]),
    )
