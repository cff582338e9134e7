"""Training at hand, and a provider who shares a secret with it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
import pytest_asyncio
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook

from services.training.main import SERVICE
from tests.support.at_hand import AtHand, at_hand

NIP = "198609262015051001"
NEW_SECRET = "whsec_" + b64encode(b"n" * 32).decode()
OLD_SECRET = "whsec_" + b64encode(b"o" * 32).decode()

REPORT: dict[str, Any] = {
    "nip": NIP,
    "course_code": "PKP",
    "title": "Pelatihan Kepemimpinan Pengawas",
    "form": 1,
    "start": "2025-05-05",
    "end": "2025-06-20",
    "jp": 900,
    "certificate_no": "001/PKP/2025",
    "certificate_date": "2025-06-25",
    "provider": "BPSDM Provinsi",
    "result": "PASSED",
    "file_hash": "ab" * 32,
}


@dataclass(slots=True)
class Provider:
    """Signs with the library that providers use, and sends."""

    client: httpx.AsyncClient
    secret: str = NEW_SECRET
    sent: list[str] = field(default_factory=list)

    def headers(
        self, body: bytes, *, id: str | None = None, ago: timedelta = timedelta()
    ) -> dict[str, str]:
        id = id or f"msg_{uuid4().hex}"
        at = datetime.now(UTC) - ago
        signature = Webhook(self.secret).sign(id, at, body.decode("utf-8", "surrogateescape"))
        return {
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
            "content-type": "application/json",
        }

    async def send(
        self, report: dict[str, Any] | bytes, *, id: str | None = None, ago: timedelta = timedelta()
    ) -> httpx.Response:
        body = report if isinstance(report, bytes) else orjson.dumps(report)
        headers = self.headers(body, id=id, ago=ago)
        self.sent.append(headers["webhook-id"])
        return await self.client.post("/webhooks/completions", content=body, headers=headers)


@pytest_asyncio.fixture
async def training(database: str, tmp_path: Path) -> AsyncIterator[AtHand]:
    secrets = (SecretStr(NEW_SECRET), SecretStr(OLD_SECRET))
    async with at_hand(SERVICE, database, tmp_path, webhook_secrets=secrets) as service:
        yield service


@pytest.fixture
def provider(training: AtHand) -> Provider:
    return Provider(training.client)


@pytest_asyncio.fixture
async def person(training: AtHand) -> UUID:
    """Somebody whom the index knows."""
    person_id = uuid4()
    await training.knows(NIP, person_id)
    return person_id


@pytest_asyncio.fixture
async def enrolled(training: AtHand, person: UUID) -> UUID:
    """The same person, enrolled in the class that the report speaks of."""
    programme = {key: REPORT[key] for key in ("title", "form", "jp", "provider")}
    offered = await training.post("/programmes", {"code": "PKP", **programme})
    assert offered.status_code == 200, offered.text
    enrolment = {"person_id": str(person), "programme": "PKP", "starts_on": REPORT["start"]}
    opened = await training.post("/enrolments", enrolment)
    assert opened.status_code == 200, opened.text
    return UUID(opened.json()["enrolment_id"])
