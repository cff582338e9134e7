"""The doors for whoever proves: the newest checkpoint, that one log grew from another, and paths.

For other services and for auditors. Everything that is answered can be checked with the public
keys and SHA-256; nothing has to be believed.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import httpx
import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, PlainTextResponse, Response

from services.chassis import tree
from services.chassis.auth import require
from services.chassis.checkpoint import Checkpoint
from services.chassis.doors import FURTHEST, DoorClosed
from services.chassis.merkle import OutsideTheTree
from services.chassis.outside import Outside
from services.chassis.problems import NotFound, Problem, Unavailable
from services.chassis.tree import Proof

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

MOST_AT_ONCE: Final = 1_000
Count = Annotated[int, Query(ge=0, le=FURTHEST)]


class NotClaimedYet(Problem):
    """This is sealed and stands in no checkpoint yet; please try again."""

    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": "3"})


class NothingClaimed(Problem):
    """No checkpoint of this log can be shown just now."""

    status = 503


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EntryIn(_In):
    """Where something was said."""

    generation: int = Field(ge=1, le=2**31 - 1)
    partition: int = Field(ge=0, le=2**31 - 1)
    psn: int = Field(ge=1, le=FURTHEST)


class ProofsIn(_In):
    """What is to be proved: what was said, or events by their seq; in which checkpoint."""

    entries: list[EntryIn] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    seqs: list[Annotated[int, Field(ge=1, le=FURTHEST)]] = Field(
        default_factory=list, max_length=MOST_AT_ONCE
    )
    size: Annotated[int, Field(ge=1, le=FURTHEST)] | None = None


# The source's side


def proof_doors(pool: Pool, outside: Outside | None) -> APIRouter:
    """The doors of one log's proofs."""
    router = APIRouter(
        prefix="/log",
        include_in_schema=False,
        dependencies=[Depends(require("service", "auditor"))],
    )

    @router.get("/checkpoint")
    async def newest() -> Response:
        note, _ = await _kept(outside)
        return PlainTextResponse(note)

    @router.get("/consistency")
    async def consistency(
        since: Annotated[int, Query(ge=0, le=FURTHEST, alias="from")], to: Count
    ) -> Response:
        try:
            path = await tree.consistency_of(pool, since, to)
        except OutsideTheTree:
            raise NotFound from None
        return JSONResponse({"from": since, "to": to, "path": [_text(step) for step in path]})

    @router.post("/proofs")
    async def proofs(asked: ProofsIn) -> Response:
        note, checkpoint = await _kept(outside, asked.size)
        seqs = [*await _seqs_of(pool, asked.entries), *asked.seqs]
        proved = await _proved(pool, seqs, checkpoint)
        return Response(_answer(note, checkpoint, proved), media_type="application/json")

    return router


async def _kept(outside: Outside | None, size: int | None = None) -> tuple[str, Checkpoint]:
    """The newest checkpoint, or the one of a size, as it is kept outside."""
    if outside is None:
        raise NothingClaimed
    try:
        note = await asyncio.to_thread(_note, outside, size)
        if note is not None:
            known = await asyncio.to_thread(outside.known)
            return note, known.opened(note, strangers=True)
    except (OSError, ValueError):
        raise NothingClaimed from None
    raise NotFound if size else NothingClaimed


def _note(outside: Outside, size: int | None) -> str | None:
    newest = outside.newest()
    if newest is None or size is None:
        return outside.folder.newest()
    for generation in range(newest.generation, 0, -1):
        note = outside.folder.at_or_below(generation, size)
        if note is not None and outside.known().opened(note, strangers=True).size == size:
            return note
    return None


async def _seqs_of(pool: Pool, entries: Sequence[EntryIn]) -> list[int]:
    rows = await pool.fetch(
        """
        SELECT log.seq
          FROM unnest($1::int[], $2::int[], $3::bigint[])
               WITH ORDINALITY AS asked (generation, partition, psn, nth)
          LEFT JOIN log ON log.generation = asked.generation AND log.partition = asked.partition
                  AND log.psn = asked.psn
         ORDER BY nth
        """,
        [entry.generation for entry in entries],
        [entry.partition for entry in entries],
        [entry.psn for entry in entries],
    )
    for nth, row in enumerate(rows):
        if row[0] is None:
            raise NotFound("This was never said.", entry=nth)
    return [row[0] for row in rows]


