"""Uploaded files between their check and their end: sealed, short-lived, and dropped on demand.

A file names people. Each upload lies under a passing key of its own, and is gone seven days after
its last step, or at once when somebody must be forgotten.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis.problems import Problem
from services.chassis.vault import Vault, place

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

PIECE = 1_000_000
NONCE = 12
KEPT = timedelta(days=7)


class FileGone(Problem):
    """The file is not kept any longer; please send it again."""

    status = 410


@dataclass(frozen=True, slots=True)
class FileKey:
    """What seals one upload, and what was noted of its cells."""

    file_id: UUID
    key: bytes

    def seal(self, field: str, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.key).encrypt(nonce, plain, self._place(field))

    def open(self, field: str, stored: bytes) -> bytes:
        try:
            return AESGCM(self.key).decrypt(stored[:NONCE], stored[NONCE:], self._place(field))
        except (InvalidTag, ValueError):
            raise FileGone from None

    def _place(self, field: str) -> bytes:
        return place(f"upload-{self.file_id}", field, 1)


async def key_of(vault: Vault, file_id: UUID) -> FileKey:
    """The key of one upload; `FileGone` when it has been destroyed."""
    ring = await vault.keyring([file_id], make=True, passing=True)
    if file_id not in ring.keys:
        raise FileGone
    return FileKey(file_id, ring.keys[file_id])


async def keep_file(connection: Connection, key: FileKey, name: str, content: bytes) -> None:
    """Store an upload: its name, then its pieces."""
    pieces = [name.encode(), *(content[at : at + PIECE] for at in range(0, len(content), PIECE))]
    for nth, piece in enumerate(pieces):
        await connection.execute(
            """
            INSERT INTO import_file (file_id, nth, sealed, kept_until)
            VALUES ($1, $2, $3, clock_timestamp() + $4::interval)
            """,
            key.file_id,
            nth,
            key.seal(f"piece {nth}", piece),
            KEPT,
        )


async def name_of(db: Pool | Connection, vault: Vault, file_id: UUID) -> str | None:
    """What the file was called, while it is kept."""
    stored = await db.fetchval(
        "SELECT sealed FROM import_file WHERE file_id = $1 AND nth = 0", file_id
    )
    if stored is None:
        return None
    try:
        return (await key_of(vault, file_id)).open("piece 0", stored).decode()
    except FileGone:
        return None


async def content_of(db: Pool | Connection, vault: Vault, file_id: UUID) -> bytes:
    """The bytes that were sent."""
    rows = await db.fetch(
        "SELECT nth, sealed FROM import_file WHERE file_id = $1 ORDER BY nth", file_id
    )
    if not rows:
        raise FileGone
    key = await key_of(vault, file_id)
    return b"".join(key.open(f"piece {row['nth']}", row["sealed"]) for row in rows[1:])


async def keep_longer(db: Pool | Connection, file_id: UUID) -> None:
    """Every step begins the seven days anew."""
    await db.execute(
        """
        UPDATE import_file SET kept_until = clock_timestamp() + $2::interval WHERE file_id = $1
        """,
        file_id,
        KEPT,
    )


async def drop_old(db: Pool | Connection) -> None:
    """What has been kept long enough goes, with every cell that was noted from it."""
    await db.execute(
        """
        WITH old AS (
            DELETE FROM import_file WHERE kept_until < clock_timestamp() RETURNING file_id)
        UPDATE import_row SET sealed = NULL
         WHERE sealed IS NOT NULL AND file_id IN (SELECT file_id FROM old)
        """
    )


async def drop_file(db: Pool | Connection, file_id: UUID) -> None:
    """The sender does not want it any longer."""
    await db.execute("DELETE FROM import_file WHERE file_id = $1", file_id)
    await db.execute("UPDATE import_row SET sealed = NULL WHERE file_id = $1", file_id)


async def drop_all(db: Pool | Connection) -> None:
    """Somebody must be forgotten, and nobody can say in which of the files they stand."""
    await db.execute("DELETE FROM import_file")
    await db.execute("UPDATE import_row SET sealed = NULL WHERE sealed IS NOT NULL")
