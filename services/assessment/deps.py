"""What assessment's commands and queries are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.event_store import EventStore
from services.chassis.runtime import Runtime
from services.chassis.settings import CannotStart
from services.chassis.tokens import OwnWrites
from services.chassis.vault import Vault

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    store: EventStore
    pool: Pool
    vault: Vault
    own_writes: OwnWrites
    lookup_key: bytes
    now: Callable[[], datetime]
    today: Callable[[], date]
    new_id: Callable[[], UUID]


def build(runtime: Runtime) -> Deps:
    """What a process of assessment works with, or the one setting that is missing."""
    lookup_key = runtime.settings.lookup_key_bytes()
    if lookup_key is None:
        raise CannotStart("LOOKUP_KEY is not set: assessment could not tell who a NIP means.")
    if runtime.vault is None:
        raise CannotStart("KEK_ASSESSMENT is not set: assessment seals what readers write.")
    return Deps(
        store=runtime.store,
        pool=runtime.pool,
        vault=runtime.vault,
        own_writes=runtime.own_writes,
        lookup_key=lookup_key,
        now=runtime.now,
        today=runtime.today,
        new_id=runtime.new_id,
    )