async def _proved(pool: Pool, seqs: Sequence[int], checkpoint: Checkpoint) -> list[Proof]:
    if max(seqs, default=0) > checkpoint.size:
        raise NotClaimedYet
    try:
        if await tree.root_at(pool, checkpoint.size) != checkpoint.root:
            raise NothingClaimed("the log and the checkpoint differ")
        return await tree.proofs_of(pool, seqs, checkpoint.size)
    except OutsideTheTree:
        raise Unavailable from None


def _answer(note: str, checkpoint: Checkpoint, proved: Sequence[Proof]) -> bytes:
    proofs = [
        {
            "seq": one.seq,
            "stored_hash": _text(one.stored_hash),
            "path": [_text(step) for step in one.path],
        }
        for one in proved
    ]
    return orjson.dumps({"checkpoint": note, "size": checkpoint.size, "proofs": proofs})


def _text(hashed: bytes) -> str:
    return b64encode(hashed).decode()


# The side of who asks


class NeverSaid(Exception):
    """The source has said nothing at the place of this entry."""

    def __init__(self, nth: int) -> None:
        super().__init__(nth)
        self.nth = nth


@dataclass(frozen=True, slots=True)
class Proved:
    """A checkpoint as it is kept, not verified, and a proof in it for each that was asked for."""

    note: str
    proofs: list[Proof]


@dataclass(frozen=True, slots=True)
class HttpProofs:
    """The proof doors of a service; `http` knows its address and carries our token."""

    source: str
    http: httpx.AsyncClient

    async def checkpoint(self) -> str:
        """The newest checkpoint's text."""
        return (await self._asked("GET", "/log/checkpoint")).decode()

    async def consistency(self, old: int, new: int) -> list[bytes]:
        told = await self._json("GET", "/log/consistency", params={"from": old, "to": new})
        return [_bytes(step) for step in told["path"]]

    async def proofs(
        self, entries: Sequence[tuple[int, int, int]] = (), size: int | None = None
    ) -> Proved:
        """Each entry is a generation, a partition and a psn; answers keep their order.

        Raises NeverSaid with the first one that the source has not said.
        """
        names = ("generation", "partition", "psn")
        asked = {
            "entries": [dict(zip(names, entry, strict=True)) for entry in entries],
            "size": size,
        }
        told = await self._json("POST", "/log/proofs", json=asked)
        try:
            proofs = [
                Proof(
                    int(one["seq"]),
                    _bytes(one["stored_hash"]),
                    [_bytes(step) for step in one["path"]],
                )
                for one in told["proofs"]
            ]
            if len(proofs) != len(entries):
                raise ValueError("one for each")
            return Proved(str(told["checkpoint"]), proofs)
        except (ValueError, KeyError, TypeError) as error:
            raise DoorClosed(f"{self.source}: the proofs make no sense") from error

    async def _json(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            told: dict[str, Any] = orjson.loads(await self._asked(method, path, **more))
        except ValueError as error:
            raise DoorClosed(f"{self.source}: the answer makes no sense") from error
        return told

    async def _asked(self, method: str, path: str, **more: Any) -> bytes:
        try:
            answer = await self.http.request(method, path, **more)
            if answer.status_code == 404 and isinstance(nth := _entry(answer), int):
                raise NeverSaid(nth)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise DoorClosed(f"{self.source}: {type(error).__name__}") from error
        return answer.content


def _entry(answer: httpx.Response) -> object:
    """Which entry a refusal names."""
    try:
        return answer.json().get("entry")
    except (ValueError, AttributeError):
        return None


def _bytes(spelled: str) -> bytes:
    return b64decode(spelled, validate=True)
