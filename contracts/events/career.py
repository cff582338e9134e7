"""What career says to others: what was decided about a person."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.envelope import Code, Fact, Text
from contracts.events.terms import Assignment, Jenjang, PositionClass


class AppointmentDecreedV1(Fact):
    """An official decreed that a person takes up a position from a day on."""

    TYPE: ClassVar[str] = "career.appointment_decreed.v1"

    person_id: UUID
    appointment_id: UUID
    post_id: UUID
    position_class: PositionClass
    jenjang: Jenjang | None = None
    field: Code | None = None
    unit_id: UUID
    assignment: Assignment
    effective_from: date
    decree_number: Text
