"""The life of one policy's text: what ships is adopted at first start, the rest by two people.

The whole text is kept, so that an old verdict can be computed again when the file is long gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import assert_never

from services.career.domain.terms import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One file: a policy of one layer, in full."""

    policy: str
    layer: str
    content: str

    @property
    def sha256(self) -> str:
        return sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSince:
    """The day on which everybody could know the version that came into force on another day."""

    in_force_from: date
    known_since: date


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptShipped:
    """At a deployment's first start; asked again at every start, and silent then."""

    text: Text
    known_since: tuple[KnownSince, ...]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    text: Text
    drafted_by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    sha256: str
    approved_by: str
    on: date


Command = AdoptShipped | Draft | Approve

# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDrafted:
    text: Text
    drafted_by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyApproved:
    sha256: str
    approved_by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAdopted:
    """From now on this text counts.

    What was shipped is labelled so and counts as known since each law's promulgation; whatever is
    adopted later, a corrected encoding included, counts from its adoption: `known_since` is empty.
    """

    policy: str
    layer: str
    content: str
    sha256: str
    shipped: bool
    approved_by: tuple[str, ...]
    known_since: tuple[KnownSince, ...]
    on: date


Event = PolicyDrafted | PolicyApproved | PolicyAdopted

# What must be remembered to decide


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The text that counts, and the draft with those who approved it so far."""

    adopted: str | None = None
    draft: Text | None = None
    approved_by: tuple[str, ...] = ()


initial = State()

# What is refused


class NoSuchDraft(Refused):
    """There is no draft with this content: what is approved must be what was read."""


class AlreadyInForce(Refused):
    """This text counts already."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case AdoptShipped():
            return _adopt_shipped(command, state)
        case Draft():
            return _draft(command, state)
        case Approve():
            return _approve(command, state)
        case _:
            assert_never(command)


def _adopt_shipped(command: AdoptShipped, state: State) -> list[Event]:
    if state.adopted is not None:
        return []
    return [_adopted(command.text, True, (), command.known_since, command.on)]


def _draft(command: Draft, state: State) -> list[Event]:
    if command.text == state.draft:
        return []
    if command.text.sha256 == state.adopted:
        raise AlreadyInForce
    return [PolicyDrafted(text=command.text, drafted_by=command.drafted_by, on=command.on)]


def _approve(command: Approve, state: State) -> list[Event]:
    if command.sha256 == state.adopted:
        return []
    draft = state.draft
    if draft is None or draft.sha256 != command.sha256:
        raise NoSuchDraft
    if command.approved_by in state.approved_by:
        return []  # one person's word counts once: another person has to approve as well
    approved = PolicyApproved(sha256=command.sha256, approved_by=command.approved_by, on=command.on)
    approvers = (*state.approved_by, command.approved_by)
    if len(approvers) < 2:
        return [approved]
    return [approved, _adopted(draft, False, approvers, (), command.on)]


def _adopted(
    text: Text,
    shipped: bool,
    approved_by: tuple[str, ...],
    known_since: tuple[KnownSince, ...],
    on: date,
) -> PolicyAdopted:
    return PolicyAdopted(
        policy=text.policy,
        layer=text.layer,
        content=text.content,
        sha256=text.sha256,
        shipped=shipped,
        approved_by=approved_by,
        known_since=known_since,
        on=on,
    )


def evolve(state: State, event: Event) -> State:
    match event:
        case PolicyDrafted(text=text):
            return State(adopted=state.adopted, draft=text)
        case PolicyApproved(approved_by=approver):
            return State(
                adopted=state.adopted,
                draft=state.draft,
                approved_by=(*state.approved_by, approver),
            )
        case PolicyAdopted(sha256=digest):
            return State(adopted=digest)
        case _:
            assert_never(event)
