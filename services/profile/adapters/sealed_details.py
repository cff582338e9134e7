"""Names and numbers, opened for those who may read them, straight from the sealed events.

No read model holds them, so there is one place where a name lies and one key that opens it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.event_codec import Place
from services.chassis.vault import Vault
from services.profile.adapters.stored_events import CODEC, DETAILS_CHANGED, REGISTERED
from services.profile.domain.registration import Details
from services.profile.streams import person_stream

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


async def details_of(pool: Pool, vault: Vault, people: Iterable[UUID]) -> dict[UUID, Details]:
    """The newest details of these people; whoever is unknown or forgotten is not in it."""
    rows = await pool.fetch(
        """
        SELECT DISTINCT ON (stream) stream, subject, type, schema, body
          FROM (SELECT stream, version, subject, type, schema, body FROM log
                 WHERE stream = ANY ($1::text[]) AND type = ANY ($2::text[])
                 UNION ALL
                SELECT stream, version, subject, type, schema, body FROM tail
                 WHERE stream = ANY ($1::text[]) AND type = ANY ($2::text[])) AS told
         ORDER BY stream, version DESC
        """,
        [person_stream(person_id) for person_id in people],
        [REGISTERED, DETAILS_CHANGED],
    )
    ring = await vault.keyring(row["subject"] for row in rows)
    found = {
        row["subject"]: CODEC.decode(
            row["type"], row["schema"], row["body"], Place(row["subject"], row["stream"]), ring
        ).details
        for row in rows
    }
    return {person_id: details for person_id, details in found.items() if details is not None}
