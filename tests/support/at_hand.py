"""A service's doors at hand, without a port: its real app over its real, migrated database."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
from pydantic import SecretStr

from contracts import registry
from contracts.envelope import ContractEvent
from services.chassis import auth, postgres
from services.chassis.blind_index import digest
from services.chassis.canonical import canonical_of
from services.chassis.cloudevents import SaidRow, said_headers
from services.chassis.heads import Heads, note_heads
from services.chassis.health import Health
from services.chassis.heard import Raw
from services.chassis.inbox import Inbox
from services.chassis.partitioning import partition_of
from services.chassis.projector import Projector
from services.chassis.reactor import Reactor
from services.chassis.roles import app_of
from services.chassis.runtime import Runtime, built, migration_folders, opened
from services.chassis.sealing import Sealer
from services.chassis.service import Service
from services.chassis.words import Dictionary

LOOKUP_KEY = bytes(range(32))
AGENCY = "demo"
PARTITIONS = 4
ROLES = {
    "officer": ["agency"],
    "official": ["agency"],
    "policy_admin": ["agency"],
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
    _sealing: Sealer | None = None
    _heads: dict[str, list[int]] = field(default_factory=dict)

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

    async def upload(
        self, content: bytes, *, again: bool = False, name: str = "history.xlsx"
    ) -> dict[str, Any]:
        """The receipt for a workbook sent to POST /imports/history."""
        answer = await self.client.post(
            "/imports/history",
            params={"again": again},
            files={"file": (name, content)},
            headers=self.who(),
        )
        assert answer.status_code == 200, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    async def knows(
        self, nip: str, person_id: UUID, *, kind: str = "NIP", agency: str = AGENCY
    ) -> None:
        """The identity index has learned whose number this is."""
        await self.runtime.pool.execute(
            "INSERT INTO identity_index (partition, subject, kind, digest, agency)"
            " VALUES (0, $1, $2, $3, $4)",
            person_id,
            kind,
            digest(LOOKUP_KEY, kind, nip),
            agency,
        )

    async def settled(self) -> list[ContractEvent]:
        """Everything appended is sealed and projected; what the service has said so far."""
        sealer = self._sealer()
        if sealer.epoch is None:
            await sealer.take_over()
        while await sealer.seal_once():
            pass
        await self._project()
        rows = await self.runtime.pool.fetch(
            "SELECT said_type, said_schema, said_body FROM log WHERE psn IS NOT NULL ORDER BY seq"
        )
        return [registry.decode(*row) for row in rows]

    async def hears(self, *events: ContractEvent, agency: str = AGENCY) -> None:
        """Other services have said this, one record after the other, and it is projected."""
        for event in events:
            source, partition = event.source(), partition_of(event.subject, PARTITIONS)
            heads = self._heads.setdefault(source, [0] * PARTITIONS)
            heads[partition] += 1
            now = datetime.now(UTC)
            said = SaidRow(
                generation=1,
                partition=partition,
                psn=heads[partition],
                event_id=uuid4(),
                seq=sum(heads),
                type=event.TYPE,
                schema=event.SCHEMA,
                subject=event.subject,
                agency=agency,
                effective_from=now.date(),
                recorded_at=now,
                body=canonical_of(event),
            )
            told = Heads(source, 1, now, tuple(heads))
            await note_heads(self.runtime.pool, told)
            inbox = Inbox(self.runtime.pool)
            inbox.learn(told)
            headers = said_headers(source, said)
            counts = await inbox.record([Raw(source, "door", partition, None, headers, said.body)])
            assert counts.stored == 1, counts
        await self._project()

    async def reacts(self) -> None:
        """What must follow from everything heard so far has followed."""
        assert self.service.reactions is not None
        reactor = Reactor(
            self.service.reactions,
            self.runtime.pool,
            self._dictionary(),
            self.deps,
            refused=self.service.refused,
            service=self.service.name,
        )
        await reactor.catch_up()

    def _dictionary(self) -> Dictionary:
        known = {contract.TYPE for contract in registry.ALL}
        return Dictionary(
            decode=registry.decode, known=known, codec=self.service.codec, keys=self.runtime.vault
        )

    async def _project(self) -> None:
        for projection in self.service.projections:
            await Projector(
                projection, self.runtime.pool, self._dictionary(), service=self.service.name
            ).catch_up()
        assert not await self.runtime.pool.fetch("SELECT * FROM parked")

    def _sealer(self) -> Sealer:
        if self._sealing is None:
            self._sealing = Sealer(
                self.runtime.pool,
                self.service.name,
                self.service.codec,
                self.service.to_contract,
                PARTITIONS,
            )
        return self._sealing

    async def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """The bodies of the events stored so far, by id, of one stored name if given."""
        rows = await self.runtime.pool.fetch(
            "SELECT type, event_id, subject, body FROM log"
            " UNION ALL SELECT type, event_id, subject, body FROM tail ORDER BY event_id"
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
        **{"forgotten_folder": folder / "forgotten", **given},
    )
    async with opened(service, settings, "all") as runtime:
        deps = await built(service, runtime)
        app = app_of(service, runtime, deps, "all", Health(service, runtime, True, {}))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://at-hand") as client:
            yield AtHand(service, runtime, deps, client, jwk)
