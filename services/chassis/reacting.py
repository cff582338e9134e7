"""What must follow from what was heard: one `match` per service, its own cursor, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.chassis.events import Origin, Seen

if TYPE_CHECKING:
    from services.chassis.answering import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A command to be given because of an event: the rule's name, and how to give it.

    `run` receives the service's deps, the `Once` that makes a repeat decide nothing, and the
    origin whose causation is the event. It passes both to `execute`.
    """

    rule: str
    run: Callable[[Any, Once, Origin], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """The classes a service reacts to, and the `match` that says how."""

    reads: tuple[type[Any], ...]
    react: Callable[[Any, Seen], Reaction | None]
