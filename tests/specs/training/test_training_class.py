"""A class is scheduled, moved, closed or cancelled, and never has more people than seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.chassis.deciding import fold
from services.chassis.spec import Spec
from services.training.domain import provider, training_class
from services.training.domain.programme import Mode
from services.training.domain.provider import Provider, ProviderIsSuspended, ProviderKind, Standing
from services.training.domain.terms import Refused
from services.training.domain.training_class import (
    CancelClass,
    ClassCancelled,
    ClassChangedSince,
    ClassClosed,
    ClassEndsBeforeItBegins,
    ClassIsOver,
    ClassMovedMeanwhile,
    ClassRescheduled,
    ClassScheduled,
    ClassStillRuns,
    ClassWithdrawn,
    CloseClass,
    Event,
    FirstDayIsFixed,
    FreeSeat,
    NoSeatLeft,
    NumbersOfClassOutOfRange,
    Schedule,
    ScheduleClass,
    SeatFreed,
    SeatsBelowTaken,
    SeatTaken,
    SessionOutsideClass,
    TakeSeat,
    UnknownClass,
    WithdrawClass,
    of_record,
)

given = Spec(training_class).given

TODAY, FIRST, LAST = date(2026, 2, 2), date(2026, 5, 4), date(2026, 5, 8)
CAMPUS = Provider(external_id="001042", kind=ProviderKind.UNIVERSITY, legal_name="Universitas")
ACTIVE = provider.Known(provider=CAMPUS)
SUSPENDED = provider.Known(provider=CAMPUS, standing=Standing.SUSPENDED, reason="Audit")
SCHEDULE = Schedule(
    code="PKP-2026-1",
    programme="PKP",
    provider="001042",
    first_day=FIRST,
    last_day=LAST,
    location="Gedung A",
    mode=Mode.CLASSROOM,
    seats=2,
    price=4_500_000,
    sessions=(FIRST, LAST),
)
schedule = ScheduleClass(schedule=SCHEDULE, provider=ACTIVE, on=TODAY)
scheduled = ClassScheduled(schedule=SCHEDULE, on=TODAY)
cancel = CancelClass(reason="Peserta kurang", withdrawn=frozenset(), on=TODAY)
cancelled = ClassCancelled(code="PKP-2026-1", reason="Peserta kurang", on=TODAY)
closed = ClassClosed(code="PKP-2026-1", on=LAST)


def id_(number: int) -> UUID:
    return UUID(int=number)


def take(number: int) -> TakeSeat:
    return TakeSeat(enrolment=id_(number), of=SCHEDULE.of, on=TODAY)


def taken(number: int) -> SeatTaken:
    return SeatTaken(code="PKP-2026-1", enrolment=id_(number), on=TODAY)


def changed(**changes: Any) -> ScheduleClass:
    return replace(schedule, schedule=replace(SCHEDULE, **changes))


def test_a_class_is_scheduled_and_rescheduled() -> None:
    given().when(schedule).then(scheduled)
    moved = ClassRescheduled(schedule=replace(SCHEDULE, location="Gedung B"), on=TODAY)
    given(scheduled).when(changed(location="Gedung B")).then(moved)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"seats": 0}, NumbersOfClassOutOfRange),
        ({"price": -1}, NumbersOfClassOutOfRange),
        ({"last_day": date(2026, 5, 3)}, ClassEndsBeforeItBegins),
        ({"sessions": ()}, SessionOutsideClass),
        ({"sessions": (LAST, FIRST)}, SessionOutsideClass),
        ({"sessions": (FIRST, FIRST)}, SessionOutsideClass),
        ({"sessions": (date(2026, 5, 3),)}, SessionOutsideClass),
        ({"sessions": (FIRST, date(2026, 5, 9))}, SessionOutsideClass),
    ],
)
def test_a_class_has_sound_numbers(changes: dict[str, Any], refusal: type[Refused]) -> None:
    given().when(changed(**changes)).then_refused(refusal)
    given(scheduled).when(changed(**changes)).then_refused(refusal)


def test_a_suspended_provider_is_given_no_new_class_and_keeps_the_old_ones() -> None:
    given().when(replace(schedule, provider=SUSPENDED)).then_refused(ProviderIsSuspended)
    given(scheduled).when(replace(changed(first_day=LAST, sessions=(LAST,)), provider=SUSPENDED)
        ).then_refused(ProviderIsSuspended)  # fmt: skip
    moved = ClassRescheduled(schedule=replace(SCHEDULE, location="Gedung B"), on=TODAY)
    given(scheduled).when(replace(changed(location="Gedung B"), provider=SUSPENDED)).then(moved)


def test_the_last_seat_goes_to_one() -> None:
    given(scheduled, taken(1)).when(take(2)).then(taken(2))
    given(scheduled, taken(1), taken(2)).when(take(3)).then_refused(NoSeatLeft)
    given(scheduled, taken(1), taken(2)).when(take(2)).then()


def test_a_seat_that_is_freed_can_be_taken() -> None:
    freed = SeatFreed(code="PKP-2026-1", enrolment=id_(1), on=TODAY)
    given(scheduled, taken(1)).when(FreeSeat(enrolment=id_(1), on=TODAY)).then(freed)
    given(scheduled, taken(1), taken(2), freed).when(take(3)).then(taken(3))
    given(scheduled).when(FreeSeat(enrolment=id_(1), on=TODAY)).then()


def test_what_people_have_a_seat_for_does_not_change_under_them() -> None:
    later = changed(first_day=LAST, sessions=(LAST,))
    given(scheduled).when(later).then(ClassRescheduled(schedule=later.schedule, on=TODAY))
    given(scheduled, taken(1)).when(later).then_refused(FirstDayIsFixed)
    given(scheduled, taken(1)).when(changed(programme="PKA")).then_refused(FirstDayIsFixed)
    given(scheduled, taken(1), taken(2)).when(changed(seats=1)).then_refused(SeatsBelowTaken)


def test_a_class_is_cancelled_with_a_reason_and_then_it_is_over() -> None:
    given(scheduled).when(cancel).then(cancelled)
    given(scheduled, cancelled).when(take(1)).then_refused(ClassIsOver)
    given(scheduled, cancelled).when(changed(seats=9)).then_refused(ClassIsOver)
    given(scheduled, cancelled).when(CloseClass(on=LAST)).then_refused(ClassIsOver)


def test_whoever_has_a_seat_is_withdrawn_with_the_class() -> None:
    given(scheduled, taken(1)).when(cancel).then_refused(ClassMovedMeanwhile)
    with_one = replace(cancel, withdrawn=frozenset({id_(1)}))
    given(scheduled, taken(1)).when(with_one).then(cancelled)


def test_a_seat_is_taken_for_what_the_class_is_now() -> None:
    moved = replace(SCHEDULE, first_day=LAST, sessions=(LAST,))
    history = (scheduled, ClassRescheduled(schedule=moved, on=TODAY))
    given(*history).when(take(1)).then_refused(ClassMovedMeanwhile)


def test_a_class_is_closed_when_its_last_day_has_come() -> None:
    given(scheduled).when(CloseClass(on=date(2026, 5, 7))).then_refused(ClassStillRuns)
    given(scheduled).when(CloseClass(on=LAST)).then(closed)
    given(scheduled, closed).when(cancel).then_refused(ClassIsOver)
    given(scheduled, closed).when(take(1)).then_refused(ClassIsOver)


@pytest.mark.parametrize(
    "command",
    [take(1), cancel, CloseClass(on=LAST),
     FreeSeat(enrolment=id_(1), on=TODAY)],
)  # fmt: skip
def test_there_must_be_a_class(command: training_class.Command) -> None:
    given().when(command).then_refused(UnknownClass)


def test_only_a_class_that_nobody_has_touched_is_withdrawn() -> None:
    withdraw = WithdrawClass(schedule=SCHEDULE, on=TODAY)
    gone = ClassWithdrawn(code="PKP-2026-1", on=TODAY)
    given(scheduled).when(withdraw).then_each_time(gone)
    given(scheduled, gone).when(schedule).then(scheduled)
    given(scheduled, taken(1)).when(withdraw).then_refused(ClassChangedSince)
    given(scheduled, cancelled).when(withdraw).then_refused(ClassChangedSince)


MOVES = st.lists(st.tuples(st.booleans(), st.integers(1, 5)), max_size=30)


@for_all(moves=MOVES)
def test_seats_are_never_exceeded_whatever_is_asked(moves: list[tuple[bool, int]]) -> None:
    history: list[Event] = [scheduled]
    for takes, number in moves:
        command = take(number) if takes else FreeSeat(enrolment=id_(number), on=TODAY)
        state = fold(training_class, history)
        try:
            history += training_class.decide(command, state)
        except NoSeatLeft:
            assert takes
            assert len(of_record(state).taken) == SCHEDULE.seats
        assert len(of_record(fold(training_class, history)).taken) <= SCHEDULE.seats
