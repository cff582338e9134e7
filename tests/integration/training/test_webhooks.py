"""Providers report by signed messages: kept as they came, recorded once, refused by name."""

from __future__ import annotations

import asyncio
import hmac
import time
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from services.chassis import failpoints
from services.chassis.events import Origin
from services.chassis.vault import Vault
from services.training.commands.reports import (
    ReportForgotten,
    envelope_of,
    interpret_again,
    match_waiting,
)
from services.training.main import sign_report
from services.training.projections.identity_index import Bearer, digests_of
from tests.integration.training.conftest import NEW_SECRET, NIP, OLD_SECRET, REPORT, Provider
from tests.support.at_hand import LOOKUP_KEY, AtHand

FINISHED = "training.finished"


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def states(training: AtHand) -> list[str]:
    rows = await training.runtime.pool.fetch("SELECT state FROM envelope ORDER BY received_at")
    return [row["state"] for row in rows]


# What is recorded


async def test_a_message_sent_twice_is_answered_twice_the_same_and_recorded_once(
    training: AtHand, provider: Provider, enrolled: UUID, person: UUID
) -> None:
    first = await provider.send(REPORT, id="msg_1")
    second = await provider.send(REPORT, id="msg_1")
    assert (first.status_code, first.json()["outcome"]) == (202, "RECORDED")
    assert (second.status_code, second.content) == (first.status_code, first.content)
    (finished,) = await training.events(FINISHED)
    assert finished["subject"] == person
    assert finished["enrolment"] == str(enrolled)
    assert finished["completion"]["jp"] == 900
    assert await states(training) == ["RECORDED"]


async def test_two_deliveries_at_once_are_recorded_once(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    answers = await asyncio.gather(*(provider.send(REPORT, id="msg_1") for _ in range(8)))
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (202, answers[0].content)
    }
    assert len(await training.events(FINISHED)) == 1


