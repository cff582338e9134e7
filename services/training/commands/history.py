"""What an agency's files say about trainings of the past."""

from __future__ import annotations

from typing import assert_never

from services.chassis.deciding import Work
from services.chassis.events import Origin
from services.chassis.importing import AnyWork, Batch, ImportKind, Undo, Undoing
from services.training.adapters.history_sheets import (
    CATALOGUE,
    NIP,
    TEMPLATE,
    TRAININGS,
    PastTraining,
    read_offer,
    read_training,
)
from services.training.commands import programmes
from services.training.commands.in_use import IN_USE, is_in_use
from services.training.commands.lookup import bearers_by_nip
from services.training.deps import Deps
from services.training.domain import enrolment, programme
from services.training.domain.completion import enrolment_of
from services.training.domain.enrolment import (
    EnrolmentOpened,
    RecordPastTraining,
    TakeBackCompletion,
    TrainingFinished,
)
from services.training.domain.programme import (
    DefineProgramme,
    Offer,
    ProgrammeDefined,
    WithdrawProgramme,
)
from services.training.projections.identity_index import Bearer
from services.training.streams import enrolment_stream

CHANGED_SINCE = "changed-since"


async def history_commands(deps: Deps, batch: Batch[PastTraining | Offer]) -> None:
    """Trainings finished before, and the programmes on offer."""
    nips = {told.nip for _, told in batch.rows if isinstance(told, PastTraining)}
    known = await bearers_by_nip(deps, batch.agency, nips)
    for row, told in batch.rows:
        match told:
            case Offer():
                batch.will(row, _offer_work(deps, batch, told))
            case PastTraining(nip=nip) if nip in known:
                batch.will(row, _work(deps, known[nip], told, batch.origin))
            case PastTraining():
                fix = "Betulkan NIP-nya, atau catat dulu orangnya pada profil lalu periksa lagi."
                batch.refuse(row, NIP, "person-unknown", fix)
            case _:
                assert_never(told)


def _offer_work(deps: Deps, batch: Batch[PastTraining | Offer], offer: Offer) -> AnyWork:
    return Work(
        decider=programme,
        stream=programmes.stream_of(batch.agency, offer.code),
        command=DefineProgramme(offer=offer, on=deps.today()),
        subject=programmes.programme_id(batch.agency, offer.code),
        agency=batch.agency,
        origin=batch.origin,
    )


def _work(deps: Deps, bearer: Bearer, past: PastTraining, origin: Origin) -> AnyWork:
    enrolment_id = enrolment_of(bearer.subject, past.of)
    return Work(
        decider=enrolment,
        stream=enrolment_stream(enrolment_id),
        command=RecordPastTraining(
            enrolment=enrolment_id,
            event_id=deps.new_id(),
            of=past.of,
            completion=past.completion,
            today=deps.today(),
        ),
        subject=bearer.subject,
        agency=bearer.agency,
        origin=origin,
    )


# Taking it back


async def undo_history(deps: Deps, asked: Undoing) -> Undo:
    """What the file said last falls, if nobody has said anything about it since."""
    newest = asked.history[-1]
    left = dict.fromkeys(asked.added, CHANGED_SINCE)
    if newest.about.event_id not in asked.added:
        return Undo(left=left)
    earlier = [one.event for one in asked.history if one.about.event_id not in asked.added]
    match newest.event:
        case ProgrammeDefined(offer=offer):
            back = _offer_back(deps, asked, offer, earlier)
            if isinstance(back.command, WithdrawProgramme) and await is_in_use(
                deps, asked, lambda row: row.programme == offer.code
            ):
                return Undo(left=dict.fromkeys(asked.added, IN_USE))
            return Undo(back)
        case TrainingFinished(enrolment=which, event_id=event_id, replaces=None):
            command = TakeBackCompletion(
                enrolment=which,
                withdraws=event_id,
                reopens=bool(earlier) and isinstance(earlier[-1], EnrolmentOpened),
                on=deps.today(),
            )
            return Undo(_asked(asked, enrolment, command))
        case _:
            return Undo(left=left)


def _offer_back(deps: Deps, asked: Undoing, offer: Offer, earlier: list[object]) -> AnyWork:
    before = next((one for one in reversed(earlier) if isinstance(one, ProgrammeDefined)), None)
    if before is not None:
        again = DefineProgramme(offer=before.offer, on=deps.today(), whole=True)
        return _asked(asked, programme, again)
    return _asked(asked, programme, WithdrawProgramme(offer=offer, on=deps.today()))


def _asked(asked: Undoing, decider: object, command: object) -> AnyWork:
    return Work(
        decider=decider,  # type: ignore[arg-type]  # one of the modules above
        stream=asked.stream,
        command=command,
        subject=asked.history[0].about.subject,
        agency=asked.agency,
        origin=asked.origin,
    )


HISTORY = ImportKind(
    template=TEMPLATE,
    readers={CATALOGUE: read_offer, TRAININGS: read_training},
    commands=history_commands,
    undo=undo_history,
)
