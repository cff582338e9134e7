"""Contracts keep the house's forms, and nothing generated is out of date."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema

from contracts import documents, generate
from contracts.envelope import HEADERS, ContractEvent, Envelope
from contracts.registry import ALL
from contracts.topic_files import topics

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


def test_the_envelope_reads_its_own_headers() -> None:
    headers = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": "01937a5e-0000-7000-8000-000000000001",
        "ce_type": "training.finished.v1",
        "ce_source": "/jenjang/training",
        "ce_subject": "01937a5e-0000-7000-8000-000000000002",
        "ce_time": "2025-05-30T00:00:00Z",
        "ce_dataschema": "urn:jenjang:schema:training.finished.v1:1",
        "ce_generation": "1",
        "ce_psn": "17",
        "ce_seq": "104",
        "ce_recordedtime": "2025-06-02T01:00:00.000001Z",
        "ce_agency": "demo",
    }
    jsonschema.validate(headers, documents.envelope_schema())
    envelope = Envelope.model_validate(headers)
    assert (envelope.effective_from, envelope.schema_revision) == (date(2025, 5, 30), 1)
    assert set(headers) == set(HEADERS)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(headers | {"ce_psn": "0"}, documents.envelope_schema())
