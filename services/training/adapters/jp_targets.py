"""The yearly targets shipped as data (`jp_targets.json`), read strictly."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.events.terms import EmploymentKind
from services.training.domain.jp_year import Target, TargetKind

_FILE = Path(__file__).parent.parent / "jp_targets.json"
Words = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TargetTold(_Strict):
    employment: Annotated[tuple[EmploymentKind, ...], Field(min_length=1)]
    in_force_from: date
    jp: Annotated[int, Field(gt=0)]
    kind: TargetKind
    instrument: Words
    article: Words | None
    verification: Literal["seen", "recalled", "uncertain"]
    source: Words

    def target(self) -> Target:
        return Target(
            employment=frozenset(self.employment),
            in_force_from=self.in_force_from,
            jp=self.jp,
            kind=self.kind,
            instrument=self.instrument,
            article=self.article,
            verification=self.verification,
            source=self.source,
        )


class TargetsFile(_Strict):
    """No kind of employment has two targets from the same day on."""

    note: Words
    targets: tuple[TargetTold, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        begins = [(kind, one.in_force_from) for one in self.targets for kind in one.employment]
        if len(begins) != len(set(begins)):
            raise ValueError("a kind of employment has one target from a day on")
        return self


def read_targets(content: bytes) -> tuple[Target, ...]:
    return tuple(one.target() for one in TargetsFile.model_validate_json(content).targets)


@cache
def shipped_targets() -> tuple[Target, ...]:
    return read_targets(_FILE.read_bytes())
