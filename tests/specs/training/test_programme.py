from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.chassis.spec import Spec
from services.training.domain import programme
from services.training.domain.programme import (
    Defined,
    DefineProgramme,
    Offer,
    ProgrammeDefined,
    Undefined,
    UnknownProgramme,
    WithoutJp,
)
from services.training.domain.terms import Form

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
