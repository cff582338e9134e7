"""What a door says about a person who is to be registered, and whether it holds together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.profile.domain.identifiers import (
    IdentifierKind,
    agree,
    appointed,
    kind_of,
    read_for,
    read_nik,
    read_old_nip,
)
from services.profile.domain.registration import Details
from services.profile.domain.terms import EmploymentKind, Refused, Sex


class AppointedInTheFuture(Refused):
    """Nobody is registered before the day of appointment has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A person as a form or an export describes them. The number is a NIP or an NI PPPK."""

    number: str
    name: str
    birth_date: date
    sex: Sex
    employment: EmploymentKind
    registered_on: date
    permanent_since: date | None = None
    old_number: str | None = None
    front_title: str | None = None
    back_title: str | None = None
    nik: str | None = None
    phone: str | None = None
    email: str | None = None

    @property
    def numbers(self) -> list[tuple[IdentifierKind, str]]:
        """The identifiers it names, the present one first."""
        old = [(IdentifierKind.NIP_LAMA, self.old_number)] if self.old_number else []
        return [(kind_of(self.number), self.number), *old]

    @property
    def details(self) -> Details:
        return Details(
            name=self.name,
            front_title=self.front_title,
            back_title=self.back_title,
            number=self.number,
            old_number=self.old_number,
            nik=self.nik,
            phone=self.phone,
            email=self.email,
        )


def checked(entry: Entry, today: date) -> Entry:
    """The entry with its numbers written plainly; refused when they cannot be this person's."""
    number = read_for(entry.employment, entry.number, today)
    agree(number, entry.birth_date, entry.sex)
    appointed(number, entry.registered_on)
    if max(entry.registered_on, entry.permanent_since or entry.registered_on) > today:
        raise AppointedInTheFuture
    return Entry(
        number=number.value,
        name=entry.name,
        birth_date=entry.birth_date,
        sex=entry.sex,
        employment=entry.employment,
        registered_on=entry.registered_on,
        permanent_since=entry.permanent_since,
        old_number=read_old_nip(entry.old_number) if entry.old_number else None,
        front_title=entry.front_title,
        back_title=entry.back_title,
        nik=read_nik(entry.nik) if entry.nik else None,
        phone=entry.phone,
        email=entry.email,
    )
