"""What career's commands and queries are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from services.chassis.event_store import EventStore
from services.chassis.outside import Outside
from services.chassis.proof_doors import HttpProofs, Proved
from services.chassis.runtime import Runtime
from services.chassis.settings import CannotStart
from services.chassis.tokens import OwnWrites
from services.chassis.vault import Vault

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


class ProofDoor(Protocol):
    """The door of a source that proves what it said."""

    async def proofs(
        self, entries: Sequence[tuple[int, int, int]], size: int | None = None
    ) -> Proved: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """`agency` is whose deployment this is; `zone` decides on which day an instant falls.

    `outside` is where career's own checkpoints are kept; `proof_doors` prove what others said.
    """

    store: EventStore
    pool: Pool
    vault: Vault
    own_writes: OwnWrites
    outside: Outside | None
    proof_doors: Mapping[str, ProofDoor]
    agency: str
    zone: ZoneInfo
    now: Callable[[], datetime]
    today: Callable[[], date]
    new_id: Callable[[], UUID]


HEARD = ("profile", "assessment", "training")


def build(runtime: Runtime) -> Deps:
    """What a process of career works with, or the one setting that is missing."""
    if runtime.vault is None:
        raise CannotStart("KEK_CAREER is not set: career seals what officials write.")
    return Deps(
        store=runtime.store,
        pool=runtime.pool,
        vault=runtime.vault,
        own_writes=runtime.own_writes,
        outside=Outside.of(runtime.settings),
        proof_doors={source: HttpProofs(source, runtime.http(source)) for source in HEARD},
        agency=runtime.settings.agency,
        zone=ZoneInfo(runtime.settings.time_zone),
        now=runtime.now,
        today=runtime.today,
        new_id=runtime.new_id,
    )
