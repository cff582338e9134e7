"""Somebody with a name that stands nowhere else, told of at every door that takes text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest_asyncio
from standardwebhooks.webhooks import Webhook

from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES
from services.chassis.append_arguments import Append
from services.chassis.deciding import uuid7
from services.chassis.events import Origin
from services.profile.domain.post import Post, PostDefined
from services.profile.domain.terms import PositionClass
from services.profile.streams import post_stream
from tests.integration.forgetting.world import SECRET, SERVICES, World, world_of
from tests.support.at_hand import AGENCY
from tests.support.servers import SharedBroker

NAME = "Zyxkanari"
NIP, NIK, OLD_NIP = "198704122010011001", "3578011204870003", "580123457"
PHONE = "+62 811 7654 9321"
CANARIES = (NAME, NIP, NIK, OLD_NIP, PHONE)
ENTRY = {
    "number": NIP,
    "old_number": OLD_NIP,
    "nik": NIK,
    "name": f"{NAME} Wuqomba",
    "phone": PHONE,
    "email": f"{NAME.lower()}@contoh.example",
    "birth_date": "1987-04-12",
    "sex": "M",
    "employment": "CPNS",
    "registered_on": "2010-01-01",
}
OTHER = {
    **ENTRY,
    "number": "199003052014032002",
    "old_number": None,
    "nik": "3578014503900004",
    "name": "Rati Bano",
    "phone": None,
    "email": None,
    "birth_date": "1990-03-05",
    "sex": "F",
    "registered_on": "2014-03-01",
}
REPORT = {
    "nip": NIP,
    "course_code": "PKP",
    "title": f"Pelatihan {NAME}",
    "form": 1,
    "start": "2024-05-06",
    "end": "2024-06-20",
    "jp": 900,
    "certificate_no": f"001/{NAME}",
    "provider": "BPSDM Provinsi",
    "result": "PASSED",
}


@dataclass(slots=True)
class Told:
    """The world, the person of whom so much was told, and somebody else who stays."""

    world: World
    person: UUID
    other: UUID
    post: UUID
    why: str = f"tentang {NAME}"

    async def ask(
        self, service: str, method: str, path: str, role: str = "officer", **more: Any
    ) -> httpx.Response:
        """What a door answers to somebody who says why."""
        hand = self.world[service]
        headers = {**hand.who(role), "Jenjang-Purpose": self.why, **more.pop("with_", {})}
        answer = await hand.client.request(method, path, headers=headers, **more)
        assert answer.status_code < 500, answer.text
        return answer

    async def tell(
        self, service: str, path: str, body: Any, role: str = "officer", **more: Any
    ) -> Any:
        answer = await self.ask(service, "POST", path, role, json=body, **more)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def report(self, body: bytes, id: str) -> httpx.Response:
        at = datetime.now(UTC)
        signature = Webhook(SECRET).sign(id, at, body.decode())
        headers = {
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
            "content-type": "application/json",
        }
        return await self.world["training"].client.post(
            "/webhooks/completions", content=body, headers=headers
        )

    async def forget(self) -> None:
        """An officer asks, an official approves; from then on nobody writes the name again."""
        asked = {
            "ground": "RETENTION_ENDED",
            "kept_until": "2026-01-31",
            "document_number": f"ND-7/{NAME}",
        }
        await self.tell("profile", f"/people/{self.person}/forgetting", asked)
        await self.tell("profile", f"/people/{self.person}/forgetting/approval", {}, "official")
        self.why = "pemeriksaan"


async def told_at_every_door(world: World) -> Told:
    """A person registered, reported, rated, judged, appointed, withdrawn and read about."""
    told = Told(world, uuid4(), uuid4(), uuid4())
    body = orjson.dumps(REPORT)
    assert (await told.report(body, "msg_before")).json()["outcome"] == "WAITING"
    assert (await told.report(f'"{NAME} {NIP}'.encode(), "msg_bad")).status_code == 400
    key = {"Idempotency-Key": f"{NAME}-{NIP}"}
    registered = await told.tell("profile", "/people", ENTRY, with_=key)
    told.person = UUID(registered["person_id"])
    told.other = UUID((await told.tell("profile", "/people", OTHER))["person_id"])
    await told.tell("profile", "/people", {**ENTRY, "employment": "PNS"})
    await define_post(told)
    await world.settle()
    await told.tell("profile", "/people/lookup", {"number": NIP})
    await upload(told)
    await training(told, body)
    await assessment(told)
    await career(told)
    await world.settle()
    await end_position(told)
    await world.settle()
    return told


async def define_post(told: Told) -> None:
    post = Post(
        post_id=told.post,
        code="ADM-1",
        name="Kepala Bagian",
        position_class=PositionClass.ADMINISTRATOR,
        jenjang=None,
        eselon="III.b",
        unit_id=uuid4(),
        field=None,
        retirement_age=58,
        needed=1,
    )
    event = (
        uuid7(),
        PostDefined(event_id=uuid7(), post=post, on=date(2020, 1, 1)),
        date(2020, 1, 1),
    )
    origin = Origin(actor="test", door="test")
    await told.world["profile"].runtime.store.append(
        [
            Append(
                stream=post_stream(told.post),
                expected_version=0,
                subject=told.post,
                agency=AGENCY,
                origin=origin,
                events=[event],
            )
        ]
    )


async def upload(told: Told) -> None:
    """A file named after the person, with a row whose name has slipped into the next column."""
    header = "NIP;GOLONGAN;TMT GOLONGAN;NOMOR SK;TANGGAL SK"
    content = f"{header}\n{NIP};{NAME} Wuqomba;III/b;01-04-2019;\n".encode()
    file = {"file": (f"Riwayat {NAME} {NIP}.csv", content)}
    answer = await told.ask("profile", "POST", "/imports/history", files=file)
    assert (answer.status_code, answer.json()["rejected"]) == (200, 1), answer.text


async def training(told: Told, body: bytes) -> None:
    offer = {"code": "PKP", "title": "PKP", "form": 1, "jp": 900, "provider": "BPSDM Provinsi"}
    await told.tell("training", "/programmes", offer)
    enrolment = {"person_id": str(told.person), "programme": "PKP", "starts_on": REPORT["start"]}
    await told.tell("training", "/enrolments", enrolment)
    recorded = await told.report(body, "msg_again")
    assert recorded.json()["outcome"] == "RECORDED", recorded.text
    contradicted = await told.report(orjson.dumps({**REPORT, "jp": 800}), "msg_other")
    assert contradicted.status_code == 409


async def assessment(told: Told) -> None:
    marks = {"year": 2024, "law": None, "work_result": 2, "behaviour": 2}
    await told.tell("assessment", f"/people/{told.person}/appraisals", marks)
    measured = {
        "assessed_on": "2024-03-10",
        "institution": "UPT Penilaian",
        "levels": dict.fromkeys(STANDARD_COMPETENCIES, 3),
        "method": "CACT",
        "assessor": f"Asesor {NAME}",
    }
    results = f"/people/{told.person}/competency-assessments"
    await told.tell("assessment", results, measured, "assessor")
    await told.world.settle()
    await told.ask("assessment", "GET", f"/people/{told.person}/appraisals")
    shown = await told.ask("assessment", "GET", results)
    assert shown.json()["results"][0]["assessor"] == f"Asesor {NAME}"


async def career(told: Told) -> None:
    path = f"/people/{told.person}/judgements"
    judged = {
        "matter": "integrity",
        "met": True,
        "judged_on": "2025-11-03",
        "office": "PYB",
        "document_number": f"BA {NAME}",
    }
    await told.tell("career", path, judged, "official")
    proposal = {"person_id": str(told.person), "post_id": str(told.post)}
    withdrawn, decreed = [
        (await told.tell("career", "/appointments", proposal))["appointment_id"] for _ in range(2)
    ]
    reason = {"reason_code": f"karena {NAME}"}
    await told.tell("career", f"/appointments/{withdrawn}/withdrawal", reason)
    decree = {
        "decree_number": "SK-7/2025",
        "effective_from": "2025-02-01",
        "office": "PPK",
        "against_advice_because": f"permintaan {NAME}",
    }
    await told.tell("career", f"/appointments/{decreed}/decree", decree, "official")


async def end_position(told: Told) -> None:
    """Whoever is to be forgotten holds no post any more."""
    card = (await told.ask("profile", "GET", f"/people/{told.person}")).json()
    (held,) = [line for line in card["lines"] if line["kind"] == "position"]
    ended = {
        "post_id": str(told.post),
        "effective_from": "2025-02-01",
        "until": "2025-12-31",
        "decree_number": "SK-7/2025",
        "replaces": held["event_id"],
    }
    await told.tell("profile", f"/people/{told.person}/positions", ended)


@pytest_asyncio.fixture
async def told(
    databases: Callable[[], str], tmp_path: Path, broker: SharedBroker, topic_prefix: str
) -> AsyncIterator[Told]:
    urls = {name: databases() for name in SERVICES}
    async with world_of(urls, tmp_path, broker.bootstrap, topic_prefix) as world:
        yield await told_at_every_door(world)
