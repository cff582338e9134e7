"""The forms of development shipped as data (`forms.json`), read strictly."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.training.domain.jp_rules import (
    ForMissingHours,
    FormRule,
    Measure,
    Rule,
    RuleIncomplete,
    Step,
    checked,
)
from services.training.domain.terms import Form

_FILE = Path(__file__).parent.parent / "forms.json"
Words = Annotated[str, Field(min_length=1)]
Certainty = Literal["seen", "recalled", "uncertain"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StepTold(_Strict):
    up_to_days: int | None
    jp: int


class MissingHoursTold(_Strict):
    days: int
    jp: int
    verification: Certainty
    source: Words


class RuleTold(_Strict):
    by: Measure
    jp: int | None = None
    international: int | None = None
    per_month: int | None = None
    steps: tuple[StepTold, ...] = ()

    def rule(self, missing: MissingHoursTold) -> Rule:
        """What is said of missing hours holds for every form that counts by hours."""
        by_hours = self.by is Measure.HOURS
        return checked(
            Rule(
                by=self.by,
                jp=self.jp,
                international=self.international,
                per_month=self.per_month,
                steps=tuple(Step(up_to_days=one.up_to_days, jp=one.jp) for one in self.steps),
                missing_hours=ForMissingHours(days=missing.days, jp=missing.jp)
                if by_hours
                else None,
            )
        )


class FormTold(_Strict):
    form: Form
    name: Words
    group: Literal["KLASIKAL", "NONKLASIKAL"]
    rule: RuleTold
    verification: Certainty
    source: Words


class FormsFile(_Strict):
    """Every form once, and every rule whole."""

    note: Words
    missing_hours: MissingHoursTold
    forms: tuple[FormTold, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if [one.form for one in self.forms] != list(Form):
            raise ValueError("every form stands there once, in the order of its number")
        for one in self.forms:
            try:
                one.rule.rule(self.missing_hours)
            except RuleIncomplete as incomplete:
                raise ValueError(f"form {one.form}: {incomplete.__doc__}") from None
        return self

    def rules(self) -> dict[Form, FormRule]:
        return {
            one.form: FormRule(
                form=one.form,
                name=one.name,
                group=one.group,
                rule=one.rule.rule(self.missing_hours),
                verification=one.verification,
                source=one.source,
            )
            for one in self.forms
        }


def read_forms(content: bytes) -> dict[Form, FormRule]:
    return FormsFile.model_validate_json(content).rules()


@cache
def shipped_rules() -> dict[Form, FormRule]:
    """The rules that hold where the agency has not set its own."""
    return read_forms(_FILE.read_bytes())
