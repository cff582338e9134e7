"""One frozen stored body of every (service, type, schema): what is in a database stays readable.

    python -m tests.contracts.stored_samples      freezes what has no sample yet, nothing else

Samples are invented from the shape of the class, so a new event needs nothing but this command.
A field that holds one of several classes gives a sample for each of them.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.chassis.event_codec import EventCodec, Place, Stored
from tests.architecture.the_tree import SERVICES, service

FOLDER = Path(__file__).parent / "stored"
PLACE = Place(UUID("01937a5e-0000-7000-8000-000000000001"), "sample-1")
TEXTS = {
    "uuid": "01937a5e-0000-7000-8000-000000000001",
    "date": "2024-02-29",
    "date-time": "2024-02-29T01:02:03.000004Z",
}
# Fields whose values the domain restricts beyond their type.
TELLING = {
    **dict.fromkeys(("until", "ends_on", "valid_until"), "2025-03-01"),
    "golongan": "III/b",
    "year": 2024,
    "retirement_age": 58,
    "law": "PermenPANRB-6-2022",
    "digest": "0" * 64,
    "cases": {"3": 2},
    "main": "1.500",
    "region_code": "00.01.02",
    "latitude": "-6.9",
    "longitude": "107.6",
    "supporting": "0.000",
    "most": {"peer": 3},
    "raters": {"peer": [TEXTS["uuid"]]},
}

# What a class that is not the first choice asks of the fields around it.
TELLING_WITH: Mapping[str, Mapping[str, Any]] = {
    "Points": {"year": 2021, "law": "PP-30-2019"},
    "Characters": {"year": 2013, "law": "PP-10-1979"},
}


class OpenRing:
    """Seals by spelling, so that a sample needs no key."""

    def seal(self, subject: UUID, stream: str, field: str, schema: int, text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    def open(self, subject: UUID, stream: str, field: str, schema: int, sealed: str) -> str:
        return base64.b64decode(sealed).decode()


def path_of(
    name: str, stored: Stored, schema: int | None = None, choice: str | None = None
) -> Path:
    chosen = f".{choice.lower()}" if choice else ""
    return FOLDER / name / f"{stored.name}.{schema or stored.schema}{chosen}.json"


def choices(stored: Stored) -> tuple[str | None, ...]:
    """None for the first class everywhere, then every class that a field may hold instead."""
    return (None, *sorted(_others(TypeAdapter(stored.cls).json_schema(mode="validation"))))


def _others(shape: Any) -> set[str]:
    parts = shape.values() if isinstance(shape, dict) else shape if isinstance(shape, list) else ()
    found = {name for part in parts for name in _others(part)}
    classes = [_class(one) for one in shape.get("anyOf", ())] if isinstance(shape, dict) else []
    return found | {name for name in classes[1:] if name}


def _class(shape: Mapping[str, Any]) -> str | None:
    return str(shape["$ref"]).rpartition("/")[2] if "$ref" in shape else None


def sample(codec: EventCodec, stored: Stored, choice: str | None = None) -> bytes:
    """The canonical bytes of an invented event of this class."""
    shape = TypeAdapter(stored.cls).json_schema(mode="validation")
    raw = Inventor(shape.get("$defs", {}), choice).invented(shape)
    event = TypeAdapter(stored.cls).validate_python(raw)
    return codec.encode(event, PLACE, OpenRing()).body


@dataclass(frozen=True, slots=True)
class Inventor:
    """Makes a value of a shape: the first choice unless another is asked for, every field told."""

    parts: Mapping[str, Any]
    choice: str | None = None

    def invented(self, shape: Mapping[str, Any]) -> Any:  # noqa: PLR0911
        match shape:
            case {"$ref": str(reference)}:
                return self.invented(self.parts[reference.rpartition("/")[2]])
            case {"const": value} | {"enum": [value, *_]}:
                return value
            case {"anyOf": [*given]} | {"oneOf": [*given]}:
                asked = [one for one in given if self.choice and _class(one) == self.choice]
                return self.invented((asked or given)[0])
            case {"type": "object", "properties": fields}:
                raw = {name: self.invented(field) for name, field in fields.items()}
                telling = {**TELLING, **TELLING_WITH.get(self.choice or "", {})}
                return raw | {name: value for name, value in telling.items() if name in raw}
            case {"type": "object", "additionalProperties": dict(values)}:
                return {"A": self.invented(values)}
            case {"type": "array", "prefixItems": list(items)}:
                return [self.invented(item) for item in items]
            case {"type": "array", "items": dict(items)}:
                return [self.invented(items)]
            case {"type": "string", **more}:
                return TEXTS.get(str(more.get("format")), "A")
            case {"type": "integer", **more}:
                return max(1, int(more.get("minimum", 1)))
            case {"type": "number"}:
                return "1.5"
            case {"type": "boolean"}:
                return True
            case _:
                return {}


def freeze() -> list[Path]:
    """Writes the samples that are missing."""
    fresh = []
    for name in SERVICES:
        codec = service(name).codec
        for stored, choice in [(one, choice) for one in codec.stored for choice in choices(one)]:
            path = path_of(name, stored, choice=choice)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(sample(codec, stored, choice))
                fresh.append(path)
    return fresh


if __name__ == "__main__":
    for path in freeze():
        sys.stdout.write(f"frozen: {path.relative_to(FOLDER)}\n")
