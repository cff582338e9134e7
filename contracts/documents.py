"""What is generated from the contracts, as text: schemas, AsyncAPI, the map. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contracts.envelope import ContractEvent, Envelope, dataschema_of
from contracts.registry import ALL, by_type, said_by
from contracts.topic_files import Topic, heard_by

Json = dict[str, Any]


def text_of(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def schema_of(contract: type[ContractEvent]) -> Json:
    """The shape of a body as its readers rely on it, under the name the wire gives it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": dataschema_of(contract.TYPE, contract.SCHEMA),
        **contract.model_json_schema(mode="validation"),
    }


def envelope_schema() -> Json:
    """The headers of a record. Kafka carries them as text, so each is a string there."""
    shape = Envelope.model_json_schema(by_alias=True, mode="validation")
    for field in shape["properties"].values():
        if field.get("type") == "integer":
            field.update(type="string", pattern="^[1-9][0-9]*$")
            field.pop("minimum", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:jenjang:envelope",
        **shape,
    }


def asyncapi(service: str, known: Mapping[str, Topic]) -> Json:
    """What one service sends and hears, as AsyncAPI 3: channels, keys, headers, payloads."""
    sends = {name: topic for name, topic in known.items() if topic.producer == service}
    hears = heard_by(service, dict(known))
    messages = [by_type(kind) for topic in (sends | hears).values() for kind in topic.events]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"jenjang {service}",
            "version": "1",
            "description": f"What {service} says and whom it hears, on Kafka.",
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name, topic) for name, topic in (sends | hears).items()},
        "operations": {
            **{f"say:{name}": _operation("send", name, known[name]) for name in sends},
            **{f"hear:{name}": _operation("receive", name, known[name]) for name in hears},
        },
        "components": {
            "messages": {contract.TYPE: _message(contract) for contract in messages},
            "schemas": {"Envelope": _inlined(envelope_schema())},
        },
    }


def _channel(name: str, topic: Topic) -> Json:
    return {
        "address": name,
        "description": topic.purpose,
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in topic.events},
        "bindings": {
            "kafka": {
                "topic": name,
                "topicConfiguration": {"retention.ms": topic.config.retention_days * 86_400_000},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operation(action: str, name: str, topic: Topic) -> Json:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{kind}"} for kind in topic.events],
    }


def _message(contract: type[ContractEvent]) -> Json:
    return {
        "name": contract.TYPE,
        "title": contract.__name__,
        "summary": (contract.__doc__ or "").strip(),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/Envelope"},
        "payload": _inlined(schema_of(contract)),
        "bindings": {
            "kafka": {
                "key": {
                    "type": "string",
                    "format": "uuid",
                    "description": f"The subject: {contract.SUBJECT}.",
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _inlined(schema: Json) -> Json:
    """The same schema without $defs: a reference inside AsyncAPI would mean another document."""
    definitions = schema.get("$defs", {})

    def plain(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return plain(definitions[node["$ref"].rpartition("/")[2]])
            return {key: plain(value) for key, value in node.items()}
        return [plain(item) for item in node] if isinstance(node, list) else node

    kept = {key: value for key, value in schema.items() if key not in ("$defs", "$schema")}
    inlined: Json = plain(kept)
    return inlined


def service_map(known: Mapping[str, Topic]) -> str:
    """docs/map.md: who says what, and who listens."""
    lines = [
        "# Who says what to whom",
        "",
        "Generated from `contracts/topics` by `make contracts`; do not edit.",
        "",
        "```mermaid",
        "flowchart LR",
    ]
    for name, topic in known.items():
        lines += [f"    {topic.producer} -- {name} --> {hearer}" for hearer in topic.consumers]
    lines += ["```", ""]
    for name, topic in known.items():
        lines += _section(name, topic)
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, topic: Topic) -> list[str]:
    rows = [
        f"| `{kind}` | {(by_type(kind).__doc__ or '').strip().splitlines()[0]} "
        f"| `{by_type(kind).SUBJECT}` |"
        for kind in topic.events
    ]
    return [
        f"## {name}",
        "",
        topic.purpose,
        "",
        f"Said by {topic.producer}; heard by {', '.join(topic.consumers)}. "
        f"Personal data: {topic.personal_data}. Kept on Kafka for {topic.config.retention_days} "
        "days; older history is fetched from the producer.",
        "",
        "| event | what it says | key |",
        "|---|---|---|",
        *rows,
        "",
    ]


def schema_files() -> dict[str, str]:
    files = {f"{contract.TYPE}.json": text_of(schema_of(contract)) for contract in ALL}
    return {"envelope.json": text_of(envelope_schema()), **files}


def unsaid(known: Mapping[str, Topic]) -> set[str]:
    """Contracts that no topic of their source lists."""
    return {
        contract.TYPE
        for topic in known.values()
        for contract in said_by(topic.producer)
        if contract.TYPE not in topic.events
    }
