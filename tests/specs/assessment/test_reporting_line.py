"""Raters follow from seats and units on the day of the cycle, and from nothing else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.assessment.domain.reporting_line import Organisation, Relation, Seat, raters_of

DAY = date(2025, 7, 1)
OFFICE, SECTION, OTHER = UUID(int=101), UUID(int=102), UUID(int=103)
CHIEF, HEAD, CLERK, ANALYST, COLLEAGUE = (UUID(int=n) for n in range(1, 6))
ABOVE = {OFFICE: None, SECTION: OFFICE, OTHER: OFFICE}
MOST = {Relation.PEER: 3, Relation.SUBORDINATE: 2}


def seat(
    person: UUID,
    unit: UUID,
    held: str,
    since: date = date(2020, 1, 1),
    until: date | None = None,
    acting: bool = False,
) -> Seat:
    return Seat(
        person=person, unit=unit, position_class=held, acting=acting, since=since, until=until
    )


SEATS = (
    seat(CHIEF, OFFICE, "ADMINISTRATOR"),
    seat(HEAD, SECTION, "PENGAWAS"),
    seat(CLERK, SECTION, "PELAKSANA"),
    seat(ANALYST, SECTION, "FUNGSIONAL"),
    seat(COLLEAGUE, OTHER, "PELAKSANA"),
)


def test_people_answer_to_the_head_of_their_unit_and_heads_to_the_unit_above() -> None:
    line = Organisation.on(DAY, SEATS, ABOVE).line().above
    assert line == {CHIEF: None, HEAD: CHIEF, CLERK: HEAD, ANALYST: HEAD, COLLEAGUE: CHIEF}


def test_raters_are_the_superior_the_peers_and_the_direct_subordinates() -> None:
    line = Organisation.on(DAY, SEATS, ABOVE).line()
    assert raters_of(HEAD, line, MOST, draw=UUID(int=9)) == {
        Relation.SUPERIOR: (CHIEF,),
        Relation.PEER: (COLLEAGUE,),
        Relation.SUBORDINATE: (CLERK, ANALYST),
        Relation.SELF: (HEAD,),
    }


def test_the_top_has_neither_superior_nor_peers() -> None:
    raters = raters_of(CHIEF, Organisation.on(DAY, SEATS, ABOVE).line(), MOST, draw=UUID(int=9))
    assert (raters[Relation.SUPERIOR], raters[Relation.PEER]) == ((), ())


def test_a_seat_counts_on_the_day_of_the_cycle_only() -> None:
    moved = (
        *SEATS[:2],
        seat(CLERK, SECTION, "PELAKSANA", until=DAY),
        seat(CLERK, OTHER, "PELAKSANA", DAY),
    )
    assert Organisation.on(DAY, moved, ABOVE).superior_of(CLERK) == CHIEF
    assert Organisation.on(date(2025, 6, 30), moved, ABOVE).superior_of(CLERK) == HEAD


def test_who_acts_in_a_vacant_post_leads_and_stays_at_home() -> None:
    acting = (*SEATS[:1], *SEATS[2:], seat(COLLEAGUE, SECTION, "PENGAWAS", acting=True))
    line = Organisation.on(DAY, acting, ABOVE).line().above
    assert (line[CLERK], line[COLLEAGUE]) == (COLLEAGUE, CHIEF)


def test_a_vacant_or_doubly_held_head_sends_people_to_the_unit_above() -> None:
    vacant = (*SEATS[:1], *SEATS[2:])
    assert Organisation.on(DAY, vacant, ABOVE).superior_of(CLERK) == CHIEF
    doubled = (*SEATS, seat(COLLEAGUE, SECTION, "PENGAWAS", since=date(2021, 1, 1)))
    assert Organisation.on(DAY, doubled, ABOVE).superior_of(CLERK) == CHIEF


def test_units_in_a_circle_end_the_search() -> None:
    circle = {SECTION: OTHER, OTHER: SECTION}
    assert Organisation.on(DAY, SEATS[2:], circle).superior_of(CLERK) is None


def test_a_draw_from_a_larger_group_is_the_same_again_and_within_its_limit() -> None:
    crowd = (*SEATS, *(seat(UUID(int=50 + n), SECTION, "PELAKSANA") for n in range(20)))
    line = Organisation.on(DAY, crowd, ABOVE).line()
    again = Organisation.on(DAY, tuple(reversed(crowd)), ABOVE).line()
    first = raters_of(CLERK, line, MOST, draw=UUID(int=9))
    assert len(first[Relation.PEER]) == 3
    assert first == raters_of(CLERK, again, MOST, draw=UUID(int=9))
    assert first != raters_of(CLERK, line, MOST, draw=UUID(int=10))
