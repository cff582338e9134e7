"""What commands and queries are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.blind_index import digest
from services.chassis.event_store import EventStore
from services.chassis.forgetting import Forgetting
from services.chassis.runtime import Runtime
from services.chassis.settings import CannotStart
from services.chassis.tokens import OwnWrites
from services.chassis.vault import Vault
from services.profile.domain.identifiers import IdentifierKind

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """The store, the database behind it, the keys, the clock. `today` is the agency's."""

    store: EventStore
    pool: Pool
    vault: Vault
    forgetting: Forgetting
    own_writes: OwnWrites
    lookup_key: bytes
    now: Callable[[], datetime]
    today: Callable[[], date]
    new_id: Callable[[], UUID]

    def digest(self, kind: IdentifierKind, number: str) -> str:
        """The keyed digest by which a number is found again."""
        return digest(self.lookup_key, kind.value, number)


def build(runtime: Runtime) -> Deps:
    """What a process of profile works with, or the one setting that is missing."""
    lookup_key = runtime.settings.lookup_key_bytes()
    if lookup_key is None:
        raise CannotStart("LOOKUP_KEY is not set: profile could not tell who a NIP means.")
    if runtime.vault is None or runtime.forgetting is None:
        raise CannotStart("KEK_PROFILE is not set: profile seals names and numbers.")
    return Deps(
        store=runtime.store,
        pool=runtime.pool,
        vault=runtime.vault,
        forgetting=runtime.forgetting,
        own_writes=runtime.own_writes,
        lookup_key=lookup_key,
        now=runtime.now,
        today=runtime.today,
        new_id=runtime.new_id,
    )
