"""A class of a programme, and what is said when somebody has been through it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from services.training.domain.terms import Evidence, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """One run of a programme, told apart from others by its first day."""

    programme: str
    starts_on: date


_ENROLMENTS = UUID("a2f5f1d0-6c43-5d38-8d4e-0d3f4f6a7b10")


def enrolment_of(person: UUID, of: Class) -> UUID:
    """The enrolment of a person in a class; its natural key is (person, programme, first day)."""
    return uuid5(_ENROLMENTS, f"{person}/{of.programme}/{of.starts_on.isoformat()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a provider or a certificate says about a finished training.

    Title, number, hash, link and mark are sealed; they are None once the person has been forgotten.
    """

    on: date
    jp: int
    title: str | None
    form: Form
    provider: str
    evidence: Evidence
    certificate_number: str | None = None
    certificate_date: date | None = None
    certificate_sha256: str | None = None
    certificate_link: str | None = None
    mark: str | None = None

    def agrees_with(self, other: Completion) -> bool:
        """Whether both tell of the same outcome; spelling and paperwork may differ."""
        numbers = {self.certificate_number, other.certificate_number} - {None}
        return (self.on, self.jp, self.evidence) == (other.on, other.jp, other.evidence) and (
            len(numbers) < 2
        )

    def filled_from(self, other: Completion) -> Completion:
        """With the paperwork that only the other tells: a certificate often follows the result."""
        missing = {name: getattr(other, name) for name in PAPERWORK if getattr(self, name) is None}
        return replace(self, **missing)


PAPERWORK = (
    "certificate_number",
    "certificate_date",
    "certificate_sha256",
    "certificate_link",
    "mark",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a class ended for somebody. `evidence` None: not passed."""

    evidence: Evidence | None
    mark: str | None = None
    certificate_number: str | None = None
    certificate_date: date | None = None
    certificate_link: str | None = None
