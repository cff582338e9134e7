"""Topic files say the truth about who says what and who hears it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from contracts import documents
from contracts.envelope import topic_of
from contracts.generate import SERVICES
from contracts.registry import ALL, by_type, said_by
from contracts.topic_files import TOPICS, Topic, heard_by, parse, topics
from services.chassis.service import Service

KNOWN = topics()


def described(name: str) -> Service:
    found = importlib.import_module(f"services.{name}.main").SERVICE
    assert isinstance(found, Service)
    return found


# The files among themselves


def test_every_service_has_its_topic_and_every_topic_its_service() -> None:
    assert {name: topic.producer for name, topic in KNOWN.items()} == {
        topic_of(service): service for service in SERVICES
    }
    assert [file for file in TOPICS.iterdir() if file.suffix != ".yaml"] == []


def orphans(known: Mapping[str, Topic]) -> set[str]:
    """Events that no topic lists, that no class describes, or that stand in a strange topic."""
    listed = [kind for topic in known.values() for kind in topic.events]
    classes = {contract.TYPE for contract in ALL}
    strange = {
        kind
        for name, topic in known.items()
        for kind in topic.events
        if topic_of(kind.partition(".")[0]) != name
    }
    twice = {kind for kind in listed if listed.count(kind) > 1}
    return (set(listed) ^ classes) | strange | twice


def test_no_event_is_an_orphan() -> None:
    assert orphans(KNOWN) == set()
    assert documents.unsaid(KNOWN) == set()


FINISHED, REVOKED = "training.finished.v1", "training.completion_revoked.v1"


@pytest.mark.parametrize(
    ("events", "orphan"),
    [
        ([FINISHED], REVOKED),
        ([FINISHED, REVOKED, "training.lost.v1"], "training.lost.v1"),
        ([FINISHED, REVOKED, "career.appointment_decreed.v1"], "career.appointment_decreed.v1"),
        ([FINISHED, FINISHED, REVOKED], FINISHED),
    ],
)
def test_an_orphan_is_found(events: list[str], orphan: str) -> None:
    spoilt = KNOWN["training.events"].model_copy(update={"events": events})
    assert orphans({**KNOWN, "training.events": spoilt}) == {orphan}


@pytest.mark.parametrize("name", KNOWN)
def test_nobody_is_named_as_hearing_itself(name: str) -> None:
    assert KNOWN[name].producer not in KNOWN[name].consumers


@pytest.mark.parametrize(
    "spoilt",
    [
        "purpose_of_this: also said\n",
        "consumers: [payroll]\n",
        "consumers: []\n",
        "key: person\n",
        "personal_data: everything\n",
        "config: {retention_days: 14, partitions: 4}\n",
        "config: {retention_days: 0}\n",
    ],
    ids=lambda text: text.strip(),
)
def test_a_topic_file_that_says_something_else_does_not_parse(spoilt: str) -> None:
    text = Path("contracts/topics/training.events.yaml").read_text()
    key = spoilt.partition(":")[0]
    kept = "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith(f"{key}:")
    )
    with pytest.raises(ValidationError):
        parse(kept + spoilt)


# The files and the services


def untrue(service: Service, known: Mapping[str, Topic]) -> list[str]:
    """Where a service and the topic files contradict each other."""
    own = known[topic_of(service.name)]
    files = {topic.producer for topic in heard_by(service.name, dict(known)).values()}
    wrong = [f"{service.name} hears {name} unannounced" for name in set(service.hears) - files]
    wrong += [f"{service.name} does not hear {name}" for name in files - set(service.hears)]
    wrong += [
        f"{service.name} expects {contract.__name__} from {source}"
        for source, contracts in service.hears.items()
        for contract in contracts
        if contract not in said_by(source)
    ]
    said = {contract.TYPE for contract in service.said}
    wrong += [f"{service.name} says {kind} unannounced" for kind in said - set(own.events)]
    wrong += [f"{service.name} never says {kind}" for kind in set(own.events) - said]
    return sorted(wrong)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_says_and_hears_what_the_topic_files_tell(name: str) -> None:
    assert untrue(described(name), KNOWN) == []


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_hears_a_topic_uses_something_of_it(name: str) -> None:
    assert [source for source, used in described(name).hears.items() if not used] == []


def test_every_contradiction_is_found() -> None:
    stranger = Service(
        name="career",
        settings=None,  # type: ignore[arg-type]  # the guard reads names only
        codec=None,  # type: ignore[arg-type]
        to_contract=lambda event, about: None,
        said=[by_type("training.finished.v1")],
        hears={"career": [], "training": [by_type("profile.rank_granted.v1")]},
        routers=[],
        build_deps=lambda runtime: None,
    )
    assert untrue(stranger, KNOWN) == [
        "career does not hear assessment",
        "career does not hear profile",
        "career expects RankGrantedV1 from training",
        "career hears career unannounced",
        "career never says career.appointment_decreed.v1",
        "career says training.finished.v1 unannounced",
    ]
