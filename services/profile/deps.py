"""What commands and queries are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.blind_index import digest
from services.chassis.event_store import EventStore
from services.chassis.postgres import Pool
from services.chassis.vault import Vault
from services.profile.domain.identifiers import IdentifierKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """The store, the database behind it, the keys, the clock. `today` is the agency's."""

    store: EventStore
    pool: Pool
    vault: Vault
    lookup_key: bytes
    now: Callable[[], datetime]
    today: Callable[[], date]
    new_id: Callable[[], UUID]

    def digest(self, kind: IdentifierKind, number: str) -> str:
        """The keyed digest by which a number is found again."""
        return digest(self.lookup_key, kind.value, number)
