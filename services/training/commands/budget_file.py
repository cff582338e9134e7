"""Take in a year's budget: ceilings first, then what is committed and paid under them."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from services.chassis.deciding import Work, fold
from services.chassis.importing import AnyWork, Batch, ImportKind, Undo, Undoing
from services.training.adapters.budget_sheets import (
    CEILING,
    CEILINGS,
    COMMITMENTS,
    COMMITTED,
    DECREE,
    NUMBER,
    PAID,
    REFERENCE,
    TEMPLATE,
    CeilingRow,
    CommitmentRow,
    read_ceiling,
    read_commitment,
)
from services.training.deps import Deps
from services.training.domain import budget_line
from services.training.domain.budget_line import (
    AboveCeiling,
    AboveCommitment,
    CeilingBelowCommitted,
    Command,
    Commit,
    Line,
    NoCeilingYet,
    NumberSaysOtherwise,
    Purpose,
    Realise,
    SetCeiling,
    TakeBackMovements,
    stands_without,
)
from services.training.streams import line_id_of, line_stream, purpose_stream

CHANGED_SINCE = "changed-since"
Told = CeilingRow | CommitmentRow


async def budget_commands(deps: Deps, batch: Batch[Told]) -> None:
    """Ceilings, and commitments with their payments."""
    known = await _known_purposes(deps, batch)
    for row, told in batch.rows:
        match told:
            case CeilingRow():
                batch.will(row, _work(batch, told.line, _ceiling(deps, told)))
            case CommitmentRow() if (told.purpose, told.reference) in known:
                commands = _commitment(deps, told)
                batch.will(row, *(_work(batch, told.line, one) for one in commands))
            case CommitmentRow():
                fix = "Jadwalkan dulu kelasnya, atau salin ID-nya dari unduhan aplikasi."
                batch.refuse(row, REFERENCE, "purpose-unknown", fix)
            case _:
                assert_never(told)


async def _known_purposes(deps: Deps, batch: Batch[Told]) -> set[tuple[Purpose, str]]:
    """Which classes, needs and study assignments that are named stand in the agency's record."""
    named = {
        (told.purpose, told.reference): stream
        for _, told in batch.rows
        if isinstance(told, CommitmentRow)
        and (stream := purpose_stream(batch.agency, told.purpose, told.reference))
    }
    histories = await deps.store.load_many(named.values())
    return {
        which
        for which, stream in named.items()
        if histories[stream] and histories[stream][0].about.agency == batch.agency
    }


def _ceiling(deps: Deps, told: CeilingRow) -> SetCeiling:
    return SetCeiling(
        event_id=deps.new_id(),
        line=told.line,
        amount=told.amount,
        decree_number=told.decree_number,
        on=told.on,
    )


def _commitment(deps: Deps, told: CommitmentRow) -> list[Command]:
    bound = Commit(
        event_id=deps.new_id(),
        number=told.number,
        purpose=told.purpose,
        reference=told.reference,
        amount=told.amount,
        on=told.on,
    )
    if told.payment is None:
        return [bound]
    paid = Realise(
        event_id=deps.new_id(),
        number=told.number,
        document=told.payment.document,
        amount=told.payment.amount,
        on=told.payment.on,
    )
    return [bound, paid]


def _work(batch: Batch[Told], line: Line, command: Command) -> AnyWork:
    line_id = line_id_of(batch.agency, line)
    return Work(
        decider=budget_line,
        stream=line_stream(line_id),
        command=command,
        subject=line_id,
        agency=batch.agency,
        origin=batch.origin,
    )


async def undo_budget(deps: Deps, asked: Undoing) -> Undo:
    """Every movement that the file brought and that nothing else rests on, the latest first."""
    state: budget_line.State = fold(budget_line, [one.event for one in asked.history])
    falling: list[UUID] = []
    for one in reversed(state):
        if one.event_id in asked.added and stands_without(state, (*falling, one.event_id)):
            falling.append(one.event_id)
    left = dict.fromkeys(asked.added - set(falling), CHANGED_SINCE)
    if not falling:
        return Undo(left=left)
    command = TakeBackMovements(withdraws=tuple(falling), on=deps.today())
    work: AnyWork = Work(
        decider=budget_line,
        stream=asked.stream,
        command=command,
        subject=asked.history[0].about.subject,
        agency=asked.agency,
        origin=asked.origin,
    )
    return Undo(work, left)


BUDGET = ImportKind(
    template=TEMPLATE,
    readers={CEILINGS: read_ceiling, COMMITMENTS: read_commitment},
    commands=budget_commands,
    undo=undo_budget,
    columns={
        AboveCeiling: COMMITTED,
        AboveCommitment: PAID,
        CeilingBelowCommitted: CEILING,
        NoCeilingYet: NUMBER,
        NumberSaysOtherwise: DECREE,
    },
)
