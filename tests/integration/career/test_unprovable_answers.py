"""Nothing is recorded for proof that could never be proved."""

from __future__ import annotations

from uuid import UUID

from services.career.main import SERVICE
from services.chassis.projector import Projector
from tests.integration.career.conftest import AS_OF, Career, pkp


async def test_what_will_be_known_at_an_instant_to_come_is_not_recorded(
    career: Career, judged: UUID
) -> None:
    question = {"as_of": AS_OF, "known_at": "2099-01-01T00:00:00Z"}
    door = f"/people/{judged}/evidence/administrator"
    refused = await career.post(door, question, "auditor")
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:jenjang:problem:not-known-yet",
    )
    through = (await career.ask(judged))["known_through"]
    await career.hear(pkp(judged))
    taken = await career.post(door, {**question, "known_at": through}, "auditor")
    assert taken.status_code == 201, taken.text
    assert len(await career.hand.events("career.answer_recorded")) == 1


async def test_what_rests_on_a_record_that_waits_aside_is_not_recorded(
    career: Career, judged: UUID
) -> None:
    door = f"/people/{judged}/evidence/administrator"
    assert (await career.post(door, {"as_of": AS_OF}, "auditor")).status_code == 201
    said = career.world.sources["training"].said_rows
    career.world.say(pkp(judged))
    said[-1] = said[-1]._replace(body=b'{"broken')
    pool = career.hand.runtime.pool
    await career.world.reach(pool)
    for projection in SERVICE.projections:
        words = career.hand._dictionary()
        await Projector(projection, pool, words, service="career").catch_up()
    refused = await career.hand.post(door, {"as_of": AS_OF}, "auditor")
    assert refused.status_code == 409, refused.text
    assert refused.json()["type"] == "urn:jenjang:problem:not-settled-yet"
    assert refused.json()["waits_for"] == ["parked"]
    assert len(await career.hand.events("career.answer_recorded")) == 1
