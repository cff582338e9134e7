"""What is on record, by the name under which the doors speak of it.

Made up values alone would find nobody: what a door was once told, and what it answered, is told
again to every door that has a field of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOST = 12


@dataclass(slots=True)
class Taken:
    """A request that a door has taken."""

    path: dict[str, Any]
    query: dict[str, Any]
    body: Any = None


@dataclass(slots=True)
class Known:
    """Values by name, and by operation what it has taken."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    taken: dict[str, list[Taken]] = field(default_factory=dict)

    def learn(self, told: Any) -> None:
        """Every named value in what was said."""
        for name, value in _named(told):
            known = self.values.setdefault(name, [])
            if value not in known and len(known) < MOST:
                known.append(value)

    def remember(self, label: str, request: Taken) -> None:
        self.taken.setdefault(label, []).append(request)
        for told in (request.path, request.query, request.body):
            self.learn(told)

    def words(self) -> list[str]:
        """Every text of them."""
        texts = {one for known in self.values.values() for one in known if isinstance(one, str)}
        return sorted(one for one in texts if len(one) < 60)

    def some(self, name: str, chance: Random) -> list[Any]:
        """A value of this name, most of the time that there is one."""
        known = self.values.get(name)
        return [chance.choice(known)] if known and chance.random() < 0.8 else []

    def path(self, label: str, made_up: dict[str, Any], chance: Random) -> dict[str, Any]:
        """A path that leads somewhere."""
        taken = self.taken.get(label)
        if taken and chance.random() < 0.6:
            return {**made_up, **chance.choice(taken).path}
        return {
            name: chance.choice(self.some(name, chance) or [value])
            for name, value in made_up.items()
        }

    def told(self, made_up: Any, chance: Random) -> Any:
        """The same with known values for made up ones, and with days that people live in."""
        match made_up:
            case dict():
                return {
                    name: chance.choice(self.some(name, chance) or [self.told(value, chance)])
                    for name, value in made_up.items()
                }
            case list():
                return [self.told(value, chance) for value in made_up]
            case str() if DAY.fullmatch(made_up) and chance.random() < 0.7:
                return f"{chance.randint(2015, 2026)}-{made_up[5:8]}{chance.randint(1, 28):02d}"
            case _:
                return made_up

    def altered(self, label: str, made_up: Any, chance: Random) -> Any:
        """What the door has taken before, with one thing said in another way."""
        bodies = [one.body for one in self.taken.get(label, []) if isinstance(one.body, dict)]
        if not bodies or not isinstance(made_up, dict) or not made_up:
            return self.told(made_up, chance)
        body = deepcopy(chance.choice(bodies))
        name = chance.choice(sorted(made_up))
        body[name] = made_up[name]
        return body


def _named(told: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(told, list):
        for value in told:
            yield from _named(value)
    if isinstance(told, dict):
        for name, value in told.items():
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield name, value
            yield from _named(value)
