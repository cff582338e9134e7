"""A subject's partition is for ever."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from services.chassis.partitioning import partition_of


def test_a_subject_stays_where_it_is() -> None:
    """Frozen values: whoever changes the function moves every subject of every deployment."""
    assert [partition_of(UUID(int=n), 48) for n in range(6)] == FROZEN


def test_subjects_are_spread_evenly() -> None:
    found = Counter(partition_of(UUID(int=n), 4) for n in range(4000))
    assert set(found) == {0, 1, 2, 3}
    assert min(found.values()) > 800


FROZEN = [21, 43, 40, 22, 40, 26]
