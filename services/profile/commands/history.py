"""Take in what happened to people before, one fact a row, with what each rests on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.chassis.importing import Batch, ImportKind
from services.profile.adapters.history_columns import (
    NIP,
    HistoryRow,
    PositionRow,
    Told,
)
from services.profile.adapters.history_workbook import POST, READERS, TEMPLATE
from services.profile.commands.lookup import people_with, posts_with
from services.profile.commands.present import NOT_ON_MAP, resting_on, work_for
from services.profile.commands.record import Case
from services.profile.commands.undoing import undo_facts
from services.profile.deps import Deps
from services.profile.domain.facts import Education, Position, Rank, Sanction
from services.profile.domain.person import (
    AssignPosition,
    Command,
    GrantRank,
    ImposeSanction,
    RecordEducation,
    TellFact,
)
from services.profile.domain.post import Post
from services.profile.streams import post_id_of


async def history_commands(deps: Deps, batch: Batch[HistoryRow]) -> None:
    """One person after the other, each person's rows in the order of dates."""
    rows = sorted(batch.rows, key=lambda one: (one[1].number, one[1].begins))
    case = Case(batch.agency, batch.origin)
    known = await people_with(deps, case.agency, sorted({one.number for _, one in rows}))
    told = [one.told for _, one in rows]
    posts = await posts_with(deps, case.agency, sorted(_posts_named(case.agency, told)))
    for row, one in rows:
        person_id = known.get(one.number)
        command = _command(deps, case.agency, one, posts)
        if person_id is None:
            fix = "Betulkan NIP-nya, atau catat dulu orangnya lalu periksa berkas ini lagi."
            batch.refuse(row, NIP, "unknown-person", fix)
        elif command is None:
            batch.refuse(row, POST, "post-not-on-map", NOT_ON_MAP)
        else:
            batch.will(row, work_for(resting_on(case, one.evidence), person_id, command))


def _posts_named(agency: str, told: Sequence[Told]) -> set[UUID]:
    return {
        post_id_of(agency, one.post_code, one.unit_code)
        for one in told
        if isinstance(one, PositionRow)
    }


def _command(deps: Deps, agency: str, one: HistoryRow, posts: dict[UUID, Post]) -> Command | None:
    match one.told:
        case Rank() as rank:
            return GrantRank(event_id=deps.new_id(), rank=rank)
        case Education() as education:
            return RecordEducation(event_id=deps.new_id(), education=education)
        case Sanction() as sanction:
            return ImposeSanction(event_id=deps.new_id(), sanction=sanction)
        case PositionRow() as told:
            held = posts.get(post_id_of(agency, told.post_code, told.unit_code))
            if held is None:
                return None
            return AssignPosition(event_id=deps.new_id(), position=_position(told, held))
        case other:
            return TellFact(event_id=deps.new_id(), fact=other)


def _position(told: PositionRow, held: Post) -> Position:
    return Position(
        post_id=held.post_id,
        position_class=held.position_class,
        jenjang=held.jenjang,
        field=held.field,
        unit_id=held.unit_id,
        assignment=told.assignment,
        effective_from=told.effective_from,
        until=told.until,
        decree_number=told.decree_number,
    )


HISTORY = ImportKind(template=TEMPLATE, readers=READERS, commands=history_commands, undo=undo_facts)
