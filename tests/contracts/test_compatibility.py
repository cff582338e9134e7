"""Full transitive compatibility: what was released goes on being read, by everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import orjson
import pytest
from pydantic import BaseModel, Field, create_model

from contracts import documents, generate
from contracts.compatibility import problems
from contracts.envelope import ContractEvent
from contracts.registry import ALL, by_type, decode

RELEASED = Path("contracts/released")
REVISIONS = sorted(folder for folder in RELEASED.glob("*/*") if folder.is_dir())


class Address(BaseModel):
    city: str


class Before(BaseModel):
    """A shape with one of everything."""

    person_id: UUID
    rating: Literal["LOW", "HIGH"]
    year: Annotated[int, Field(ge=1990)]
    note: str | None = None
    marks: dict[str, int] = {}
    places: list[Address] = []


def changed(**fields: object) -> dict[str, object]:
    """The schema of Before with some fields otherwise; None drops one."""
    now = {name: (f.annotation, f) for name, f in Before.model_fields.items()} | fields
    model: type[BaseModel] = create_model(  # type: ignore[call-overload]
        "Before", **{name: field for name, field in now.items() if field is not None}
    )
    return model.model_json_schema()


BEFORE = Before.model_json_schema()


@pytest.mark.parametrize(
    ("today", "objection"),
    [
        (changed(note=None), "note: field removed"),
        (changed(note=None, remark=(str | None, None)), "note: field"),
        (changed(marks=None, points=(dict[str, int], {})), "marks: field"),
        (changed(note=(str | None, ...)), "note: made required"),
        (changed(year=(Annotated[int, Field(ge=1990)], 2000)), "year: made optional"),
        (changed(extra=(str, ...)), "extra: required field added"),
        (changed(rating=(Literal["LOW"], ...)), "rating"),
        (changed(rating=(Literal["LOW", "HIGH", "TOP"], ...)), "'TOP' added"),
        (changed(rating=(Literal["HIGH", "MID"], ...)), "'LOW' removed"),
        (changed(rating=(str, ...)), "rating: a closed list became open"),
        (changed(year=(int, ...)), "year: minimum"),
        (changed(year=(Annotated[int, Field(ge=2000)], ...)), "year: minimum"),
        (changed(year=(Annotated[float, Field(ge=1990)], ...)), "year: type"),
        (changed(year=(Annotated[int | None, Field(ge=1990)], ...)), "year: type widened"),
        (changed(note=(str, "")), "note"),
        (changed(note=(str | int | None, None)), "note: type widened by integer"),
        (changed(note=(str | None, "none")), "note: default changed"),
        (changed(person_id=(str, ...)), "person_id: format"),
        (changed(marks=(dict[str, str], {})), "marks.additionalProperties: type"),
        (changed(places=(list[str], [])), "places.items"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_the_checker_objects(today: dict[str, object], objection: str) -> None:
    found = problems(BEFORE, today)
    assert any(objection in problem for problem in found), found


def test_a_rename_is_called_a_rename() -> None:
    renamed = {**BEFORE, "properties": dict(BEFORE["properties"])}
    renamed["properties"]["remark"] = renamed["properties"].pop("note")
    assert problems(BEFORE, renamed)[0].startswith("$.note: field renamed to remark")


def test_a_change_inside_a_part_is_found() -> None:
    inner = changed()
    inner["$defs"] = {"Address": {"type": "object", "properties": {}, "required": []}}
    assert any("places.items.city" in problem for problem in problems(BEFORE, inner))


def test_an_optional_field_more_and_other_words_are_free() -> None:
    today = changed(extra=(str | None, Field(default=None, description="New.")))
    assert problems(BEFORE, {**today, "description": "Said better."}) == []


# Ours


@pytest.mark.parametrize("folder", REVISIONS, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_today_keeps_every_promise_ever_released(folder: Path) -> None:
    frozen = orjson.loads((folder / "schema.json").read_bytes())
    assert problems(frozen, documents.schema_of(by_type(folder.parent.name))) == []


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.TYPE)
def test_another_shape_is_another_revision(contract: type[ContractEvent]) -> None:
    frozen = orjson.loads((generate.released_folder(contract) / "schema.json").read_bytes())
    today = documents.schema_of(contract)
    assert set(frozen["properties"]) == set(today["properties"])
    revisions = {folder.name for folder in REVISIONS if folder.parent.name == contract.TYPE}
    assert revisions == {str(revision) for revision in range(1, contract.SCHEMA + 1)}


@pytest.mark.parametrize("folder", REVISIONS, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_the_frozen_sample_is_read_as_todays_class(folder: Path) -> None:
    contract = by_type(folder.parent.name)
    event = decode(contract.TYPE, int(folder.name), (folder / "sample.json").read_bytes())
    assert type(event) is contract


def test_nobody_edited_what_was_released() -> None:
    assert orjson.loads((RELEASED / "digests.json").read_bytes()) == generate.digests()


def test_an_edited_sample_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "a.b.v1" / "1"
    folder.mkdir(parents=True)
    (folder / "sample.json").write_bytes(b"{}")
    before = generate.digests(tmp_path)
    (folder / "sample.json").write_bytes(b"{}\n")
    assert generate.digests(tmp_path) != before


def test_nothing_released_is_an_orphan() -> None:
    known = {contract.TYPE for contract in ALL}
    assert {folder.parent.name for folder in REVISIONS} == known
    files = {path for path in RELEASED.rglob("*") if path.is_file()}
    expected = {f / name for f in REVISIONS for name in ("schema.json", "sample.json")}
    assert files == expected | {RELEASED / "digests.json"}
