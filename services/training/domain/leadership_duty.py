"""Which leadership training a post obliges its holder to, since when, and whether it is done.

Nothing is opened or closed: the duty follows from the posts held and the programmes finished, on
any day (regulations 9.5). It begins with the first day of an unbroken time in a class of posts,
whatever posts of that class were held in it; a programme finished before counts as one finished
after. The law that was seen sets no day by which it must be done; an agency may, by decree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.training.domain.calendar import months_and_days, months_later
from services.training.domain.terms import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """`also`: earlier names of the same programme, as histories still spell them."""

    position_class: str
    programme: str
    also: frozenset[str]
    in_force_from: date
    instrument: str
    verification: str
    source: str

    def is_met_by(self, programme: str) -> bool:
        return programme.upper() in {self.programme, *self.also}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A definitive position; `until` is the first day after, None while it lasts."""

    position_class: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    programme: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """`done`: the completion that meets it; `due_on` is None where no decree of the agency says."""

    duty: Duty
    since: date
    months: int
    done: Finished | None
    due_on: date | None
    overdue: bool


def owed(
    duties: Sequence[Duty],
    held: Sequence[Held],
    finished: Iterable[Finished],
    deadlines: Mapping[str, int],
    day: date,
) -> Owed | None:
    """What the post of a day asks of its holder; None where no post of a class with a duty is held.

    `deadlines`: months from the beginning, by class of post, as the agency has decreed them.
    """
    now = next((one for one in held if _lasts(one, day)), None)
    duty = None if now is None else _duty_of(duties, now.position_class, day)
    if now is None or duty is None:
        return None
    since = _unbroken(held, now)
    done = [one for one in finished if one.on <= day and duty.is_met_by(one.programme)]
    months = deadlines.get(now.position_class)
    due_on = None if months is None else months_later(since, months)
    return Owed(
        duty=duty,
        since=since,
        months=months_and_days(since, day)[0],
        done=min(done, key=lambda one: one.on, default=None),
        due_on=due_on,
        overdue=not done and due_on is not None and due_on < day,
    )


def _lasts(one: Held, day: date) -> bool:
    return one.since <= day and (one.until is None or one.until > day)


def _duty_of(duties: Sequence[Duty], position_class: str, day: date) -> Duty | None:
    known = [
        one for one in duties if one.position_class == position_class and one.in_force_from <= day
    ]
    return max(known, key=lambda one: one.in_force_from, default=None)


def _unbroken(held: Sequence[Held], now: Held) -> date:
    """The first day of the time in this class of posts that has gone on without a gap."""
    since = now.since
    earlier = [one for one in held if one.position_class == now.position_class]
    for one in sorted(earlier, key=lambda one: one.since, reverse=True):
        if one.since < since and (one.until is None or one.until >= since):
            since = one.since
    return since


# A deadline of the agency's own


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDeadline:
    """`months` None: from that day on there is none again."""

    position_class: str
    months: int | None
    decree_number: str
    on: date


Command = SetDeadline


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSet:
    position_class: str
    months: int | None
    decree_number: str
    on: date


Event = DeadlineSet
State = tuple[DeadlineSet, ...]
initial: State = ()


class NoDutyForClass(Refused):
    """Posts of this class oblige nobody to a leadership training."""


class DeadlineSaysOtherwise(Refused):
    """This decree is on record with another deadline for this class of posts."""


class NotAMonthsDeadline(Refused):
    """A deadline is at least one month and at most ten years after the beginning."""


LONGEST_MONTHS = 120
WITH_A_DUTY = frozenset({"PENGAWAS", "ADMINISTRATOR", "JPT_PRATAMA", "JPT_MADYA"})


def decide(command: Command, state: State) -> list[Event]:
    if command.position_class not in WITH_A_DUTY:
        raise NoDutyForClass
    if command.months is not None and not 1 <= command.months <= LONGEST_MONTHS:
        raise NotAMonthsDeadline
    told = DeadlineSet(
        position_class=command.position_class,
        months=command.months,
        decree_number=command.decree_number,
        on=command.on,
    )
    if told in state:
        return []
    same = (told.position_class, told.decree_number)
    if any((one.position_class, one.decree_number) == same for one in state):
        raise DeadlineSaysOtherwise
    return [told]


def evolve(state: State, event: Event) -> State:
    return (*state, event)


def deadlines_on(state: State, day: date) -> dict[str, int]:
    """Months by class of post on a day. Of two decrees of one day the later recorded counts."""
    found: dict[str, int] = {}
    for told in sorted((one for one in state if one.on <= day), key=lambda one: one.on):
        found.pop(told.position_class, None)
        if told.months is not None:
            found[told.position_class] = told.months
    return found
