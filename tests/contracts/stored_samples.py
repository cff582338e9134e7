"""One frozen stored body of every (service, type, schema): what is in a database stays readable.

    python -m tests.contracts.stored_samples      freezes what has no sample yet, nothing else

Samples are invented from the shape of the class, so a new event needs nothing but this command.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
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
}


class OpenRing:
    """Seals by spelling, so that a sample needs no key."""

    def seal(self, subject: UUID, stream: str, field: str, schema: int, text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    def open(self, subject: UUID, stream: str, field: str, schema: int, sealed: str) -> str:
        return base64.b64decode(sealed).decode()


def path_of(name: str, stored: Stored, schema: int | None = None) -> Path:
    return FOLDER / name / f"{stored.name}.{schema or stored.schema}.json"


def sample(codec: EventCodec, stored: Stored) -> bytes:
    """The canonical bytes of an invented event of this class."""
    shape = TypeAdapter(stored.cls).json_schema(mode="validation")
    raw = invented(shape, shape.get("$defs", {}))
    event = TypeAdapter(stored.cls).validate_python(raw)
    return codec.encode(event, PLACE, OpenRing()).body


def invented(shape: Mapping[str, Any], parts: Mapping[str, Any]) -> Any:  # noqa: PLR0911
    """A value of this shape: the first alternative, the first choice, every field told."""
    match shape:
        case {"$ref": str(reference)}:
            return invented(parts[reference.rpartition("/")[2]], parts)
        case {"const": value} | {"enum": [value, *_]}:
            return value
        case {"anyOf": [first, *_]} | {"oneOf": [first, *_]}:
            return invented(first, parts)
        case {"type": "object", "properties": fields}:
            raw = {name: invented(field, parts) for name, field in fields.items()}
            return raw | {name: value for name, value in TELLING.items() if name in raw}
        case {"type": "object", "additionalProperties": dict(values)}:
            return {"A": invented(values, parts)}
        case {"type": "array", "prefixItems": list(items)}:
            return [invented(item, parts) for item in items]
        case {"type": "array", "items": dict(items)}:
            return [invented(items, parts)]
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
        for stored in codec.stored:
            path = path_of(name, stored)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(sample(codec, stored))
                fresh.append(path)
    return fresh


if __name__ == "__main__":
    for path in freeze():
        sys.stdout.write(f"frozen: {path.relative_to(FOLDER)}\n")
