"""Which stream tells which life."""

from __future__ import annotations

from uuid import UUID


def enrolment_stream(enrolment_id: UUID) -> str:
    return f"enrolment-{enrolment_id}"
