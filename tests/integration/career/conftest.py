"""Career at hand, and the world that it hears."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest_asyncio

from contracts import registry
from contracts.envelope import ContractEvent
from contracts.events.assessment import AppraisalCompletedV1, CompetencyAssessedV1
from contracts.events.profile import EducationRecordedV1, PersonRegisteredV1, PositionAssignedV1
from contracts.events.training import TrainingFinishedV1
from services.career.commands import adopt_shipped
from services.career.domain.terms import STANDARD_COMPETENCIES
from services.career.main import SERVICE
from services.chassis.heads import note_heads, own_heads
from services.chassis.rebuilding import Rebuild
from services.chassis.words import Dictionary
from tests.integration.career.sources import World
from tests.support.at_hand import AtHand, at_hand

AS_OF = "2026-02-01"


@dataclass(slots=True)
class Career:
    """The service at hand, in a world that speaks to it."""

    hand: AtHand
    world: World = field(default_factory=World)
    rated: dict[tuple[UUID, int], UUID] = field(default_factory=dict)
    """The newest rating of a person's year: what a correction names."""

    async def hear(self, *events: ContractEvent) -> list[UUID]:
        ids = [self.world.say(event) for event in events]
        for event, event_id in zip(events, ids, strict=True):
            if isinstance(event, AppraisalCompletedV1):
                self.rated[event.person_id, event.year] = event_id
        await self.settle()
        return ids

    async def settle(self) -> None:
        """All that was said is in the inbox, all that was done is sealed, both are projected."""
        await self.world.reach(self.hand.runtime.pool)
        await self.hand.settled()
        await self.hand._sealer().tick()
        heads = await own_heads(self.hand.runtime.pool, "career")
        assert heads is not None
        await note_heads(self.hand.runtime.pool, heads, own=True)

    async def post(self, path: str, body: object, role: str = "officer") -> httpx.Response:
        answer = await self.hand.post(path, body, role)
        await self.settle()
        return answer

    async def ask(self, person_id: UUID, policy: str = "administrator", **clocks: Any) -> Any:
        answer = await self.get(person_id, policy, **{"as_of": AS_OF, **clocks})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def get(
        self, person_id: UUID, policy: str = "administrator", **clocks: Any
    ) -> httpx.Response:
        return await self.hand.client.get(
            f"/people/{person_id}/eligibility/{policy}",
            params=clocks,
            headers=self.hand.who("officer"),
        )

    async def rebuild(self) -> None:
        dictionary = Dictionary(
            decode=registry.decode,
            known={contract.TYPE for contract in registry.ALL},
            codec=SERVICE.codec,
        )
        for projection in SERVICE.projections:
            await Rebuild(projection, self.hand.runtime.pool, dictionary, "career").run()

    async def lose_inbox(self) -> None:
        await self.hand.runtime.pool.execute("TRUNCATE inbox, source_heads")

    async def rows(self, table: str) -> list[tuple[Any, ...]]:
        rows = await self.hand.runtime.pool.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
        return [tuple(row) for row in rows]


def canonical_part(answer: Any) -> bytes:
    """The canonical object, as it stood in the answer."""
    return orjson.dumps(answer["answer"], option=orjson.OPT_SORT_KEYS)


@pytest_asyncio.fixture
async def career(database: str, tmp_path: Path) -> AsyncIterator[Career]:
    async with at_hand(SERVICE, database, tmp_path) as hand:
        await adopt_shipped(hand.deps)
        career = Career(hand)
        await career.settle()
        yield career


def facts_about(person_id: UUID) -> list[ContractEvent]:
    """A pengawas since 2020 with S1, rated Baik, measured at the level asked for; without PKP."""
    return [
        PersonRegisteredV1(
            person_id=person_id,
            birth_date=date(1985, 3, 1),
            sex="F",
            employment_kind="PNS",
            identifiers=[],
            registered_on=date(2010, 1, 1),
        ),
        EducationRecordedV1(
            person_id=person_id, level=7, completed_on=date(2008, 8, 1), recognised=True
        ),
        position(person_id, "PENGAWAS", date(2020, 1, 1)),
        rating(person_id, 2024, "BAIK"),
        rating(person_id, 2025, "BAIK"),
        CompetencyAssessedV1(
            person_id=person_id,
            assessed_on=date(2025, 3, 1),
            levels=dict.fromkeys(STANDARD_COMPETENCIES, 3),
            institution="Assessment centre",
        ),
    ]


def position(person_id: UUID, position_class: Any, since: date, **more: Any) -> PositionAssignedV1:
    return PositionAssignedV1(
        person_id=person_id,
        post_id=uuid4(),
        position_class=position_class,
        unit_id=uuid4(),
        assignment="DEFINITIVE",
        effective_from=since,
        **more,
    )


def rating(person_id: UUID, year: int, word: Any, **more: Any) -> AppraisalCompletedV1:
    return AppraisalCompletedV1(
        person_id=person_id,
        year=year,
        law="PermenPANRB-6-2022",
        work_result=2,
        behaviour=2,
        rating=word,
        effective_from=date(year, 12, 31),
        **more,
    )


def pkp(person_id: UUID, on: date = date(2025, 6, 20), **more: Any) -> TrainingFinishedV1:
    return TrainingFinishedV1(
        person_id=person_id,
        enrolment_id=uuid4(),
        programme="PKP",
        finished_on=on,
        jp=900,
        provider="BPSDM",
        evidence="PASSED",
        **more,
    )


JUDGEMENTS: list[dict[str, Any]] = [
    {"matter": "integrity", "met": True, "judged_on": "2025-11-03", "office": "PYB"},
    {"matter": "health", "met": True, "judged_on": "2025-11-03", "office": "PYB"},
    {
        "matter": "related_field",
        "target": "administrator",
        "met": True,
        "judged_on": "2025-11-03",
        "office": "PYB",
    },
]


@pytest_asyncio.fixture
async def person(career: Career) -> UUID:
    """Somebody of whom everything is known but what officials must say, and PKP."""
    person_id = uuid4()
    await career.hear(*facts_about(person_id))
    return person_id


@pytest_asyncio.fixture
async def judged(career: Career, person: UUID) -> UUID:
    """The same person, judged by an official."""
    for judgement in JUDGEMENTS:
        answer = await career.hand.post(f"/people/{person}/judgements", judgement, "official")
        assert answer.status_code == 200, answer.text
    await career.settle()
    return person
