"""Take in the post map: units first, then the posts that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.deciding import Work
from services.chassis.events import Origin
from services.chassis.importing import Outcome, Upload, execute_rows, import_file, read_upload
from services.chassis.receipt import FileImported
from services.chassis.workbook import Row, Workbook, parsed
from services.profile.adapters.post_map_workbook import (
    POSTS,
    UNITS,
    PostRow,
    UnitRow,
    read_post,
    read_unit,
)
from services.profile.commands.lookup import units_known
from services.profile.commands.record import Case
from services.profile.deps import Deps
from services.profile.domain import post, work_unit
from services.profile.domain.post import (
    DefinePost,
    EselonOfOtherClass,
    FunctionalPostWithoutJenjang,
    Post,
)
from services.profile.domain.terms import Refused
from services.profile.domain.work_unit import DefineWorkUnit, WorkUnit
from services.profile.streams import post_id_of, post_stream, unit_id_of, unit_stream

KIND = "post-map"
COLUMNS: Mapping[type[Exception], str] = {
    EselonOfOtherClass: "ESELON",
    FunctionalPostWithoutJenjang: "JENJANG",
}
Batch = list[tuple[Row, Work[Any, Any, Any]]]


async def import_post_map(
    deps: Deps, agency: str, upload: Upload, actor: str, again: bool
) -> FileImported:
    """Our own template; it comes before any file of people."""

    async def take_in(upload: Upload, origin: Origin) -> Outcome:
        book = await read_upload(upload, (UNITS, POSTS))
        outcome = Outcome(ignored_sheets=book.ignored)
        case = Case(agency, origin)
        await _take_units(deps, case, book, outcome)
        await _take_posts(deps, case, book, outcome)
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


async def _take_units(deps: Deps, case: Case, book: Workbook, outcome: Outcome) -> None:
    if UNITS.name not in book.sheets:
        return
    told = parsed(book.sheets[UNITS.name], read_unit)
    outcome.problems += told.problems
    codes = {unit.code for _, unit in told.taken}
    parents = {unit.parent for _, unit in told.taken if unit.parent} - codes
    elsewhere = await units_known(deps, [unit_id_of(case.agency, code) for code in parents])
    work: Batch = []
    seen: set[str] = set()
    for row, unit in told.taken:
        parent = unit_id_of(case.agency, unit.parent) if unit.parent else None
        if unit.code in seen:
            outcome.problems.append(_double(row, "KODE UNOR"))
        elif unit.parent and unit.parent not in codes and parent not in elsewhere:
            fix = "Add the parent unit, or correct its code."
            outcome.problems.append(row.problem("KODE UNOR INDUK", "unknown-unit", fix))
        else:
            seen.add(unit.code)
            work.append((row, _unit_work(deps, case, unit, parent)))
    await execute_rows(deps.store, _without_circles(work, outcome), outcome, refused=Refused)


def _without_circles(work: Batch, outcome: Outcome) -> Batch:
    """A unit that leads back to itself is refused, and so is what hangs below the circle."""
    parent_of = {w.command.unit.unit_id: w.command.unit.parent_id for _, w in work}
    sound: Batch = []
    for row, one in work:
        above: set[UUID] = set()
        at: UUID | None = one.command.unit.unit_id
        while at is not None and at not in above:
            above.add(at)
            at = parent_of.get(at)
        if at is None:
            sound.append((row, one))
        else:
            fix = "Follow the parents upward: they lead back to where they began."
            outcome.problems.append(row.problem("KODE UNOR INDUK", "under-itself", fix))
    return sound


def _unit_work(deps: Deps, case: Case, unit: UnitRow, parent: UUID | None) -> Work[Any, Any, Any]:
    unit_id = unit_id_of(case.agency, unit.code)
    defined = WorkUnit(unit_id=unit_id, code=unit.code, name=unit.name, parent_id=parent)
    return Work(
        decider=work_unit,
        stream=unit_stream(unit_id),
        command=DefineWorkUnit(event_id=deps.new_id(), unit=defined, on=deps.today()),
        subject=unit_id,
        agency=case.agency,
        origin=case.origin,
    )


async def _take_posts(deps: Deps, case: Case, book: Workbook, outcome: Outcome) -> None:
    if POSTS.name not in book.sheets:
        return
    told = parsed(book.sheets[POSTS.name], read_post)
    outcome.problems += told.problems
    units = {unit_id_of(case.agency, one.unit) for _, one in told.taken}
    known = await units_known(deps, sorted(units))
    work: Batch = []
    seen: set[UUID] = set()
    for row, one in told.taken:
        post_id = post_id_of(case.agency, one.code, one.unit)
        if unit_id_of(case.agency, one.unit) not in known:
            fix = "Add the unit to the sheet of units, or correct its code."
            outcome.problems.append(row.problem("KODE UNOR", "unknown-unit", fix))
        elif post_id in seen:
            outcome.problems.append(_double(row, "KODE JABATAN"))
        else:
            seen.add(post_id)
            work.append((row, _post_work(deps, case, one, post_id, deps.today())))
    await execute_rows(deps.store, work, outcome, refused=Refused, columns=COLUMNS)


def _post_work(
    deps: Deps, case: Case, one: PostRow, post_id: UUID, today: date
) -> Work[Any, Any, Any]:
    defined = Post(
        post_id=post_id,
        code=one.code,
        name=one.name,
        position_class=one.position_class,
        jenjang=one.jenjang,
        eselon=one.eselon,
        unit_id=unit_id_of(case.agency, one.unit),
        field=one.field,
        retirement_age=one.retirement_age,
        needed=one.needed,
    )
    return Work(
        decider=post,
        stream=post_stream(post_id),
        command=DefinePost(event_id=deps.new_id(), post=defined, on=today),
        subject=post_id,
        agency=case.agency,
        origin=case.origin,
    )


def _double(row: Row, column: str) -> Any:
    fix = "This stands in the file twice: keep one of the rows."
    return row.problem(column, "duplicate-in-file", fix)
