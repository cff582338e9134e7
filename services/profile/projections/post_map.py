"""The post map (peta jabatan) of an agency, as last defined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis.projecting import Rows, Seen
from services.profile.domain.post import Event, PostDefined, PostWithdrawn

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "post_map"
key = ("post_id",)
reads = (PostDefined, PostWithdrawn)


@dataclass(slots=True)
class Row:
    post_id: UUID
    agency: str
    code: str
    name: str
    position_class: str
    jenjang: str | None
    eselon: str | None
    unit_id: UUID
    field: str | None
    retirement_age: int
    needed: int
    job_class: int | None
    education: int | None
    training: str | None
    experience: str | None


def touches(event: Event, seen: Seen) -> Iterator[tuple[UUID]]:
    yield (event.post_id if isinstance(event, PostWithdrawn) else event.post.post_id,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, PostWithdrawn):
        if (event.post_id,) in rows:
            del rows[(event.post_id,)]
        return
    post = event.post
    rows[(post.post_id,)] = Row(
        post_id=post.post_id,
        agency=seen.agency,
        code=post.code,
        name=post.name,
        position_class=post.position_class.value,
        jenjang=post.jenjang.value if post.jenjang else None,
        eselon=post.eselon,
        unit_id=post.unit_id,
        field=post.field,
        retirement_age=post.retirement_age,
        needed=post.needed,
        job_class=post.job_class,
        education=post.conditions.education,
        training=post.conditions.training,
        experience=post.conditions.experience,
    )


async def posts_of(
    db: Pool | Connection, agency: str, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """The posts of an agency, in the order of their ids."""
    rows = await db.fetch(
        """
        SELECT post_id, code, name, position_class, jenjang, eselon, unit_id, field,
               retirement_age, needed, job_class, education, training, experience
          FROM post_map
         WHERE agency = $1 AND ($2::uuid IS NULL OR post_id > $2)
         ORDER BY post_id
         LIMIT $3
        """,
        agency,
        after,
        limit,
    )
    return [dict(row) for row in rows]
