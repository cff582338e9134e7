"""A stretch of the inbox by columns holds what its rows hold, up to the first gap."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from services.chassis.batch import seen_of
from services.chassis.columns import columns_after
from services.chassis.heard import Heard
from services.chassis.reading import InboxReader, Place

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

PLACE = Place("sample", 1, 2)
READ = ["sample.happened.v1"]


def heard(psn: int, place: Place = PLACE) -> Heard:
    return Heard(
        *place,
        psn,
        event_id=UUID(int=psn),
        seq=psn,
        type=f"sample.happened.v{1 + psn % 2}",
        schema=1 + psn % 3,
        subject=UUID(int=psn % 5),
        agency="demo",
        effective_from=date(2025, 1, psn),
        recorded_at=datetime(2026, 1, 5, microsecond=psn, tzinfo=UTC),
        body=b"%d" % psn,
        way="kafka",
    )


@pytest.mark.parametrize(
    ("there", "after", "limit"),
    [
        (range(1, 9), 0, 100),
        (range(1, 9), 3, 2),
        (range(1, 9), 8, 100),
        (range(1, 9), 0, 0),
        ([1, 2, 4, 5], 0, 100),
        ([2, 3], 0, 100),
        ([], 0, 100),
    ],
)
async def test_columns_hold_what_rows_hold(
    pool: Pool, there: list[int], after: int, limit: int
) -> None:
    async with pool.acquire() as connection:
        others = [heard(psn, PLACE._replace(partition=3)) for psn in range(1, 20)]
        await connection.copy_records_to_table(
            "inbox", records=[*others, *map(heard, there)], columns=Heard._fields
        )
        rows = await InboxReader("sample").after(connection, PLACE, after, limit, READ)
        found = await columns_after(connection, PLACE, after, limit, READ)
    if not rows:
        assert found is None
        return
    assert found is not None
    assert [*found.seen()] == [seen_of(PLACE, row) for row in rows]
    assert [*zip(found.psns, found.schemas, found.bodies, strict=True)] == [
        (row["psn"], row["schema"], row["body"]) for row in rows
    ]
