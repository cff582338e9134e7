"""Ratings and competency results of the past come in as a workbook."""

from __future__ import annotations

from uuid import UUID

from contracts.events.assessment import (
    AppraisalCompletedV1,
    AppraisedByPointsV1,
    CompetencyAssessedV1,
    PotentialAssessedV1,
    ResultWithdrawnV1,
)
from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES
from services.assessment.domain.potential_assessment import ASPECTS
from services.assessment.domain.ratings import CHARACTERS
from services.assessment.main import SERVICE
from services.chassis.roles import importer_of
from services.chassis.workbook_writing import Written, written
from tests.integration.assessment.conftest import NIP
from tests.support.at_hand import AtHand

RATED = ["NIP", "TAHUN", "HASIL KERJA", "PERILAKU KERJA", "PREDIKAT"]
OLDER = [*RATED, "DASAR HUKUM", "NILAI", "IDE BARU"]
ASSESSED = [
    "NIP",
    "TANGGAL PENILAIAN",
    "BERLAKU SAMPAI DENGAN",
    *STANDARD_COMPETENCIES,
    "JPM",
    "KATEGORI",
    "LEMBAGA",
    "STANDAR JABATAN",
]


def result(**changes: Written) -> list[Written]:
    good: dict[str, Written] = {"NIP": NIP, "ON": "10-03-2025", "UNTIL": "09-03-2028"}
    good |= dict.fromkeys(STANDARD_COMPETENCIES, 3)
    good |= {"JPM": 24 / 27 * 100, "KATEGORI": "MS", "LEMBAGA": "UPT Penilaian"}
    good["STANDAR JABATAN"] = "Administrator"
    return list({**good, **changes}.values())


async def test_a_rating_must_agree_with_its_marks_row_by_row(
    assessment: AtHand, person: UUID
) -> None:
    rows: list[list[Written]] = [
        [NIP, 2022, 1, 1, "Sangat Baik"],
        [NIP, "2023", "2", "2", ""],
        [NIP, 2024, 1, 3, "Butuh Perbaikan"],
        [NIP, 2025, 3, 3, "Sangat Kurang"],
        [NIP, 2025, 2, 2, "Baik"],
        [NIP, 2022, 4, 1, "Baik"],
        [NIP, 2022, 1, 1, "Cemerlang"],
    ]
    receipt = await assessment.upload(written({"SKP Tahunan": [RATED, *rows]}))
    reasons = [(problem["row"], problem["reason"]) for problem in receipt["problems"]]
    assert reasons == [
        (4, "rating-contradicts-marks"),
        (6, "contradicts-record"),
        (7, "out-of-range"),
        (8, "not-allowed"),
    ]
    said = await assessment.settled()
    assert sorted((e.year, e.rating) for e in said if isinstance(e, AppraisalCompletedV1)) == [
        (2022, "SANGAT_BAIK"),
        (2023, "BAIK"),
        (2025, "SANGAT_KURANG"),
    ]


async def test_older_years_come_with_points_under_their_own_law(
    assessment: AtHand, person: UUID
) -> None:
    rows: list[list[Written]] = [
        [NIP, 2016, "", "", "Baik", "", "88,5", ""],
        [NIP, 2021, "", "", "Cukup", "PP-30-2019", "88", ""],
        [NIP, 2020, "", "", "", "PP 30/2019", "88", ""],
        [NIP, 2021, "", "", "", "", "88", ""],
        [NIP, 2019, 2, 2, "Baik", "", "", ""],
        [NIP, 2018, 2, 2, "Baik", "", "88", ""],
        [NIP, 2013, "", "", "", "", "88", ""],
        [NIP, 2017, "", "", "", "", "88.1234567", ""],
    ]
    receipt = await assessment.upload(written({"skp": [OLDER, *rows]}))
    reasons = [(problem["row"], problem["reason"]) for problem in receipt["problems"]]
    assert reasons == [
        (4, "law-not-in-force"),
        (5, "law-not-named"),
        (6, "marks-of-another-law"),
        (7, "two-kinds-of-marks"),
        (8, "marks-of-another-law"),
        (9, "too-precise"),
    ]
    assert receipt["accepted"] == 2
    said = await assessment.settled()
    assert [(e.law, e.points, e.rating) for e in said if isinstance(e, AppraisedByPointsV1)] == [
        ("PP-46-2011", "88.5", "BAIK"),
        ("PP-30-2019", "88", "CUKUP"),
    ]


