"""Reading one's own writes: a command answers with a token, a question may wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from services.chassis.knowing import Db
from services.chassis.progress import Progress
from services.chassis.reading import Place

LOOK_AGAIN_SECONDS: Final = 0.02
LONGEST_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Said:
    """What a source said about a stored event: where its record stands."""

    generation: int
    partition: int
    psn: int


class TokenDoor(Protocol):
    """The door of a source that knows what became of an event of its own."""

    async def token(self, stream: str, version: int) -> Said | Literal["silent", "unsealed"]: ...


class BadToken(ValueError):
    """A token is `<service>~<stream>~<version>`, as a command answered it."""


async def wait_for(
    db: Db,
    *,
    projections: Sequence[str],
    token: str,
    doors: Mapping[str, TokenDoor],
    within: float = 2.0,
    progress: Progress | None = None,
) -> bool:
    """Wait until the read models contain what a command wrote; False when it takes longer.

    `doors` holds the sources that the caller reads, itself included.
    """
    source, stream, version = read_token(token)
    if source not in doors:
        raise BadToken(source)
    try:
        async with asyncio.timeout(within):
            said = await _said(doors[source], stream, version)
            if said is not None:
                await _reached(db, projections, source, said, progress or Progress())
            return True
    except TimeoutError:
        return False


def read_token(token: str) -> tuple[str, str, int]:
    """The parts of a token."""
    source, _, rest = token.partition("~")
    stream, _, version = rest.rpartition("~")
    if not (source and stream and version.isascii() and version.isdigit() and len(version) < 18):
        raise BadToken(token)
    return source, stream, int(version)


def _pauses() -> Iterator[float]:
    """Short at first, then longer: many who wait must not keep busy what they wait for."""
    pause = LOOK_AGAIN_SECONDS
    while True:
        yield pause
        pause = min(pause * 1.5, LONGEST_SECONDS)


async def _said(door: TokenDoor, stream: str, version: int) -> Said | None:
    pauses = _pauses()
    while True:
        answer = await door.token(stream, version)
        if answer != "unsealed":
            return answer if isinstance(answer, Said) else None
        await asyncio.sleep(next(pauses))


async def _reached(
    db: Db, projections: Sequence[str], source: str, said: Said, progress: Progress
) -> None:
    """Where this process projects, it is told; it looks now and then all the same."""
    place, told = Place(source, said.generation, said.partition), False
    pauses = _pauses()
    while not await _is_there(db, projections, place, said.psn):
        if told or not progress.is_told:
            await asyncio.sleep(next(pauses))
        else:
            told = await progress.reaches(projections, place, said.psn, LONGEST_SECONDS)


async def _is_there(db: Db, projections: Sequence[str], place: Place, psn: int) -> bool:
    """A later generation contains all that earlier ones said and nobody withdrew."""
    there = await db.fetchval(
        """
        SELECT count(DISTINCT projection) FROM projection_cursor
         WHERE projection = ANY ($1) AND source = $2 AND partition = $3
           AND (generation, psn) >= ($4, $5)
        """,
        list(projections),
        place.source,
        place.partition,
        place.generation,
        psn,
    )
    return bool(there == len(set(projections)))
