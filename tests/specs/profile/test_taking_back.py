"""Taking back what a file had recorded: the record becomes what it was before, and no less."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain import person
from services.profile.domain.fact_events import RankGranted
from services.profile.domain.facts import Rank
from services.profile.domain.person import (
    Event,
    GrantRank,
    OnRecord,
    Unknown,
)
from services.profile.domain.registration import (
    ChangeEmployment,
    Details,
    DetailsChanged,
    PersonRegistered,
    Register,
)
from services.profile.domain.taking_back import TakingBack
from services.profile.domain.terms import EmploymentKind, Sex
from services.profile.domain.withdrawing import CHANGED_SINCE

NAME = UUID(int=9)
TODAY = date(2026, 1, 5)


def number(value: int) -> UUID:
    return UUID(int=value)


REGISTER = Register(
    event_id=number(1),
    birth_date=date(1986, 9, 26),
    sex=Sex.M,
    employment=EmploymentKind.PNS,
    identifiers=(),
    registered_on=date(2015, 5, 1),
    details=Details(name="Rati"),
)


def rank(event: int, year: int, golongan: str = "III/a", decree: str | None = None) -> GrantRank:
    told = Rank(golongan=golongan, effective_from=date(year, 4, 1), decree_number=decree)
    return GrantRank(event_id=number(event), rank=told)


def history(*commands: person.Command) -> list[Event]:
    told: list[Event] = []
    for command in commands:
        told += person.decide(command, state(told))
    return told


def state(told: Iterable[Event]) -> person.State:
    known: person.State = Unknown()
    for event in told:
        known = person.evolve(known, event)
    return known


def undone(told: list[Event], *added: int) -> tuple[list[Event], dict[UUID, str]]:
    command, left = TakingBack(told, frozenset(map(number, added)), NAME, TODAY).command()
    more = person.decide(command, state(told)) if command else []
    return [*told, *more], dict(left)


def facts(told: Iterable[Event]) -> set[object]:
    known = state(told)
    assert isinstance(known, OnRecord)
    return {fact for _, fact in known.facts}


def test_a_new_fact_falls() -> None:
    told = history(REGISTER, rank(2, 2015))
    after, left = undone(told, 2)
    assert (facts(after), left) == (set(), {})


def test_a_fact_that_had_been_made_fuller_is_as_bare_as_before() -> None:
    told = history(REGISTER, rank(2, 2015), rank(3, 2015, decree="SK-1"))
    after, left = undone(told, 3)
    assert (facts(after), left) == (facts(told[:2]), {})


def test_what_somebody_has_corrected_since_stays_and_is_named() -> None:
    told = history(REGISTER, rank(2, 2015))
    told += history_of(told, replace(rank(3, 2015, "III/b"), replaces=number(2)))
    after, left = undone(told, 2)
    assert (after, left) == (told, {number(2): CHANGED_SINCE})


def history_of(told: list[Event], command: person.Command) -> list[Event]:
    return list(person.decide(command, state(told)))


def test_whoever_was_registered_by_mistake_is_on_record_no_more_and_may_come_again() -> None:
    told = history(REGISTER, rank(2, 2015))
    after, left = undone(told, 1, 2)
    assert (state(after), left) == (Unknown(), {})
    assert isinstance(history_of(after, replace(REGISTER, event_id=number(7)))[0], PersonRegistered)


def test_whoever_has_facts_of_other_files_stays_on_record() -> None:
    told = history(REGISTER, rank(2, 2015))
    after, left = undone(told, 1)
    assert (after, left) == (told, {number(1): CHANGED_SINCE})


def test_a_name_is_spelled_as_before() -> None:
    again = replace(REGISTER, event_id=number(2), details=Details(name="Rati B."))
    told = history(REGISTER, again)
    assert isinstance(told[-1], DetailsChanged)
    after, left = undone(told, 2)
    known = state(after)
    assert isinstance(known, OnRecord)
    assert (known.details, left) == (Details(name="Rati"), {})


def test_the_end_of_probation_is_taken_back_and_what_was_known_before_holds() -> None:
    full = replace(REGISTER, event_id=number(2), permanent_since=date(2016, 6, 1))
    told = history(REGISTER, rank(5, 2015), full)
    assert len(told) == 4
    after, left = undone(told, told[2].event_id.int, 2)
    known = state(after)
    assert isinstance(known, OnRecord)
    assert (known.registration.employment, known.registration.registered_on, known.former) == (
        *(EmploymentKind.PNS, date(2015, 5, 1)),
        (),
    )
    assert left == {}


def test_a_new_employment_is_taken_back_though_other_files_have_told_facts() -> None:
    cpns = replace(REGISTER, employment=EmploymentKind.CPNS)
    change = ChangeEmployment(
        event_id=number(2), employment=EmploymentKind.PNS, since=date(2016, 6, 1)
    )
    told = history(cpns, rank(5, 2015), change)
    after, left = undone(told, 2)
    assert (state(after), left) == (state(told[:2]), {})


commands = st.lists(
    st.tuples(st.integers(2015, 2018), st.sampled_from([None, "SK-1"])), max_size=8
).map(lambda told: [rank(nth, *one[:1], decree=one[1]) for nth, one in enumerate(told, 2)])


@given(commands, st.integers(1, 10))
def test_undoing_everything_since_a_moment_leaves_what_stood_then(
    asked: list[GrantRank], moment: int
) -> None:
    before = history(REGISTER, *asked[:moment])
    told = history(REGISTER, *asked)
    added = [event.event_id.int for event in told[len(before) :] if isinstance(event, RankGranted)]
    after, left = undone(told, *added)
    assert left == {}
    assert facts(after) == facts(before)


def test_the_new_events_have_ids_of_their_own() -> None:
    told = history(REGISTER, rank(2, 2015))
    after, _ = undone(told, 2)
    assert after[-1].event_id == uuid5(NAME, f"takes back {number(2)}")
