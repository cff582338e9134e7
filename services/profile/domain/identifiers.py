"""What the numbers that the State gives a person say about that person.

A NIP (Perka BKN 22/2007) and an NI PPPK have 18 digits and no check digit, but they repeat the
birth date and the sex, so most slips of the pen can be told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.profile.domain.terms import EmploymentKind, Refused, Sex


class IdentifierKind(StrEnum):
    NIP = "NIP"
    NI_PPPK = "NI_PPPK"
    NIP_LAMA = "NIP_LAMA"


class NotEighteenDigits(Refused):
    """The number does not have 18 digits."""


class NotNineDigits(Refused):
    """An old NIP has nine digits."""


class NotSixteenDigits(Refused):
    """A NIK has 16 digits."""


class NoSuchBirthDate(Refused):
    """The first eight digits are no calendar date."""


class BornInTheFuture(Refused):
    """The first eight digits are a day that has not come yet."""


class NoSuchAppointmentMonth(Refused):
    """Digits 13 and 14 of a NIP are the month of appointment, 01 to 12."""


class TooYoungWhenAppointed(Refused):
    """The number says that the person was appointed before the age of 18."""


class NoPppkBefore2019(Refused):
    """Digits 9 to 12 of an NI PPPK are the year of appointment, and none was before 2019."""


class NotAPppkCode(Refused):
    """Digits 13 and 14 of an NI PPPK are a code from 21 to 29."""


class NoSuchSex(Refused):
    """Digit 15 is 1 for a man and 2 for a woman."""


class SerialZero(Refused):
    """The last three digits count from 001."""


class BirthDateDiffers(Refused):
    """The number and the profile give different birth dates."""


class SexDiffers(Refused):
    """The number and the profile give a different sex."""


class AppointmentDiffers(Refused):
    """The number and the profile give different times of appointment."""


class NumberOfOtherKind(Refused):
    """The number is that of another kind of employment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nip:
    """18 digits of a PNS: birth date, month of first appointment, sex, serial."""

    value: str
    born: date
    appointed: date
    sex: Sex

    @property
    def age_when_appointed(self) -> int:
        return _age(self.born, self.appointed)


@dataclass(frozen=True, slots=True, kw_only=True)
class NiPppk:
    """18 digits of a PPPK: birth date, year of appointment, code of the contract, sex, serial."""

    value: str
    born: date
    year: int
    code: int
    sex: Sex


def without_spaces(value: str) -> str:
    """A number as it is stored, whatever was typed between its digits.

    >>> without_spaces("19860926 201505 1 001")
    '198609262015051001'
    """
    return "".join(value.split())


def kind_of(value: str) -> IdentifierKind:
    """Digits 13 and 14 tell a month from a contract code; employment stays the authority.

    >>> kind_of("198609262015051001"), kind_of("199009132025242014")
    (<IdentifierKind.NIP: 'NIP'>, <IdentifierKind.NI_PPPK: 'NI_PPPK'>)
    """
    digits = _eighteen(value)
    return IdentifierKind.NI_PPPK if int(digits[12:14]) > 12 else IdentifierKind.NIP


def read_nip(value: str, today: date) -> Nip:
    """The parts of a NIP; refused with the reason when a part cannot be."""
    digits = _eighteen(value)
    born = _birth_date(digits, today)
    year, month = int(digits[8:12]), int(digits[12:14])
    if not 1 <= month <= 12 or year == 0:
        raise NoSuchAppointmentMonth
    appointed = date(year, month, 1)
    if _age(born, appointed) < 18:
        raise TooYoungWhenAppointed
    _serial(digits)
    return Nip(value=digits, born=born, appointed=appointed, sex=_sex(digits))


def read_ni_pppk(value: str, today: date) -> NiPppk:
    """The parts of an NI PPPK. Its digits 13 and 14 are not a month."""
    digits = _eighteen(value)
    born = _birth_date(digits, today)
    year, code = int(digits[8:12]), int(digits[12:14])
    if year < 2019:
        raise NoPppkBefore2019
    if not 21 <= code <= 29:
        raise NotAPppkCode
    if year - born.year < 18:
        raise TooYoungWhenAppointed
    _serial(digits)
    return NiPppk(value=digits, born=born, year=year, code=code, sex=_sex(digits))


def read_old_nip(value: str) -> str:
    digits = without_spaces(value)
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise NotNineDigits
    return digits


def read_nik(value: str) -> str:
    digits = without_spaces(value)
    if not re.fullmatch(r"[0-9]{16}", digits):
        raise NotSixteenDigits
    return digits


def read_for(employment: EmploymentKind, value: str, today: date) -> Nip | NiPppk:
    """The number as that of this kind of employment, which is the authority on what it is."""
    expected = IdentifierKind.NI_PPPK if employment.by_contract else IdentifierKind.NIP
    if kind_of(value) is not expected:
        raise NumberOfOtherKind
    return read_ni_pppk(value, today) if employment.by_contract else read_nip(value, today)


def agree(number: Nip | NiPppk, birth_date: date, sex: Sex) -> None:
    """The number must repeat what the profile says."""
    if number.born != birth_date:
        raise BirthDateDiffers
    if number.sex is not sex:
        raise SexDiffers


def appointed(number: Nip | NiPppk, on: date) -> None:
    """A NIP repeats the month of the TMT CPNS; an NI PPPK is not given after the day it names."""
    agrees = (
        number.appointed == on.replace(day=1) if isinstance(number, Nip) else number.year <= on.year
    )
    if not agrees:
        raise AppointmentDiffers


def unusual(number: Nip) -> bool:
    """Older than 40 at the first appointment: possible (honorary conversions), worth a look."""
    return number.age_when_appointed > 40


def _eighteen(value: str) -> str:
    digits = without_spaces(value)
    if not re.fullmatch(r"[0-9]{18}", digits):
        raise NotEighteenDigits
    return digits


def _birth_date(digits: str, today: date) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise NoSuchBirthDate from None
    if born > today:
        raise BornInTheFuture
    return born


def _sex(digits: str) -> Sex:
    match digits[14]:
        case "1":
            return Sex.M
        case "2":
            return Sex.F
        case _:
            raise NoSuchSex


def _serial(digits: str) -> None:
    if digits[15:] == "000":
        raise SerialZero


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
