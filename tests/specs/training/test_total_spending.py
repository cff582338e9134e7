from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.training.domain import total_spending
from services.training.domain.total_spending import (
    DocumentSaysOtherwise,
    Government,
    RecordTotalSpending,
    TotalNotPositive,
    TotalSpendingRecorded,
    floor_of,
    share,
)

given = Spec(total_spending).given
record = RecordTotalSpending(
    event_id=UUID(int=1),
    year=2026,
    government=Government.PROVINCE,
    total=5_000_000_000,
    document="APBD-2026",
    on=date(2026, 1, 2),
)
recorded = TotalSpendingRecorded(
    event_id=UUID(int=1),
    year=2026,
    government=Government.PROVINCE,
    total=5_000_000_000,
    document="APBD-2026",
    on=date(2026, 1, 2),
)


def test_a_document_says_its_total_once() -> None:
    given().when(record).then(recorded)
    given(recorded).when(replace(record, event_id=UUID(int=2))).then()
    given(recorded).when(replace(record, total=1)).then_refused(DocumentSaysOtherwise)
    given().when(replace(record, total=0)).then_refused(TotalNotPositive)


def test_a_later_document_may_say_another_total() -> None:
    given(recorded).when(
        replace(record, event_id=UUID(int=2), document="APBD-P-2026", total=6_000_000_000)
    ).then(replace(recorded, event_id=UUID(int=2), document="APBD-P-2026", total=6_000_000_000))


@pytest.mark.parametrize(
    ("government", "percent"),
    [(Government.PROVINCE, "0.34"), (Government.DISTRICT, "0.16")],
)
def test_the_floor_of_apparatus_development_is_known_and_uncertain(
    government: Government, percent: str
) -> None:
    floor = floor_of(government, 2026)
    assert floor is not None
    assert (floor.percent, floor.verification) == (Decimal(percent), "uncertain")
    assert floor_of(government, 2018) is None


def test_a_share_is_exact() -> None:
    assert share(17_000_000, 5_000_000_000) == Decimal("0.340")
    assert share(1, 3) == Decimal("33.333")
