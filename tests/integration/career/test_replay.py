"""An answer given earlier is given again, byte for byte, whatever has happened in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from contracts.events.training import CompletionRevokedV1
from services.chassis.canonical import canonical
from tests.integration.career.conftest import (
    JUDGEMENTS,
    Career,
    canonical_part,
    facts_about,
    pkp,
    position,
    rating,
)

Disturbance = Callable[[Career, UUID], Awaitable[None]]


async def late_facts(career: Career, person: UUID) -> None:
    """A decree with an earlier TMT, a correction, a revocation, a new judgement, other people."""
    (earned,) = await career.hear(pkp(person, date(2025, 1, 20)))
    await career.hear(
        position(person, "PENGAWAS", date(2018, 1, 1), until=date(2020, 1, 1)),
        rating(person, 2024, "KURANG"),
        CompletionRevokedV1(
            person_id=person,
            revokes=earned,
            revoked_on=date(2025, 7, 1),
            reason_code="wrong-person",
        ),
        *facts_about(uuid4()),
    )
    word = {**JUDGEMENTS[0], "met": False, "judged_on": "2025-12-01"}
    await career.post(f"/people/{person}/judgements", word, "official")


async def rebuild(career: Career, person: UUID) -> None:
    await late_facts(career, person)
    await career.rebuild()


async def lost_and_fetched(career: Career, person: UUID) -> None:
    await late_facts(career, person)
    await career.lose_inbox()
    await career.world.reach(career.hand.runtime.pool)
    await career.rebuild()
    await career.settle()


DISTURBANCES = [late_facts, rebuild, lost_and_fetched]


@pytest.mark.parametrize("disturbance", DISTURBANCES)
async def test_by_its_basis(career: Career, judged: UUID, disturbance: Disturbance) -> None:
    await career.hear(pkp(judged))
    given = await career.ask(judged)
    await disturbance(career, judged)
    assert canonical_part(await career.ask(judged)) != canonical_part(given)
    basis = orjson.dumps(given["basis"]).decode()
    again = await career.ask(judged, basis=basis)
    assert canonical_part(again) == canonical_part(given)
    assert (again["sha256"], again["events_sha256"]) == (given["sha256"], given["events_sha256"])


@pytest.mark.parametrize("disturbance", DISTURBANCES)
async def test_by_what_was_known(career: Career, judged: UUID, disturbance: Disturbance) -> None:
    await career.hear(pkp(judged))
    instant = (await career.ask(judged))["known_through"]
    assert instant is not None
    given = await career.ask(judged, known_at=instant)
    assert not given["provisional"], given["provisional_because"]
    career.world.tick(days=1)
    await disturbance(career, judged)
    again = await career.ask(judged, known_at=instant)
    assert canonical_part(again) == canonical_part(given)


async def test_the_same_by_post(career: Career, judged: UUID) -> None:
    given = await career.ask(judged)
    await late_facts(career, judged)
    body = {"as_of": given["as_of"], "basis": given["basis"]}
    again = await career.hand.post(f"/people/{judged}/eligibility/administrator/replay", body)
    assert again.status_code == 200, again.text
    assert canonical_part(again.json()) == canonical_part(given)


async def test_the_canonical_object_stands_in_the_answer_as_its_bytes(
    career: Career, judged: UUID
) -> None:
    raw = (await career.get(judged, as_of="2026-02-01")).content
    answer = orjson.loads(raw)
    part = canonical(answer["answer"])
    assert part in raw
    assert set(answer["answer"]) == {"form", "as_of", "basis", "policies", "findings"}


async def test_late_facts_change_the_past_for_a_later_known_at_only(
    career: Career, judged: UUID
) -> None:
    await career.hear(pkp(judged))
    before = (await career.ask(judged))["known_through"]
    await career.hear(rating(judged, 2024, "KURANG", replaces=career.rated[judged, 2024]))
    after = (await career.ask(judged))["known_through"]
    assert before < after
    assert (await career.ask(judged, known_at=before))["status"] == "ELIGIBLE"
    assert (await career.ask(judged, known_at=after))["status"] == "NOT_ELIGIBLE"


async def test_the_day_of_the_law_and_the_day_of_the_fact_are_two(
    career: Career, judged: UUID
) -> None:
    await career.hear(pkp(judged, date(2025, 6, 20)))
    by_day = {
        day: [
            f["status"]
            for f in (await career.ask(judged, as_of=day))["answer"]["findings"]
            if f["requirement"] == "pkp-finished"
        ]
        for day in ("2019-12-31", "2020-01-01", "2025-06-19", "2025-06-20")
    }
    assert by_day == {
        "2019-12-31": [],  # before the agency's decree
        "2020-01-01": ["UNMET"],
        "2025-06-19": ["UNMET"],
        "2025-06-20": ["MET"],
    }


async def test_rebuilt_equals_live(career: Career, judged: UUID) -> None:
    await late_facts(career, judged)
    tables = ("dossier_facts", "adopted_policies", "posts")
    live = {table: await career.rows(table) for table in tables}
    await career.rebuild()
    assert {table: await career.rows(table) for table in tables} == live
    assert len(live["dossier_facts"]) > 15


async def test_a_basis_beyond_what_was_read_is_refused(career: Career, judged: UUID) -> None:
    basis: dict[str, Any] = (await career.ask(judged))["basis"]
    basis["training"]["psn"]["0"] = 10_000
    answer = await career.get(judged, as_of="2026-02-01", basis=orjson.dumps(basis).decode())
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "urn:jenjang:problem:basis-not-reached",
    )


async def test_beyond_what_is_known_an_answer_is_provisional(career: Career, judged: UUID) -> None:
    answer = await career.ask(judged, known_at="2099-01-01T00:00:00Z")
    assert answer["provisional"]
    assert [doubt["kind"] for doubt in answer["provisional_because"]] == ["beyond_known_through"]


async def test_what_never_arrived_is_named(career: Career, judged: UUID) -> None:
    assert not (await career.ask(judged))["provisional"]
    await career.hand.runtime.pool.execute(
        "UPDATE source_contact SET last_ok = clock_timestamp() - interval '40 seconds'"
        " WHERE source = 'training'"
    )
    answer = await career.ask(judged)
    assert answer["provisional"]
    assert [(d["kind"], d["source"]) for d in answer["provisional_because"]] == [
        ("unreachable", "training")
    ]
