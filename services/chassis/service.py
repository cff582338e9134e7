"""What makes a service: its name, its words, its doors. Everything else is mechanics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter

    from services.chassis.event_codec import EventCodec
    from services.chassis.events import About
    from services.chassis.forgetting import Clears
    from services.chassis.importing import ImportKind
    from services.chassis.projecting import Projection
    from services.chassis.reacting import Reactions
    from services.chassis.settings import ServiceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service, described; `services.chassis.running.run` starts it in any role.

    `said`: every contract class it publishes (their TYPE is the CloudEvents type).
    `hears`: for each source it listens to, the contract classes it can read; other types are
    stored in the inbox all the same.
    `to_contract`: what an event is called outside, or None when it is nobody else's business.
    `imports`: the kinds of file it takes in, in the order in which a first load sends them.
    `forgets`: empties what it keeps about some subjects beside sealed fields (forgetting.py).
    `forgets_again`: says once more, after a restore, what its log does not say of the forgotten.
    `build_deps`: the frozen bundle for its commands and queries, made once per process.
    """

    name: str
    settings: type[ServiceSettings]
    codec: EventCodec
    to_contract: Callable[[Any, About], Any | None]
    said: Sequence[type[Any]]
    hears: Mapping[str, Sequence[type[Any]]]
    routers: Sequence[APIRouter]
    build_deps: Callable[[Any], Any]
    projections: Sequence[Projection] = ()
    reactions: Reactions | None = None
    refused: type[Exception] = Exception
    imports: Sequence[ImportKind] = ()
    migrations: Path | None = None
    operator_commands: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    on_start: Callable[[Any], Any] | None = None
    forgets: Clears | None = None
    forgets_again: Callable[[Any], Awaitable[Any]] | None = None