async def test_another_message_that_says_the_same_adds_nothing(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    for _ in range(2):
        answer = await provider.send(REPORT)
        assert answer.status_code == 202
    assert len(await training.events(FINISHED)) == 1
    assert await states(training) == ["RECORDED", "RECORDED"]


async def test_the_event_names_the_envelope_it_rests_on(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    await provider.send(REPORT)
    row = await training.runtime.pool.fetchrow(
        "SELECT actor, door, document, sha256 FROM tail WHERE type = $1", FINISHED
    )
    kept = await training.runtime.pool.fetchrow("SELECT id, sha256 FROM envelope")
    assert row is not None
    assert kept is not None
    assert (row["actor"], row["door"]) == ("provider", "webhooks/completions")
    assert (row["document"], row["sha256"]) == (f"envelope-{kept['id']}", kept["sha256"])
    assert kept["sha256"] == sha256(orjson.dumps(REPORT)).hexdigest()


async def test_a_nip_in_groups_and_a_code_in_small_letters_mean_the_same(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    report = {**REPORT, "nip": "19860926 201505 1 001", "course_code": "pkp"}
    assert (await provider.send(report)).json()["outcome"] == "RECORDED"


async def test_the_number_of_a_ppk_is_found_like_a_nip(
    training: AtHand, provider: Provider, enrolled: UUID, person: UUID
) -> None:
    await training.knows("199009132025211014", person, kind="NI_PPPK")
    answer = await provider.send({**REPORT, "nip": "199009132025211014"})
    assert answer.json()["outcome"] == "RECORDED"


async def test_a_training_that_was_not_passed_is_no_completion(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    answer = await provider.send({**REPORT, "result": "FAILED"})
    assert answer.json()["outcome"] == "RECORDED"
    assert await training.events(FINISHED) == []
    assert len(await training.events("training.failed")) == 1


# Who may speak


def by_hand(secret: str, id: str, at: int, body: bytes) -> str:
    """The signature as the standard describes it, without anybody's library."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{id}.{at}.".encode() + body, sha256).digest()
    return "v1," + b64encode(signed).decode()


async def test_a_signature_made_by_hand_is_as_good_as_the_librarys(
    training: AtHand, enrolled: UUID
) -> None:
    body, at = orjson.dumps(REPORT), int(time.time())
    headers = {
        "webhook-id": "msg_hand",
        "webhook-timestamp": str(at),
        "webhook-signature": by_hand(NEW_SECRET, "msg_hand", at, body),
        "content-type": "application/json",
    }
    answer = await training.client.post("/webhooks/completions", content=body, headers=headers)
    assert answer.json()["outcome"] == "RECORDED"


async def test_while_a_secret_is_exchanged_both_are_good(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    provider.secret = OLD_SECRET
    assert (await provider.send(REPORT)).status_code == 202


async def test_one_good_signature_among_several_is_enough(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    body = orjson.dumps(REPORT)
    headers = provider.headers(body)
    headers["webhook-signature"] = f"v1,AAAA v2,zzz {headers['webhook-signature']}"
    answer = await training.client.post("/webhooks/completions", content=body, headers=headers)
    assert answer.status_code == 202


UNSIGNED = (401, "webhook-unsigned")
FOREIGN = b64encode(b"x" * 32).decode()


UNSIGNED_MESSAGES: list[tuple[dict[str, str | None], bytes | None]] = [
    ({"webhook-signature": None}, None),
    ({"webhook-id": None}, None),
    ({"webhook-timestamp": None}, None),
    ({"webhook-id": "msg_other"}, None),
    ({"webhook-id": "msg.1"}, None),
    ({"webhook-signature": "v1," + FOREIGN}, None),
    ({"webhook-signature": "no comma"}, None),
    ({"webhook-signature": "v1,not base64!"}, None),
    ({"webhook-signature": "v1a," + FOREIGN}, None),
    ({"webhook-timestamp": "soon"}, None),
    ({"webhook-timestamp": "nan"}, None),
    ({}, orjson.dumps({**REPORT, "jp": 901})),
    ({}, b"{"),
    ({}, b"\xff\xfe"),
    ({}, b""),
]


async def test_what_is_not_signed_is_refused_and_leaves_no_trace(
    training: AtHand, provider: Provider
) -> None:
    signed = orjson.dumps(REPORT)
    for changes, body in UNSIGNED_MESSAGES:
        wanted = {**provider.headers(signed, id="msg_1"), **changes}
        headers = {name: value for name, value in wanted.items() if value is not None}
        answer = await training.client.post(
            "/webhooks/completions", content=signed if body is None else body, headers=headers
        )
        assert problem(answer) == UNSIGNED, (changes, body)
        assert NIP not in answer.text
    assert await states(training) == []


async def test_a_stale_message_is_refused_and_so_is_one_from_the_future(
    training: AtHand, provider: Provider
) -> None:
    for minutes in (5.1, 60, -5.1):
        answer = await provider.send(REPORT, ago=timedelta(minutes=minutes))
        assert problem(answer) == (400, "webhook-stale"), minutes
    assert await states(training) == []


async def test_five_minutes_are_allowed_either_way(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    for minutes in (4.9, -4.9):
        answer = await provider.send(REPORT, ago=timedelta(minutes=minutes))
        assert answer.status_code == 202, minutes


async def test_an_old_message_sent_again_with_a_fresh_signature_gets_its_answer(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    first = await provider.send(REPORT, id="msg_1", ago=timedelta(minutes=4))
    again = await provider.send(REPORT, id="msg_1")
    assert again.content == first.content


async def test_the_same_id_with_another_body_is_refused(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    await provider.send(REPORT, id="msg_1")
    answer = await provider.send({**REPORT, "jp": 901}, id="msg_1")
    assert problem(answer) == (409, "same-id-other-body")
    assert len(await training.events(FINISHED)) == 1


# What cannot be read


async def test_an_oversized_message_is_refused(training: AtHand, provider: Provider) -> None:
    for size in (65_537, 2_000_000):
        answer = await provider.send({**REPORT, "title": "x" * size})
        assert problem(answer) == (413, "too-large"), size
    assert await states(training) == []


WRONG_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"nip": 198609262015051001}, "nip"),
    ({"nip": "19860926201505100"}, "nip"),
    ({"nip": "1986O9262015051001"}, "nip"),
    ({"jp": "900"}, "jp"),
    ({"jp": 0}, "jp"),
    ({"jp": 10_001}, "jp"),
    ({"jp": 1.5}, "jp"),
    ({"form": 26}, "form"),
    ({"result": "MAYBE"}, "result"),
    ({"start": "05-05-2025"}, "start"),
    ({"start": "2025-02-30"}, "start"),
    ({"end": "2025-05-04"}, ""),
    ({"title": ""}, "title"),
    ({"title": "NUL \x00"}, "title"),
    ({"course_code": "P" * 65}, "course_code"),
    ({"file_hash": "short"}, "file_hash"),
    ({"provider": None}, "provider"),
    ({"nik": "1"}, "…"),
]


async def test_a_signed_message_with_a_wrong_field_is_kept_and_the_field_is_named(
    training: AtHand, provider: Provider
) -> None:
    for nth, (changes, field) in enumerate(WRONG_FIELDS):
        answer = await provider.send({**REPORT, **changes}, id=f"msg_{nth}")
        assert problem(answer) == (400, "report-malformed"), changes
        assert field in [error["field"] for error in answer.json()["errors"]], changes
        assert NIP not in answer.text
        again = await provider.send({**REPORT, **changes}, id=f"msg_{nth}")
        assert (again.status_code, again.content) == (answer.status_code, answer.content)
    assert await states(training) == ["MALFORMED"] * len(WRONG_FIELDS)


NO_REPORTS = [
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b'{"nip": "\\u0000"}',
    b"[" * 100 + b"]" * 100,
]


async def test_a_signed_message_that_is_no_report_is_kept_as_it_came(
    training: AtHand, provider: Provider
) -> None:
    for body in NO_REPORTS:
        assert problem(await provider.send(body)) == (400, "report-malformed"), body
    kept = (await training.get("/envelopes?state=MALFORMED")).json()
    shown = [(await training.get(f"/envelopes/{one['id']}")).json()["body"] for one in kept]
    assert sorted(shown) == sorted(body.decode() for body in NO_REPORTS)


async def test_a_missing_field_is_named(training: AtHand, provider: Provider) -> None:
    report = {key: value for key, value in REPORT.items() if key != "nip"}
    answer = await provider.send(report)
    assert answer.json()["errors"] == [{"field": "nip", "problem": "missing"}]


# What contradicts, and what nobody expects


async def test_a_person_whom_nobody_enrolled_is_refused_by_name_and_kept(
    training: AtHand, provider: Provider, person: UUID
) -> None:
    answer = await provider.send(REPORT, id="msg_1")
    assert problem(answer) == (409, "not-enrolled")
    assert await training.events(FINISHED) == []
    (listed,) = (await training.get("/envelopes?state=REFUSED")).json()
    assert listed["reason"] == answer.json()["type"]
    shown = (await training.get(f"/envelopes/{listed['id']}")).json()
    assert orjson.loads(shown["body"]) == REPORT
    again = await provider.send(REPORT, id="msg_1")
    assert again.content == answer.content


async def test_a_contradicting_report_is_refused_by_name_and_kept(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    await provider.send(REPORT)
    answer = await provider.send({**REPORT, "jp": 870})
    assert problem(answer) == (409, "contradicts-record")
    assert len(await training.events(FINISHED)) == 1
    assert await states(training) == ["RECORDED", "REFUSED"]


async def test_a_training_that_ends_tomorrow_is_refused(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    answer = await provider.send({**REPORT, "end": "2199-01-01"})
    assert problem(answer) == (409, "not-yet-over")


async def test_an_officer_enrols_the_person_and_has_the_report_interpreted_again(
    training: AtHand, provider: Provider, person: UUID
) -> None:
    await provider.send(REPORT)
    (listed,) = (await training.get("/envelopes?state=REFUSED")).json()
    programme = {key: REPORT[key] for key in ("title", "form", "jp", "provider")}
    await training.post("/programmes", {"code": "PKP", **programme})
    enrolment = {"person_id": str(person), "programme": "PKP", "starts_on": REPORT["start"]}
    await training.post("/enrolments", enrolment)
    settled = await training.post(f"/envelopes/{listed['id']}/interpretation", {})
    assert settled.json()["state"] == "RECORDED"
    assert len(await training.events(FINISHED)) == 1


# Who is meant


async def test_a_report_about_somebody_unknown_waits_and_is_matched_when_the_index_learns(
    training: AtHand, provider: Provider, enrolled: UUID, person: UUID
) -> None:
    stranger = "199001012015031002"
    first = await provider.send({**REPORT, "nip": stranger}, id="msg_1")
    assert (first.status_code, first.json()) == (202, {"outcome": "WAITING"})
    assert await training.events(FINISHED) == []
    by = Origin(actor="training", door="reaction:match-waiting-reports", causation=uuid4())
    digests = digests_of(LOOKUP_KEY, stranger)
    for _ in range(2):
        await match_waiting(training.deps, digests, Bearer(person, "demo"), by)
    assert len(await training.events(FINISHED)) == 1
    assert await states(training) == ["RECORDED"]
    again = await provider.send({**REPORT, "nip": stranger}, id="msg_1")
    assert again.content == first.content


async def test_an_officer_says_whom_a_waiting_report_means(
    training: AtHand, provider: Provider, enrolled: UUID, person: UUID
) -> None:
    await provider.send({**REPORT, "nip": "199001012015031002"})
    (listed,) = (await training.get("/envelopes?state=WAITING")).json()
    settled = await training.post(f"/envelopes/{listed['id']}/match", {"person_id": str(person)})
    assert settled.json() == {"state": "RECORDED", "reason": None, "enrolment": str(enrolled)}
    assert len(await training.events(FINISHED)) == 1


async def test_a_number_that_two_people_claim_waits_for_a_person_to_decide(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    await training.knows(NIP, uuid4())
    assert (await provider.send(REPORT)).json() == {"outcome": "WAITING"}


# What is kept, and from whom


async def test_no_number_lies_open_in_any_table(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    await provider.send(REPORT)
    tables = await training.runtime.pool.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    for table in (row["tablename"] for row in tables):
        dump = await training.runtime.pool.fetch(f'SELECT t::text AS row FROM "{table}" t')
        assert not any(NIP in row["row"] for row in dump), table


async def test_envelopes_are_for_officers_of_the_same_agency(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    await provider.send(REPORT)
    (listed,) = (await training.get("/envelopes")).json()
    path = f"/envelopes/{listed['id']}"
    assert (await training.get(path, "auditor")).status_code == 403
    elsewhere = training.who(agency="elsewhere")
    assert (await training.client.get(path, headers=elsewhere)).status_code == 404
    assert (await training.client.get(path)).status_code == 401


async def test_a_death_between_the_event_and_the_answer_is_mended_by_the_next_delivery(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    failpoints.arm("before-commit:raise:2")  # first the event is committed, then the answer
    try:
        assert problem(await provider.send(REPORT, id="msg_1"))[0] == 500
    finally:
        failpoints.arm("")
    assert len(await training.events(FINISHED)) == 1
    assert await states(training) == ["RECEIVED"]
    again = await provider.send(REPORT, id="msg_1")
    assert (again.status_code, again.json()["outcome"]) == (202, "RECORDED")
    assert len(await training.events(FINISHED)) == 1
    assert await states(training) == ["RECORDED"]


async def test_an_id_is_spoken_for_even_before_it_was_answered(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    failpoints.arm("before-commit:raise")
    try:
        assert problem(await provider.send(REPORT, id="msg_1"))[0] == 500
    finally:
        failpoints.arm("")
    answer = await provider.send({**REPORT, "jp": 901}, id="msg_1")
    assert problem(answer) == (409, "same-id-other-body")


async def test_whoever_is_forgotten_is_forgotten_in_envelopes_too(
    training: AtHand, provider: Provider, person: UUID
) -> None:
    await provider.send(REPORT)
    (listed,) = (await training.get("/envelopes")).json()
    await training.runtime.pool.execute(
        "UPDATE subject_key SET wrapped = NULL, forgotten_at = clock_timestamp()"
    )
    fresh = replace(
        training.deps, vault=Vault(training.runtime.pool, [bytes(32)])
    )  # nothing remembered
    envelope = await envelope_of(fresh, "demo", UUID(listed["id"]))
    with pytest.raises(ReportForgotten):
        await interpret_again(fresh, envelope, Origin(actor="officer", door="http:envelopes"))


async def test_a_report_can_be_signed_on_the_command_line(
    training: AtHand, enrolled: UUID, tmp_path: Path
) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(orjson.dumps(REPORT))
    printed = sign_report(training.deps, str(file))
    headers = dict(line.split(": ", 1) for line in printed.splitlines())
    answer = await training.client.post(
        "/webhooks/completions",
        content=file.read_bytes(),
        headers={**headers, "content-type": "application/json"},
    )
    assert answer.json()["outcome"] == "RECORDED"
