"""Discipline: which law a sanction follows, how long it runs, what absence leads to, and appeals.

PP 53/2010 until 2021-08-30, PP 94/2021 after it. The law at the time of the sanction governs its
length, whatever comes later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.profile.domain.fact_events import SanctionAppealed
from services.profile.domain.facts import (
    Appeal,
    AppealKind,
    AppealOutcome,
    ContradictsRecord,
    Sanction,
)
from services.profile.domain.terms import Refused, Severity

PP_53, PP_94 = "PP-53-2010", "PP-94-2021"
# First day in force (regulations 0.4; that of PP 53/2010 is recalled).
LAWS = ((PP_94, date(2021, 8, 31)), (PP_53, date(2010, 6, 6)))


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealSanction:
    """The person has asked for the sanction to be looked at again."""

    event_id: UUID
    sanction: UUID
    kind: AppealKind
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal:
    """The sanction stands as it was, or as `changed` says."""

    event_id: UUID
    sanction: UUID
    on: date
    decree_number: str | None = None
    changed: Sanction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSanction:
    """A decree says that the sanction never stood (SK pembatalan)."""

    event_id: UUID
    sanction: UUID
    on: date
    decree_number: str


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionCancelled:
    event_id: UUID
    withdraws: UUID
    on: date
    decree_number: str

    @property
    def effective_from(self) -> date:
        return self.on


# What is refused


class NoDisciplineLawKnown(Refused):
    """Before 2010-06-06 another law governed discipline, which is not kept here."""


class KindOfOtherLaw(Refused):
    """This kind of sanction does not exist in the law of that day."""


class SeverityOfOtherKind(Refused):
    """This kind of sanction is of another severity."""


class LengthOfOtherKind(Refused):
    """The law of that day gives this kind of sanction another length."""


class KindNotKnown(Refused):
    """For a kind that the law's list does not have, name its severity and its law."""


class NoSuchSanction(Refused):
    """No such sanction is in force on this person's record."""


class AppealBeforeSanction(Refused):
    """Nobody appeals before the sanction begins."""


class NotAppealed(Refused):
    """No appeal against this sanction is open."""


class NoAbsenceBands(Refused):
    """The bands of PP 94/2021 apply to absence from 2021-08-31 on."""


class AbsenceNotPossible(Refused):
    """Consecutive days are part of all days of absence, and a year has 366 of them."""


# The kinds of sanction


@dataclass(frozen=True, slots=True)
class KindOfSanction:
    """`months`: how long it is served; None for a reprimand (at once) and a dismissal (for good).

    `siasn` is the kind's id in SIASN's reference; `recalled` where the id's meaning was not seen.
    """

    severity: Severity
    law: str
    months: int | None
    siasn: str | None = None


_LIGHT, _MODERATE, _SEVERE = Severity.LIGHT, Severity.MODERATE, Severity.SEVERE
# Regulations 13.1. Light kinds are the same in both laws.
KINDS: Mapping[str, tuple[KindOfSanction, ...]] = {
    "TEGURAN_LISAN": (
        KindOfSanction(_LIGHT, PP_94, None, "1"),
        KindOfSanction(_LIGHT, PP_53, None, "1"),
    ),
    "TEGURAN_TERTULIS": (
        KindOfSanction(_LIGHT, PP_94, None, "2"),
        KindOfSanction(_LIGHT, PP_53, None, "2"),
    ),
    "PERNYATAAN_TIDAK_PUAS": (
        KindOfSanction(_LIGHT, PP_94, None, "3"),
        KindOfSanction(_LIGHT, PP_53, None, "3"),
    ),
    "PEMOTONGAN_TUKIN_6_BULAN": (KindOfSanction(_MODERATE, PP_94, 6, "23"),),
    "PEMOTONGAN_TUKIN_9_BULAN": (KindOfSanction(_MODERATE, PP_94, 9, "24"),),
    "PEMOTONGAN_TUKIN_12_BULAN": (KindOfSanction(_MODERATE, PP_94, 12, "25"),),
    "PENURUNAN_JABATAN_12_BULAN": (KindOfSanction(_SEVERE, PP_94, 12, "27"),),
    "PEMBEBASAN_JABATAN_12_BULAN": (KindOfSanction(_SEVERE, PP_94, 12, "28"),),
    "PEMBERHENTIAN": (
        KindOfSanction(_SEVERE, PP_94, None),
        KindOfSanction(_SEVERE, PP_53, None),
    ),
    "PENUNDAAN_GAJI_1_TAHUN": (KindOfSanction(_MODERATE, PP_53, 12),),
    "PENUNDAAN_PANGKAT_1_TAHUN": (KindOfSanction(_MODERATE, PP_53, 12),),
    "PENURUNAN_PANGKAT_1_TAHUN": (KindOfSanction(_MODERATE, PP_53, 12),),
    "PENURUNAN_PANGKAT_3_TAHUN": (KindOfSanction(_SEVERE, PP_53, 36),),
    "PEMINDAHAN_JABATAN": (KindOfSanction(_SEVERE, PP_53, None),),
    "PEMBEBASAN_JABATAN": (KindOfSanction(_SEVERE, PP_53, None),),
}


