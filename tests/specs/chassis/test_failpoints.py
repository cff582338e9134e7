"""Failpoints do what they are told, where and when they are told, and nothing unasked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.chassis import failpoints
from services.chassis.failpoints import Reached, arm, is_armed, reach


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    arm("")


async def test_an_unarmed_place_is_nothing() -> None:
    await reach("after-insert")
    assert not is_armed("after-insert")


async def test_it_happens_at_the_pass_it_was_set_for() -> None:
    arm("after-insert:raise:3,before-cursor:sleep:1:0")
    await reach("after-insert")
    await reach("before-commit")
    await reach("before-cursor")
    await reach("after-insert")
    with pytest.raises(Reached):
        await reach("after-insert")


@pytest.mark.parametrize("text", ["after-inserts:kill", "after-insert:explode", "after-insert"])
def test_a_misspelt_failpoint_is_an_error_and_not_a_silence(text: str) -> None:
    with pytest.raises(ValueError, match="FAILPOINT"):
        failpoints.read(text)
