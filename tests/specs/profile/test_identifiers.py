"""A NIP and an NI PPPK repeat birth date and sex; what cannot be is refused by name."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.profile.domain import identifiers
from services.profile.domain.identifiers import (
    AppointmentDiffers,
    BirthDateDiffers,
    BornInTheFuture,
    IdentifierKind,
    NoPppkBefore2019,
    NoSuchAppointmentMonth,
    NoSuchBirthDate,
    NoSuchSex,
    NotAPppkCode,
    NotEighteenDigits,
    NotNineDigits,
    NotSixteenDigits,
    NumberOfOtherKind,
    SerialZero,
    SexDiffers,
    TooYoungWhenAppointed,
    agree,
    appointed,
    kind_of,
    read_for,
    read_ni_pppk,
    read_nik,
    read_nip,
    read_old_nip,
)
from services.profile.domain.terms import EmploymentKind, Refused, Sex

TODAY = date(2026, 3, 31)


def test_the_published_nip_says_who_its_bearer_is() -> None:
    nip = read_nip("19860926 201505 1 001", TODAY)
    assert (nip.value, nip.born) == ("198609262015051001", date(1986, 9, 26))
    assert (nip.appointed, nip.sex, nip.age_when_appointed) == (date(2015, 5, 1), Sex.M, 28)


def test_the_published_part_time_number_has_a_code_and_no_month() -> None:
    number = read_ni_pppk("199009132025242014", TODAY)
    assert (number.born, number.year, number.code, number.sex) == (
        date(1990, 9, 13),
        2025,
        24,
        Sex.F,
    )
    assert kind_of("199009132025242014") is IdentifierKind.NI_PPPK


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("19860926201505100", NotEighteenDigits),
        ("19860926201505100X", NotEighteenDigits),
        ("٣" * 18, NotEighteenDigits),
        ("198602302015051001", NoSuchBirthDate),
        ("202604012044051001", BornInTheFuture),
        ("198609262015131001", NoSuchAppointmentMonth),
        ("198609262015001001", NoSuchAppointmentMonth),
        ("198609260000051001", NoSuchAppointmentMonth),
        ("199709262015051001", TooYoungWhenAppointed),
        ("198609262015053001", NoSuchSex),
        ("198609262015051000", SerialZero),
    ],
)
def test_what_no_nip_can_be_is_refused_by_name(number: str, reason: type[Refused]) -> None:
    with pytest.raises(reason):
        read_nip(number, TODAY)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("199009132018212014", NoPppkBefore2019),
        ("199009132025202014", NotAPppkCode),
        ("199009132025302014", NotAPppkCode),
        ("201009132025212014", TooYoungWhenAppointed),
    ],
)
def test_what_no_ni_pppk_can_be_is_refused_by_name(number: str, reason: type[Refused]) -> None:
    with pytest.raises(reason):
        read_ni_pppk(number, TODAY)


def test_eighteen_years_to_the_month_are_enough() -> None:
    assert read_nip("199705012015051001", TODAY).age_when_appointed == 18
    with pytest.raises(TooYoungWhenAppointed):
        read_nip("199705022015051001", TODAY)


def test_the_kind_of_employment_is_the_authority_on_the_number() -> None:
    assert read_for(EmploymentKind.CPNS, "198609262015051001", TODAY)
    with pytest.raises(NumberOfOtherKind):
        read_for(EmploymentKind.PPPK, "198609262015051001", TODAY)
    with pytest.raises(NumberOfOtherKind):
        read_for(EmploymentKind.PNS, "199009132025242014", TODAY)


def test_the_profile_must_agree_with_the_number() -> None:
    nip = read_nip("198609262015051001", TODAY)
    agree(nip, date(1986, 9, 26), Sex.M)
    with pytest.raises(BirthDateDiffers):
        agree(nip, date(1986, 9, 27), Sex.M)
    with pytest.raises(SexDiffers):
        agree(nip, date(1986, 9, 26), Sex.F)


def test_old_numbers_and_nik_have_their_own_lengths() -> None:
    assert read_old_nip("130 123 456") == "130123456"
    assert read_nik("9901016609860001") == "9901016609860001"
    with pytest.raises(NotNineDigits):
        read_old_nip("13012345")
    with pytest.raises(NotSixteenDigits):
        read_nik("990101660986000")


def test_an_old_beginner_is_unusual_and_not_refused() -> None:
    assert identifiers.unusual(read_nip("196009262015051001", TODAY))


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{18}", fullmatch=True))
def test_any_text_is_read_or_refused(number: str) -> None:
    for read in (lambda: read_nip(number, TODAY), lambda: read_ni_pppk(number, TODAY)):
        try:
            found = read()
        except Refused:
            continue
        assert found.value == identifiers.without_spaces(number)


def test_the_number_repeats_the_month_of_the_tmt_cpns() -> None:
    nip = read_nip("198609262015051001", TODAY)
    appointed(nip, date(2015, 5, 1))
    with pytest.raises(AppointmentDiffers):
        appointed(nip, date(2015, 6, 1))
    pppk = read_ni_pppk("199009132025242014", TODAY)
    appointed(pppk, date(2025, 10, 1))
    with pytest.raises(AppointmentDiffers):
        appointed(pppk, date(2024, 10, 1))


born = st.dates(date(1950, 1, 1), date(2000, 12, 31))
months = st.dates(date(2018, 1, 1), date(2026, 3, 1)).map(lambda day: day.replace(day=1))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    birth, month, sex = draw(born), draw(months), draw(st.sampled_from("12"))
    assume(birth <= month.replace(year=month.year - 18))
    return f"{birth:%Y%m%d}{month:%Y%m}{sex}{draw(st.integers(1, 999)):03}"


@given(numbers())
def test_any_nip_that_bkn_could_give_says_what_it_was_made_of(said: str) -> None:
    nip = read_nip(f"{said[:8]} {said[8:14]} {said[14]} {said[15:]}", TODAY)
    assert f"{nip.born:%Y%m%d}{nip.appointed:%Y%m}{1 if nip.sex is Sex.M else 2}" == said[:15]
    agree(nip, nip.born, nip.sex)
    last = monthrange(nip.appointed.year, nip.appointed.month)[1]
    appointed(nip, nip.appointed.replace(day=last))
    assert (nip.value, kind_of(said)) == (said, IdentifierKind.NIP)


@given(born, st.integers(2019, 2026), st.integers(21, 29), st.sampled_from(Sex))
def test_any_ni_pppk_says_what_it_was_made_of(birth: date, year: int, code: int, sex: Sex) -> None:
    assume(year - birth.year >= 18)
    said = f"{birth:%Y%m%d}{year}{code}{1 if sex is Sex.M else 2}007"
    number = read_ni_pppk(said, TODAY)
    assert (number.born, number.year, number.code, number.sex) == (birth, year, code, sex)
    assert kind_of(said) is IdentifierKind.NI_PPPK


@given(numbers(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_of_what_the_profile_repeats_never_passes(
    said: str, at: int, step: int
) -> None:
    """Without a check digit only birth date, month of appointment and sex can be told."""
    right = read_nip(said, TODAY)
    wrong = said[:at] + str((int(said[at]) + step) % 10) + said[at + 1 :]
    try:
        read = read_nip(wrong, TODAY)
        agree(read, right.born, right.sex)
        appointed(read, right.appointed)
    except Refused:
        return
    assert at >= 15
