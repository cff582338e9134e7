"""A position that profile tells opens an orientation: once, however often it is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events.profile import FactWithdrawnV1, PersonRegisteredV1, PositionAssignedV1
from tests.integration.training.test_jp_year import numbered
from tests.support.at_hand import AtHand

TODAY = datetime.now(UTC).date()


def position(person: UUID, since: date = TODAY, **more: Any) -> PositionAssignedV1:
    return PositionAssignedV1(
        person_id=person,
        post_id=uuid4(),
        position_class="PENGAWAS",
        unit_id=uuid4(),
        assignment="DEFINITIVE",
        effective_from=since,
        **more,
    )


def registered(person: UUID) -> PersonRegisteredV1:
    return PersonRegisteredV1(
        person_id=person,
        birth_date=date(1986, 9, 26),
        sex="M",
        employment_kind="PNS",
        identifiers=[numbered(person)],
        registered_on=date(2015, 5, 1),
    )


async def heard(training: AtHand, *events: Any) -> None:
    await training.hears(*events)
    await training.reacts()
    await training.settled()


async def tasks(training: AtHand, person: UUID) -> list[dict[str, Any]]:
    answer = await training.get(f"/people/{person}/orientation")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["tasks"]
    return found


async def of_position(training: AtHand) -> UUID:
    row = await training.runtime.pool.fetchrow(
        "SELECT event_id FROM inbox WHERE type = 'profile.position_assigned.v1'"
        " ORDER BY recorded_at DESC LIMIT 1"
    )
    assert row is not None
    return UUID(str(row["event_id"]))


async def test_a_new_position_opens_one_list_and_a_correction_takes_it_along(
    training: AtHand, person: UUID
) -> None:
    await heard(training, registered(person), position(person))
    await training.reacts()
    first = await tasks(training, person)
    assert {one["code"] for one in first} == {"SPMT", "OATH", "DATA", "MENTOR", "FIRST_SKP"}
    assert {one["state"] for one in first} == {"NOT_SEEN"}
    where = f"/people/{person}/orientation/{first[0]['orientation_id']}"
    today = {"on_day": TODAY.isoformat()}
    for path, body in (
        ("/seen", today),
        ("/tasks/SPMT/completion", today),
        ("/tasks/OATH/exemption", {**today, "because": "DONE_BEFORE"}),
    ):
        done = await training.post(where + path, body)
        assert done.status_code == 200, done.text
    later = TODAY + timedelta(days=3)
    corrected = position(person, later, replaces=await of_position(training))
    await heard(training, corrected)
    moved = await tasks(training, person)
    assert {one["orientation_id"] for one in moved} == {first[0]["orientation_id"]}
    assert {one["effective_from"] for one in moved} == {later.isoformat()}
    assert {one["code"]: one["state"] for one in moved} == {
        "SPMT": "DONE",
        "OATH": "ASIDE",
        "DATA": "OPEN",
        "MENTOR": "OPEN",
        "FIRST_SKP": "OPEN",
    }
    overdue = await training.get(
        f"/reports/orientation-overdue?as_of={later + timedelta(days=20)}", "auditor"
    )
    assert [one["code"] for one in overdue.json()["tasks"]] == ["MENTOR"]
    await heard(
        training,
        FactWithdrawnV1(
            person_id=person, withdraws=await of_position(training), withdrawn_on=TODAY
        ),
    )
    assert await tasks(training, person) == []


async def test_a_chapter_of_the_past_opens_nothing(training: AtHand, person: UUID) -> None:
    old = position(person, TODAY - timedelta(days=400))
    ended = position(person, TODAY - timedelta(days=30), until=TODAY)
    await heard(training, registered(person), old, ended)
    assert await tasks(training, person) == []
    book = await training.get("/reports/orientation-overdue/workbook", "officer")
    assert book.status_code == 200
