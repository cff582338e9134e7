"""Per-subject keys: what is written about a subject can be made unreadable, and stay proved.

Each subject has a data key of its own; a key-encryption key (KEK) wraps it. To forget a subject is
to destroy its data key. Several KEKs may be given, newest first: new keys are wrapped with the
newest, old ones are opened with whichever wrapped them.
"""

from __future__ import annotations

import os
import time
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis.settings import CannotStart

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

FORM = b"\x01"
NONCE = 12


class SubjectForgotten(Exception):
    """This subject has been forgotten; nothing can be written about it under seal."""


class Unreadable(Exception):
    """The sealed text is not what was sealed here: other place, other key, or altered."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The open keys of some subjects. A subject without one is forgotten, or was never sealed."""

    keys: Mapping[UUID, bytes]

    def seal(self, subject: UUID, stream: str, field: str, schema: int, text: str) -> str:
        """The text under the subject's key, bound to the place where it is written."""
        if subject not in self.keys:
            raise SubjectForgotten
        sealed = _encrypt(self.keys[subject], text.encode(), place(stream, field, schema))
        return b64encode(FORM + sealed).decode()

    def open(self, subject: UUID, stream: str, field: str, schema: int, sealed: str) -> str | None:
        """The text, or None when the subject's key is gone."""
        key = self.keys.get(subject)
        if key is None:
            return None
        try:
            raw = b64decode(sealed, validate=True)
        except ValueError:
            raise Unreadable from None
        if raw[:1] != FORM:
            raise Unreadable
        return _decrypt(key, raw[1:], place(stream, field, schema)).decode()


def place(stream: str, field: str, schema: int) -> bytes:
    """Where a sealed text stands; it opens nowhere else."""
    return orjson.dumps([stream, field, schema])


def _encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    if len(sealed) < NONCE + 16:
        raise Unreadable
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except InvalidTag:
        raise Unreadable from None


def kek_id(kek: bytes) -> str:
    """A name for a wrapping key that gives nothing of it away."""
    return sha256(b"jenjang:kek:" + kek).hexdigest()[:16]


@dataclass(slots=True)
class _Recent:
    """The keys used lately: bounded, and for a short time only, so that forgetting is prompt."""

    most: int
    seconds: float
    now: Callable[[], float]
    held: OrderedDict[UUID, tuple[float, bytes]] = field(default_factory=OrderedDict)

    def get(self, subject: UUID) -> bytes | None:
        until, key = self.held.get(subject, (0.0, b""))
        if until <= self.now():
            self.held.pop(subject, None)
            return None
        self.held.move_to_end(subject)
        return key

    def put(self, subject: UUID, key: bytes) -> None:
        self.held[subject] = (self.now() + self.seconds, key)
        self.held.move_to_end(subject)
        while len(self.held) > self.most:
            self.held.popitem(last=False)

    def drop(self, subjects: Iterable[UUID]) -> None:
        for subject in subjects:
            self.held.pop(subject, None)


