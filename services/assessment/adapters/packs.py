"""The dictionaries shipped as data: a beginning for an agency, each entry with its certainty."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.assessment.domain.competency_dictionary import (
    Certainty,
    Competency,
    Edition,
    Kind,
)

_FOLDER = Path(__file__).parent.parent / "packs"
Text = Annotated[str, Field(min_length=1)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Text
    name: Text
    certainty: Certainty
    kind: Kind | None = None


class Pack(BaseModel):
    """One field; `levels` describes the five levels in words that fit each of its entries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: Text
    title: Text
    note: Text
    kind: Kind
    levels: tuple[Text, Text, Text, Text, Text]
    competencies: tuple[Entry, ...]

    def edition(self, in_force_from: date, decree: str) -> Edition:
        """What an agency publishes when it adopts this pack as it is."""
        return Edition(
            field=self.field,
            in_force_from=in_force_from,
            decree=decree,
            competencies=tuple(
                Competency(
                    code=entry.code,
                    name=entry.name,
                    kind=entry.kind or self.kind,
                    certainty=entry.certainty,
                    levels=self.levels,
                )
                for entry in self.competencies
            ),
        )


@cache
def packs() -> dict[str, Pack]:
    """Every pack shipped, by its field."""
    found = [Pack.model_validate_json(path.read_bytes()) for path in sorted(_FOLDER.glob("*.json"))]
    return {pack.field: pack for pack in found}
