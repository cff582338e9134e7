"""A provider is on record, suspended, resumed, ended; and what it may then be given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.chassis.deciding import fold
from services.chassis.spec import Spec
from services.training.domain import provider
from services.training.domain.provider import (
    Accreditation,
    AccreditationExpired,
    Agreement,
    AgreementEndsBeforeItBegins,
    AgreementExpired,
    DefineProvider,
    EndProvider,
    Event,
    Provider,
    ProviderChangedSince,
    ProviderDefined,
    ProviderEnded,
    ProviderHasEnded,
    ProviderIsSuspended,
    ProviderKind,
    ProviderResumed,
    ProviderSuspended,
    ProviderWithdrawn,
    ResumeProvider,
    SuspendProvider,
    UnknownProvider,
    WithdrawProvider,
    may_be_given,
)
from services.training.domain.terms import Refused

given = Spec(provider).given

JANUARY, MARCH, JUNE = date(2026, 1, 5), date(2026, 3, 2), date(2026, 6, 1)
CAMPUS = Provider(
    external_id="001042",
    kind=ProviderKind.UNIVERSITY,
    legal_name="Universitas Contoh",
    accreditation=Accreditation(grade="A", number="AKR-1", valid_until=date(2026, 12, 31)),
    agreement=Agreement(number="PKS-1", since=MARCH, until=date(2027, 3, 1)),
)
define = DefineProvider(provider=CAMPUS, on=JANUARY)
defined = ProviderDefined(provider=CAMPUS, on=JANUARY)
suspended = ProviderSuspended(external_id="001042", reason="Audit", on=MARCH)
resumed = ProviderResumed(external_id="001042", on=JUNE)
ended = ProviderEnded(external_id="001042", reason="Tutup", on=JUNE)


def test_it_is_put_on_record_and_corrected() -> None:
    given().when(define).then(defined)
    other = replace(CAMPUS, legal_name="Universitas Contoh Jaya")
    given(defined).when(replace(define, provider=other, on=MARCH)).then(
        ProviderDefined(provider=other, on=MARCH)
    )


def test_a_correction_leaves_it_suspended() -> None:
    other = ProviderDefined(provider=replace(CAMPUS, legal_name="Lain"), on=JUNE)
    given(defined, suspended, other).when(ResumeProvider(on=JUNE)).then(resumed)


def test_an_agreement_ends_after_it_begins() -> None:
    backwards = Agreement(number="PKS-1", since=JUNE, until=MARCH)
    wrong = replace(CAMPUS, agreement=backwards)
    given().when(replace(define, provider=wrong)).then_refused(AgreementEndsBeforeItBegins)


def test_it_is_suspended_and_resumed() -> None:
    given(defined).when(SuspendProvider(reason="Audit", on=MARCH)).then(suspended)
    given(defined, suspended).when(ResumeProvider(on=JUNE)).then(resumed)
    given(defined).when(ResumeProvider(on=JUNE)).then()


def test_what_has_ended_does_not_come_back() -> None:
    given(defined, suspended).when(EndProvider(reason="Tutup", on=JUNE)).then(ended)
    given(defined, ended).when(ResumeProvider(on=JUNE)).then_refused(ProviderHasEnded)
    given(defined, ended).when(SuspendProvider(reason="x", on=JUNE)).then_refused(ProviderHasEnded)


@pytest.mark.parametrize(
    "command",
    [
        SuspendProvider(reason="x", on=JUNE),
        ResumeProvider(on=JUNE),
        EndProvider(reason="x", on=JUNE),
    ],
)
def test_nobody_unknown_is_moved(command: SuspendProvider | ResumeProvider | EndProvider) -> None:
    given().when(command).then_refused(UnknownProvider)


def test_only_what_nobody_has_touched_since_is_withdrawn() -> None:
    withdraw = WithdrawProvider(provider=CAMPUS, on=JUNE)
    gone = ProviderWithdrawn(external_id="001042", on=JUNE)
    given(defined).when(withdraw).then_each_time(gone)
    given(defined, gone).when(define).then(defined)
    given(defined, suspended).when(withdraw).then_refused(ProviderChangedSince)


@pytest.mark.parametrize(
    ("history", "first_day", "refusal"),
    [
        ((), JUNE, UnknownProvider),
        ((defined, suspended), JUNE, ProviderIsSuspended),
        ((defined, ended), JUNE, ProviderHasEnded),
        ((defined,), date(2026, 3, 1), AgreementExpired),
        ((defined,), date(2027, 1, 1), AccreditationExpired),
        (
            (ProviderDefined(provider=replace(CAMPUS, accreditation=None), on=JANUARY),),
            date(2027, 3, 2),
            AgreementExpired,
        ),
    ],
)
def test_who_is_suspended_ended_or_expired_is_given_no_class(
    history: tuple[Event, ...], first_day: date, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        may_be_given(fold(provider, history), first_day)


@pytest.mark.parametrize("first_day", [MARCH, date(2026, 12, 31)])
def test_on_the_last_day_of_its_papers_it_still_is(first_day: date) -> None:
    assert may_be_given(fold(provider, (defined, suspended, resumed)), first_day) == CAMPUS


def test_papers_that_were_never_told_do_not_expire() -> None:
    plain = replace(CAMPUS, accreditation=None, agreement=None)
    state = fold(provider, [ProviderDefined(provider=plain, on=JANUARY)])
    assert may_be_given(state, date(2030, 1, 1)) == plain
