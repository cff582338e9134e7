"""How a person's record was before some events were added to it by mistake, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args
from uuid import UUID, uuid5

from services.profile.domain.discipline import SanctionCancelled
from services.profile.domain.fact_events import FactEvent
from services.profile.domain.person import Event
from services.profile.domain.registration import (
    DetailsChanged,
    PersonRegistered,
)
from services.profile.domain.withdrawing import (
    CHANGED_SINCE,
    Chain,
    FactWithdrawn,
    RegistrationWithdrawn,
    Step,
    TakeBack,
    in_force,
)

FACTS = (*get_args(FactEvent), FactWithdrawn, SanctionCancelled)


@dataclass(frozen=True, slots=True)
class TakingBack:
    """A person's history, and the events of it that shall go; `name` makes the ids of the new."""

    history: Sequence[Event]
    added: frozenset[UUID]
    name: UUID
    on: date

    def command(self) -> tuple[TakeBack | None, Mapping[UUID, str]]:
        """What to ask, and which of the events stay because somebody has changed them since."""
        facts = Chain([one for one in self.history if isinstance(one, FACTS)], self.added)
        steps = facts.steps()
        entered = Chain(
            [o for o in self.history if isinstance(o, PersonRegistered | RegistrationWithdrawn)],
            self.added,
        )
        stays = bool(set(in_force(entered.told)) - self.added) or any(
            step.restores for step in entered.steps()
        )
        may_go = stays or self._bare(facts, steps)
        leaving = [step for step in entered.steps() if step.restores or may_go]
        events = [*self._facts_back(steps), *self._entered_back(leaving)]
        gone = not stays and any(step.restores is None for step in leaving)
        spellings = self._spellings_added()
        if spellings and not gone:
            events += self._details_back(spellings)
        done = facts.reached(steps) | entered.reached(leaving) | spellings
        left = {one: CHANGED_SINCE for one in self.added - done}
        falls = frozenset(step.withdraws for step in (*steps, *leaving))
        return (TakeBack(falls=falls, events=tuple(events)) if events else None), left

    def _bare(self, facts: Chain, steps: Sequence[Step]) -> bool:
        """Nothing would stand on the record any more."""
        going = {step.withdraws for step in steps if step.restores is None}
        return set(in_force(facts.told)) <= going

    def _facts_back(self, steps: Sequence[Step]) -> Iterator[Event]:
        known = {one.event_id: one for one in self.history if isinstance(one, FACTS)}
        for step in steps:
            new = self._new(step.withdraws)
            if step.restores is None:
                yield FactWithdrawn(event_id=new, withdraws=step.withdraws, on=self.on)
            else:
                earlier = known[step.restores]
                assert not isinstance(earlier, FactWithdrawn | SanctionCancelled)
                yield replace(earlier, event_id=new, replaces=step.withdraws)

    def _entered_back(self, steps: Sequence[Step]) -> Iterator[Event]:
        for step in steps:
            new = self._new(step.withdraws)
            if step.restores is None:
                yield RegistrationWithdrawn(event_id=new, withdraws=step.withdraws, on=self.on)
            else:
                yield replace(
                    self._registered(step.restores), event_id=new, replaces=step.withdraws
                )

    def _registered(self, event_id: UUID) -> PersonRegistered:
        return next(
            one
            for one in self.history
            if isinstance(one, PersonRegistered) and one.event_id == event_id
        )

    def _named(self) -> list[PersonRegistered | DetailsChanged]:
        return [one for one in self.history if isinstance(one, PersonRegistered | DetailsChanged)]

    def _spellings_added(self) -> frozenset[UUID]:
        """The last changes of name and contacts, as far back as they are all of those added."""
        last: set[UUID] = set()
        for one in reversed(self._named()):
            if not isinstance(one, DetailsChanged) or one.event_id not in self.added:
                break
            last.add(one.event_id)
        return frozenset(last)

    def _details_back(self, spellings: frozenset[UUID]) -> Iterator[Event]:
        earlier = next(o for o in reversed(self._named()) if o.event_id not in spellings)
        yield DetailsChanged(event_id=self._new(max(spellings)), details=earlier.details)

    def _new(self, event_id: UUID) -> UUID:
        return uuid5(self.name, f"takes back {event_id}")
