"""Dictionaries and post standards: what a decree publishes, from a day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.assessment.adapters.packs import packs
from services.assessment.domain import competency_dictionary, post_standard
from services.assessment.domain.competency_assessment import (
    STANDARD_COMPETENCIES,
    CompetencyMissing,
    LevelOutOfRange,
)
from services.assessment.domain.competency_dictionary import (
    Certainty,
    Competency,
    CompetencyTwice,
    CorrectDictionary,
    DictionaryPublished,
    Edition,
    EmptyDictionary,
    Kind,
    LevelNotDescribed,
    PublishDictionary,
)
from services.assessment.domain.post_standard import (
    CompetencyNotInDictionary,
    CorrectStandard,
    PublishStandard,
    Required,
    StandardPublished,
    Version,
)
from services.assessment.domain.terms import ContradictsRecord, NothingToCorrect
from services.chassis.spec import Spec

given_dictionary = Spec(competency_dictionary).given
given = Spec(post_standard).given

FIRST, SECOND = UUID(int=1), UUID(int=2)
ARCHIVES = Competency(
    code="ADM.06",
    name="Pengelolaan arsip dinamis",
    kind=Kind.TECHNICAL,
    certainty=Certainty.UNCERTAIN,
    levels=("a", "b", "c", "d", "e"),
)
EDITION = Edition(
    field="administration",
    in_force_from=date(2025, 1, 2),
    decree="1/2025",
    competencies=(ARCHIVES,),
)
publish_dictionary = PublishDictionary(event_id=FIRST, edition=EDITION)
dictionary = DictionaryPublished(event_id=FIRST, replaces=None, edition=EDITION)


def changed(*competencies: Competency) -> PublishDictionary:
    return replace(publish_dictionary, edition=replace(EDITION, competencies=competencies))


def test_a_dictionary_is_published_once_for_a_day() -> None:
    given_dictionary().when(publish_dictionary).then(dictionary)
    other = replace(ARCHIVES, name="Kearsipan")
    given_dictionary(dictionary).when(changed(other)).then_refused(ContradictsRecord)


def test_a_dictionary_names_each_competency_once_and_describes_five_levels() -> None:
    given_dictionary().when(changed()).then_refused(EmptyDictionary)
    given_dictionary().when(changed(ARCHIVES, ARCHIVES)).then_refused(CompetencyTwice)
    for levels in (("a", "b", "c", "d"), ("a", "b", "c", "d", "")):
        given_dictionary().when(changed(replace(ARCHIVES, levels=levels))).then_refused(
            LevelNotDescribed
        )


def test_a_later_edition_stands_beside_the_earlier_one_and_a_correction_replaces() -> None:
    later = replace(EDITION, in_force_from=date(2026, 1, 2))
    given_dictionary(dictionary).when(PublishDictionary(event_id=SECOND, edition=later)).then(
        DictionaryPublished(event_id=SECOND, replaces=None, edition=later)
    )
    right = replace(EDITION, decree="2/2025")
    correct = CorrectDictionary(event_id=SECOND, edition=right)
    given_dictionary().when(correct).then_refused(NothingToCorrect)
    given_dictionary(dictionary).when(correct).then(
        DictionaryPublished(event_id=SECOND, replaces=FIRST, edition=right)
    )


def test_permenpanrb_38_2017_nine_standard_competencies_and_four_fields_are_shipped() -> None:
    shipped = packs()
    assert shipped.keys() == {
        "standard", "health", "education", "information_technology", "administration",
    }  # fmt: skip
    assert {one.code: one.name for one in shipped["standard"].competencies} == dict(
        STANDARD_COMPETENCIES
    )


@pytest.mark.parametrize("field", sorted(packs()))
def test_what_is_shipped_can_be_published_as_it_is(field: str) -> None:
    edition = packs()[field].edition(date(2025, 1, 2), "1/2025")
    given_dictionary().when(PublishDictionary(event_id=FIRST, edition=edition)).then(
        DictionaryPublished(event_id=FIRST, replaces=None, edition=edition)
    )


def test_technical_packs_do_not_pretend_to_be_law() -> None:
    technical = [pack for field, pack in packs().items() if field != "standard"]
    assert {one.certainty for pack in technical for one in pack.competencies} == {
        Certainty.UNCERTAIN
    }


# The standard of a post

TWOS = tuple(Required(competency=code, level=2) for code in STANDARD_COMPETENCIES)
VERSION = Version(
    post="KASI-ADM",
    in_force_from=date(2025, 1, 2),
    decree="1/2025",
    required=(*TWOS, Required(competency="ADM.06", level=3)),
)
publish = PublishStandard(event_id=FIRST, version=VERSION, known=frozenset({"ADM.06"}))
published = StandardPublished(event_id=FIRST, replaces=None, version=VERSION)


def asking(*required: Required) -> PublishStandard:
    return replace(publish, version=replace(VERSION, required=required))


def test_permenpanrb_38_2017_a_standard_names_all_nine_and_what_its_field_asks() -> None:
    given().when(publish).then(published)
    given().when(asking(*TWOS[1:])).then_refused(CompetencyMissing)


def test_an_unknown_code_a_duplicate_and_a_level_that_is_none_are_refused() -> None:
    given().when(replace(publish, known=frozenset())).then_refused(CompetencyNotInDictionary)
    given().when(asking(*TWOS, TWOS[0])).then_refused(CompetencyTwice)
    for level in (0, 6):
        given().when(asking(replace(TWOS[0], level=level), *TWOS[1:])).then_refused(LevelOutOfRange)


def test_versions_stand_beside_each_other_and_a_correction_names_what_it_replaces() -> None:
    given(published).when(asking(*TWOS)).then_refused(ContradictsRecord)
    right = replace(VERSION, required=TWOS)
    correct = CorrectStandard(event_id=SECOND, version=right, known=frozenset())
    given().when(correct).then_refused(NothingToCorrect)
    given(published).when(correct).then(
        StandardPublished(event_id=SECOND, replaces=FIRST, version=right)
    )
    later = replace(VERSION, in_force_from=date(2026, 1, 2))
    given(published).when(replace(publish, event_id=SECOND, version=later)).then(
        StandardPublished(event_id=SECOND, replaces=None, version=later)
    )
