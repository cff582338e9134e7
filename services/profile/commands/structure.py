"""What may be asked of the units and the post map, one at a time; files ask for many at once."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, execute
from services.profile.commands.lookup import tree_above, units_known
from services.profile.commands.record import Case, said_again
from services.profile.deps import Deps
from services.profile.domain import post, work_unit
from services.profile.domain.post import DefinePost, Post
from services.profile.domain.terms import Refused
from services.profile.domain.work_unit import DefineWorkUnit, UnderItself, WorkUnit
from services.profile.streams import post_stream, unit_stream


class UnitNotDefined(Refused):
    """This unit has not been defined; define it first."""


async def define_unit(deps: Deps, case: Case, unit: WorkUnit, on: date) -> Executed[Any]:
    """A unit as it is from a day on; its parent must be there, and not below it."""
    if unit.parent_id is not None:
        above = await tree_above(deps, [unit.parent_id])
        if unit.parent_id not in above:
            raise UnitNotDefined
        if unit.unit_id in above:
            raise UnderItself
    return await execute(
        deps.store,
        work_unit,
        unit_stream(unit.unit_id),
        DefineWorkUnit(event_id=deps.new_id(), unit=unit, on=on),
        subject=unit.unit_id,
        agency=case.agency,
        origin=case.origin,
        once=case.once,
        answer=said_again,
    )


async def define_post(deps: Deps, case: Case, seat: Post, on: date) -> Executed[Any]:
    """A post as it is from a day on; its unit must be there."""
    await _check_units(deps, seat.unit_id)
    return await execute(
        deps.store,
        post,
        post_stream(seat.post_id),
        DefinePost(event_id=deps.new_id(), post=seat, on=on),
        subject=seat.post_id,
        agency=case.agency,
        origin=case.origin,
        once=case.once,
        answer=said_again,
    )


async def _check_units(deps: Deps, unit_id: UUID) -> None:
    if unit_id not in await units_known(deps, [unit_id]):
        raise UnitNotDefined
