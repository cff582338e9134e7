"""The fold of the dossier, without a database: places, clocks and what replaces what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from contracts.events.assessment import AppraisedByPointsV1, CompetencyAssessedV1
from contracts.events.profile import EducationRecordedV1, SanctionImposedV1
from contracts.events.training import CompletionRevokedV1, TrainingFinishedV1
from services.career.projections import dossier_facts
from services.career.projections.dossier_facts import DossierFact, Event
from services.chassis.projecting import Rows, Seen

PERSON = UUID(int=7)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SEEN = Seen(
    event_id=UUID(int=1),
    source="training",
    generation=1,
    partition=2,
    psn=10,
    type="training.finished.v1",
    subject=PERSON,
    agency="demo",
    effective_from=date(2025, 6, 1),
    recorded_at=NOON,
)
finished = TrainingFinishedV1(
    person_id=PERSON,
    enrolment_id=UUID(int=3),
    programme="PKP",
    finished_on=date(2025, 6, 1),
    jp=900,
    provider="LAN",
    evidence="PASSED",
)


def folded(*heard: tuple[Event, Seen]) -> Rows[DossierFact]:
    rows: Rows[DossierFact] = Rows()
    for event, seen in heard:
        keys = set(dossier_facts.touches(event, seen))
        dossier_facts.fold(rows, event, seen)
        assert (seen.source, seen.partition, seen.event_id) in keys
    return rows


def later(event_id: int, psn: int) -> Seen:
    return SEEN._replace(event_id=UUID(int=event_id), psn=psn, recorded_at=NOON.replace(hour=psn))


def test_a_fact_keeps_its_place_and_its_sources_clock() -> None:
    (row,) = folded((finished, SEEN)).values()
    assert (row.kind, row.psn, row.recorded_at) == ("TrainingFinished", 10, NOON)
    assert (row.effective_from, row.person_id) == (date(2025, 6, 1), PERSON)


def test_a_revoked_completion_ends_without_being_forgotten() -> None:
    revoked = CompletionRevokedV1(
        person_id=PERSON,
        revokes=SEEN.event_id,
        revoked_on=date(2025, 7, 1),
        reason_code="wrong-person",
    )
    (row,) = folded((finished, SEEN), (revoked, later(2, 12))).values()
    assert (row.superseded_psn, row.superseded_at) == (12, NOON)


def test_a_correction_ends_what_it_replaces_and_stands_itself() -> None:
    corrected = finished.model_copy(update={"jp": 910, "replaces": SEEN.event_id})
    old, new = folded((finished, SEEN), (corrected, later(2, 12))).values()
    assert (old.superseded_psn, new.superseded_psn) == (12, None)


def test_the_first_to_replace_a_fact_ends_it() -> None:
    second = finished.model_copy(update={"jp": 910, "replaces": SEEN.event_id})
    third = finished.model_copy(update={"jp": 920, "replaces": SEEN.event_id})
    rows = folded((finished, SEEN), (second, later(2, 12)), (third, later(3, 13)))
    assert [row.superseded_psn for row in rows.values()] == [12, None, None]


def test_a_correction_of_what_could_not_be_applied_stands_alone() -> None:
    corrected = finished.model_copy(update={"replaces": SEEN.event_id})
    (row,) = folded((corrected, later(2, 12))).values()
    assert row.superseded_at is None


def test_an_end_is_kept_as_it_was_said() -> None:
    sanction = SanctionImposedV1(
        person_id=PERSON,
        kind="24",
        severity="MODERATE",
        starts_on=date(2025, 9, 1),
        ends_on=date(2026, 6, 1),
        law="PP-94-2021",
    )
    (row,) = folded((sanction, SEEN)).values()
    assert (row.effective_from, row.until) == (date(2025, 9, 1), date(2026, 6, 1))


def test_a_diploma_keeps_whether_it_is_recognised() -> None:
    diploma = EducationRecordedV1(
        person_id=PERSON, level=7, completed_on=date(2010, 8, 1), recognised=False
    )
    (row,) = folded((diploma, SEEN)).values()
    assert row.payload == '{"level":7,"on":"2010-08-01","recognised":false}'


def test_points_keep_the_law_by_which_they_were_given() -> None:
    rated = AppraisedByPointsV1(
        person_id=PERSON,
        year=2021,
        law="PP-30-2019",
        points="88",
        rating="CUKUP",
        effective_from=date(2021, 12, 31),
    )
    (row,) = folded((rated, SEEN)).values()
    assert (row.kind, row.effective_from) == ("YearRated", date(2021, 12, 31))
    assert row.payload == (
        '{"law":"PP-30-2019","on":"2021-12-31","points":"88","rating":"CUKUP","year":2021}'
    )


def test_a_match_keeps_the_standard_it_names() -> None:
    measured = CompetencyAssessedV1(
        person_id=PERSON,
        assessed_on=date(2025, 3, 1),
        levels={},
        reported_jpm="82.5",
        against="administrator",
        institution="Assessment centre",
    )
    (row,) = folded((measured, SEEN)).values()
    assert '"against":"administrator","job_person_match":"82.5"' in row.payload
