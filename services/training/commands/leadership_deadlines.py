"""What may be asked of an agency's own deadlines for leadership training."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin
from services.training.deps import Deps
from services.training.domain import leadership_duty
from services.training.domain.leadership_duty import SetDeadline, deadlines_on
from services.training.streams import leadership_deadlines_id_of, leadership_deadlines_stream


async def set_deadline(
    deps: Deps, agency: str, command: SetDeadline, origin: Origin
) -> Executed[Any]:
    """A decree of the agency says by when a leadership training must be done."""
    of_agency = leadership_deadlines_id_of(agency)
    return await execute(
        deps.store, leadership_duty, leadership_deadlines_stream(of_agency), command,
        subject=of_agency, agency=agency, origin=origin,
    )  # fmt: skip


async def deadlines_of(deps: Deps, agency: str, day: date) -> dict[str, int]:
    """Months by class of post, as decreed by a day, read from the record itself."""
    stream = leadership_deadlines_stream(leadership_deadlines_id_of(agency))
    history = await deps.store.load(stream)
    return deadlines_on(fold(leadership_duty, [one.event for one in history]), day)
