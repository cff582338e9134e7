"""Fields under a subject's key: stored unreadable, read with the key, None when it is gone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from uuid import UUID

import pytest

from services.chassis.append_arguments import Append
from services.chassis.deciding import Executed, Work, execute_many, uuid7
from services.chassis.event_codec import EventCodec, Stored
from services.chassis.event_store import EventStore
from services.chassis.events import About
from services.chassis.sealing import Sealer
from services.chassis.vault import SubjectForgotten, Vault
from tests.support.counter import DAY, ORIGIN, SUBJECTS, Refused
from tests.support.log_checks import check_log

CANARY = "canary-7f3a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    text: str | None
    open: str


CODEC = EventCodec([Stored(Noted, name="noted", encrypted=("text",))])


def append(version: int, subject: UUID = SUBJECTS[0]) -> Append:
    return Append(
        stream=f"note-{subject}",
        expected_version=version,
        subject=subject,
        agency="demo",
        origin=ORIGIN,
        events=[(uuid7(), Noted(text=CANARY, open="said"), DAY)],
    )


@pytest.fixture
def keeping(store: EventStore) -> EventStore:
    vault = Vault(store.pool, [os.urandom(32)], remembered_seconds=0)
    return EventStore(store.pool, CODEC, service="sample", vault=vault)


def nothing_said(event: Noted, about: About) -> None:
    assert event.text is None, "the sealer needs no key and sees nothing"


async def test_what_is_sealed_is_read_by_the_store_and_by_nobody_else(
    keeping: EventStore,
) -> None:
    await keeping.append([append(0), append(0, SUBJECTS[1])])
    [recorded] = await keeping.load(f"note-{SUBJECTS[0]}")
    assert recorded.event == Noted(text=CANARY, open="said")
    bodies = await keeping.pool.fetch("SELECT body FROM tail")
    assert all(CANARY.encode() not in row["body"] for row in bodies)
    sealer = Sealer(keeping.pool, "sample", CODEC, nothing_said, 4)
    await sealer.take_over()
    assert await sealer.seal_once() == 2
    await check_log(keeping.pool)
    assert (await keeping.load(f"note-{SUBJECTS[1]}"))[0].event.text == CANARY


async def test_a_forgotten_subject_keeps_its_events_and_their_leaves(keeping: EventStore) -> None:
    await keeping.append([append(0)])
    sealer = Sealer(keeping.pool, "sample", CODEC, nothing_said, 4)
    await sealer.take_over()
    await sealer.seal_once()
    await keeping.pool.execute(
        "UPDATE subject_key SET wrapped = NULL, forgotten_at = clock_timestamp()"
    )
    [recorded] = await keeping.load(f"note-{SUBJECTS[0]}")
    assert recorded.event == Noted(text=None, open="said")
    await check_log(keeping.pool)
    with pytest.raises(SubjectForgotten):
        await keeping.append([append(1)])


class NotingOnly:
    """Decides to note whatever it is told, once."""

    initial = ""

    def decide(self, command: str, state: str) -> list[Noted]:
        return [] if state == command else [Noted(text=command, open="said")]

    def evolve(self, state: str, event: Noted) -> str:
        return event.text or ""


async def test_a_forgotten_subject_stops_nobody_else_of_a_bulk(keeping: EventStore) -> None:
    await keeping.append([append(0)])
    await keeping.pool.execute(
        "UPDATE subject_key SET wrapped = NULL, forgotten_at = clock_timestamp()"
    )
    work = [
        Work(
            decider=NotingOnly(),
            stream=f"note-{subject}",
            command="news",
            subject=subject,
            agency="demo",
            origin=ORIGIN,
            effective_from=DAY,
        )
        for subject in SUBJECTS[:4]
    ]
    results = await execute_many(keeping, work, refused=Refused)
    assert [type(result) for result in results] == [SubjectForgotten, *[Executed] * 3]
