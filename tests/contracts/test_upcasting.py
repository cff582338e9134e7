"""A body of any age is read as today's class: steps in a chain, each raw dict to raw dict."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

import orjson
import pytest

from contracts.envelope import ContractEvent
from contracts.registry import UnknownContract, UnreadableBody, decode, decode_as
from contracts.upcasting import Raw, StepMissing, Steps, upcast

SOMEBODY = UUID("01937a5e-0000-7000-8000-000000000001")


class MedalAwardedV1(ContractEvent):
    """An invented contract in its third revision."""

    TYPE: ClassVar[str] = "career.medal_awarded.v1"
    SCHEMA: ClassVar[int] = 3

    person_id: UUID
    years: int
    awarded_on: date
    decree_number: str | None = None


def _years_were_counted_in_months(raw: Raw) -> Raw:
    return {**raw, "years": raw["months"] // 12}


def _the_decree_was_not_told(raw: Raw) -> Raw:
    return {**raw, "decree_number": None}


STEPS: Steps = {
    (MedalAwardedV1.TYPE, 1): _years_were_counted_in_months,
    (MedalAwardedV1.TYPE, 2): _the_decree_was_not_told,
}


def body(**fields: object) -> bytes:
    return orjson.dumps({"person_id": str(SOMEBODY), "awarded_on": "2020-08-17", **fields})


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        (1, body(months=240)),
        (2, body(years=20)),
        (3, body(years=20, decree_number=None)),
        (4, body(years=20, decree_number=None, handed_over_by="the governor")),
    ],
)
def test_every_revision_is_read_as_todays_class(revision: int, said: bytes) -> None:
    assert decode_as(MedalAwardedV1, revision, said, steps=STEPS) == MedalAwardedV1(
        person_id=SOMEBODY, years=20, awarded_on=date(2020, 8, 17)
    )


def test_a_step_does_not_change_what_was_stored() -> None:
    raw: Raw = {"months": 24}
    assert upcast(MedalAwardedV1.TYPE, 1, raw, to=3, steps=STEPS)["years"] == 2
    assert raw == {"months": 24}


def test_a_gap_in_the_chain_is_an_error_not_a_guess() -> None:
    with pytest.raises(StepMissing, match="revision 2"):
        upcast(MedalAwardedV1.TYPE, 1, {"months": 24}, to=3, steps={(MedalAwardedV1.TYPE, 1): dict})
    with pytest.raises(UnreadableBody, match="StepMissing"):
        decode_as(MedalAwardedV1, 1, body(months=1), steps={})


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"text"',
        body(),
        body(years="many"),
        body(years=1)[:-5],
    ],
)
def test_a_body_that_cannot_be_read_says_why_and_repeats_no_value(spoilt: bytes) -> None:
    with pytest.raises(UnreadableBody) as refused:
        decode_as(MedalAwardedV1, 3, spoilt)
    assert "many" not in str(refused.value)


@pytest.mark.parametrize("spoilt", [b"", b"null", b"[]", b"\xff", b'{"months": "many"}'])
def test_an_old_body_that_cannot_be_upcast_is_unreadable_too(spoilt: bytes) -> None:
    with pytest.raises(UnreadableBody):
        decode_as(MedalAwardedV1, 1, spoilt, steps=STEPS)


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(UnknownContract, match=r"career\.medal_awarded\.v9"):
        decode("career.medal_awarded.v9", 1, b"{}")
