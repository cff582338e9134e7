"""Take in what happened to people before: ranks, positions, diplomas, sanctions."""

from __future__ import annotations

from typing import Any, assert_never
from uuid import UUID

from services.chassis.deciding import Work
from services.chassis.events import Origin
from services.chassis.importing import Outcome, Upload, execute_rows, import_file, read_upload
from services.chassis.receipt import FileImported
from services.chassis.workbook import Row, Workbook, parsed
from services.profile.adapters.history_workbook import (
    FORMS,
    READERS,
    HistoryRow,
    PositionRow,
)
from services.profile.commands.lookup import people_with, posts_with
from services.profile.commands.record import Case
from services.profile.commands.siasn_export import work_for
from services.profile.deps import Deps
from services.profile.domain.facts import Education, Position, Rank, Sanction
from services.profile.domain.person import (
    AssignPosition,
    Command,
    GrantRank,
    ImposeSanction,
    RecordEducation,
)
from services.profile.domain.post import Post
from services.profile.domain.terms import Refused
from services.profile.streams import post_id_of

KIND = "history"


async def import_history(
    deps: Deps, agency: str, upload: Upload, actor: str, again: bool
) -> FileImported:
    """Sheets `golongan`, `jabatan`, `pendidikan`, `hukuman disiplin`; any of them."""

    async def take_in(upload: Upload, origin: Origin) -> Outcome:
        book = await read_upload(upload, FORMS)
        outcome = Outcome(ignored_sheets=book.ignored)
        rows = _told(book, outcome)
        await _take_rows(deps, Case(agency, origin), rows, outcome)
        return outcome

    return await import_file(
        deps.store,
        upload,
        kind=KIND,
        agency=agency,
        actor=actor,
        now=deps.now,
        take_in=take_in,
        again=again,
    )


def _told(book: Workbook, outcome: Outcome) -> list[tuple[Row, HistoryRow]]:
    """The rows of every sheet, one person after the other, each person's in the order of dates."""
    rows: list[tuple[Row, HistoryRow]] = []
    for name, sheet in book.sheets.items():
        told = parsed(sheet, READERS[name])
        outcome.problems += told.problems
        rows += told.taken
    return sorted(rows, key=lambda one: (one[1].number, one[1].begins))


async def _take_rows(
    deps: Deps, case: Case, rows: list[tuple[Row, HistoryRow]], outcome: Outcome
) -> None:
    known = await people_with(deps, case.agency, sorted({one.number for _, one in rows}))
    posts = await posts_with(deps, case.agency, sorted(_posts_named(case.agency, rows)))
    work: list[tuple[Row, Work[Any, Any, Any]]] = []
    for row, one in rows:
        person_id = known.get(one.number)
        if person_id is None:
            fix = "Correct the NIP, or register the person first and send this file again."
            outcome.problems.append(row.problem("NIP", "unknown-person", fix))
            continue
        command = _command(deps, case.agency, one, posts)
        if command is None:
            outcome.problems.append(_not_on_map(row))
        else:
            work.append((row, work_for(case, person_id, command)))
    await execute_rows(deps.store, work, outcome, refused=Refused)


def _posts_named(agency: str, rows: list[tuple[Row, HistoryRow]]) -> set[UUID]:
    return {
        post_id_of(agency, one.told.post_code, one.told.unit_code)
        for _, one in rows
        if isinstance(one.told, PositionRow)
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
        case _:
            assert_never(one.told)


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


def _not_on_map(row: Row) -> Any:
    return row.problem(
        "KODE JABATAN",
        "post-not-on-map",
        "Add this post, in this unit, to the post map; then send this file again.",
        owner="post-map",
    )
