"""Numbers and kinds of employment over time: each from its day, none twice, none lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.chassis.spec import Spec
from services.profile.domain import person
from services.profile.domain.fact_events import ContractSigned, RankGranted
from services.profile.domain.facts import (
    Contract,
    ContradictsRecord,
    EndsBeforeItBegins,
    NoSuchGolongan,
    NotEmployedByContract,
    Rank,
)
from services.profile.domain.identifiers import (
    BirthDateDiffers,
    IdentifierKind,
    SexDiffers,
    read_ni_pppk,
    read_nip,
)
from services.profile.domain.person import GrantRank, NotRegistered, TellFact
from services.profile.domain.registration import (
    ChangeEmployment,
    Details,
    DetailsChanged,
    EmploymentBeforeTheLast,
    GiveNumber,
    Identifier,
    NoSuchChangeOfEmployment,
    NumberBeforeTheLast,
    NumberNeeded,
    NumberNoLongerHolds,
    PersonRegistered,
    stood,
)
from services.profile.domain.terms import GOLONGAN_PNS, GOLONGAN_PPPK, EmploymentKind
from tests.specs.profile.test_person import DETAILS, JOINED, NUMBER, register, registered

given = Spec(person).given
TODAY = date(2026, 3, 31)
TWO, THREE = UUID(int=2), UUID(int=3)
CORRECTED_ON = date(2020, 6, 1)

# Perka BKN 22/2007: a NIP once issued is not reused; on an error BKN corrects it.
NIP = read_nip("198609262015051902", TODAY)
SECOND = Identifier(kind=IdentifierKind.NIP, digest="cd" * 32, valid_from=CORRECTED_ON)
ENDED = replace(NUMBER, valid_until=CORRECTED_ON)
give = GiveNumber(event_id=TWO, identifier=SECOND, says=NIP)
renumbered = replace(
    registered,
    event_id=TWO,
    identifiers=(ENDED, SECOND),
    details=replace(DETAILS, number=NIP.value),
    replaces=registered.event_id,
)


def test_a_nip_is_converted_from_a_day_and_the_old_one_stays_perka_bkn_22_2007() -> None:
    given(registered).when(give).then(renumbered)


def test_the_number_must_be_this_persons() -> None:
    other = read_nip("198609272015051902", TODAY)
    given(registered).when(replace(give, says=other)).then_refused(BirthDateDiffers)
    woman = read_nip("198609262015052902", TODAY)
    given(registered).when(replace(give, says=woman)).then_refused(SexDiffers)
    given().when(give).then_refused(NotRegistered)


def test_the_number_must_be_of_the_kind_of_employment() -> None:
    pppk = read_ni_pppk("198609262025211901", TODAY)
    given(registered).when(replace(give, says=pppk)).then_refused(NumberNeeded)


def test_a_number_does_not_begin_before_the_one_it_follows() -> None:
    early = replace(SECOND, valid_from=date(2015, 4, 1))
    given(registered).when(replace(give, identifier=early)).then_refused(NumberBeforeTheLast)


def test_an_export_with_the_old_number_changes_nothing_and_is_told_why() -> None:
    again = replace(register, event_id=THREE)
    given(registered, renumbered).when(again).then_refused(NumberNoLongerHolds)


def test_an_export_with_the_new_number_says_the_same() -> None:
    told = replace(
        register,
        event_id=THREE,
        identifiers=(replace(SECOND, valid_from=JOINED),),
        details=replace(DETAILS, number=NIP.value),
    )
    given(registered, renumbered).when(told).then()
    phone = replace(DETAILS, number=NIP.value, phone="0000-1")
    given(registered, renumbered).when(replace(told, details=phone)).then(
        DetailsChanged(event_id=THREE, details=phone)
    )


def test_a_number_nobody_has_told_contradicts_the_record() -> None:
    other = replace(register, event_id=THREE, identifiers=(replace(SECOND, digest="ef" * 32),))
    given(registered, renumbered).when(other).then_refused(ContradictsRecord)


# Employment

CONTRACT_NUMBER = Identifier(
    kind=IdentifierKind.NI_PPPK, digest="12" * 32, valid_from=date(2021, 2, 1)
)
by_contract = replace(
    registered,
    employment=EmploymentKind.PPPK,
    identifiers=(CONTRACT_NUMBER,),
    registered_on=date(2021, 2, 1),
    details=Details(name="Rati Bano", number="198609262021211901"),
)
PASSED = date(2025, 5, 1)
NEW_NIP = Identifier(kind=IdentifierKind.NIP, digest="34" * 32, valid_from=PASSED)
SAYS = read_nip("198609262025051901", TODAY)
pass_cpns = ChangeEmployment(
    event_id=TWO, employment=EmploymentKind.CPNS, since=PASSED, identifier=NEW_NIP, says=SAYS
)
passed = replace(
    by_contract,
    event_id=TWO,
    employment=EmploymentKind.CPNS,
    identifiers=(replace(CONTRACT_NUMBER, valid_until=PASSED), NEW_NIP),
    registered_on=PASSED,
    details=Details(name="Rati Bano", number=SAYS.value),
    replaces=None,
)


def test_a_pppk_who_passes_cpns_gets_a_nip_and_both_employments_stand() -> None:
    given(by_contract).when(pass_cpns).then(passed)


def test_another_kind_of_employment_needs_its_own_number() -> None:
    bare = replace(pass_cpns, identifier=None, says=None)
    given(by_contract).when(bare).then_refused(NumberNeeded)
    pppk = read_ni_pppk("198609262025211901", TODAY)
    given(by_contract).when(replace(pass_cpns, says=pppk)).then_refused(NumberNeeded)


@pytest.mark.parametrize(
    "employment", [EmploymentKind.CPNS, EmploymentKind.PPPK, EmploymentKind.PPPK_PART_TIME]
)
def test_a_pns_does_not_become_anything_else(employment: EmploymentKind) -> None:
    change = ChangeEmployment(event_id=TWO, employment=employment, since=PASSED)
    given(registered).when(change).then_refused(NoSuchChangeOfEmployment)


def test_employment_does_not_change_before_it_began() -> None:
    early = replace(pass_cpns, since=date(2021, 1, 1))
    given(by_contract).when(early).then_refused(EmploymentBeforeTheLast)


def test_part_time_becomes_full_time_under_the_same_number() -> None:
    part = replace(by_contract, employment=EmploymentKind.PPPK_PART_TIME)
    change = ChangeEmployment(event_id=TWO, employment=EmploymentKind.PPPK, since=PASSED)
    full = replace(part, event_id=TWO, employment=EmploymentKind.PPPK, registered_on=PASSED)
    given(part).when(change).then(full)


def test_probation_ends_on_the_day_of_the_decree_and_files_may_tell_the_first_day() -> None:
    on_probation = replace(registered, employment=EmploymentKind.CPNS)
    confirm = ChangeEmployment(event_id=TWO, employment=EmploymentKind.PNS, since=date(2016, 6, 1))
    confirmed = replace(registered, event_id=TWO, registered_on=date(2016, 6, 1))
    given(on_probation).when(confirm).then(confirmed)
    given(on_probation, confirmed).when(replace(register, event_id=THREE)).then()


# What goes with an employment


@pytest.mark.parametrize("golongan", GOLONGAN_PNS)
def test_each_of_the_17_golongan_of_a_pns_is_known(golongan: str) -> None:
    assert len(GOLONGAN_PNS) == len(GOLONGAN_PPPK) == 17
    rank = Rank(golongan=golongan, effective_from=PASSED)
    given(registered).when(GrantRank(event_id=TWO, rank=rank)).then(
        RankGranted(event_id=TWO, rank=rank)
    )


@pytest.mark.parametrize("golongan", ["I/e", "V/a", "IX", "XVIII"])
def test_a_pns_has_no_golongan_of_a_pppk_and_none_that_does_not_exist(golongan: str) -> None:
    rank = Rank(golongan=golongan, effective_from=PASSED)
    given(registered).when(GrantRank(event_id=TWO, rank=rank)).then_refused(NoSuchGolongan)


def test_whoever_has_been_both_has_golongan_of_both() -> None:
    for golongan in ("IX", "III/a"):
        rank = Rank(golongan=golongan, effective_from=PASSED)
        given(by_contract, passed).when(GrantRank(event_id=THREE, rank=rank)).then(
            RankGranted(event_id=THREE, rank=rank)
        )


def test_only_a_pppk_has_a_contract_pp_49_2018() -> None:
    term = Contract(starts_on=date(2021, 2, 1), until=date(2026, 2, 1), decree_number="K-1")
    told = TellFact(event_id=TWO, fact=term)
    given(by_contract).when(told).then(ContractSigned(event_id=TWO, contract=term))
    given(registered).when(told).then_refused(NotEmployedByContract)
    with pytest.raises(EndsBeforeItBegins):
        replace(term, until=term.starts_on)


# TMT CPNS and TMT PNS (PP 11/2017 art. 34-36: a year of probation, then PNS)

PERMANENT = date(2016, 6, 1)
both_days = replace(register, event_id=THREE, permanent_since=PERMANENT)
on_probation = replace(
    registered, event_id=uuid5(THREE, "probation"), employment=EmploymentKind.CPNS
)
permanent = replace(registered, event_id=THREE, registered_on=PERMANENT)


def test_a_pns_whose_days_are_both_known_was_a_cpns_before() -> None:
    given().when(both_days).then(on_probation, permanent)
    given(on_probation, permanent).when(replace(both_days, event_id=TWO)).then()
    given(on_probation, permanent).when(replace(register, event_id=TWO)).then()


def test_the_day_of_tmt_pns_may_become_known_later() -> None:
    cpns = replace(registered, employment=EmploymentKind.CPNS)
    given(cpns).when(both_days).then(permanent)
    given(registered).when(both_days).then(
        replace(on_probation, replaces=registered.event_id), permanent
    )


def test_tmt_pns_lies_after_tmt_cpns_and_only_a_pns_has_one() -> None:
    given().when(replace(both_days, permanent_since=JOINED)).then_refused(EmploymentBeforeTheLast)
    pppk = replace(both_days, employment=EmploymentKind.PPPK)
    given().when(pppk).then_refused(NoSuchChangeOfEmployment)


def test_another_tmt_pns_contradicts_the_record() -> None:
    other = replace(both_days, event_id=TWO, permanent_since=date(2017, 1, 1))
    given(on_probation, permanent).when(other).then_refused(ContradictsRecord)


@drawn(st.lists(st.dates(date(2016, 1, 1), date(2030, 1, 1)), unique=True, max_size=6))
def test_what_stands_is_always_in_the_order_of_its_days(days: list[date]) -> None:
    standing: Sequence[PersonRegistered] = [registered]
    for nth, day in enumerate(days):
        told = replace(registered, event_id=UUID(int=nth + 9), registered_on=day)
        standing = stood(standing, told)
    assert [one.registered_on for one in standing] == [registered.registered_on, *sorted(days)]
