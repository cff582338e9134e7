"""Whose checkpoints are believed: the public keys of logs and witnesses, each from where it counts.

Nothing of ours but the checkpoint's form is imported here. A log's key counts from a place in its
log (generation and size) until the next key of that log begins, for ever: old checkpoints verify
with the key of their time, and a key that was replaced signs nothing later.

    {"keys": [{"key": "jenjang.example/career+0b2c…+AQ…", "since": {"generation": 1, "size": 0}}]}
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.chassis.checkpoint import Checkpoint, opened, parsed
from services.chassis.signed_note import PublicKey, Use, split


class NotAKeysFile(ValueError):
    """The text is not a list of public keys as it is written here."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key and from where it counts."""

    key: PublicKey
    generation: int = 1
    size: int = 0

    @property
    def since(self) -> tuple[int, int]:
        return self.generation, self.size

    def as_json(self) -> dict[str, Any]:
        since = {"generation": self.generation, "size": self.size}
        return {"key": self.key.spelled(), "since": since}


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """The keys of some logs and witnesses."""

    keys: tuple[KnownKey, ...] = ()

    @staticmethod
    def parse(text: str | bytes) -> KnownKeys:
        """The keys in a file's text."""
        try:
            file = json.loads(text)
            if file.keys() != {"keys"}:
                raise NotAKeysFile
            return KnownKeys(tuple(_parsed(one) for one in file["keys"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NotAKeysFile(str(error)) from None

    def text(self) -> str:
        """The file's text."""
        return json.dumps({"keys": [known.as_json() for known in self.keys]}, indent=1) + "\n"

    def of(self, origin: str) -> list[KnownKey]:
        """The keys of one log, the first one first."""
        own = [known for known in self.keys if _is_of(known.key, origin)]
        return sorted(own, key=lambda known: known.since)

    def in_force(self, origin: str, place: tuple[int, int]) -> list[PublicKey]:
        """The log's key at this place; where one begins, the one before it counts as well."""
        own = self.of(origin)
        ends = [*(known.since for known in own[1:]), None][: len(own)]
        return [
            known.key
            for known, end in zip(own, ends, strict=True)
            if known.since <= place and (end is None or place <= end)
        ]

    def opened(
        self, note: str, needed: Collection[str] = (), *, strangers: bool = False
    ) -> Checkpoint:
        """The checkpoint, signed with the log's key of its place, and by the witnesses needed."""
        claimed = parsed(split(note)[0])
        witnesses = [known.key for known in self.keys if known.key.use is Use.WITNESS]
        own = self.in_force(claimed.origin, claimed.place)
        return opened(note, [*own, *witnesses], needed, strangers=strangers)

    def learned(self, notes: Iterable[str], *, strangers: bool = False) -> KnownKeys:
        """These keys and those that the notes announce, each believed by the one before it."""
        known = self
        for note in notes:
            checkpoint = known.opened(note, strangers=strangers)
            if checkpoint.announces is not None:
                known = known.with_key(KnownKey(checkpoint.announces, *checkpoint.place))
        return known

    def with_key(self, known: KnownKey) -> KnownKeys:
        """These keys and one more; one that is known stays as it is."""
        if any(one.key == known.key for one in self.keys):
            return self
        return KnownKeys((*self.keys, known))


def _is_of(key: PublicKey, origin: str) -> bool:
    return key.name == origin and key.use is Use.LOG


def _parsed(one: Mapping[str, Any]) -> KnownKey:
    if not {"key"} <= one.keys() <= {"key", "since"}:
        raise NotAKeysFile("a key, and since when")
    since = one.get("since", {"generation": 1, "size": 0})
    generation, size = since["generation"], since["size"]
    if since.keys() != {"generation", "size"} or not (type(generation) is type(size) is int):
        raise NotAKeysFile("since a generation and a size")
    return KnownKey(PublicKey.parse(one["key"]), generation, size)
