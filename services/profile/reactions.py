"""What must follow in profile from what was heard: a decreed position becomes a fact."""

from __future__ import annotations

from uuid import UUID, uuid5

from contracts.events.career import AppointmentDecreedV1
from services.chassis.answering import Once
from services.chassis.events import Origin, Seen
from services.chassis.reacting import Reaction, Reactions
from services.profile.commands.record import Case, assign_position
from services.profile.deps import Deps
from services.profile.domain.facts import Position
from services.profile.domain.terms import Assignment, Jenjang, PositionClass

RULE = "assign-decreed-position"


def react(event: AppointmentDecreedV1, seen: Seen) -> Reaction:
    async def assign(deps: Deps, once: Once, origin: Origin) -> None:
        """The fact's id follows from the decree's, so a decree told again assigns nothing."""
        await assign_position(
            deps,
            Case(seen.agency, origin, once),
            event.person_id,
            _position(event),
            event_id=_fact_of(seen.event_id),
            caused_by=seen.event_id,
            replaces=_fact_of(event.replaces) if event.replaces else None,
        )

    return Reaction(rule=RULE, run=assign)


def _fact_of(decree: UUID) -> UUID:
    return uuid5(decree, RULE)


def _position(event: AppointmentDecreedV1) -> Position:
    return Position(
        post_id=event.post_id,
        position_class=PositionClass(event.position_class),
        jenjang=Jenjang(event.jenjang) if event.jenjang else None,
        field=event.field,
        unit_id=event.unit_id,
        assignment=Assignment(event.assignment),
        effective_from=event.effective_from,
        decree_number=event.decree_number,
    )


REACTIONS = Reactions(reads=(AppointmentDecreedV1,), react=react)
