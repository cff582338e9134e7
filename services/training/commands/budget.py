"""What may be asked of the budget: ceilings, commitments, payments, and the year's total."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, execute
from services.chassis.events import Origin
from services.chassis.problems import NotFound
from services.training.deps import Deps
from services.training.domain import budget_line, total_spending
from services.training.domain.budget_line import (
    Command,
    Commit,
    PurposeUnknown,
    SetCeiling,
)
from services.training.domain.total_spending import RecordTotalSpending
from services.training.streams import (
    line_id_of,
    line_stream,
    purpose_stream,
    spending_id_of,
    spending_stream,
)


async def set_ceiling(
    deps: Deps, agency: str, command: SetCeiling, origin: Origin
) -> tuple[UUID, Executed[Any]]:
    """A decree gives a line its ceiling, its first or another one."""
    line_id = line_id_of(agency, command.line)
    return line_id, await _execute(deps, agency, line_id, command, origin)


async def move(
    deps: Deps, agency: str, line_id: UUID, command: Command, origin: Origin
) -> Executed[Any]:
    """Money of a line is committed, added, paid or released; another agency's is not there."""
    history = await deps.store.load(line_stream(line_id))
    if not history or history[0].about.agency != agency:
        raise NotFound
    if isinstance(command, Commit):
        await _check_purpose(deps, agency, command)
    return await _execute(deps, agency, line_id, command, origin)


async def _check_purpose(deps: Deps, agency: str, command: Commit) -> None:
    """Money is committed for what the agency has."""
    stream = purpose_stream(agency, command.purpose, command.reference)
    history = [] if stream is None else await deps.store.load(stream)
    if not history or history[0].about.agency != agency:
        raise PurposeUnknown


async def record_total_spending(
    deps: Deps, agency: str, command: RecordTotalSpending, origin: Origin
) -> Executed[Any]:
    """A budget document says what the year's spending comes to."""
    spending_id = spending_id_of(agency, command.year)
    return await execute(
        deps.store, total_spending, spending_stream(spending_id), command,
        subject=spending_id, agency=agency, origin=origin,
    )  # fmt: skip


async def _execute(
    deps: Deps, agency: str, line_id: UUID, command: Command, origin: Origin
) -> Executed[Any]:
    return await execute(
        deps.store, budget_line, line_stream(line_id), command,
        subject=line_id, agency=agency, origin=origin,
    )  # fmt: skip
