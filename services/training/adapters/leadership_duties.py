"""The leadership trainings that posts oblige to, shipped as data (`leadership_duties.json`)."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.training.domain.leadership_duty import WITH_A_DUTY, Duty

_FILE = Path(__file__).parent.parent / "leadership_duties.json"
Words = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9 ._/-]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DutyTold(_Strict):
    position_class: Words
    programme: Code
    also: tuple[Code, ...]
    in_force_from: date
    instrument: Words
    verification: Literal["seen", "recalled", "uncertain"]
    source: Words

    def duty(self) -> Duty:
        return Duty(
            position_class=self.position_class,
            programme=self.programme,
            also=frozenset(self.also),
            in_force_from=self.in_force_from,
            instrument=self.instrument,
            verification=self.verification,
            source=self.source,
        )


class DutiesFile(_Strict):
    """Every class of posts with a duty has one from a day on, and no other class has any."""

    note: Words
    duties: tuple[DutyTold, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        begins = [(one.position_class, one.in_force_from) for one in self.duties]
        if len(begins) != len(set(begins)):
            raise ValueError("a class of posts has one duty from a day on")
        if {one.position_class for one in self.duties} != WITH_A_DUTY:
            raise ValueError("a class of posts is missing, or has no duty")
        return self


def read_duties(content: bytes) -> tuple[Duty, ...]:
    return tuple(one.duty() for one in DutiesFile.model_validate_json(content).duties)


@cache
def shipped_duties() -> tuple[Duty, ...]:
    return read_duties(_FILE.read_bytes())
