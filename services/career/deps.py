"""What career's commands and queries are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from services.chassis.event_store import EventStore
from services.chassis.runtime import Runtime
from services.chassis.settings import CannotStart
from services.chassis.tokens import OwnWrites
from services.chassis.vault import Vault

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """`agency` is whose deployment this is; `zone` decides on which day an instant falls."""

    store: EventStore
    pool: Pool
    vault: Vault
    own_writes: OwnWrites
    agency: str
    zone: ZoneInfo
    now: Callable[[], datetime]
    today: Callable[[], date]
    new_id: Callable[[], UUID]


def build(runtime: Runtime) -> Deps:
    """What a process of career works with, or the one setting that is missing."""
    if runtime.vault is None:
        raise CannotStart("KEK_CAREER is not set: career seals what officials write.")
    return Deps(
        store=runtime.store,
        pool=runtime.pool,
        vault=runtime.vault,
        own_writes=runtime.own_writes,
        agency=runtime.settings.agency,
        zone=ZoneInfo(runtime.settings.time_zone),
        now=runtime.now,
        today=runtime.today,
        new_id=runtime.new_id,
    )
