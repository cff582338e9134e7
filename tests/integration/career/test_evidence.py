"""Whoever is given a bundle needs nobody's word for what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from services.career import evidence
from services.career.commands import adopt_shipped
from services.career.main import SERVICE, write_evidence
from services.career.verifying.checking import Checked, check
from services.career.verifying.derived import OWN
from services.career.verifying.trust import Trust
from services.chassis.checkpointing import Checkpointing, rotate
from services.chassis.range_gathering import NotInTheLog, range_bundle
from tests.integration.career.conftest import AS_OF, Career, facts_about, pkp, rating
from tests.integration.career.proving import KNOWN, claim, keys_in, provable
from tests.integration.career.test_appointments import DECREE, proposed
from tests.support.altering import altered
from tests.support.at_hand import at_hand


@pytest_asyncio.fixture
async def career(database: str, tmp_path: Path) -> AsyncIterator[Career]:
    async with at_hand(SERVICE, database, tmp_path, **keys_in(tmp_path)) as hand:
        await adopt_shipped(hand.deps)
        career = Career(hand)
        provable(career)
        hand.client._transport.app.state.deps = hand.deps  # type: ignore[attr-defined]
        await career.settle()
        yield career


async def recorded(career: Career, person: UUID, **clocks: Any) -> str:
    body = {"as_of": AS_OF, **clocks}
    answer = await career.post(f"/people/{person}/evidence/administrator", body, "auditor")
    assert answer.status_code == 201, answer.text
    await claim(career)
    return str(answer.json()["answer_id"])


async def bundle_of(career: Career, answer_id: str) -> bytes:
    answer = await career.hand.get(f"/evidence/{answer_id}/bundle", "auditor")
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_an_answer_is_proved_from_its_bundle_alone(career: Career, judged: UUID) -> None:
    await career.hear(pkp(judged), *facts_about(uuid4()))
    answer_id = await recorded(career, judged)
    file = await bundle_of(career, answer_id)
    checked = check(file, Trust(KNOWN))
    assert checked.trusted
    assert step(checked, "answer")["status"] == "ELIGIBLE"
    assert step(checked, "dossier")["facts"] == 10
    assert {one["source"] for one in checked.steps if one["step"] == "log"} == {
        *("profile", "assessment", "training", "career")
    }
    assert await bundle_of(career, answer_id) == file


async def test_a_decision_is_proved_with_what_was_advised(career: Career, judged: UUID) -> None:
    await career.hear(pkp(judged))
    decision = await decided(career, judged)
    checked = check(await bundle_of(career, decision), Trust(KNOWN))
    assert step(checked, "answer") | {"what": "decision", "id": decision} == step(checked, "answer")


async def test_a_later_correction_leaves_the_decision_proved(career: Career, judged: UUID) -> None:
    """What was known then is shown, and what was said since is not needed."""
    await career.hear(pkp(judged))
    decision = await decided(career, judged)
    before = await bundle_of(career, decision)
    await career.hear(rating(judged, 2024, "KURANG", replaces=career.rated[judged, 2024]))
    await claim(career)
    checked = check(await bundle_of(career, decision), Trust(KNOWN))
    assert step(checked, "answer")["status"] == "ELIGIBLE"
    assert step(checked, "dossier") == step(check(before, Trust(KNOWN)), "dossier")


async def test_an_answer_by_what_was_known_at_an_instant(career: Career, judged: UUID) -> None:
    instant = (await career.ask(judged))["known_through"]
    career.world.tick(days=1)
    await career.hear(pkp(judged))
    answer_id = await recorded(career, judged, known_at=instant)
    checked = check(await bundle_of(career, answer_id), Trust(KNOWN))
    assert step(checked, "answer")["known_at"] is not None
    assert step(checked, "answer")["status"] == "NOT_ELIGIBLE"


async def test_the_answer_that_was_read_is_the_one_that_is_recorded(
    career: Career, judged: UUID
) -> None:
    given = await career.ask(judged)
    await career.hear(pkp(judged))
    answer_id = await recorded(career, judged, basis=given["basis"])
    again = await recorded(career, judged, basis=given["basis"])
    assert answer_id == again
    proved = (await career.hand.get(f"/evidence/{answer_id}", "auditor")).json()
    assert proved["answer"]["sha256"] == given["sha256"]
    assert len(await career.hand.events("career.answer_recorded")) == 1


async def test_everything_recorded_of_a_person_is_one_bundle(career: Career, judged: UUID) -> None:
    first = await recorded(career, judged)
    await career.hear(pkp(judged))
    second = await recorded(career, judged)
    decision = await decided(career, judged)
    listed = (await career.hand.get(f"/people/{judged}/evidence", "auditor")).json()
    assert [one["answer_id"] for one in listed] == [first, second, decision]
    answer = await career.hand.get(f"/people/{judged}/evidence/bundle", "auditor")
    checked = check(answer.content, Trust(KNOWN))
    answers = [one for one in checked.steps if one["step"] == "answer"]
    assert [(one["id"], one["status"]) for one in answers] == [
        (first, "NOT_ELIGIBLE"),
        (second, "ELIGIBLE"),
        (decision, "ELIGIBLE"),
    ]


async def test_more_than_a_door_proves_at_once_is_asked_for_in_portions(
    career: Career, judged: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST_AT_ONCE", 2)
    source = provable(career)["assessment"]
    career.hand.client._transport.app.state.deps = career.hand.deps  # type: ignore[attr-defined]
    file = await bundle_of(career, await recorded(career, judged))
    assert [len(entries) for entries in source.asked] == [2, 1]
    assert check(file, Trust(KNOWN)).trusted


async def test_what_no_checkpoint_covers_is_asked_for_again(career: Career, judged: UUID) -> None:
    body = {"as_of": AS_OF}
    answer = await career.post(f"/people/{judged}/evidence/administrator", body, "auditor")
    answer_id = answer.json()["answer_id"]
    early = await career.hand.get(f"/evidence/{answer_id}/bundle", "auditor")
    assert (early.status_code, early.headers["retry-after"]) == (503, "2")
    await claim(career)
    assert await bundle_of(career, answer_id)


async def test_a_row_of_the_inbox_that_was_changed_is_named(career: Career, judged: UUID) -> None:
    """The server checks what it hands out, and hands out nothing that does not fit."""
    answer_id = await recorded(career, judged)
    await career.hand.runtime.pool.execute(
        "UPDATE inbox SET agency = 'elsewhere' WHERE source = 'profile' AND psn = 1"
    )
    answer = await career.hand.get(f"/evidence/{answer_id}", "auditor")
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["what"], problem["where"]["source"]) == ("not-included", "profile")
    assert "tidak ada dalam catatan" in problem["said"]["id"]


async def test_an_event_that_its_source_has_lost_is_named(career: Career, judged: UUID) -> None:
    source = career.hand.deps.proof_doors["training"].source
    await career.hear(pkp(judged))
    answer_id = await recorded(career, judged)
    source.said_rows.clear()
    answer = await career.hand.get(f"/evidence/{answer_id}", "auditor")
    assert (answer.status_code, answer.json()["what"]) == (409, "never-said")


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("assessor", 403)])
async def test_only_who_may_prove_gets_a_bundle(
    career: Career, judged: UUID, role: str, status: int
) -> None:
    answer_id = await recorded(career, judged)
    answer = await career.hand.get(f"/evidence/{answer_id}/bundle", role)
    assert answer.status_code == status
    elsewhere = career.hand.who("auditor", agency="another")
    refused = await career.hand.client.get(f"/evidence/{answer_id}/bundle", headers=elsewhere)
    assert refused.status_code == 403


async def test_whoever_takes_evidence_is_on_record(career: Career, judged: UUID) -> None:
    answer_id = await recorded(career, judged)
    await bundle_of(career, answer_id)
    reads = (await career.hand.get(f"/people/{judged}/reads")).json()
    assert [read["what"] for read in reads][:2] == [
        f"evidence {answer_id}, bundle",
        "eligibility administrator, recorded",
    ]


async def test_an_auditor_with_an_old_key_follows_the_new_one(career: Career, judged: UUID) -> None:
    await claim(career)
    assert await rotate(Checkpointing(career.hand.runtime.pool, career.hand.deps.outside))
    file = await bundle_of(career, await recorded(career, judged))
    assert check(file, Trust(KNOWN)).trusted
    (earlier,) = [s["earlier"] for s in check(file, Trust(KNOWN)).steps if s.get("source") == OWN]
    assert earlier == 1


async def test_an_operator_writes_evidence_to_a_file(
    career: Career, judged: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_id = await recorded(career, judged)
    file = tmp_path / "bukti.zip"
    assert await write_evidence(career.hand.deps, "answer", answer_id, str(file)) == 0
    assert file.read_bytes() == await bundle_of(career, answer_id)
    assert await write_evidence(career.hand.deps, "answer", str(uuid4()), str(file)) == 1
    assert await write_evidence(career.hand.deps, "answer", "nobody", str(file)) == 1
    assert '"steps"' in capsys.readouterr().out


async def test_a_range_of_the_log_is_evidence_of_its_own(career: Career, judged: UUID) -> None:
    await claim(career)
    deps = career.hand.deps
    size = deps.outside.newest().size
    for first, last in ((1, size), (2, size - 1), (size, size)):
        file = await range_bundle(deps.pool, "career", deps.outside, first, last)
        (found,) = [s for s in check(file, Trust(KNOWN)).steps if s["step"] == "range"]
        assert (found["first"], found["last"], found["size"]) == (first, last, size)
    with pytest.raises(NotInTheLog):
        await range_bundle(deps.pool, "career", deps.outside, 1, size + 1)


async def decided(career: Career, person: UUID) -> str:
    appointment = await proposed(career, person, uuid4())
    decree = await career.post(f"/appointments/{appointment}/decree", DECREE, "official")
    assert decree.status_code == 200, decree.text
    await claim(career)
    return appointment


def step(checked: Checked, name: str) -> dict[str, Any]:
    return next(one for one in checked.steps if one["step"] == name)


@pytest.mark.parametrize("at", [0, 20, 40])
async def test_what_career_heard_and_somebody_altered_is_named_and_no_accident(
    career: Career, judged: UUID, at: int
) -> None:
    """Whether the altered bytes can still be read or not."""
    await career.hear(pkp(judged))
    answer_id = await recorded(career, judged)
    await altered(
        career.hand.runtime.pool,
        f"UPDATE inbox SET body = set_byte(body, {at}, (get_byte(body, {at}) + 1) % 256)"
        f" WHERE source = 'training' AND subject = '{judged}'",
    )
    answer = await career.hand.get(f"/evidence/{answer_id}", "auditor")
    assert answer.status_code == 409, answer.text
    assert answer.json()["what"] == "not-included"
    assert answer.json()["where"]["source"] == "training"
