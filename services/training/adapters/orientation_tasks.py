"""What a new position asks for, shipped as data (`orientation_tasks.json`), read strictly."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.events.terms import EmploymentKind, PositionClass
from services.training.domain.orientation import Task

_FILE = Path(__file__).parent.parent / "orientation_tasks.json"
Words = Annotated[str, Field(min_length=1)]
Days = Annotated[int, Field(gt=0, le=3_660)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskTold(_Strict):
    """`employment` and `positions`: whom it concerns; null means everybody."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z_]*$")]
    name: Words
    due_days: Days
    employment: tuple[EmploymentKind, ...] | None
    positions: tuple[PositionClass, ...] | None
    verification: Literal["seen", "recalled", "uncertain"]
    source: Words

    def concerns(self, employment: str | None, position_class: str) -> bool:
        """Somebody whose employment nobody has told is asked for what concerns everybody."""
        employed = self.employment is None or employment in self.employment
        return employed and (self.positions is None or position_class in self.positions)


class OrientationTasks(_Strict):
    """`opens_within_days`: a position that began longer before it was recorded is history, and
    opens nothing."""

    note: Words
    opens_within_days: Days
    tasks: Annotated[tuple[TaskTold, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [one.code for one in self.tasks]
        if len(codes) != len(set(codes)):
            raise ValueError("a task stands there once")
        return self

    def for_position(
        self, employment: str | None, position_class: str, effective_from: date
    ) -> tuple[Task, ...]:
        return tuple(
            Task(code=one.code, due_on=effective_from + timedelta(days=one.due_days))
            for one in self.tasks
            if one.concerns(employment, position_class)
        )

    def is_new(self, effective_from: date, recorded_on: date) -> bool:
        return recorded_on - effective_from <= timedelta(days=self.opens_within_days)


def read_tasks(content: bytes) -> OrientationTasks:
    return OrientationTasks.model_validate_json(content)


@cache
def shipped_tasks() -> OrientationTasks:
    return read_tasks(_FILE.read_bytes())
