"""Thousands of ways in which records may come: polls, crashes, rebalances, lost brokers, doors.

The broker and the tables are models; where a record belongs, whether its source has said it, what
a door's line holds and how far a prefix reaches are decided by the program itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from services.chassis.cloudevents import SaidRow, said_headers
from services.chassis.heads import Heads
from services.chassis.heard import Heard, Raw, Unplaceable, line_of, placed, raw_of_line
from services.chassis.reading import whole

PARTITIONS = 2
START = datetime(2025, 6, 1, tzinfo=UTC)
PRIME = 2**31 - 1
partition_numbers = st.integers(0, PARTITIONS - 1)
few = st.integers(1, 4)
SCHEDULES = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def link(chain: int, value: int) -> int:
    return (chain * 31 + value) % PRIME


class Broker:
    """One topic in memory; it may be killed and come back empty, under the old offsets."""

    def __init__(self) -> None:
        self.records: list[list[Raw]] = [[] for _ in range(PARTITIONS)]
        self.committed = [0] * PARTITIONS

    def send(self, partition: int, record: Raw) -> None:
        self.records[partition].append(record)

    def after(self, partition: int, offset: int, limit: int) -> list[Raw]:
        """An offset beyond the end brings no error and no records."""
        return self.records[partition][offset : offset + limit]

    def killed(self) -> None:
        self.records = [[] for _ in range(PARTITIONS)]


class Hearing(RuleBasedStateMachine):
    """One source, one broker, one listener with one projection."""

    prefixes: ClassVar[bool] = True
    dedupes: ClassVar[bool] = True
    believes_heads: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.said: list[list[SaidRow]] = [[] for _ in range(PARTITIONS)]
        self.relayed = [0] * PARTITIONS
        self.broker = Broker()
        self.position = [0] * PARTITIONS
        self.inbox: list[dict[int, list[Heard]]] = [{} for _ in range(PARTITIONS)]
        self.aside: list[tuple[str, Raw]] = []
        self.cursor = [0] * PARTITIONS
        self.applied = [0] * PARTITIONS
        self.chain = [7] * PARTITIONS

    # The source

    @rule(partition=partition_numbers, value=st.integers(0, 99))
    def seal(self, partition: int, value: int) -> None:
        rows = self.said[partition]
        number = sum(map(len, self.said)) + 1
        rows.append(
            SaidRow(
                1,
                partition,
                len(rows) + 1,
                UUID(int=number),
                number,
                "sample.marked.v1",
                1,
                UUID(int=partition),
                "here",
                date(2025, 6, 1),
                START + timedelta(microseconds=number),
                str(value).encode(),
            )
        )

    @rule(partition=partition_numbers, count=few, dies=st.booleans())
    def relay(self, partition: int, count: int, dies: bool) -> None:
        """It may die after the sending and before its cursor; then it sends the same again."""
        after = self.relayed[partition]
        rows = self.said[partition][after : after + count]
        for row in rows:
            self.broker.send(partition, raw(row))
        if not dies:
            self.relayed[partition] += len(rows)

    def heads(self) -> Heads:
        return Heads("sample", 1, START, tuple(map(len, self.said)))

    # The broker

    @rule()
    def lose_the_broker(self) -> None:
        self.broker.killed()

    @rule(partition=partition_numbers, where=st.integers(0, 9), how=st.integers(0, 5))
    def poison(self, partition: int, where: int, how: int) -> None:
        rows = self.said[partition]
        if rows:
            row = rows[where % len(rows)]
            self.broker.send(partition, poisons(row)[how])

    # The listener

    @rule(partition=partition_numbers, count=few, commits=st.booleans())
    def poll(self, partition: int, count: int, commits: bool) -> None:
        """Rows first; it may die before the offset."""
        records = self.broker.after(partition, self.position[partition], count)
        self.position[partition] += len(records)
        self.write(records)
        if commits:
            self.broker.committed[partition] = self.position[partition]

    @rule()
    def crash_or_rebalance(self) -> None:
        self.position = list(self.broker.committed)

    @rule()
    def open_from_the_beginning(self) -> None:
        self.position = [0] * PARTITIONS

    @rule(partition=partition_numbers, count=few)
    def fetch(self, partition: int, count: int) -> None:
        """What the heads say and the inbox lacks, through the door, some of it."""
        for row in self.missing(partition)[:count]:
            line = line_of(said_headers("sample", row), row.body)
            self.write([raw_of_line("sample", partition, line)])

    def missing(self, partition: int) -> list[SaidRow]:
        return [row for row in self.said[partition] if row.psn not in self.inbox[partition]]

    def write(self, records: Sequence[Raw]) -> None:
        for record in records:
            try:
                heard = placed(record)
            except Unplaceable as why:
                self.aside.append((why.reason, record))
                continue
            self.place(heard, record)

    def place(self, heard: Heard, record: Raw) -> None:
        if self.believes_heads and not self.heads().holds(1, heard.partition, heard.psn):
            self.aside.append(("beyond", record))
            return
        there = self.inbox[heard.partition].setdefault(heard.psn, [])
        if there and self.dedupes:
            if there[0]._replace(way="kafka") != heard._replace(way="kafka"):
                self.aside.append(("contradicts", record))
            return
        there.append(heard)

    @rule(partition=partition_numbers, limit=few, dies=st.booleans())
    def project(self, partition: int, limit: int, dies: bool) -> None:
        """A batch and its cursor, or neither."""
        after = self.cursor[partition]
        there = sorted(psn for psn in self.inbox[partition] if psn > after)[:limit]
        rows = [(psn, one.body) for psn in there for one in self.inbox[partition][psn]]
        taken = whole(rows, after) if self.prefixes else rows
        if not taken or dies:
            return
        for _, body in taken:
            self.chain[partition] = link(self.chain[partition], int(body))
        self.cursor[partition] = taken[-1][0]
        self.applied[partition] += len(taken)

    # What is always true

    @invariant()
    def the_inbox_holds_what_was_said(self) -> None:
        for rows, inbox in zip(self.said, self.inbox, strict=True):
            for psn, heard in inbox.items():
                assert len(heard) == 1, "once each"
                assert psn <= len(rows), "nothing that was not said"
                assert heard[0].event_id == rows[psn - 1].event_id
                assert heard[0].body == rows[psn - 1].body

    @invariant()
    def the_projection_is_the_oracle_of_its_prefix(self) -> None:
        for partition, rows in enumerate(self.said):
            chain = 7
            for row in rows[: self.cursor[partition]]:
                chain = link(chain, int(row.body))
            assert self.chain[partition] == chain, "each once, in order"
            assert self.applied[partition] == self.cursor[partition]

    def teardown(self) -> None:
        """Healed and drained, everything has been heard and taken in."""
        for partition, rows in enumerate(self.said):
            self.fetch(partition, len(rows))
            while self.cursor[partition] < len(rows):
                before = self.cursor[partition]
                self.project(partition, 4, False)
                assert self.cursor[partition] > before, "it never stands still"
        self.the_inbox_holds_what_was_said()
        self.the_projection_is_the_oracle_of_its_prefix()


def raw(row: SaidRow) -> Raw:
    return Raw("sample", "kafka", row.partition, None, said_headers("sample", row), row.body)


def poisons(row: SaidRow) -> list[Raw]:
    """Wrong, or beyond every head; the true record may not even have come yet."""
    good = raw(row)
    said = dict(good.headers)

    def record(**changed: bytes | None) -> Raw:
        return good._replace(headers=list({**said, **changed}.items()))

    return [
        record(ce_id=None),
        record(ce_agency=b"\xff"),
        record(ce_psn=b"9" * 30),
        record(ce_psn=b"123456789"),
        good._replace(headers=[pair for pair in good.headers if pair[0] != "ce_psn"]),
        good._replace(body=None),
    ]


def lived(kind: type[Hearing], seed: int, steps: int = 40) -> None:
    """One schedule, drawn by its seed."""
    rng, model = Random(seed), kind()
    deeds: list[Callable[[], None]] = [
        lambda: model.seal(rng.randrange(PARTITIONS), rng.randrange(100)),
        lambda: model.relay(rng.randrange(PARTITIONS), rng.randrange(1, 5), rng.random() < 0.3),
        lambda: model.poll(rng.randrange(PARTITIONS), rng.randrange(1, 5), rng.random() < 0.7),
        lambda: model.project(rng.randrange(PARTITIONS), rng.randrange(1, 5), rng.random() < 0.2),
        lambda: model.fetch(rng.randrange(PARTITIONS), rng.randrange(1, 5)),
        lambda: model.poison(rng.randrange(PARTITIONS), rng.randrange(10), rng.randrange(6)),
        model.crash_or_rebalance,
        model.open_from_the_beginning,
        model.lose_the_broker,
    ]
    for _ in range(steps):
        rng.choices(deeds, [8, 6, 6, 6, 1, 1, 1, 1, 1])[0]()
    model.teardown()


def lived_often(kind: type[Hearing], schedules: int = 2_000) -> None:
    for seed in range(schedules):
        lived(kind, seed)


def test_the_shortest_way_into_trouble_would_be_found() -> None:
    run_state_machine_as_test(Hearing, settings=SCHEDULES)


def test_in_thousands_of_schedules_each_record_is_taken_in_once_and_in_order() -> None:
    lived_often(Hearing)


class PastHoles(Hearing):
    prefixes = False


class WithoutDedupe(Hearing):
    dedupes = False


class WithoutHeads(Hearing):
    believes_heads = False


@pytest.mark.parametrize("control", [PastHoles, WithoutDedupe, WithoutHeads])
def test_the_controls_that_must_fail(control: type[Hearing]) -> None:
    """Without its guard the model breaks, and is found out."""
    with pytest.raises(AssertionError):
        lived_often(control)
