"""Take in people from the export of SIASN: who they are, and their rank, post and diploma now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.chassis.deciding import AlreadyReserved, Work
from services.chassis.importing import AnyWork, Batch, ImportKind
from services.chassis.template import Column
from services.chassis.workbook import Row
from services.profile.adapters.siasn_export import (
    BORN,
    FORM,
    NUMBER,
    OF_SEX,
    POST,
    STATUS,
    TEMPLATE,
    SiasnRow,
    read_row,
)
from services.profile.commands.lookup import people_with, posts_with
from services.profile.commands.record import Case, registration
from services.profile.commands.undoing import undo_facts
from services.profile.deps import Deps
from services.profile.domain import person
from services.profile.domain.entry import checked
from services.profile.domain.facts import Position, Rank
from services.profile.domain.identifiers import BirthDateDiffers, NumberOfOtherKind, SexDiffers
from services.profile.domain.person import AssignPosition, Command, GrantRank, RecordEducation
from services.profile.domain.post import Post
from services.profile.domain.terms import Assignment, Refused
from services.profile.streams import person_stream, post_id_of

COLUMNS: Mapping[type[Exception], Column[Any]] = {
    BirthDateDiffers: BORN,
    SexDiffers: OF_SEX,
    NumberOfOtherKind: STATUS,
    AlreadyReserved: NUMBER,
}
NOT_ON_MAP = "Tambahkan jabatan ini, di unit ini, pada peta jabatan; lalu periksa berkas ini lagi."


async def siasn_commands(deps: Deps, batch: Batch[SiasnRow]) -> None:
    """A post that is not on the post map is a warning with an owner."""
    case = Case(batch.agency, batch.origin)
    people = _sound(deps, batch)
    posts = await _posts(deps, case, people)
    known = await people_with(deps, case.agency, [one.entry.number for _, one in people])
    for row, one in people:
        held = posts.get(_post_id(case, one))
        if held is None:
            batch.warn(row, POST, "post-not-on-map", NOT_ON_MAP, owner="post-map")
        person_id = known.get(one.entry.number) or deps.new_id()
        batch.will(row, *_works(deps, case, person_id, one, held))


def _sound(deps: Deps, batch: Batch[SiasnRow]) -> list[tuple[Row, SiasnRow]]:
    """Rows whose number is this person's and stands in the file once."""
    today = deps.today()
    sound: list[tuple[Row, SiasnRow]] = []
    for row, one in batch.rows:
        try:
            entry = checked(one.entry, today)
        except Refused as refused:
            batch.refused(row, COLUMNS.get(type(refused), NUMBER), refused)
            continue
        keys = [deps.digest(kind, value) for kind, value in entry.numbers]
        earlier = next((first for key in keys if (first := batch.earlier(key, row))), None)
        if earlier is not None:
            fix = f"Orang yang sama ada di baris {earlier}: sisakan satu baris saja."
            batch.refuse(row, NUMBER, "duplicate-in-file", fix)
        else:
            sound.append((row, replace(one, entry=entry)))
    return sound


def _post_id(case: Case, one: SiasnRow) -> UUID:
    return post_id_of(case.agency, one.post_code, one.unit_code)


async def _posts(
    deps: Deps, case: Case, people: Sequence[tuple[Row, SiasnRow]]
) -> dict[UUID, Post]:
    wanted = {_post_id(case, one) for _, one in people}
    return await posts_with(deps, case.agency, sorted(wanted))


def _works(
    deps: Deps, case: Case, person_id: UUID, one: SiasnRow, held: Post | None
) -> Sequence[AnyWork]:
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


SIASN_EXPORT = ImportKind(
    template=TEMPLATE,
    readers={FORM: read_row},
    commands=siasn_commands,
    undo=undo_facts,
    columns=COLUMNS,
)
