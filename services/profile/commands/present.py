"""Take in people as they are now: who they are, and their rank, post and diploma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.chassis.deciding import AlreadyReserved, Work
from services.chassis.importing import AnyWork, Batch
from services.chassis.template import Column
from services.chassis.workbook import Row
from services.profile.adapters.history_columns import Evidence
from services.profile.adapters.present_row import HeldRow, PresentRow
from services.profile.commands.lookup import people_with, posts_with
from services.profile.commands.record import Case, registration
from services.profile.deps import Deps
from services.profile.domain import person
from services.profile.domain.entry import checked
from services.profile.domain.facts import Position
from services.profile.domain.person import (
    AssignPosition,
    Command,
    GrantRank,
    RecordEducation,
    TellFact,
)
from services.profile.domain.post import Post
from services.profile.domain.terms import Assignment, Refused
from services.profile.streams import person_stream, post_id_of

# Which column to look at for a refusal of the rules; for `AlreadyReserved`, that of the number.
Columns = Mapping[type[Exception], Column[Any]]
NOT_TOLD = "Isi di sini, atau kirim sesudahnya pada berkas Riwayat."
NOT_ON_MAP = "Tambahkan jabatan ini, di unit ini, pada peta jabatan; lalu periksa berkas ini lagi."


@dataclass(frozen=True, slots=True)
class Places:
    """Where a file of present rows says what, for whoever must mend it."""

    rank: Column[str]
    post: Column[str]
    refusals: Columns


async def present_commands(deps: Deps, batch: Batch[PresentRow], places: Places) -> None:
    """A post that is not on the post map is a warning with an owner, as is what is not told."""
    case = Case(batch.agency, batch.origin)
    people = _sound(deps, batch, places.refusals)
    posts = await _posts(deps, case, people)
    known = await people_with(deps, case.agency, [one.entry.number for _, one in people])
    for row, one in people:
        held = posts.get(_post_id(case, one.position)) if one.position else None
        if one.position is None:
            batch.warn(row, places.post, "not-told", NOT_TOLD)
        elif held is None:
            batch.warn(row, places.post, "post-not-on-map", NOT_ON_MAP, owner="post-map")
        if one.rank is None:
            batch.warn(row, places.rank, "not-told", NOT_TOLD)
        person_id = known.get(one.entry.number) or deps.new_id()
        batch.will(row, *_works(deps, resting_on(case, one.evidence), person_id, one, held))


def _sound(deps: Deps, batch: Batch[PresentRow], columns: Columns) -> list[tuple[Row, PresentRow]]:
    """Rows whose number is this person's and stands in the file once."""
    today, number = deps.today(), columns[AlreadyReserved]
    sound: list[tuple[Row, PresentRow]] = []
    for row, one in batch.rows:
        try:
            entry = checked(one.entry, today)
        except Refused as refused:
            batch.refused(row, columns.get(type(refused), number), refused)
            continue
        keys = [deps.digest(kind, value) for kind, value in entry.numbers]
        earlier = next((first for key in keys if (first := batch.earlier(key, row))), None)
        if earlier is not None:
            fix = f"Orang yang sama ada di baris {earlier}: sisakan satu baris saja."
            batch.refuse(row, number, "duplicate-in-file", fix)
        else:
            sound.append((row, replace(one, entry=entry)))
    return sound


def _post_id(case: Case, held: HeldRow) -> UUID:
    return post_id_of(case.agency, held.post_code, held.unit_code)


async def _posts(
    deps: Deps, case: Case, people: Sequence[tuple[Row, PresentRow]]
) -> dict[UUID, Post]:
    wanted = {_post_id(case, one.position) for _, one in people if one.position}
    return await posts_with(deps, case.agency, sorted(wanted))


def _works(
    deps: Deps, case: Case, person_id: UUID, one: PresentRow, held: Post | None
) -> Sequence[AnyWork]:
    commands: list[Command] = []
    if one.education is not None:
        commands.append(RecordEducation(event_id=deps.new_id(), education=one.education))
    if one.rank is not None:
        commands.append(GrantRank(event_id=deps.new_id(), rank=one.rank))
    commands += [
        TellFact(event_id=deps.new_id(), fact=fact)
        for fact in (one.service, one.contract)
        if fact is not None
    ]
    if held is not None and one.position is not None:
        position = _position(one.position, held)
        commands.append(AssignPosition(event_id=deps.new_id(), position=position))
    registered = registration(deps, case, one.entry, person_id)
    return [registered, *(work_for(case, person_id, command) for command in commands)]


def _position(one: HeldRow, held: Post) -> Position:
    return Position(
        post_id=held.post_id,
        position_class=held.position_class,
        jenjang=held.jenjang,
        field=held.field,
        unit_id=held.unit_id,
        assignment=Assignment.DEFINITIVE,
        effective_from=one.since,
    )


def work_for(case: Case, person_id: UUID, command: Command) -> AnyWork:
    """One command about a person who is on record."""
    return Work(
        decider=person,
        stream=person_stream(person_id),
        command=command,
        subject=person_id,
        agency=case.agency,
        origin=case.origin,
    )


def resting_on(case: Case, on: Evidence) -> Case:
    """On a document of the row's own, on nothing, or on the file."""
    file = case.origin
    own = on.on_nothing or on.document is not None or on.sha256 is not None
    document = on.document if own else file.document
    sha256 = on.sha256 if own else file.sha256
    return case.resting_on(document, sha256, verified=on.verified)
