"""Twenty years of invented people, as the other services would say them: an inbox to rebuild from.

Beside every record stands the row that must come of it, told without any machinery of ours: that
is the oracle of a rebuild.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from contracts.envelope import ContractEvent
from contracts.events.assessment import AppraisalCompletedV1, CompetencyAssessedV1
from contracts.events.profile import (
    EducationRecordedV1,
    Identifier,
    PersonRegisteredV1,
    PositionAssignedV1,
    RankGrantedV1,
    SanctionImposedV1,
)
from contracts.events.training import CompletionRevokedV1, TrainingFinishedV1
from services.chassis.canonical import canonical, canonical_of
from services.chassis.heard import Heard
from services.chassis.partitioning import partition_of
from tests.benchmarks.ground import PARTITIONS
from tests.benchmarks.said import AGENCY

BEGAN: Final = datetime(2026, 1, 5, tzinfo=UTC)
RANKS: Final = ("III/a", "III/b", "III/c", "III/d")
PROGRAMMES: Final = ("LATSAR", "PKP", "BT-101", "BT-202")
Facts = dict[str, Any]
EachKey = tuple[str, int, UUID]


@dataclass(slots=True)
class Expected:
    """The row that must be there, as far as an oracle needs it."""

    psn: int
    person: UUID
    kind: str
    payload: Facts
    begins: date
    until: date | None
    superseded: int | None = None

    def digest(self) -> bytes:
        begins, until, superseded = self.begins, self.until, self.superseded
        payload = canonical(self.payload).decode()
        return digest_of((self.psn, self.person, self.kind, payload, begins, until, superseded))


def digest_of(row: tuple[Any, ...]) -> bytes:
    return sha256(repr(tuple(map(str, row))).encode()).digest()[:12]


@dataclass(slots=True)
class History:
    """Says events until there are enough, and remembers what must come of them."""

    events: int
    rows: dict[EachKey, Expected] = field(default_factory=dict)
    heads: dict[str, list[int]] = field(default_factory=dict)
    said: int = 0
    _random: random.Random = field(default_factory=lambda: random.Random(7))

    def records(self) -> Iterator[Heard]:
        while self.said < self.events:
            yield from self._life(self._id())

    def _id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _chance(self, of: float) -> bool:
        return self._random.random() < of

    # A life

    def _life(self, person: UUID) -> Iterator[Heard]:
        start = date(2006, 1, 1) + timedelta(days=self._random.randrange(4000))
        yield from self._profile(person, start)
        for year in range(2022, 2026):
            yield self._rated(person, year)
        yield self._measured(person, date(2024, 5, 1))
        for nth, programme in enumerate(PROGRAMMES):
            finished = self._trained(person, programme, _after(start, 2 * nth))
            yield finished
            if self._chance(0.05):
                yield self._revoked(person, finished)

    def _profile(self, person: UUID, start: date) -> Iterator[Heard]:
        born = _after(start, -25)
        registered = PersonRegisteredV1(
            person_id=person,
            birth_date=born,
            sex="F",
            employment_kind="PNS",
            identifiers=[Identifier(kind="NIP", digest=sha256(person.bytes).hexdigest())],
            registered_on=start,
        )
        facts = {"born": born, "employment": "PNS", "on": start}
        yield self._say(registered, start, "Registered", facts)
        for nth, rank in enumerate(RANKS):
            since = _after(start, 4 * nth)
            granted = RankGrantedV1(person_id=person, golongan=rank, effective_from=since)
            yield self._say(granted, since, "RankHeld", {"golongan": rank, "since": since})
        for level in (7, 8):
            yield self._educated(person, level, _after(start, level - 7))
        yield from self._posts(person, start)
        if self._chance(0.1):
            yield self._sanctioned(person, _after(start, 5))

    def _posts(self, person: UUID, start: date) -> Iterator[Heard]:
        """Three positions; each former one is said again with its end, as profile does."""
        former: tuple[PositionAssignedV1, UUID] | None = None
        for nth in range(3):
            since = _after(start, 4 * nth)
            if former is not None:
                event, event_id = former
                ended = event.model_copy(update={"until": since, "replaces": event_id})
                yield self._post(ended)
            post = PositionAssignedV1(
                person_id=person,
                post_id=self._id(),
                position_class="PELAKSANA" if nth < 2 else "PENGAWAS",
                unit_id=self._id(),
                assignment="DEFINITIVE",
                effective_from=since,
                decree_number=f"800/{nth}/DEMO/{since.year}",
            )
            said = self._post(post)
            former = (post, said.event_id)
            yield said

    def _post(self, event: PositionAssignedV1) -> Heard:
        facts = {
            "assignment": event.assignment,
            "field": None,
            "jenjang": None,
            "position_class": event.position_class,
            "since": event.effective_from,
            "until": event.until,
        }
        return self._say(event, event.effective_from, "PositionHeld", facts, event.until)

    def _educated(self, person: UUID, level: int, on: date) -> Heard:
        event = EducationRecordedV1(
            person_id=person, level=level, field="Administrasi", completed_on=on, recognised=True
        )
        return self._say(event, on, "Diploma", {"level": level, "on": on, "recognised": True})

    def _sanctioned(self, person: UUID, since: date) -> Heard:
        until = _after(since, 1)
        event = SanctionImposedV1(
            person_id=person,
            kind="TEGURAN_TERTULIS",
            severity="LIGHT",
            starts_on=since,
            ends_on=until,
            law="PP-94-2021",
        )
        facts = {"code": event.kind, "severity": "LIGHT", "law": event.law}
        facts |= {"since": since, "until": until}  # type: ignore[dict-item]
        return self._say(event, since, "Sanctioned", facts, until)

    def _rated(self, person: UUID, year: int) -> Heard:
        on = date(year, 12, 31)
        event = AppraisalCompletedV1(
            person_id=person,
            year=year,
            law="PermenPANRB-6-2022",
            work_result=2,
            behaviour=2,
            rating="BAIK",
            effective_from=on,
        )
        facts = {"year": year, "law": event.law, "rating": "BAIK", "points": None, "on": on}
        return self._say(event, on, "YearRated", facts)

    def _measured(self, person: UUID, on: date) -> Heard:
        until = _after(on, 3)
        levels = {f"M.0{n}": 1 + self._random.randrange(4) for n in range(1, 9)}
        event = CompetencyAssessedV1(
            person_id=person,
            assessed_on=on,
            valid_until=until,
            levels=levels,
            reported_jpm="88.89",
            reported_category="MS",
            institution="Badan Penilaian Demo",
        )
        facts = {"levels": sorted(levels.items()), "on": on, "until": until}
        facts |= {"job_person_match": "88.89", "against": None}
        return self._say(event, on, "CompetencyMeasured", facts, until)

    def _trained(self, person: UUID, programme: str, on: date) -> Heard:
        event = TrainingFinishedV1(
            person_id=person,
            enrolment_id=self._id(),
            programme=programme,
            finished_on=on,
            jp=120,
            provider="Lembaga Pelatihan Demo",
            certificate_number=f"{programme}/DEMO/{on.year}",
            evidence="PASSED",
        )
        return self._say(event, on, "TrainingFinished", {"programme": programme, "on": on})

    def _revoked(self, person: UUID, finished: Heard) -> Heard:
        event = CompletionRevokedV1(
            person_id=person,
            revokes=finished.event_id,
            revoked_on=BEGAN.date(),
            reason_code="FORGED",
        )
        return self._say(event, BEGAN.date(), None, {})

    # Saying it

    def _say(
        self,
        event: ContractEvent,
        day: date,
        kind: str | None,
        facts: Facts,
        until: date | None = None,
    ) -> Heard:
        """The inbox's row; and what must come of it is written down."""
        source, subject = event.source(), event.subject
        partition = partition_of(subject, PARTITIONS)
        heads = self.heads.setdefault(source, [0] * PARTITIONS)
        heads[partition] += 1
        self.said += 1
        event_id, psn = self._id(), heads[partition]
        falls = getattr(event, "replaces", None) or getattr(event, "revokes", None)
        if falls is not None:
            self.rows[source, partition, falls].superseded = psn
        if kind is not None:
            row = Expected(psn, subject, kind, facts, day, until)
            self.rows[source, partition, event_id] = row
        return Heard(
            source,
            1,
            partition,
            psn,
            event_id,
            sum(heads),
            event.TYPE,
            event.SCHEMA,
            subject,
            AGENCY,
            day,
            BEGAN + timedelta(seconds=self.said // 2000),
            canonical_of(event),
            "kafka",
        )


def _after(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))
