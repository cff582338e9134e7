"""Every subscriber acknowledges by hand, in batches, from the start, and parses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import BatchSubscriber

from contracts.envelope import topic_of
from services.chassis.hearing import Hearing
from services.chassis.kafka import Kafka, verbatim
from tests.architecture.the_tree import ROOT, SERVICES, modules, service

NOWHERE = "127.0.0.1:1"  # nothing is started here


def dangers(broker: KafkaBroker) -> list[str]:
    """How a subscriber of this broker could lose a record."""
    return sorted(danger for one in broker.subscribers for danger in dangers_of(one))


def dangers_of(subscriber: Any) -> list[str]:
    settings = subscriber._connection_args
    found = {
        "acknowledges by itself": subscriber.ack_policy is not AckPolicy.MANUAL,
        "commits by itself": settings["enable_auto_commit"],
        "starts at the end": settings["auto_offset_reset"] != "earliest",
        "takes one at a time": not isinstance(subscriber, BatchSubscriber),
        "parses": subscriber._call_options.parser is not verbatim,
        "has no group": not subscriber.group_id,
    }
    return [danger for danger, present in found.items() if present]


@pytest.mark.parametrize("kind", ["memory", "kafka"])
@pytest.mark.parametrize("name", SERVICES)
def test_every_subscriber_is_safe(name: str, kind: Any) -> None:
    sources = tuple(service(name).hears)
    kafka = Kafka(NOWHERE, kind, 4)
    broker = kafka.broker()
    hearing = Hearing(name, sources, kafka, inbox=None)  # type: ignore[arg-type]  # nothing is heard
    for source in sources:
        hearing.subscriber(broker, source)
        hearing.subscriber(broker, source, from_beginning=True)
    heard = {topic.name for one in broker.subscribers for topic in one.topics}  # type: ignore[attr-defined]
    assert heard == {topic_of(source) for source in sources}
    assert dangers(broker) == []


def test_the_defaults_are_dangerous_and_found_to_be() -> None:
    broker = KafkaBroker(NOWHERE)
    broker.subscriber("training.events")
    assert dangers(broker) == [
        "acknowledges by itself",
        "commits by itself",
        "has no group",
        "parses",
        "starts at the end",
        "takes one at a time",
    ]


def test_one_loosened_setting_is_found() -> None:
    kafka = Kafka(NOWHERE, "kafka", 4)
    broker = kafka.broker()
    loosened = kafka.subscription() | {"ack_policy": AckPolicy.NACK_ON_ERROR}
    broker.subscriber("training.events", group_id="career", **loosened)
    assert dangers(broker) == ["acknowledges by itself"]


def subscribers_made(source: str) -> int:
    return source.count(".subscriber(")


def test_subscribers_are_made_in_one_place() -> None:
    """What the walk above cannot see: a subscriber that somebody makes elsewhere."""
    making = {
        module.as_posix()
        for module in modules("services/**/*.py")
        if subscribers_made((ROOT / module).read_text())
    }
    assert making == {"services/chassis/hearing.py"}
    assert subscribers_made("@broker.subscriber('x')") == 1
