"""The forms of development over HTTP, and how the JP of each are counted."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import Code
from services.chassis.http import Day
from services.chassis.tokens import say
from services.training.api.sheets import sheet
from services.training.asking import Anyone, Done, Given, Incoming, Officer, origin_of
from services.training.commands import jp_settings
from services.training.domain.jp_rules import ForMissingHours, FormRule, Measure, Rule, Step
from services.training.domain.jp_setting import SetJpRule
from services.training.domain.terms import Form

router = APIRouter(tags=["forms of development"])

Jp = Annotated[int, Field(ge=1, le=1_000)]
Days = Annotated[int, Field(ge=1, le=10_000)]


class StepIn(Incoming):
    up_to_days: Days | None
    jp: Jp


class MissingHoursIn(Incoming):
    days: Days
    jp: Jp


class RuleIn(Incoming):
    """`by` says which of the other numbers the rule has; the rest is left out."""

    by: Measure
    jp: Jp | None = None
    international: Jp | None = None
    per_month: Annotated[int, Field(ge=1, le=31)] | None = None
    steps: Annotated[tuple[StepIn, ...], Field(max_length=50)] = ()
    missing_hours: MissingHoursIn | None = None

    @property
    def rule(self) -> Rule:
        missing = self.missing_hours
        return Rule(
            by=self.by,
            jp=self.jp,
            international=self.international,
            per_month=self.per_month,
            steps=tuple(Step(up_to_days=one.up_to_days, jp=one.jp) for one in self.steps),
            missing_hours=ForMissingHours(days=missing.days, jp=missing.jp) if missing else None,
        )


class RuleSettingIn(Incoming):
    """`rule` null: the shipped one again."""

    rule: RuleIn | None
    decree_number: Code
    on_day: Day


class FormOut(BaseModel):
    """`verification`: seen, recalled or uncertain; decree where the agency has decided itself."""

    model_config = ConfigDict(from_attributes=True)

    form: int
    name: str
    group: str
    rule: RuleOut
    verification: str
    source: str


class StepOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    up_to_days: int | None
    jp: int


class MissingHoursOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    days: int
    jp: int


class RuleOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    by: Measure
    jp: int | None
    international: int | None
    per_month: int | None
    steps: list[StepOut]
    missing_hours: MissingHoursOut | None


class FormsOut(BaseModel):
    as_of: date
    forms: list[FormOut]


class OnDay(BaseModel):
    """`as_of`: per tanggal, today if not told."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = None


@router.post("/development-forms/{form}/rule")
async def set_rule(
    form: Form, body: RuleSettingIn, deps: Given, who: Officer, response: Response
) -> Done:
    """Count the JP of a form by the agency's own decree from a day on."""
    command = SetJpRule(
        form=form,
        rule=body.rule.rule if body.rule else None,
        decree_number=body.decree_number,
        on=body.on_day,
    )
    origin = origin_of(who, "development-forms")
    done = await jp_settings.set_jp_rule(deps, who.agency, command, origin)
    return Done(token=say(response, done.token))


@router.get("/development-forms")
async def forms(deps: Given, who: Anyone, asked: Annotated[OnDay, Query()]) -> FormsOut:
    """Every form with the rule that holds in the agency on a day."""
    day = asked.as_of or deps.today()
    rules = await jp_settings.rules_of(deps, who.agency, day)
    return FormsOut(as_of=day, forms=[FormOut.model_validate(one) for one in rules.values()])


@router.get("/development-forms/workbook", response_class=Response)
async def forms_workbook(deps: Given, who: Anyone, asked: Annotated[OnDay, Query()]) -> Response:
    """The same as a workbook."""
    day = asked.as_of or deps.today()
    rules = await jp_settings.rules_of(deps, who.agency, day)
    head = "NOMOR,BENTUK,KELOMPOK,DASAR HITUNGAN,KEPASTIAN,SUMBER"
    rows = [
        (int(one.form), one.name, one.group, in_words(one), one.verification, one.source)
        for one in rules.values()
    ]
    return sheet("bentuk pengembangan", day, head, rows)


def in_words(told: FormRule) -> str:
    """How the JP of a form are counted, for whoever reads the workbook."""
    rule = told.rule
    match rule.by:
        case Measure.HOURS:
            missing = rule.missing_hours
            also = f"; tanpa jam: {missing.jp} JP untuk {missing.days} hari" if missing else ""
            return "jam pada sertifikat" + also
        case Measure.DAYS:
            abroad = f", internasional {rule.international} JP" if rule.international else ""
            return f"{rule.jp} JP per hari{abroad}"
        case Measure.SESSIONS:
            most = f", paling banyak {rule.per_month} sesi sebulan" if rule.per_month else ""
            return f"{rule.jp} JP per sesi{most}"
        case Measure.ACTIVITIES:
            return f"{rule.jp} JP per kegiatan"
        case Measure.LENGTH:
            steps = [
                f"sampai {one.up_to_days} hari {one.jp} JP"
                if one.up_to_days
                else f"lebih {one.jp} JP"
                for one in rule.steps
            ]
            return "menurut lama kegiatan: " + ", ".join(steps)