class Vault:
    """The keys of this service's subjects, in its own database."""

    def __init__(
        self,
        pool: Pool,
        keks: Sequence[bytes],
        *,
        remembered: int = 10_000,
        remembered_seconds: float = 60,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        if not keks:
            raise CannotStart("No key-encryption key (KEK) is set.")
        self._pool = pool
        self._newest = kek_id(keks[0])
        self._keks = {kek_id(kek): kek for kek in keks}
        self._recent = _Recent(remembered, remembered_seconds, now)

    async def keyring(
        self,
        subjects: Iterable[UUID],
        *,
        make: bool = False,
        passing: bool = False,
        connection: Connection | None = None,
    ) -> Keyring:
        """The keys of these subjects; `make` gives one to every subject that never had one.

        Ask before a transaction begins: the keys are made in one of their own, and a key that
        is then not used harms nobody. A key made as `passing` is soon destroyed (forgetting.py).
        """
        wanted = set(subjects)
        keys = {subject: key for subject in wanted if (key := self._recent.get(subject))}
        missing = sorted(wanted - keys.keys())
        if missing:
            if connection is None:
                async with self._pool.acquire() as own:
                    found = await self._fetch(own, missing, make, passing)
            else:
                found = await self._fetch(connection, missing, make, passing)
            for subject, key in found.items():
                self._recent.put(subject, key)
            keys |= found
        return Keyring(keys)

    async def seal(
        self,
        subject: UUID,
        stream: str,
        field: str,
        schema: int,
        text: str,
        *,
        passing: bool = False,
    ) -> str:
        ring = await self.keyring([subject], make=True, passing=passing)
        return ring.seal(subject, stream, field, schema, text)

    async def open(
        self, subject: UUID, stream: str, field: str, schema: int, sealed: str
    ) -> str | None:
        ring = await self.keyring([subject])
        return ring.open(subject, stream, field, schema, sealed)

    # Forgetting

    async def forget(self, connection: Connection, subjects: Iterable[UUID]) -> list[UUID]:
        """Destroy the keys of these, in the caller's transaction; those forgotten only now.

        Whoever never had a key gets none either. Their rows stay, so that no key is ever made.
        """
        rows = await connection.fetch(_FORGET, sorted(set(subjects)))
        return [row["subject"] for row in rows]

    async def forget_passing(
        self, connection: Connection, older_than: timedelta = timedelta()
    ) -> list[UUID]:
        """Destroy the keys that were not made to stay."""
        rows = await connection.fetch(_FORGET_PASSING, older_than)
        return [row["subject"] for row in rows]

    async def rewrap(self, limit: int = 1_000) -> int:
        """Wrap keys with the newest wrapping key that an older one wraps; how many they were.

        When none is left, the older wrapping key can be destroyed, and with it every copy of a
        forgotten subject's key in whatever backup.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                """
                SELECT subject, kek_id, wrapped FROM subject_key
                 WHERE wrapped IS NOT NULL AND kek_id <> $1
                 ORDER BY subject LIMIT $2 FOR UPDATE
                """,
                self._newest,
                limit,
            )
            kek = self._keks[self._newest]
            wrapped = [
                _encrypt(kek, self._unwrapped(*row), _owner(row["subject"], self._newest))
                for row in rows
            ]
            await connection.execute(
                """
                UPDATE subject_key k SET wrapped = new.wrapped, kek_id = $3
                  FROM unnest($1::uuid[], $2::bytea[]) AS new (subject, wrapped)
                 WHERE k.subject = new.subject
                """,
                [row["subject"] for row in rows],
                wrapped,
                self._newest,
            )
        return len(rows)

    def drop(self, subjects: Iterable[UUID]) -> None:
        """Let go of the keys that this process still holds."""
        self._recent.drop(subjects)

    async def _fetch(
        self, connection: Connection, subjects: Sequence[UUID], make: bool, passing: bool
    ) -> dict[UUID, bytes]:
        known = await _rows(connection, subjects)
        if make and (new := [subject for subject in subjects if subject not in known]):
            await self._make(connection, new, passing)
            known |= await _rows(connection, new)
        return {
            subject: self._unwrapped(subject, kek, wrapped)
            for subject, (kek, wrapped) in known.items()
            if wrapped is not None
        }

    async def _make(self, connection: Connection, subjects: Sequence[UUID], passing: bool) -> None:
        """Whoever comes second keeps the first one's key; the forgotten keep none."""
        kek = self._keks[self._newest]
        wrapped = [
            _encrypt(kek, AESGCM.generate_key(256), _owner(subject, self._newest))
            for subject in subjects
        ]
        await connection.execute(
            """
            INSERT INTO subject_key (subject, wrapped, kek_id, passing)
            SELECT subject, wrapped, $3, $4
              FROM unnest($1::uuid[], $2::bytea[]) AS new (subject, wrapped)
                ON CONFLICT (subject) DO NOTHING
            """,
            subjects,
            wrapped,
            self._newest,
            passing,
        )

    def _unwrapped(self, subject: UUID, name: str, wrapped: bytes) -> bytes:
        kek = self._keks.get(name)
        if kek is None:
            raise Unreadable(f"the key-encryption key {name} is not among those given")
        return _decrypt(kek, wrapped, _owner(subject, name))


def _owner(subject: UUID, kek: str) -> bytes:
    return orjson.dumps(["subject_key", str(subject), kek])


async def _rows(
    connection: Connection, subjects: Sequence[UUID]
) -> dict[UUID, tuple[str, bytes | None]]:
    rows = await connection.fetch(
        "SELECT subject, kek_id, wrapped FROM subject_key WHERE subject = ANY($1::uuid[])",
        subjects,
    )
    return {row["subject"]: (row["kek_id"], row["wrapped"]) for row in rows}


_FORGET = """
INSERT INTO subject_key (subject, kek_id, forgotten_at)
SELECT subject, '', clock_timestamp() FROM unnest($1::uuid[]) AS gone (subject)
 ORDER BY subject
    ON CONFLICT (subject) DO UPDATE
   SET wrapped = NULL, kek_id = '', forgotten_at = clock_timestamp()
 WHERE subject_key.forgotten_at IS NULL
RETURNING subject
"""

_FORGET_PASSING = """
   UPDATE subject_key SET wrapped = NULL, kek_id = '', forgotten_at = clock_timestamp()
    WHERE passing AND wrapped IS NOT NULL AND created_at <= clock_timestamp() - $1::interval
RETURNING subject
"""
