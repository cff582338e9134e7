"""Post standards come in as a workbook, whole versions at a time, and leave as they came."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts.events.assessment import PostStandardPublishedV1
from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES
from services.assessment.main import SERVICE
from services.chassis.workbook_writing import Written, written
from tests.support.at_hand import AtHand, at_hand

HEAD: list[Written] = [
    *("KODE JABATAN", "KODE KOMPETENSI", "KELOMPOK", "LEVEL", "DASAR HUKUM", "BERLAKU MULAI")
]
DECREE = "800/15/2025"


def version(post: str, **levels: Written) -> list[list[Written]]:
    asked: dict[str, Written] = {**dict.fromkeys(STANDARD_COMPETENCIES, 3), **levels}
    return [[post, code, "", level, DECREE, "01-01-2025"] for code, level in asked.items()]


async def send(assessment: AtHand, content: bytes) -> dict[str, Any]:
    answer = await assessment.client.post(
        "/imports/post-standards", files={"file": ("skj.xlsx", content)}, headers=assessment.who()
    )
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def leaves(assessment: AtHand, shape: str) -> bytes:
    answer = await assessment.client.get(
        f"/post-standards/{shape}", params={"day": "2025-06-01"}, headers=assessment.who()
    )
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_a_version_with_one_wrong_row_is_held_back_and_the_others_are_published(
    assessment: AtHand,
) -> None:
    rows = [
        *version("A"),
        *version("B", **{"X.01": 2}),
        *version("C")[:-1],
        *version("D"),
        version("D")[0],
    ]
    receipt = await send(assessment, written({"skj": [HEAD, *rows]}))
    reasons = [one["reason"] for one in receipt["problems"]]
    assert {reason: reasons.count(reason) for reason in set(reasons)} == {
        "competency-not-in-dictionary": 1,
        "competency-missing": 8,
        "duplicate-in-file": 1,
        "version-incomplete": 18,
    }
    (said,) = await assessment.settled()
    assert isinstance(said, PostStandardPublishedV1)
    assert (said.post, said.decree_number) == ("A", DECREE)


async def test_standards_that_left_make_an_empty_system_equal(
    assessment: AtHand, databases: Callable[[], str], tmp_path: Path
) -> None:
    await send(assessment, written({"skj": [HEAD, *version("A"), *version("B", **{"M.01": 5})]}))
    await assessment.settled()
    gone = await leaves(assessment, "workbook")
    package = await leaves(assessment, "case")
    (tmp_path / "other").mkdir()
    async with at_hand(SERVICE, databases(), tmp_path / "other") as empty:
        await send(empty, gone)
        await empty.settled()
        assert await leaves(empty, "workbook") == gone
        assert await leaves(empty, "csv") == await leaves(assessment, "csv")
    assert b'"humanCodingScheme":"B/M.01"' in package
