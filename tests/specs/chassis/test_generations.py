"""What is worked out about the lives of a log without any server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.event_codec import EventCodec
from services.chassis.fetching import believed
from services.chassis.generations import (
    Abandoned,
    Ended,
    GenerationOpened,
    Life,
    RecordRestated,
    RecordsWithdrawn,
    Withdrawal,
)
from services.chassis.heads import Heads, heads_from_json, heads_to_json
from services.chassis.holding import NOTHING, Held, Holding
from services.chassis.reasons import Withdrawn
from services.chassis.restating import agreed_heads
from services.chassis.unconfirmed import state_of

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOLDING = Holding(generation=1, seq=9, closed_through=NOON, heads=(4, 5))


def heads(generation: int = 1, *psns: int, seq: int = 9) -> Heads:
    return Heads("sample", generation, NOON, psns or (4, 5), seq)


def differs(who: str, psn: int, agreed: int, generation: int = 1) -> dict[str, Any]:
    return {
        "who": who, "what": "different", "generation": generation, "partition": 0, "psn": psn,
        "agreed": agreed,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("doubts", "stands"),
    [
        ([], (9, 4)),
        ([{"who": "checkpoint", "what": "ahead", "generation": 1, "size": 20}], (9, 4)),
        ([differs("a", 9, 2)], (2, 4)),
        ([differs("a", 9, 2), differs("a", 8, 6)], (6, 4)),
        ([differs("a", 9, 6), differs("b", 9, 3)], (3, 4)),
        ([differs("a", 9, 2, generation=2)], (9, 4)),
    ],
)
def test_a_generation_ends_where_the_last_of_all_agrees(
    doubts: list[dict[str, Any]], stands: tuple[int, ...]
) -> None:
    assert agreed_heads((9, 4), 1, doubts) == stands


@pytest.mark.parametrize(
    ("told", "fell"),
    [
        (heads(), False),
        (heads(1, 4, 6, seq=10), False),
        (heads(2, 0, 0, seq=3), False),
        (heads(1, 4, 4), True),
        (heads(1, 4, 5, seq=8), True),
    ],
)
def test_a_source_never_takes_back_by_itself(told: Heads, fell: bool) -> None:
    assert believed(told, HOLDING).in_doubt is fell
    assert not believed(told, NOTHING).in_doubt


def test_what_is_held_counts_as_well_as_what_was_told() -> None:
    more = Held(generation=1, partition=0, psn=5, said="0" * 64)
    assert believed(heads(), HOLDING.model_copy(update={"tops": (more,)})).in_doubt
    assert not believed(heads(2, 0, 0), HOLDING.model_copy(update={"tops": (more,)})).in_doubt


def test_heads_come_through_the_door_as_they_are() -> None:
    told = Heads(
        "sample", 3, NOON, (1, 0), 12, True, (Life(1, (4, 5)), Life(2, (0, 0))),
        (Withdrawal(1, (UUID(int=1),), False, NOON, 11),),
    )  # fmt: skip
    assert heads_from_json("sample", heads_to_json(told)) == told
    assert [one.generation for one in told.every()] == [1, 2, 3]


def test_only_answers_between_recording_and_withdrawal_have_changed() -> None:
    later = NOON + timedelta(hours=1)
    lost = Withdrawn("sample", 1, 0, 7, UUID(int=1), NOON, later)
    instants = [None, NOON - timedelta(seconds=1), NOON, later - timedelta(seconds=1), later]
    assert [lost.concerns(at) for at in instants] == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("what", "state"),
    [
        ({}, "unconfirmed"),
        ({"twin_psn": 3, "twin_is_same": True}, "confirmed"),
        ({"twin_psn": 3, "twin_is_same": False}, "said again differently"),
        ({"withdrawn_at": NOON}, "being withdrawn"),
        ({"withdrawn_at": NOON, "removed_at": NOON}, "withdrawn"),
    ],
)
def test_what_became_of_a_lost_record_has_a_word(what: dict[str, Any], state: str) -> None:
    nothing = dict.fromkeys(("withdrawn_at", "removed_at", "twin_psn", "twin_is_same"))
    assert state_of({**nothing, **what}) == state


@pytest.mark.parametrize(
    "event",
    [
        GenerationOpened(
            generation=2,
            ended=(Ended(generation=1, heads=(4, 5), size=9, root="ab"),),
            abandoned=(Abandoned(who="checkpoint", generation=1, size=12, closed_through=NOON),),
        ),
        RecordsWithdrawn(generation=1, event_ids=(UUID(int=1),)),
        RecordRestated(generation=1, partition=0, psn=4, seq=7),
    ],
)
def test_every_service_can_store_and_read_them(event: object) -> None:
    codec = EventCodec(())
    stored = codec.encode(event)
    assert codec.decode(stored.type, stored.schema, stored.body) == event
