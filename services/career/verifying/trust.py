"""Whose signatures count, and how their keys are read and named."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import sha256

from services.chassis.bundle_log import DoesNotFit
from services.chassis.checkpoint_keys import KnownKeys, NotAKeysFile
from services.chassis.signed_note import PublicKey

KEYS = "keys.json"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count. Without a key of one's own, a bundle can only be checked against the
    keys it brings along: then it is whole, but nobody knows who made it."""

    keys: KnownKeys = field(default_factory=KnownKeys)
    fingerprints: Collection[str] = ()

    def with_those_named(self, brought: KnownKeys) -> KnownKeys:
        known = self.keys
        for one in brought.keys:
            if fingerprint(one.key) in self.fingerprints:
                known = known.with_key(one)
        return known


def fingerprint(key: PublicKey) -> str:
    """What is read out over the telephone, or hangs on a wall."""
    return sha256(key.spelled().encode()).hexdigest()


def keys_read(text: bytes) -> KnownKeys:
    try:
        return KnownKeys.parse(text)
    except NotAKeysFile:
        raise DoesNotFit("unreadable-key", member=KEYS) from None
