"""Take in people from the export of SIASN: who they are, and their rank, post and diploma now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.chassis.deciding import AlreadyReserved, Work
from services.chassis.events import Origin
from services.chassis.importing import (
    Outcome,
    Upload,
    execute_rows,
    import_file,
    problem_of,
    read_upload,
)
from services.chassis.problems import kebab
from services.chassis.receipt import FileImported
from services.chassis.workbook import Parsed, Row, parsed
from services.profile.adapters.siasn_export import FORM, SiasnRow, read_row
from services.profile.commands.lookup import people_with, posts_with
from services.profile.commands.record import Case, registration
from services.profile.deps import Deps
from services.profile.domain import person
from services.profile.domain.entry import checked
from services.profile.domain.facts import Position, Rank
from services.profile.domain.identifiers import BirthDateDiffers, NumberOfOtherKind, SexDiffers
from services.profile.domain.person import (
    AssignPosition,
    Command,
    GrantRank,
    RecordEducation,
)
from services.profile.domain.post import Post
from services.profile.domain.terms import Assignment, Refused
from services.profile.streams import person_stream, post_id_of

KIND = "siasn-export"
COLUMNS: Mapping[type[Exception], str] = {
    BirthDateDiffers: "TANGGAL LAHIR",
    SexDiffers: "JENIS KELAMIN",
    NumberOfOtherKind: "STATUS CPNS PNS",
}
RESERVED = kebab(AlreadyReserved.__name__)
Batch = list[tuple[Row, Work[Any, Any, Any]]]
People = list[tuple[Row, SiasnRow]]


async def import_siasn_export(
    deps: Deps, agency: str, upload: Upload, actor: str, again: bool
) -> FileImported:
    """People of the export. A post that is not on the post map is a warning with an owner."""

    async def take_in(upload: Upload, origin: Origin) -> Outcome:
        book = await read_upload(upload, (FORM,))
        outcome = Outcome(ignored_sheets=book.ignored)
        told = parsed(book.sheets[FORM.name], read_row)
        outcome.problems += told.problems
        await _take_people(deps, Case(agency, origin), _sound(deps, told, outcome), outcome)
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


def _sound(deps: Deps, told: Parsed[SiasnRow], outcome: Outcome) -> People:
    """Rows whose number is this person's and stands in the file once."""
    today = deps.today()
    rows_of: dict[str, int] = {}
    sound: People = []
    for row, one in told.taken:
        try:
            entry = checked(one.entry, today)
        except Refused as refused:
            column = COLUMNS.get(type(refused), "NIP BARU")
            outcome.problems.append(problem_of(row, column, refused))
            continue
        keys = [key for key in (entry.number, entry.nik) if key]
        earlier = next((rows_of[key] for key in keys if key in rows_of), None)
        if earlier is not None:
            fix = f"The same person stands in row {earlier}: keep one of the rows."
            outcome.problems.append(row.problem("NIP BARU", "duplicate-in-file", fix))
            continue
        rows_of |= dict.fromkeys(keys, row.number)
        sound.append((row, replace(one, entry=entry)))
    return sound


async def _take_people(deps: Deps, case: Case, people: People, outcome: Outcome) -> None:
    posts = await _posts(deps, case.agency, people)
    outcome.warnings += [
        _not_on_map(row) for row, one in people if _post_id(case, one) not in posts
    ]
    left = await _register(deps, case, people, posts, outcome)
    if left:
        # Another door registered them between our look and our append: now they are known.
        outcome.problems = [p for p in outcome.problems if p.reason != RESERVED]
        await _register(deps, case, left, posts, outcome)


async def _register(
    deps: Deps, case: Case, people: People, posts: Mapping[UUID, Post], outcome: Outcome
) -> People:
    """Those whose number turned out to be somebody's are handed back."""
    known = await people_with(deps, case.agency, [one.entry.number for _, one in people])
    work: Batch = []
    for row, one in people:
        person_id = known.get(one.entry.number) or deps.new_id()
        held = posts.get(_post_id(case, one))
        work += [(row, each) for each in _works(deps, case, person_id, one, held)]
    await execute_rows(
        deps.store, work, outcome, refused=Refused, columns={AlreadyReserved: "NIP BARU"}
    )
    reserved = {problem.row for problem in outcome.problems if problem.reason == RESERVED}
    return [(row, one) for row, one in people if row.number in reserved]


def _post_id(case: Case, one: SiasnRow) -> UUID:
    return post_id_of(case.agency, one.post_code, one.unit_code)


async def _posts(deps: Deps, agency: str, people: People) -> dict[UUID, Post]:
    wanted = {post_id_of(agency, one.post_code, one.unit_code) for _, one in people}
    return await posts_with(deps, agency, sorted(wanted))


def _not_on_map(row: Row) -> Any:
    return row.problem(
        "JABATAN ID",
        "post-not-on-map",
        "Add this post, in this unit, to the post map; then send this file again.",
        owner="post-map",
    )


def _works(
    deps: Deps, case: Case, person_id: UUID, one: SiasnRow, held: Post | None
) -> Sequence[Work[Any, Any, Any]]:
    rank = Rank(golongan=one.golongan, effective_from=one.rank_since)
    commands: list[Command] = [
        RecordEducation(event_id=deps.new_id(), education=one.education),
        GrantRank(event_id=deps.new_id(), rank=rank),
    ]
    if held is not None:
        commands.append(AssignPosition(event_id=deps.new_id(), position=_position(one, held)))
    registered = registration(deps, case, one.entry, person_id)
    return [registered, *(work_for(case, person_id, command) for command in commands)]


def _position(one: SiasnRow, held: Post) -> Position:
    return Position(
        post_id=held.post_id,
        position_class=held.position_class,
        jenjang=held.jenjang,
        field=held.field,
        unit_id=held.unit_id,
        assignment=Assignment.DEFINITIVE,
        effective_from=one.position_since,
    )


def work_for(case: Case, person_id: UUID, command: Command) -> Work[Any, Any, Any]:
    """One command about a person who is on record."""
    return Work(
        decider=person,
        stream=person_stream(person_id),
        command=command,
        subject=person_id,
        agency=case.agency,
        origin=case.origin,
    )
