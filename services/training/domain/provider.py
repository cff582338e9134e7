"""Who gives trainings: on record, perhaps suspended for a time, perhaps ended for good.

A provider is recognised by its external id (NPSN, registration number, code of an office); said
again with other details, that is a correction. Who is suspended, ended, or past a date of its own
papers is given no new class; classes that it has already go on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from services.training.domain.terms import Refused


class ProviderKind(StrEnum):
    GOVERNMENT = "GOVERNMENT"
    UNIVERSITY = "UNIVERSITY"
    PRIVATE = "PRIVATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accreditation:
    """`valid_until`: its last day."""

    grade: str
    number: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`until`: its last day."""

    number: str
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    external_id: str
    kind: ProviderKind
    legal_name: str
    accreditation: Accreditation | None = None
    agreement: Agreement | None = None


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineProvider:
    """Put it on record, or correct what is."""

    provider: Provider
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendProvider:
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeProvider:
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProvider:
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawProvider:
    """It should never have been on record, if that is still what the record says."""

    provider: Provider
    on: date


Command = DefineProvider | SuspendProvider | ResumeProvider | EndProvider | WithdrawProvider


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDefined:
    provider: Provider
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSuspended:
    external_id: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderResumed:
    external_id: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEnded:
    external_id: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderWithdrawn:
    external_id: str
    on: date


Event = ProviderDefined | ProviderSuspended | ProviderResumed | ProviderEnded | ProviderWithdrawn


# What must be remembered to decide


class Standing(StrEnum):
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    provider: Provider
    standing: Standing = Standing.ACTIVE
    reason: str | None = None


State = Known | None
initial: State = None


# What is refused


class UnknownProvider(Refused):
    """Your agency has no provider with this external id."""


class AgreementEndsBeforeItBegins(Refused):
    """The last day of the agreement lies before its first."""


class ProviderIsSuspended(Refused):
    """The provider is suspended and is given no new class."""


class ProviderHasEnded(Refused):
    """The work with this provider has ended; it is given no new class and is not resumed."""


class AccreditationExpired(Refused):
    """The provider's accreditation is not valid any more on the first day of the class."""


class AgreementExpired(Refused):
    """The agreement with the provider does not cover the first day of the class."""


class ProviderChangedSince(Refused):
    """Somebody has changed this provider since; correct it by hand."""


# The rules


def decide(command: Command, state: State) -> list[Event]:  # noqa: PLR0911 - a line for each
    match command:
        case DefineProvider():
            return _define(command, state)
        case SuspendProvider():
            return _suspend(command, state)
        case ResumeProvider(on=on):
            known = of_record(state)
            if known.standing is Standing.ENDED:
                raise ProviderHasEnded
            if known.standing is Standing.ACTIVE:
                return []
            return [ProviderResumed(external_id=known.provider.external_id, on=on)]
        case EndProvider(reason=reason, on=on):
            known = of_record(state)
            if known.standing is Standing.ENDED:
                return []
            return [ProviderEnded(external_id=known.provider.external_id, reason=reason, on=on)]
        case WithdrawProvider(provider=provider, on=on):
            if state != Known(provider=provider):
                raise ProviderChangedSince
            return [ProviderWithdrawn(external_id=provider.external_id, on=on)]
        case _:
            assert_never(command)


def _define(command: DefineProvider, state: State) -> list[Event]:
    agreement = command.provider.agreement
    if agreement is not None and agreement.until < agreement.since:
        raise AgreementEndsBeforeItBegins
    if state is not None and state.provider == command.provider:
        return []
    return [ProviderDefined(provider=command.provider, on=command.on)]


def _suspend(command: SuspendProvider, state: State) -> list[Event]:
    known = of_record(state)
    if known.standing is Standing.ENDED:
        raise ProviderHasEnded
    if known.standing is Standing.SUSPENDED and known.reason == command.reason:
        return []
    external_id = known.provider.external_id
    return [ProviderSuspended(external_id=external_id, reason=command.reason, on=command.on)]


def of_record(state: State) -> Known:
    if state is None:
        raise UnknownProvider
    return state


def may_be_given(state: State, first_day: date) -> Provider:
    """The provider, if it may be given a new class that begins on this day."""
    known = of_record(state)
    if known.standing is Standing.SUSPENDED:
        raise ProviderIsSuspended
    if known.standing is Standing.ENDED:
        raise ProviderHasEnded
    accreditation, agreement = known.provider.accreditation, known.provider.agreement
    if accreditation is not None and accreditation.valid_until < first_day:
        raise AccreditationExpired
    if agreement is not None and not agreement.since <= first_day <= agreement.until:
        raise AgreementExpired
    return known.provider


def evolve(state: State, event: Event) -> State:
    match event:
        case ProviderDefined(provider=provider):
            return Known(provider=provider) if state is None else replace(state, provider=provider)
        case ProviderSuspended(reason=reason):
            return replace(of_record(state), standing=Standing.SUSPENDED, reason=reason)
        case ProviderResumed():
            return replace(of_record(state), standing=Standing.ACTIVE, reason=None)
        case ProviderEnded(reason=reason):
            return replace(of_record(state), standing=Standing.ENDED, reason=reason)
        case ProviderWithdrawn():
            return None
        case _:
            assert_never(event)
