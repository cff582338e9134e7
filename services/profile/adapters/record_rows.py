"""Facts on record as rows of the workbooks in which they come in: what is read back is equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from services.chassis.origins import OriginOut
from services.chassis.template import Column, Form
from services.profile.adapters import history_workbook as history
from services.profile.adapters import service_sheets as service
from services.profile.adapters import staff_workbook as staff
from services.profile.adapters.history_columns import (
    CHECKED,
    DECREE,
    DOCUMENT,
    DOCUMENT_SHA256,
    NIP,
    NOTHING,
    last_day,
)
from services.profile.domain.facts import (
    Appeal,
    Award,
    Contract,
    CreditPoints,
    Education,
    Fact,
    Position,
    Rank,
    Sanction,
    ServiceCredit,
    StudyAssignment,
    UnpaidLeave,
)
from services.profile.domain.registration import Details
from services.profile.domain.terms import EmploymentKind, Sex

Filled = dict[Column[Any], Any]
FORM_OF: Mapping[type[Fact], Form] = {
    Rank: history.RANKS,
    Position: history.POSITIONS,
    Education: history.EDUCATIONS,
    Sanction: history.SANCTIONS,
    Award: service.AWARDS,
    UnpaidLeave: service.LEAVES,
    StudyAssignment: service.STUDIES,
    Contract: service.CONTRACTS,
    ServiceCredit: service.CREDITED,
    CreditPoints: service.POINTS,
}


@dataclass(frozen=True, slots=True)
class Seat:
    """The codes by which a file names a post."""

    post: str | None
    unit: str | None


def fact_row(number: str | None, fact: Fact, seat: Seat, origin: OriginOut | None) -> Filled:
    """One row of a history; `seat` is that of a position."""
    return {NIP: number, **_said(fact, seat), **_evidence(origin)}


def _evidence(origin: OriginOut | None) -> Filled:
    if origin is None:
        return {}
    rests = origin.document is not None or origin.document_sha256 is not None
    return {
        DOCUMENT: origin.document if rests else NOTHING,
        DOCUMENT_SHA256: origin.document_sha256,
        CHECKED: origin.verified,
    }


def _said(fact: Fact, seat: Seat) -> Filled:  # noqa: PLR0911 - a line for each
    decree: Filled = {DECREE: getattr(fact, "decree_number", None)}
    match fact:
        case Rank():
            own: Filled = {history.GRANTED: fact.golongan}
            return {**own, history.GRANTED_SINCE: fact.effective_from} | decree
        case Position():
            return _position(fact, seat) | decree
        case Education():
            return _education(fact)
        case Sanction():
            return _sanction(fact) | decree
        case Award():
            counts: Filled = {service.COUNTS_LAST: last_day(fact.valid_until)}
            return {service.HONOUR: fact.kind, service.GIVEN: fact.given_on, **counts} | decree
        case UnpaidLeave() | Contract():
            days: Filled = {service.FIRST: fact.starts_on, service.LAST: last_day(fact.until)}
            return days | decree
        case StudyAssignment():
            return _study(fact) | decree
        case ServiceCredit():
            length: Filled = {service.YEARS: fact.years, service.MONTHS: fact.months}
            return {**length, service.COUNTED: fact.effective_from} | decree
        case CreditPoints():
            return _credit(fact) | decree
        case _:
            assert_never(fact)


def _position(fact: Position, seat: Seat) -> Filled:
    return {
        history.POST: seat.post,
        history.UNIT: seat.unit,
        history.HOW: fact.assignment,
        history.POST_SINCE: fact.effective_from,
        history.POST_LAST: last_day(fact.until),
    }


def _education(fact: Education) -> Filled:
    return {
        history.LEVEL: fact.level,
        history.STUDY: fact.field,
        history.GRADUATED: fact.completed_on,
        history.YEAR_ONLY: fact.year_only,
        history.COUNTS: fact.recognised,
    }


def _sanction(fact: Sanction) -> Filled:
    return {
        history.SORT: fact.kind,
        history.HOW_SEVERE: fact.severity,
        history.IMPOSED: fact.starts_on,
        history.IMPOSED_LAST: last_day(fact.ends_on),
        history.UNDER: fact.law,
        **(_appeal(fact.appeal) if fact.appeal else {}),
    }


def _appeal(appeal: Appeal) -> Filled:
    return {
        history.APPEAL: appeal.kind,
        history.APPEALED_ON: appeal.on,
        history.OUTCOME: appeal.outcome,
        history.DECIDED_ON: appeal.decided_on,
        history.DECISION: appeal.decree_number,
    }


def _study(fact: StudyAssignment) -> Filled:
    return {
        service.STUDIED_LEVEL: fact.level,
        service.STUDIED: fact.field,
        service.FIRST: fact.starts_on,
        service.OPEN_LAST: last_day(fact.until),
        service.RELEASED: fact.released,
        service.SELF_FUNDED: fact.self_funded,
    }


def _credit(fact: CreditPoints) -> Filled:
    return {
        service.HOW: fact.kind,
        service.FIRST: fact.starts_on,
        service.LAST: last_day(fact.until),
        service.MAIN: fact.main,
        service.SUPPORTING: fact.supporting,
    }


# Who they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One employment on record, from its day."""

    employment: EmploymentKind
    since: date
    born: date
    sex: Sex


def staff_row(details: Details, entered: Sequence[Entered], origin: OriginOut | None) -> Filled:
    """Who it is. Rank, post and diploma are in the histories, with what each rests on."""
    present = entered[-1]
    row: Filled = {
        staff.NUMBER: details.number,
        staff.OLD_NUMBER: details.old_number,
        staff.NATIONAL_ID: details.nik,
        staff.NAMED: details.name,
        staff.FRONT_TITLE: details.front_title,
        staff.BACK_TITLE: details.back_title,
        staff.BORN: present.born,
        staff.OF_SEX: present.sex,
        staff.STATUS: present.employment,
        staff.EMAIL: details.email,
        staff.PHONE: details.phone,
    }
    return row | _days(entered) | _evidence(origin)


def _days(entered: Sequence[Entered]) -> Filled:
    *before, present = entered
    if present.employment.by_contract:
        return {staff.ENTERED: present.since}
    probation = [one for one in before if one.employment is EmploymentKind.CPNS]
    if present.employment is EmploymentKind.PNS and probation:
        return {staff.SINCE: probation[-1].since, staff.PERMANENT: present.since}
    return {staff.SINCE: present.since}
