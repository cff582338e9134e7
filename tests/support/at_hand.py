"""A service's doors at hand, without a port: its real app over its real, migrated database."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
from pydantic import SecretStr

from services.chassis import auth, postgres
from services.chassis.blind_index import digest
from services.chassis.health import Health
from services.chassis.roles import app_of
from services.chassis.runtime import Runtime, built, migration_folders, opened
from services.chassis.service import Service

LOOKUP_KEY = bytes(range(32))
AGENCY = "demo"
ROLES = {
    "officer": ["agency"],
    "provider_manager": ["agency"],
    "assessor": ["agency"],
    "auditor": ["agency"],
    "employee": ["self"],
}


@dataclass(slots=True)
class AtHand:
    """The service, and tokens of whoever asks it."""

    service: Service
    runtime: Runtime
    deps: Any
    client: httpx.AsyncClient
    jwk: Mapping[str, Any]

    def who(
        self, role: str = "officer", *, subject: UUID | None = None, agency: str = AGENCY
    ) -> dict[str, str]:
        token = auth.issue(
            self.jwk,
            audience=self.service.name,
            subject=str(subject or uuid4()),
            role=role,
            agency=agency,
            scope=ROLES[role][0],
        )
        return {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: object, role: str = "officer") -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.who(role))

    async def get(self, path: str, role: str = "officer") -> httpx.Response:
        return await self.client.get(path, headers=self.who(role))

    async def knows(
        self, nip: str, person_id: UUID, *, kind: str = "NIP", agency: str = AGENCY
    ) -> None:
        """The identity index has learned whose number this is."""
        await self.runtime.pool.execute(
            "INSERT INTO identity_index (partition, person_id, kind, digest, agency)"
            " VALUES (0, $1, $2, $3, $4)",
            person_id,
            kind,
            digest(LOOKUP_KEY, kind, nip),
            agency,
        )

    async def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """The bodies of the events stored so far, in order, of one stored name if given."""
        rows = await self.runtime.pool.fetch(
            "SELECT type, event_id, subject, body FROM tail ORDER BY pos"
        )
        return [
            {**orjson.loads(row["body"]), "type": row["type"], "subject": row["subject"]}
            for row in rows
            if name in (None, row["type"])
        ]


@asynccontextmanager
async def at_hand(
    service: Service, database: str, folder: Path, **given: Any
) -> AsyncIterator[AtHand]:
    await postgres.migrate(database, *migration_folders(service))
    jwk = auth.new_key("sign-in-1", "sign-in", ROLES)
    own = auth.new_service_key(service.name)
    keys = {"keys": [auth.public_part(jwk), auth.public_part(own)]}
    (folder / "jwks.json").write_bytes(orjson.dumps(keys))
    (folder / "service.json").write_bytes(orjson.dumps(own))
    settings = service.settings(
        database_url=SecretStr(database),
        auth_keys=folder / "jwks.json",
        service_key=folder / "service.json",
        keks=(SecretStr(b64encode(bytes(32)).decode()),),
        lookup_key=SecretStr(b64encode(LOOKUP_KEY).decode()),
        agency=AGENCY,
        **given,
    )
    async with opened(service, settings, "all") as runtime:
        deps = await built(service, runtime)
        app = app_of(service, runtime, deps, "all", Health(service, runtime, True, {}))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://at-hand") as client:
            yield AtHand(service, runtime, deps, client, jwk)
