"""Read your own writes: a command answers with a token, the next question waits for what it did.

A question that waited in vain is still answered, and says that it is provisional.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import httpx
from fastapi import Header
from starlette.responses import Response

from services.chassis.doors import DoorClosed, HttpDoors, OwnDoor
from services.chassis.own_writes import BadToken, TokenDoor, read_token, wait_for
from services.chassis.problems import Malformed
from services.chassis.progress import Progress

if TYPE_CHECKING:
    from services.chassis.postgres import Pool
    from services.chassis.service import Service

TOKEN = "Jenjang-Token"  # noqa: S105 - the header's name
AFTER = "Jenjang-After"
WITHIN = 2.0


class UnreadableToken(Malformed):
    """The token is not one that a command answered, or its service is not read here."""


async def after(
    token: Annotated[str | None, Header(alias=AFTER, max_length=300)] = None,
) -> str | None:
    """A FastAPI dependency: the token of the command whose effect the reader wants to see."""
    if token is None:
        return None
    try:
        read_token(token)
    except BadToken:
        raise UnreadableToken from None
    return token


def say(response: Response, token: str) -> str:
    """Put a command's token beside its answer."""
    response.headers[TOKEN] = token
    return token


@dataclass(frozen=True, slots=True)
class OwnWrites:
    """Waits until this service's read models contain what a command somewhere has written."""

    pool: Pool
    doors: Mapping[str, TokenDoor]
    progress: Progress = field(default_factory=Progress)

    @classmethod
    def of(
        cls, service: Service, pool: Pool, http: Callable[[str], httpx.AsyncClient]
    ) -> OwnWrites:
        heard = {source: HttpDoors(source, http(source)) for source in service.hears}
        return cls(pool, {**heard, service.name: OwnDoor(pool)})

    async def are_in(self, token: str | None, *projections: str, within: float = WITHIN) -> bool:
        """Whether these read models contain it, after a bounded wait; True without a token."""
        if token is None:
            return True
        try:
            return await wait_for(
                self.pool,
                projections=projections,
                token=token,
                doors=self.doors,
                within=within,
                progress=self.progress,
            )
        except BadToken:
            raise UnreadableToken from None
        except DoorClosed:
            return False
