"""The topic files: who says what to whom, readable by anyone, refused when they say too much."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

TOPICS = Path(__file__).parent / "topics"
Name = Literal["profile", "assessment", "training", "career"]


class Config(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    retention_days: Annotated[int, Field(ge=1)]


class Topic(BaseModel):
    """One topic file. An unknown key is a mistake, so it does not parse."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: Annotated[str, Field(min_length=20)]
    producer: Name
    consumers: Annotated[list[Name], Field(min_length=1)]
    key: Literal["subject"]
    personal_data: Literal["none", "pseudonymous"]
    events: Annotated[list[str], Field(min_length=1)]
    config: Config


def parse(text: str) -> Topic:
    return Topic.model_validate(yaml.safe_load(text))


def topics(folder: Path = TOPICS) -> dict[str, Topic]:
    """Every topic by its name, in the order of the alphabet."""
    return {
        file.name.removesuffix(".yaml"): parse(file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.yaml"))
    }


def heard_by(service: str, known: dict[str, Topic] | None = None) -> dict[str, Topic]:
    known = topics() if known is None else known
    return {name: topic for name, topic in known.items() if service in topic.consumers}
