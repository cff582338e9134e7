"""What ships counts from the first start; another text when two people have approved it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from services.career.adapters.policy_files import POLICIES
from services.career.commands import adopt_shipped
from tests.integration.career.conftest import Career, canonical_part

TEXT = (POLICIES / "national/administrator.yaml").read_text("utf-8")
STRICTER = TEXT.replace("years: 3", "years: 9")
DRAFTS, APPROVALS = "/policies/administrator/drafts", "/policies/administrator/approvals"


async def approve(career: Career, sha256: str, by: UUID) -> int:
    answer = await career.hand.client.post(
        APPROVALS,
        json={"layer": "national", "sha256": sha256},
        headers=career.hand.who("policy_admin", subject=by),
    )
    await career.settle()
    return answer.status_code


async def drafted(career: Career) -> str:
    answer = await career.post(DRAFTS, {"content": STRICTER}, "policy_admin")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["sha256"])


async def test_what_ships_is_listed_and_says_so(career: Career) -> None:
    listed = (await career.hand.get("/policies")).json()
    assert [(text["policy"], text["layer"], text["shipped"]) for text in listed] == [
        ("administrator", "agency", True),
        ("administrator", "national", True),
        ("pengawas", "national", True),
    ]


async def test_a_second_start_adopts_nothing(career: Career) -> None:
    before = await career.hand.events()
    await adopt_shipped(career.hand.deps)
    assert await career.hand.events() == before


async def test_the_text_is_there_in_full(career: Career) -> None:
    texts = (await career.hand.get("/policies/administrator")).json()
    assert TEXT in [text["content"] for text in texts]


async def test_two_people_adopt_and_one_does_not(career: Career, person: UUID) -> None:
    sha256, ani, budi = await drafted(career), uuid4(), uuid4()

    async def tenure() -> Any:
        findings = (await career.ask(person))["answer"]["findings"]
        return next(f["needed"]["amount"] for f in findings if f["kind"] == "minimum_tenure")

    assert await approve(career, sha256, ani) == 200
    assert await approve(career, sha256, ani) == 200
    assert await tenure() == 36
    assert await approve(career, sha256, budi) == 200
    assert await tenure() == 108


async def test_answers_given_before_stay_what_they_were(career: Career, person: UUID) -> None:
    given = await career.ask(person)
    sha256 = await drafted(career)
    for by in (uuid4(), uuid4()):
        await approve(career, sha256, by)
    assert canonical_part(await career.ask(person)) != canonical_part(given)
    again = await career.ask(person, basis=orjson.dumps(given["basis"]).decode())
    assert canonical_part(again) == canonical_part(given)
    earlier = await career.ask(person, known_at=given["known_through"])
    assert earlier["answer"]["policies"] == given["answer"]["policies"]


async def test_a_text_that_is_no_policy_is_not_even_a_draft(career: Career) -> None:
    for content in ("just words", STRICTER.replace("PP-11-2017", "PP-99-2099")):
        answer = await career.post(DRAFTS, {"content": content}, "policy_admin")
        assert answer.json()["type"] == "urn:jenjang:problem:unreadable-policy"


async def test_an_officer_adopts_nothing(career: Career) -> None:
    assert (await career.post(DRAFTS, {"content": STRICTER})).status_code == 403


async def test_another_agency_does_not_change_the_national_text(career: Career) -> None:
    sha256 = await drafted(career)
    theirs = career.hand.who("policy_admin", agency="elsewhere")
    for path, body in (
        (DRAFTS, {"content": STRICTER}),
        (APPROVALS, {"layer": "national", "sha256": sha256}),
    ):
        answer = await career.hand.client.post(path, json=body, headers=theirs)
        assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(
    "content",
    [
        "policy: &x administrator\nlayer: *x\n",
        "\n".join(f"k{nth}: 1" for nth in range(40_000)),
    ],
    ids=["aliases", "many keys"],
)
async def test_a_text_that_is_meant_to_hurt_is_refused(career: Career, content: str) -> None:
    answer = await career.post(DRAFTS, {"content": content}, "policy_admin")
    assert answer.json()["type"] == "urn:jenjang:problem:unreadable-policy"
    assert "aliases" in answer.text or "k0" in answer.text


AGENCY_TEXT = """
policy: administrator
layer: agency
versions:
  - in_force_from: 2026-01-01
    switches_on: [{row}]
    requirements:
      - id: pka-finished
        kind: completed_training
        programme: PKA
        cites: {{instrument: PERWALI-DEMO-1-2020, article: "4", verification: seen, source: demo}}
"""


async def test_a_decree_about_a_row_that_is_not_there_is_refused(career: Career) -> None:
    vain = await career.post(
        DRAFTS, {"content": AGENCY_TEXT.format(row="no-such-row")}, "policy_admin"
    )
    assert vain.status_code == 422
    assert "no-such-row" in vain.json()["detail"]
    about_a_row = await career.post(
        DRAFTS, {"content": AGENCY_TEXT.format(row="integrity")}, "policy_admin"
    )
    assert about_a_row.status_code == 200, about_a_row.text
