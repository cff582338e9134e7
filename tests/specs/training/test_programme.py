from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.chassis.spec import Spec
from services.training.domain import programme
from services.training.domain.programme import (
    CompetencyNamedTwice,
    Defined,
    DefineProgramme,
    Delivery,
    Mode,
    Offer,
    PriceBelowZero,
    ProgrammeDefined,
    Target,
    TargetOutOfRange,
    Undefined,
    UnknownProgramme,
    WithoutJp,
)
from services.training.domain.terms import Form, Refused

given = Spec(programme).given

TODAY = date(2026, 1, 5)
OFFER = Offer(
    code="PKP",
    title="Pelatihan Kepemimpinan Pengawas",
    form=Form.STRUCTURAL,
    jp=900,
    provider="BPSDM",
)
defined = ProgrammeDefined(offer=OFFER, on=TODAY)
define = DefineProgramme(offer=OFFER, on=TODAY)


def test_a_programme_is_defined_once() -> None:
    given().when(define).then(defined)
    given(defined).when(define).then()


def test_other_details_are_a_new_definition() -> None:
    shorter = replace(OFFER, jp=870)
    given(defined).when(replace(define, offer=shorter)).then(replace(defined, offer=shorter))


def test_a_programme_without_jp_is_refused() -> None:
    given().when(replace(define, offer=replace(OFFER, jp=0))).then_refused(WithoutJp)


def test_only_what_is_defined_is_offered() -> None:
    assert programme.offered(Defined(OFFER)) == OFFER
    with pytest.raises(UnknownProgramme):
        programme.offered(Undefined())


TAUGHT = Delivery(targets=(Target(competency="MAN.01", level=3),), mode=Mode.BLENDED, price=0)
TAUGHT_OFFER = replace(OFFER, delivery=TAUGHT)


def test_who_does_not_tell_what_is_taught_leaves_it_as_it_is() -> None:
    told = ProgrammeDefined(offer=TAUGHT_OFFER, on=TODAY)
    given(defined).when(replace(define, offer=TAUGHT_OFFER)).then(told)
    given(defined, told).when(define).then()
    longer = replace(OFFER, jp=910)
    given(told).when(replace(define, offer=longer)).then(
        ProgrammeDefined(offer=replace(TAUGHT_OFFER, jp=910), on=TODAY)
    )


@pytest.mark.parametrize(
    ("delivery", "refusal"),
    [
        (replace(TAUGHT, targets=(Target(competency="MAN.01", level=0),)), TargetOutOfRange),
        (replace(TAUGHT, targets=(Target(competency="MAN.01", level=6),)), TargetOutOfRange),
        (replace(TAUGHT, targets=TAUGHT.targets * 2), CompetencyNamedTwice),
        (replace(TAUGHT, price=-1), PriceBelowZero),
    ],
)
def test_what_is_taught_has_sound_numbers(delivery: Delivery, refusal: type[Refused]) -> None:
    offer = replace(OFFER, delivery=delivery)
    given().when(replace(define, offer=offer)).then_refused(refusal)


def test_what_is_put_back_as_it_was_loses_what_it_did_not_tell() -> None:
    told = ProgrammeDefined(offer=TAUGHT_OFFER, on=TODAY)
    given(defined, told).when(replace(define, whole=True)).then(defined)
