"""Take in who was there, and how the class ended for each."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from services.chassis.deciding import Work
from services.chassis.importing import AnyWork, Batch, ImportKind, Undo, Undoing
from services.training.adapters.catalogue_sheets import CLASS_CODE
from services.training.adapters.history_sheets import NIP
from services.training.adapters.result_sheets import (
    PRESENCES,
    RESULT,
    RESULTS,
    SESSION,
    TEMPLATE,
    PresenceRow,
    ResultRow,
    read_presence,
    read_result,
)
from services.training.commands.history import CHANGED_SINCE, undo_history
from services.training.commands.lookup import bearers_by_nip
from services.training.commands.participation import (
    Given,
    attendance_work,
    enrolled,
    given_classes,
    result_work,
)
from services.training.deps import Deps
from services.training.domain import attendance, enrolment
from services.training.domain.attendance import (
    AttendanceRecorded,
    NoSuchSession,
    SessionToCome,
    TakeBackAttendance,
)
from services.training.domain.enrolment import (
    AlreadyWithdrawn,
    ContradictsRecord,
    NotEnrolled,
    NotYetOver,
    TakeBackFailure,
    TrainingFailed,
    TrainingFinished,
)
from services.training.domain.training_class import UnknownClass
from services.training.projections.identity_index import Bearer

ADDED_LATER = "certificate-added-later"
Told = PresenceRow | ResultRow


async def result_commands(deps: Deps, batch: Batch[Told]) -> None:
    """Only of those who are enrolled in the class that the row names."""
    people = await bearers_by_nip(deps, batch.agency, {told.nip for _, told in batch.rows})
    given = await given_classes(deps, batch.agency, {told.code for _, told in batch.rows})
    asked = {
        (told.code, told.nip): (given[told.code].schedule, people[told.nip])
        for _, told in batch.rows
        if told.code in given and told.nip in people
    }
    taking_part = await enrolled(deps, list(asked.values()))
    for row, told in batch.rows:
        if told.code not in given:
            batch.refused(row, CLASS_CODE, UnknownClass())
        elif told.nip not in people:
            fix = "Betulkan NIP-nya, atau catat dulu orangnya pada profil lalu periksa lagi."
            batch.refuse(row, NIP, "person-unknown", fix)
        elif (told.code, people[told.nip].subject) not in taking_part:
            batch.refused(row, NIP, NotEnrolled())
        elif batch.earlier(_key(told), row):
            fix = "Ini ada dua kali di berkas: sisakan satu baris saja."
            batch.refuse(row, NIP, "duplicate-in-file", fix)
        else:
            batch.will(row, _work(deps, batch, given[told.code], people[told.nip], told))


def _key(told: Told) -> tuple[str, str, int]:
    return (told.code, told.nip, told.session if isinstance(told, PresenceRow) else 0)


def _work(deps: Deps, batch: Batch[Told], given: Given, who: Bearer, told: Told) -> AnyWork:
    match told:
        case PresenceRow(session=session, present=present):
            return attendance_work(deps, given.schedule, who, (session, present), batch.origin)
        case ResultRow(result=result):
            return result_work(deps, given, who, result, batch.origin)
        case _:
            assert_never(told)


# Taking it back


async def undo_results(deps: Deps, asked: Undoing) -> Undo:
    """Presence as it was before the file; a result if nobody has said anything about it since."""
    newest = asked.history[-1]
    match newest.event:
        case TrainingFailed(enrolment=which, on=on) if newest.about.event_id in asked.added:
            command = TakeBackFailure(enrolment=which, failed_on=on, on=deps.today())
            return Undo(_asked(asked, enrolment, command))
        case AttendanceRecorded(enrolment=which) | attendance.AttendanceTakenBack(enrolment=which):
            falls = TakeBackAttendance(
                enrolment=which, withdraws=tuple(sorted(asked.added)), on=deps.today()
            )
            return Undo(_asked(asked, attendance, falls))
        case TrainingFailed():
            return Undo(left=dict.fromkeys(asked.added, CHANGED_SINCE))
        case TrainingFinished(replaces=UUID()) if newest.about.event_id in asked.added:
            return Undo(left=dict.fromkeys(asked.added, ADDED_LATER))
        case _:
            return await undo_history(deps, asked)


def _asked(asked: Undoing, decider: object, command: object) -> AnyWork:
    return Work(
        decider=decider,  # type: ignore[arg-type]  # one of the modules above
        stream=asked.stream,
        command=command,
        subject=asked.history[0].about.subject,
        agency=asked.agency,
        origin=asked.origin,
    )


RESULTS_FILE = ImportKind(
    template=TEMPLATE,
    readers={PRESENCES: read_presence, RESULTS: read_result},
    commands=result_commands,
    undo=undo_results,
    columns={
        NoSuchSession: SESSION,
        SessionToCome: SESSION,
        AlreadyWithdrawn: NIP,
        ContradictsRecord: RESULT,
        NotYetOver: CLASS_CODE,
    },
)
