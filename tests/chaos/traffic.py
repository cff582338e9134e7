"""People at the doors: they ask until they are answered, and remember what they were told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from tests.chaos.ground import Ground
from tests.chaos.ledger import Ledger, Line

MOST_ANSWERS = 400


@dataclass(slots=True)
class Traffic:
    """Writers of the source, one for each few things, and one who asks the listener."""

    ground: Ground
    ledger: Ledger
    things: Sequence[UUID]
    rng: random.Random
    pause: float = 0.12
    answers: list[tuple[UUID, str, bytes]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    again: int = 0
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _writing: int = 0

    async def run(self, writers: int = 4) -> None:
        async with asyncio.TaskGroup() as group:
            for nth in range(writers):
                rng = random.Random(self.rng.random())
                group.create_task(self._write(nth, self.things[nth::writers], rng))
            group.create_task(self._ask(random.Random(self.rng.random())))

    async def hush(self) -> None:
        """Nothing is produced until further notice."""
        self.quiet.set()
        while self._writing:  # noqa: ASYNC110 - several writers, each with its own end
            await asyncio.sleep(0.05)

    def speak(self) -> None:
        self.quiet.clear()

    # Writing

    async def _write(self, nth: int, things: Sequence[UUID], rng: random.Random) -> None:
        step = 0
        async with self.ground.client("source") as client:
            while not self.ended.is_set():
                await asyncio.sleep(rng.random() * 2 * self.pause)
                if self.quiet.is_set():
                    continue
                step += 1
                self._writing += 1
                try:
                    await self._mark(client, rng.choice(things), f"{nth}-{step}", rng.randrange(97))
                finally:
                    self._writing -= 1

    async def _mark(self, client: httpx.AsyncClient, thing: UUID, step: str, value: int) -> None:
        """The same request until it is answered."""
        while True:
            try:
                answer = await client.post(
                    f"/things/{thing}/marks", json={"step": step, "value": value}
                )
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 200:
                self.ledger.acknowledged(Line(thing, step, value, answer.json()["token"]))
                return
            if answer is not None and answer.status_code < 500 and answer.status_code != 409:
                raise AssertionError(f"refused with {answer.status_code}: {answer.text}")
            self.again += 1
            await asyncio.sleep(0.2)

    # Asking

    async def _ask(self, rng: random.Random) -> None:
        async with self.ground.client("listener") as client:
            while not self.ended.is_set():
                await asyncio.sleep(0.1)
                try:
                    await self._ask_anew(client, rng)
                    await self._ask_again(client, rng)
                except httpx.HTTPError:
                    await asyncio.sleep(0.3)

    async def _ask_anew(self, client: httpx.AsyncClient, rng: random.Random) -> None:
        """Ask as of the last instant of which the listener says that it is closed."""
        thing = rng.choice(self.things)
        first = await asked(client, thing, "2000-01-01T00:00:00+00:00")
        if first is None or not (known_at := first["known_through"]):
            return
        answer = await asked(client, thing, known_at)
        if answer is None or answer["provisional"] or len(self.answers) >= MOST_ANSWERS:
            return
        self.answers.append((thing, known_at, bytes(answer["bytes"])))

    async def _ask_again(self, client: httpx.AsyncClient, rng: random.Random) -> None:
        if not self.answers:
            return
        thing, known_at, then = rng.choice(self.answers)
        answer = await asked(client, thing, known_at)
        if answer is not None and answer["bytes"] != then:
            self.changed.append(f"{thing} at {known_at}: {answer['bytes']!r}, was {then!r}")

    async def compared(self) -> list[tuple[str, bytes, bytes]]:
        """Every answer that was kept, and what is answered now."""
        found = [(text, b"", b"changed in between") for text in self.changed]
        async with self.ground.client("listener") as client:
            for thing, known_at, then in self.answers:
                answer = await asked(client, thing, known_at)
                assert answer is not None, "the listener does not answer"
                found.append((f"{thing} at {known_at}", then, answer["bytes"]))
        return found


async def asked(client: httpx.AsyncClient, thing: UUID, known_at: str) -> dict[str, Any] | None:
    """An answer, its comparable part as `bytes`; None when there was none."""
    response = await client.get(
        f"/things/{thing}", params={"known_at": datetime.fromisoformat(known_at).isoformat()}
    )
    if response.status_code != 200:
        return None
    answer: dict[str, Any] = response.json()
    answer["bytes"] = response.content.partition(b',"known_through"')[0]
    return answer
