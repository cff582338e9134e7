from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.career.domain import judgement
from services.career.domain.judgement import (
    AlreadyReplaced,
    DecreeNumberMissing,
    EndsBeforeItBegins,
    Ground,
    JudgementRecorded,
    Matter,
    NothingToReplace,
    RecordJudgement,
    RecordWaiver,
    ReplacesAnotherKind,
    SaidOfTheFuture,
    TargetMissing,
    WaiverRecorded,
)
from services.career.domain.terms import NotADecisionOfAPerson, Office, Official
from services.chassis.spec import Spec

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
FIRST, SECOND, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)
HEAD = Official(person="0197c0de-0000-7000-8000-000000000001", office=Office.PYB)
given = Spec(judgement).given

judged = JudgementRecorded(
    event_id=FIRST,
    matter=Matter.INTEGRITY,
    target=None,
    met=True,
    on=MAY,
    decided_by=HEAD,
    document_number=None,
    replaces=None,
)
judge = RecordJudgement(
    event_id=FIRST,
    matter=Matter.INTEGRITY,
    target=None,
    met=True,
    on=MAY,
    decided_by=HEAD,
    document_number=None,
    replaces=None,
    today=JUNE,
)
waived = WaiverRecorded(
    event_id=FIRST,
    ground=Ground.SEKOLAH_KADER,
    target="administrator",
    decree_number="KEP-12/2025",
    on=MAY,
    until=None,
    decided_by=HEAD,
    replaces=None,
)
waive = RecordWaiver(
    event_id=FIRST,
    ground=Ground.SEKOLAH_KADER,
    target="administrator",
    decree_number="KEP-12/2025",
    on=MAY,
    until=None,
    decided_by=HEAD,
    replaces=None,
    today=JUNE,
)


def test_an_official_judges() -> None:
    given().when(judge).then(judged)


def test_the_same_word_under_another_id_is_not_said_twice() -> None:
    given(judged).when(replace(judge, event_id=SECOND)).then()


def test_a_correction_is_a_word_of_its_own_that_names_the_one_it_replaces() -> None:
    corrected = replace(judged, event_id=SECOND, met=False, replaces=FIRST)
    given(judged).when(replace(judge, event_id=SECOND, met=False, replaces=FIRST)).then(corrected)


def test_a_word_is_replaced_once() -> None:
    corrected = replace(judged, event_id=SECOND, met=False, replaces=FIRST)
    again = replace(judge, event_id=THIRD, on=JUNE, replaces=FIRST)
    given(judged, corrected).when(again).then_refused(AlreadyReplaced)


def test_only_what_was_said_can_be_replaced() -> None:
    given().when(replace(judge, replaces=THIRD)).then_refused(NothingToReplace)


def test_a_judgement_of_health_does_not_replace_one_of_integrity() -> None:
    other = replace(judge, event_id=SECOND, matter=Matter.HEALTH, replaces=FIRST)
    given(judged).when(other).then_refused(ReplacesAnotherKind)


def test_tomorrow_cannot_be_judged() -> None:
    given().when(replace(judge, on=date(2025, 6, 2))).then_refused(SaidOfTheFuture)


@pytest.mark.parametrize(
    ("matter", "target"), [(Matter.RELATED_FIELD, None), (Matter.INTEGRITY, "administrator")]
)
def test_a_field_of_work_is_related_to_one_target_and_integrity_to_none(
    matter: Matter, target: str | None
) -> None:
    given().when(replace(judge, matter=matter, target=target)).then_refused(TargetMissing)


def test_a_judgement_is_somebodys() -> None:
    nobody = Official(person=" ", office=Office.PPK)
    given().when(replace(judge, decided_by=nobody)).then_refused(NotADecisionOfAPerson)


def test_a_decree_excuses() -> None:
    given().when(waive).then(waived)


def test_the_same_decree_twice_excuses_once() -> None:
    given(waived).when(replace(waive, event_id=SECOND)).then()


def test_a_waiver_rests_on_a_decree() -> None:
    given().when(replace(waive, decree_number=" ")).then_refused(DecreeNumberMissing)


def test_a_waiver_ends_after_it_begins() -> None:
    given().when(replace(waive, until=MAY)).then_refused(EndsBeforeItBegins)
