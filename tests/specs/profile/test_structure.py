"""Posts and units are defined, and defined anew when something about them changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.chassis.spec import Spec
from services.profile.domain import post, work_unit
from services.profile.domain.post import (
    DefinePost,
    EselonOfOtherClass,
    FunctionalPostWithoutJenjang,
    Post,
    PostDefined,
)
from services.profile.domain.terms import Jenjang, PositionClass
from services.profile.domain.work_unit import (
    DefineWorkUnit,
    UnderItself,
    WorkUnit,
    WorkUnitDefined,
)

DAY = date(2026, 1, 1)
ONE, TWO = UUID(int=1), UUID(int=2)
UNIT = WorkUnit(unit_id=UUID(int=8), code="B", name="Bidang B", parent_id=None)
POST = Post(
    post_id=UUID(int=7),
    code="P1",
    name="Kepala Seksi",
    position_class=PositionClass.PENGAWAS,
    jenjang=None,
    eselon="IV.a",
    unit_id=UNIT.unit_id,
    field=None,
    retirement_age=58,
    needed=1,
)


def test_a_unit_is_defined_once_and_again_when_it_is_renamed() -> None:
    given = Spec(work_unit).given
    defined = WorkUnitDefined(event_id=ONE, unit=UNIT, on=DAY)
    given().when(DefineWorkUnit(event_id=ONE, unit=UNIT, on=DAY)).then(defined)
    other = replace(UNIT, name="Bidang C")
    given(defined).when(DefineWorkUnit(event_id=TWO, unit=other, on=DAY)).then(
        WorkUnitDefined(event_id=TWO, unit=other, on=DAY)
    )


def test_a_unit_cannot_stand_under_itself() -> None:
    looped = replace(UNIT, parent_id=UNIT.unit_id)
    command = DefineWorkUnit(event_id=ONE, unit=looped, on=DAY)
    Spec(work_unit).given().when(command).then_refused(UnderItself)


def test_a_post_is_defined_once_and_again_when_it_changes() -> None:
    given = Spec(post).given
    defined = PostDefined(event_id=ONE, post=POST, on=DAY)
    given().when(DefinePost(event_id=ONE, post=POST, on=DAY)).then(defined)
    more = replace(POST, needed=2)
    given(defined).when(DefinePost(event_id=TWO, post=more, on=DAY)).then(
        PostDefined(event_id=TWO, post=more, on=DAY)
    )


def test_only_a_functional_post_has_a_jenjang_and_it_always_has_one() -> None:
    given = Spec(post).given
    rung = replace(POST, jenjang=Jenjang.AHLI_MUDA)
    given().when(DefinePost(event_id=ONE, post=rung, on=DAY)).then_refused(
        FunctionalPostWithoutJenjang
    )
    bare = replace(POST, position_class=PositionClass.FUNGSIONAL, eselon=None)
    given().when(DefinePost(event_id=ONE, post=bare, on=DAY)).then_refused(
        FunctionalPostWithoutJenjang
    )


def test_an_eselon_belongs_to_its_class() -> None:
    higher = replace(POST, eselon="III.a")
    Spec(post).given().when(DefinePost(event_id=ONE, post=higher, on=DAY)).then_refused(
        EselonOfOtherClass
    )
