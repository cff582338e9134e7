"""Sanctions: what the law of their day says of them, what absence leads to, and appeals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.profile.domain import person
from services.profile.domain.discipline import (
    BANDS,
    KINDS,
    AbsenceNotPossible,
    AppealBeforeSanction,
    AppealSanction,
    CancelSanction,
    DecideAppeal,
    KindNotKnown,
    KindOfOtherLaw,
    LengthOfOtherKind,
    NoAbsenceBands,
    NoDisciplineLawKnown,
    NoSuchSanction,
    NotAppealed,
    SanctionCancelled,
    SeverityOfOtherKind,
    law_on,
    proposed_for_absence,
    sanction_of,
)
from services.profile.domain.fact_events import SanctionAppealed, SanctionImposed
from services.profile.domain.facts import Appeal, AppealKind, AppealOutcome, ContradictsRecord
from services.profile.domain.person import ImposeSanction, NotRegistered
from services.profile.domain.terms import Severity
from tests.specs.profile.test_person import registered

given = Spec(person).given
TWO, THREE, FOUR = (UUID(int=n) for n in (2, 3, 4))
END_OF_2025 = date(2025, 12, 31)


# Absence


def test_c30_twelve_unexcused_days_propose_a_cut_of_six_months_pp_94_2021_article_11() -> None:
    proposal = proposed_for_absence(12, consecutive=4, on=END_OF_2025)
    assert proposal is not None
    assert (proposal.kind, proposal.severity) == ("PEMOTONGAN_TUKIN_6_BULAN", Severity.MODERATE)
    assert (proposal.law, proposal.article) == ("PP-94-2021", "11")


def test_c31_ten_days_in_a_row_outrank_the_band_of_seven_to_ten_pp_94_2021_article_11() -> None:
    proposal = proposed_for_absence(10, consecutive=10, on=END_OF_2025)
    assert proposal is not None
    assert (proposal.kind, proposal.consecutive) == ("PEMBERHENTIAN", True)
    apart = proposed_for_absence(10, consecutive=9, on=END_OF_2025)
    assert apart is not None
    assert (apart.kind, apart.consecutive) == ("PERNYATAAN_TIDAK_PUAS", False)


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        (2, None),
        (3, "TEGURAN_LISAN"),
        (4, "TEGURAN_TERTULIS"),
        (6, "TEGURAN_TERTULIS"),
        (7, "PERNYATAAN_TIDAK_PUAS"),
        (11, "PEMOTONGAN_TUKIN_6_BULAN"),
        (13, "PEMOTONGAN_TUKIN_6_BULAN"),
        (14, "PEMOTONGAN_TUKIN_9_BULAN"),
        (16, "PEMOTONGAN_TUKIN_9_BULAN"),
        (17, "PEMOTONGAN_TUKIN_12_BULAN"),
        (20, "PEMOTONGAN_TUKIN_12_BULAN"),
        (21, "PENURUNAN_JABATAN_12_BULAN"),
        (24, "PENURUNAN_JABATAN_12_BULAN"),
        (25, "PEMBEBASAN_JABATAN_12_BULAN"),
        (27, "PEMBEBASAN_JABATAN_12_BULAN"),
        (28, "PEMBERHENTIAN"),
    ],
)
def test_every_band_of_pp_94_2021_article_11_at_its_edges(days: int, kind: str | None) -> None:
    proposal = proposed_for_absence(days, consecutive=0, on=END_OF_2025)
    assert (proposal.kind if proposal else None) == kind


def test_bands_fall_from_the_longest_and_name_kinds_of_pp_94_2021() -> None:
    assert [least for least, _ in BANDS] == sorted((least for least, _ in BANDS), reverse=True)
    assert all(any(one.law == "PP-94-2021" for one in KINDS[kind]) for _, kind in BANDS)


def test_absence_before_pp_94_2021_is_not_judged_by_its_bands() -> None:
    with pytest.raises(NoAbsenceBands):
        proposed_for_absence(12, consecutive=0, on=date(2021, 8, 30))
    assert proposed_for_absence(12, consecutive=0, on=date(2021, 8, 31))


@pytest.mark.parametrize(("days", "consecutive"), [(3, 4), (-1, 0), (367, 0), (5, -1)])
def test_absence_that_cannot_be_is_refused(days: int, consecutive: int) -> None:
    with pytest.raises(AbsenceNotPossible):
        proposed_for_absence(days, consecutive=consecutive, on=END_OF_2025)


# The law of the day


def test_c43_a_delay_of_one_year_under_pp_53_2010_is_over_a_year_later() -> None:
    delayed = sanction_of("PENUNDAAN_PANGKAT_1_TAHUN", date(2021, 3, 1))
    assert (delayed.law, delayed.severity) == ("PP-53-2010", Severity.MODERATE)
    assert delayed.ends_on == date(2022, 3, 1)


def test_c10_a_cut_of_nine_months_under_pp_94_2021_ends_on_the_first_of_june() -> None:
    assert sanction_of("PEMOTONGAN_TUKIN_9_BULAN", date(2025, 9, 1)).ends_on == date(2026, 6, 1)


def test_each_law_governs_from_its_first_day() -> None:
    assert law_on(date(2021, 8, 31)) == "PP-94-2021"
    assert law_on(date(2021, 8, 30)) == law_on(date(2010, 6, 6)) == "PP-53-2010"
    with pytest.raises(NoDisciplineLawKnown):
        law_on(date(2010, 6, 5))


def test_a_kind_of_one_law_does_not_exist_in_the_other() -> None:
    with pytest.raises(KindOfOtherLaw):
        sanction_of("PENUNDAAN_PANGKAT_1_TAHUN", date(2021, 8, 31))
    with pytest.raises(KindOfOtherLaw):
        sanction_of("PEMOTONGAN_TUKIN_6_BULAN", date(2021, 8, 30))


def test_what_a_decree_names_must_agree_with_the_law() -> None:
    day = date(2025, 9, 1)
    with pytest.raises(SeverityOfOtherKind):
        sanction_of("TEGURAN_LISAN", day, severity=Severity.SEVERE)
    with pytest.raises(LengthOfOtherKind):
        sanction_of("PEMOTONGAN_TUKIN_6_BULAN", day, ends_on=date(2026, 4, 1))
    agreed = sanction_of("PEMOTONGAN_TUKIN_6_BULAN", day, ends_on=date(2026, 3, 1))
    assert agreed == sanction_of("PEMOTONGAN_TUKIN_6_BULAN", day)


def test_a_kind_outside_the_list_needs_its_severity_and_its_law() -> None:
    with pytest.raises(KindNotKnown):
        sanction_of("SANKSI_MORAL", END_OF_2025)
    told = sanction_of("SANKSI_MORAL", END_OF_2025, severity=Severity.LIGHT, law="PP-42-2004")
    assert (told.law, told.ends_on) == ("PP-42-2004", None)


# Appeals and cancellation

CUT = sanction_of("PEMOTONGAN_TUKIN_9_BULAN", date(2025, 9, 1), decree_number="800/1/2025")
LESS = sanction_of("PEMOTONGAN_TUKIN_6_BULAN", date(2025, 9, 1), decree_number="800/2/2025")
imposed = SanctionImposed(event_id=TWO, sanction=CUT)
appeal = AppealSanction(event_id=THREE, sanction=TWO, kind=AppealKind.APPEAL, on=date(2025, 9, 10))
OPEN = Appeal(kind=AppealKind.APPEAL, on=date(2025, 9, 10))
was_appealed = SanctionAppealed(event_id=THREE, sanction=replace(CUT, appeal=OPEN), replaces=TWO)
decision = DecideAppeal(event_id=FOUR, sanction=THREE, on=date(2025, 12, 1), decree_number="B/7")
UPHELD = replace(
    OPEN, outcome=AppealOutcome.UPHELD, decided_on=date(2025, 12, 1), decree_number="B/7"
)


def test_a_sanction_is_appealed_and_keeps_its_dates_pp_94_2021() -> None:
    given(registered, imposed).when(appeal).then(was_appealed)


def test_nobody_appeals_before_the_sanction_or_against_something_else() -> None:
    early = replace(appeal, on=CUT.starts_on - timedelta(days=1))
    given(registered, imposed).when(early).then_refused(AppealBeforeSanction)
    given(registered).when(appeal).then_refused(NoSuchSanction)
    given().when(appeal).then_refused(NotRegistered)


def test_an_appeal_may_leave_the_sanction_as_it_was() -> None:
    upheld = SanctionAppealed(event_id=FOUR, sanction=replace(CUT, appeal=UPHELD), replaces=THREE)
    given(registered, imposed, was_appealed).when(decision).then(upheld)


def test_an_appeal_may_change_the_sanction() -> None:
    changed = replace(UPHELD, outcome=AppealOutcome.CHANGED)
    given(registered, imposed, was_appealed).when(replace(decision, changed=LESS)).then(
        SanctionAppealed(event_id=FOUR, sanction=replace(LESS, appeal=changed), replaces=THREE)
    )


def test_a_changed_sanction_may_not_run_into_another_one() -> None:
    other = SanctionImposed(event_id=UUID(int=5), sanction=LESS)
    given(registered, imposed, was_appealed, other).when(
        replace(decision, changed=LESS)
    ).then_refused(ContradictsRecord)


def test_only_an_open_appeal_is_decided() -> None:
    given(registered, imposed).when(replace(decision, sanction=TWO)).then_refused(NotAppealed)


def test_a_sanction_told_again_by_a_file_does_not_lose_its_appeal() -> None:
    again = ImposeSanction(event_id=FOUR, sanction=CUT)
    given(registered, imposed, was_appealed).when(again).then()


def test_a_cancelled_sanction_never_stood() -> None:
    cancel = CancelSanction(
        event_id=THREE, sanction=TWO, on=date(2025, 11, 1), decree_number="800/3/2025"
    )
    cancelled = SanctionCancelled(
        event_id=THREE, withdraws=TWO, on=date(2025, 11, 1), decree_number="800/3/2025"
    )
    given(registered, imposed).when(cancel).then(cancelled)
    given(registered, imposed, cancelled).when(appeal).then()
    given(registered).when(cancel).then_refused(NoSuchSanction)
