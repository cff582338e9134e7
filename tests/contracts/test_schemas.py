"""Contracts keep the house's forms, and nothing generated is out of date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema

from contracts import documents, generate
from contracts.envelope import HEADERS, ContractEvent, Envelope, dataschema_of
from contracts.registry import ALL
from contracts.topic_files import topics
from services.chassis.cloudevents import SaidRow, said_headers

# What may never leave profile, in whatever spelling.
PERSONAL = re.compile(r"(^|_)(nip|nik|ktp|npwp|phone|email|address|person_name|full_name)(_|$)")


def type_of(class_name: str, service: str) -> str:
    """The dotted name that a class name stands for.

    >>> type_of("RankGrantedV1", "profile"), type_of("TrainingFinishedV1", "training")
    ('profile.rank_granted.v1', 'training.finished.v1')
    """
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower().split("_")
    *meaning, version = words
    if meaning[0] == service:
        meaning = meaning[1:]
    return f"{service}.{'_'.join(meaning)}.{version}"


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.TYPE)
def test_type_and_class_carry_the_same_name(contract: type[ContractEvent]) -> None:
    service = contract.__module__.rpartition(".")[2]
    assert type_of(contract.__name__, service) == contract.TYPE


def test_the_naming_guard_can_fail() -> None:
    assert type_of("PersonUpdatedV2", "profile") == "profile.person_updated.v2"


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.TYPE)
def test_the_subject_is_an_id_and_the_meaning_is_said(contract: type[ContractEvent]) -> None:
    assert contract.model_fields[contract.SUBJECT].annotation is UUID
    assert contract.model_fields[contract.SUBJECT].is_required()
    assert (contract.__doc__ or "").strip().endswith(".")
    assert contract.SCHEMA >= 1


def personal_fields(names: set[str]) -> set[str]:
    return {name for name in names if PERSONAL.search(name)}


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.TYPE)
def test_no_contract_carries_what_must_not_leave_profile(contract: type[ContractEvent]) -> None:
    assert personal_fields(set(contract.model_fields)) == set()


def test_the_personal_data_guard_can_fail() -> None:
    assert personal_fields({"nip", "email_address", "post_id"}) == {"nip", "email_address"}


# Generated files


def test_nothing_generated_is_out_of_date() -> None:
    assert generate.differing(generate.generated()) == []


def test_the_check_names_missing_different_and_stray_files(tmp_path: Path) -> None:
    for name, text in (("same", "1"), ("different", "1"), ("stray", "1")):
        (tmp_path / f"{name}.json").write_text(text)
    wanted = {tmp_path / f"{name}.json": "1" for name in ("same", "missing")}
    wanted[tmp_path / "different.json"] = "2"
    named = [path.stem for path in generate.differing(wanted, under=tmp_path)]
    assert named == ["different", "missing", "stray"]
    generate.write(wanted, under=tmp_path)
    assert generate.differing(wanted, under=tmp_path) == []


@pytest.mark.parametrize("service", generate.SERVICES)
def test_asyncapi_is_valid_and_states_key_headers_and_payloads(service: str) -> None:
    document = documents.asyncapi(service, topics())
    ApplicationSchema.model_validate(document)
    assert document["components"]["schemas"]["Envelope"]["required"] == list(HEADERS)
    for channel in document["channels"].values():
        for kind, pointer in channel["messages"].items():
            message = document["components"]["messages"][pointer["$ref"].rpartition("/")[2]]
            assert message["name"] == kind
            assert message["headers"] == {"$ref": "#/components/schemas/Envelope"}
            assert message["bindings"]["kafka"]["key"]["format"] == "uuid"
            jsonschema.Draft202012Validator.check_schema(message["payload"])


def test_the_envelope_describes_the_headers_that_are_sent() -> None:
    row = SaidRow(
        generation=1,
        partition=3,
        psn=17,
        event_id=UUID("01937a5e-0000-7000-8000-000000000001"),
        seq=104,
        type="training.finished.v1",
        schema=1,
        subject=UUID("01937a5e-0000-7000-8000-000000000002"),
        agency="demo",
        effective_from=date(2025, 5, 30),
        recorded_at=datetime(2025, 6, 2, 1, 0, 0, 1, tzinfo=UTC),
        body=b"{}",
    )
    headers = {name: value.decode() for name, value in said_headers("training", row)}
    jsonschema.validate(headers, documents.envelope_schema())
    envelope = Envelope.model_validate(headers)
    assert (envelope.effective_from, envelope.schema_revision) == (date(2025, 5, 30), 1)
    assert (envelope.recordedtime, envelope.seq) == (row.recorded_at, 104)
    assert envelope.dataschema == dataschema_of(row.type, 1)
    assert set(headers) == set(HEADERS)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(headers | {"ce_psn": "0"}, documents.envelope_schema())
