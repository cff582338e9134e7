"""The services' HTTP doors, as the portal asks them: always in the reader's name."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import httpx

from services.portal.session import Reader, SignIn

# A large file is kept and read before it is answered for.
SENDING = httpx.Timeout(120, connect=2)


class Answered(Exception):
    """A service said no, with a problem that names its type."""

    def __init__(
        self,
        status: int,
        slug: str,
        reference: str | None,
        members: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.reference = reference
        self.members = members


class OutOfReach(Exception):
    """A service did not answer in time."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


@dataclass(frozen=True, slots=True)
class Clients:
    """One HTTP client per service; the token says who is reading."""

    sign_in: SignIn
    http: Mapping[str, httpx.AsyncClient]

    async def get(
        self, service: str, reader: Reader, path: str, params: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return await self._ask(service, reader, "GET", path, params=params)

    async def post(
        self, service: str, reader: Reader, path: str, body: Mapping[str, Any]
    ) -> httpx.Response:
        return await self._ask(service, reader, "POST", path, json=body)

    async def send(
        self, service: str, reader: Reader, path: str, name: str, content: bytes
    ) -> httpx.Response:
        """A file; a large one takes longer to arrive than an answer does."""
        return await self._ask(
            *(service, reader, "POST", path), files={"file": (name, content)}, timeout=SENDING
        )

    async def _ask(
        self, service: str, reader: Reader, method: str, path: str, **what: Any
    ) -> httpx.Response:
        token = self.sign_in.token_for(service, reader)
        headers = {"Authorization": f"Bearer {token}", "Jenjang-Purpose": "portal"}
        try:
            response = await self.http[service].request(method, path, headers=headers, **what)
        except httpx.HTTPError:
            raise OutOfReach(service) from None
        if response.is_error:
            raise _problem(response)
        return response


def _problem(response: httpx.Response) -> Answered:
    try:
        members = response.json()
        slug = str(members["type"]).rpartition(":")[2]
    except (ValueError, KeyError, TypeError):
        slug, members = "unreadable", {}
    return Answered(response.status_code, slug, response.headers.get("x-request-id"), members)


async def opened(urls: Mapping[str, str], sign_in: SignIn, stack: AsyncExitStack) -> Clients:
    """The clients, closed again by the stack."""
    http = {}
    for name, url in urls.items():
        client = httpx.AsyncClient(
            base_url=url, timeout=httpx.Timeout(8, connect=2), trust_env=False
        )
        http[name] = await stack.enter_async_context(client)
    return Clients(sign_in, http)
