"""How what a file has recorded is taken back, stream by stream."""

from __future__ import annotations

from uuid import UUID

from services.chassis.deciding import Work
from services.chassis.importing import AnyWork, Undo, Undoing
from services.profile.commands.lookup import agency_of
from services.profile.deps import Deps
from services.profile.domain import person, post, work_unit
from services.profile.domain.post import DefinePost, PostDefined, WithdrawPost
from services.profile.domain.taking_back import TakingBack
from services.profile.domain.withdrawing import CHANGED_SINCE
from services.profile.domain.work_unit import DefineWorkUnit, WithdrawWorkUnit, WorkUnitDefined
from services.profile.projections import person_card

IN_USE = "in-use"


async def undo_facts(deps: Deps, asked: Undoing) -> Undo:
    """A person's facts, the spelling of a name, or that the person is on record at all."""
    if agency_of(asked.history) != asked.agency:
        return Undo(left=dict.fromkeys(asked.added, CHANGED_SINCE))  # the record is another's now
    history = [recorded.event for recorded in asked.history]
    taking = TakingBack(history, asked.added, deps.new_id(), deps.today())
    command, left = taking.command()
    if command is None:
        return Undo(left=left)
    return Undo(_work(asked, person, command), left)


async def undo_structure(deps: Deps, asked: Undoing) -> Undo:
    """A unit or a post: as it was before, or not at all; unless somebody holds a post there."""
    history = [recorded.event for recorded in asked.history]
    newest = history[-1]
    if not isinstance(newest, PostDefined | WorkUnitDefined) or newest.event_id not in asked.added:
        return Undo(left=dict.fromkeys(asked.added, CHANGED_SINCE))
    earlier = next(
        (
            one
            for one in reversed(history)
            if isinstance(one, PostDefined | WorkUnitDefined) and one.event_id not in asked.added
        ),
        None,
    )
    match newest, earlier:
        case PostDefined(), PostDefined():
            again = DefinePost(event_id=deps.new_id(), post=earlier.post, on=deps.today())
            return Undo(_work(asked, post, again))
        case WorkUnitDefined(), WorkUnitDefined():
            renew = DefineWorkUnit(event_id=deps.new_id(), unit=earlier.unit, on=deps.today())
            return Undo(_work(asked, work_unit, renew))
    if await _is_in_use(deps, newest):
        return Undo(left=dict.fromkeys(asked.added, IN_USE))
    if isinstance(newest, PostDefined):
        gone = WithdrawPost(withdraws=newest.event_id, on=deps.today())
        return Undo(_work(asked, post, gone))
    closed = WithdrawWorkUnit(withdraws=newest.event_id, on=deps.today())
    return Undo(_work(asked, work_unit, closed))


async def _is_in_use(deps: Deps, newest: PostDefined | WorkUnitDefined) -> bool:
    place: UUID = newest.post.post_id if isinstance(newest, PostDefined) else newest.unit.unit_id
    return await person_card.is_held(deps.pool, place)


def _work(asked: Undoing, decider: object, command: object) -> AnyWork:
    return Work(
        decider=decider,  # type: ignore[arg-type]  # one of the modules above
        stream=asked.stream,
        command=command,
        subject=asked.history[0].about.subject,
        agency=asked.agency,
        origin=asked.origin,
    )
