"""Examples are data, named after what happened, and true by three readers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
import rfc8785
from pydantic import ValidationError

from contracts import documents
from contracts.envelope import ContractEvent
from contracts.registry import ALL, by_type, decode

EXAMPLES = Path("contracts/examples")
FILES = sorted(EXAMPLES.glob("*/*.json"))


def reader_of(contract: type[ContractEvent]) -> Any:
    """A reader of another make: plain JSON Schema, as a listener outside would have it."""
    return jsonschema.Draft202012Validator(
        documents.schema_of(contract),
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_example_reads_the_same_in_both_makes(file: Path) -> None:
    body = file.read_bytes()
    contract = by_type(file.parent.name)
    reader_of(contract).validate(orjson.loads(body))
    event = decode(contract.TYPE, contract.SCHEMA, body)
    assert type(event) is contract


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_an_example_holds_no_field_that_the_contract_does_not_know(file: Path) -> None:
    assert set(orjson.loads(file.read_bytes())) <= set(by_type(file.parent.name).model_fields)


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.TYPE)
def test_every_event_has_an_example_with_every_field_told_at_least_once(
    contract: type[ContractEvent],
) -> None:
    bodies = [orjson.loads(file.read_bytes()) for file in (EXAMPLES / contract.TYPE).glob("*.json")]
    told = {field for body in bodies for field, value in body.items() if value is not None}
    # What a source replaces or leads back to is shown where it means something, not everywhere.
    assert set(contract.model_fields) - told <= {"replaces", "jenjang", "field"}
    assert bodies


def test_no_example_is_an_orphan() -> None:
    assert {file.parent.name for file in FILES} == {contract.TYPE for contract in ALL}
    assert [path for path in EXAMPLES.rglob("*") if path.is_file() and path not in FILES] == []


def test_examples_are_named_after_meanings() -> None:
    assert [file for file in FILES if not re.fullmatch(r"[a-z]+(_[a-z]+)*", file.stem)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_bytes_of_an_example_are_canonical_by_an_independent_maker(file: Path) -> None:
    event = by_type(file.parent.name).model_validate_json(file.read_bytes(), strict=True)
    said = event.model_dump(mode="json")
    assert orjson.dumps(said, option=orjson.OPT_SORT_KEYS) == rfc8785.dumps(said)


# The guards can fail


@pytest.mark.parametrize(
    "spoilt",
    [
        {"jp": "thirty"},
        {"finished_on": "30-05-2025"},
        {"person_id": "198403122009012001"},
        {"evidence": "BOUGHT"},
        {"provider": "BPSDM\x00"},
        {"programme": None},
    ],
    ids=lambda spoilt: next(iter(spoilt)),
)
def test_a_spoilt_example_is_refused_by_both_makes(spoilt: dict[str, object]) -> None:
    body = orjson.loads((EXAMPLES / "training.finished.v1" / "classical.json").read_bytes())
    contract = by_type("training.finished.v1")
    with pytest.raises(ValidationError):
        contract.model_validate_json(orjson.dumps(body | spoilt), strict=True)
    with pytest.raises(jsonschema.ValidationError):
        reader_of(contract).validate(body | spoilt)
