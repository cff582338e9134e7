"""One programme of the catalogue: what is offered under a code, and how many JP it earns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from services.training.domain.terms import Form, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    code: str
    title: str
    form: Form
    jp: int
    provider: str


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineProgramme:
    offer: Offer
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawProgramme:
    """It should never have been in the catalogue, if that is still what the catalogue says."""

    offer: Offer
    on: date


Command = DefineProgramme | WithdrawProgramme


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDefined:
    """Said again with other details, it holds from `on`; trainings finished keep their own JP."""

    offer: Offer
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeWithdrawn:
    code: str
    on: date


Event = ProgrammeDefined | ProgrammeWithdrawn


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class Undefined:
    pass


@dataclass(frozen=True, slots=True)
class Defined:
    offer: Offer


State = Undefined | Defined
initial: State = Undefined()


# What is refused


class UnknownProgramme(Refused):
    """The catalogue has no programme with this code."""


class WithoutJp(Refused):
    """A programme earns at least one JP."""


class OfferChangedSince(Refused):
    """Somebody has changed this programme since; correct it by hand."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case DefineProgramme():
            return _define(command, state)
        case WithdrawProgramme(offer=offer, on=on):
            if state != Defined(offer):
                raise OfferChangedSince
            return [ProgrammeWithdrawn(code=offer.code, on=on)]
        case _:
            assert_never(command)


def _define(command: DefineProgramme, state: State) -> list[Event]:
    if command.offer.jp < 1:
        raise WithoutJp
    if state == Defined(command.offer):
        return []
    return [ProgrammeDefined(offer=command.offer, on=command.on)]


def offered(state: State) -> Offer:
    if isinstance(state, Undefined):
        raise UnknownProgramme
    return state.offer


def evolve(state: State, event: Event) -> State:
    return Defined(event.offer) if isinstance(event, ProgrammeDefined) else Undefined()