async def test_competency_results_come_in_with_inclusive_last_days(
    assessment: AtHand, person: UUID
) -> None:
    changes: dict[str, Written] = {"ON": "11-03-2025", "M.05": 6}
    wrong_level = result(**changes)
    receipt = await assessment.upload(
        written(
            {
                "penilaian": [
                    ASSESSED,
                    result(),
                    wrong_level,
                    result(ON="11-03-2025", UNTIL="10-03-2025"),
                    result(ON="12-03-2025", NIP="199001012015031002"),
                    result(ON="13-03-2025", KATEGORI="Bagus"),
                    result(ON="14-03-2025", **{"STANDAR JABATAN": "x" * 65}),
                ]
            }
        )
    )
    reasons = [(problem["column"], problem["reason"]) for problem in receipt["problems"]]
    assert reasons == [
        ("M.05", "out-of-range"),
        (None, "never-valid"),
        ("NIP", "person-unknown"),
        ("KATEGORI", "not-allowed"),
        ("STANDAR JABATAN", "too-long"),
    ]
    (said,) = await assessment.settled()
    assert isinstance(said, CompetencyAssessedV1)
    assert (said.reported_jpm, str(said.valid_until)) == ("88.89", "2028-03-10")
    assert said.against == "administrator"


async def test_the_same_file_twice_changes_nothing(assessment: AtHand, person: UUID) -> None:
    content = written(
        {"skp": [RATED, [NIP, 2024, 2, 2, "Baik"]], "penilaian": [ASSESSED, result()]}
    )
    first = await assessment.upload(content)
    count = len(await assessment.events())
    assert await assessment.upload(content) == first
    assert len(await assessment.events()) == count
    again = await assessment.upload(content, again=True)
    assert (again["accepted"], again["unchanged"]) == (2, 2)


async def test_periods_dp3_and_potential_come_in_and_are_taken_back(
    assessment: AtHand, person: UUID
) -> None:
    scores: list[Written] = [82, 80, 81, 83, 85, 80, "79,5", ""]
    aspects: list[Written] = [4] * len(ASPECTS)
    content = written(
        {
            "kinerja periodik": [
                ["NIP", "TAHUN", "PERIODIK", "PERIODE KE", *RATED[2:]],
                [NIP, 2024, "Triwulan", 2, 1, 3, "Kurang"],
                [NIP, 2024, 1, 12, 2, 2, ""],
                [NIP, 2024, 2, 5, 2, 2, ""],
                [NIP, 2021, 2, 4, 2, 2, ""],
            ],
            "dp3": [
                ["NIP", "TAHUN", *(name.upper() for name in CHARACTERS.values()), "PREDIKAT"],
                [NIP, 2013, *scores, "Baik"],
                [NIP, 2014, *scores, ""],
                [NIP, 2012, "", *scores[1:], ""],
            ],
            "potensi": [
                [
                    *("NIP", "TANGGAL PENILAIAN", "ALAT", "LEMBAGA", "SKALA"),
                    *(name.upper() for name in ASPECTS.values()),
                    "BERLAKU SAMPAI DENGAN",
                ],
                [NIP, "10-03-2025", "CACT", "UPT Penilaian", 5, *aspects, "09-03-2028"],
                [NIP, "11-03-2025", "CACT", "UPT Penilaian", 3, *aspects, ""],
            ],
        }
    )
    receipt = await assessment.upload(content)
    assert [(one["sheet"], one["row"], one["reason"]) for one in receipt["problems"]] == [
        ("dp3", 3, "law-not-in-force"),
        ("dp3", 4, "missing"),
        ("kinerja periodik", 4, "no-such-period"),
        ("kinerja periodik", 5, "marks-of-another-law"),
        ("potensi", 3, "score-beyond-scale"),
    ]
    # Only potential is told: no rule elsewhere asks for a quarter, or for a DP3.
    assert [type(event) for event in await assessment.settled()] == [PotentialAssessedV1]
    periods = (await assessment.get(f"/people/{person}/periodic-appraisals")).json()["periods"]
    assert [(one["last_day"], one["rating"]) for one in periods] == [
        ("2024-12-31", "BAIK"),
        ("2024-06-30", "KURANG"),
    ]
    (dp3,) = (await assessment.get(f"/people/{person}/appraisals")).json()["appraisals"]
    assert (dp3["law"], dp3["rating"], len(dp3["characters"])) == ("PP-10-1979", "BAIK", 7)

    importer = importer_of(SERVICE, assessment.runtime, assessment.deps)
    [job] = (await assessment.get("/imports")).json()
    place = f"/imports/{job['import_id']}"
    await assessment.client.post(f"{place}/undo", headers=assessment.who())
    await importer.finished(UUID(job["import_id"]))
    assert (await assessment.get(place)).json()["undone"][0]["facts"] == 4
    said = await assessment.settled()
    assert [type(event) for event in said] == [PotentialAssessedV1, ResultWithdrawnV1]
    assert (await assessment.get(f"/people/{person}/potential-assessments")).json()["results"] == []