def law_on(day: date) -> str:
    """The law that governs a sanction that begins on this day."""
    for law, since in LAWS:
        if day >= since:
            return law
    raise NoDisciplineLawKnown


def sanction_of(
    kind: str,
    starts_on: date,
    *,
    severity: Severity | None = None,
    law: str | None = None,
    ends_on: date | None = None,
    decree_number: str | None = None,
) -> Sanction:
    """A sanction with what the law says of its kind; what a decree names must agree with it."""
    if kind not in KINDS:
        if severity is None or law is None:
            raise KindNotKnown
    else:
        known = _known(kind, law or law_on(starts_on))
        if severity not in (None, known.severity):
            raise SeverityOfOtherKind
        end = _months_after(starts_on, known.months) if known.months else ends_on
        if ends_on not in (None, end):
            raise LengthOfOtherKind
        severity, law, ends_on = known.severity, known.law, end
    return Sanction(
        kind=kind,
        severity=severity,
        starts_on=starts_on,
        ends_on=ends_on,
        law=law,
        decree_number=decree_number,
    )


def _known(kind: str, law: str) -> KindOfSanction:
    for known in KINDS[kind]:
        if known.law == law:
            return known
    raise KindOfOtherLaw


def _months_after(day: date, months: int) -> date:
    """The same day of a later month; the first of the next where that month is too short.

    >>> _months_after(date(2021, 3, 1), 12), _months_after(date(2025, 8, 31), 6)
    (datetime.date(2022, 3, 1), datetime.date(2026, 3, 1))
    """
    at = day.month - 1 + months
    year, month = day.year + at // 12, at % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year, month + 1, 1)


# Absence without a valid reason (PP 94/2021, article 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the law provides; an official decides. `consecutive`: by the rule on days in a row."""

    kind: str
    severity: Severity
    law: str
    article: str
    consecutive: bool


CONSECUTIVE_DAYS = 10
# The least number of working days in one year, from the longest down.
BANDS = (
    (28, "PEMBERHENTIAN"),
    (25, "PEMBEBASAN_JABATAN_12_BULAN"),
    (21, "PENURUNAN_JABATAN_12_BULAN"),
    (17, "PEMOTONGAN_TUKIN_12_BULAN"),
    (14, "PEMOTONGAN_TUKIN_9_BULAN"),
    (11, "PEMOTONGAN_TUKIN_6_BULAN"),
    (7, "PERNYATAAN_TIDAK_PUAS"),
    (4, "TEGURAN_TERTULIS"),
    (3, "TEGURAN_LISAN"),
)


def proposed_for_absence(days: int, *, consecutive: int, on: date) -> Proposal | None:
    """What so many days of unexcused absence in a year lead to; None below three.

    Ten days in a row outrank the band of all days together.
    """
    if on < LAWS[0][1]:
        raise NoAbsenceBands
    if not 0 <= consecutive <= days <= 366:
        raise AbsenceNotPossible
    if consecutive >= CONSECUTIVE_DAYS:
        return _proposal("PEMBERHENTIAN", in_a_row=True)
    for least, kind in BANDS:
        if days >= least:
            return _proposal(kind, in_a_row=False)
    return None


def _proposal(kind: str, *, in_a_row: bool) -> Proposal:
    known = _known(kind, PP_94)
    return Proposal(
        kind=kind, severity=known.severity, law=PP_94, article="11", consecutive=in_a_row
    )


# Appeals and cancellation


def appealed(command: AppealSanction, standing: Mapping[UUID, object]) -> list[SanctionAppealed]:
    known = _standing(command.sanction, standing)
    if command.on < known.starts_on:
        raise AppealBeforeSanction
    told = replace(known, appeal=Appeal(kind=command.kind, on=command.on))
    return _told(command.event_id, command.sanction, known, told)


def decided(command: DecideAppeal, standing: Mapping[UUID, object]) -> list[SanctionAppealed]:
    known = _standing(command.sanction, standing)
    if known.appeal is None or not known.appeal.is_open:
        raise NotAppealed
    outcome = AppealOutcome.UPHELD if command.changed is None else AppealOutcome.CHANGED
    appeal = replace(
        known.appeal,
        outcome=outcome,
        decided_on=command.on,
        decree_number=command.decree_number,
    )
    told = replace(command.changed or known, appeal=appeal)
    if any(_is_same(told, one) for name, one in standing.items() if name != command.sanction):
        raise ContradictsRecord
    return _told(command.event_id, command.sanction, known, told)


def cancelled(command: CancelSanction, standing: Mapping[UUID, object]) -> list[SanctionCancelled]:
    _standing(command.sanction, standing)
    return [
        SanctionCancelled(
            event_id=command.event_id,
            withdraws=command.sanction,
            on=command.on,
            decree_number=command.decree_number,
        )
    ]


def _standing(wanted: UUID, standing: Mapping[UUID, object]) -> Sanction:
    known = standing.get(wanted)
    if not isinstance(known, Sanction):
        raise NoSuchSanction
    return known


def _is_same(told: Sanction, other: object) -> bool:
    return isinstance(other, Sanction) and other.key == told.key


def _told(
    event_id: UUID, replaces: UUID, known: Sanction, told: Sanction
) -> list[SanctionAppealed]:
    if told == known:
        return []
    return [SanctionAppealed(event_id=event_id, sanction=told, replaces=replaces)]
