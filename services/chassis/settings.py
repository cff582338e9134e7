"""Read the environment once, into a frozen object.

A setting that differs from service to service carries the service's name in its variable
(`DATABASE_URL_<SERVICE>`); the variable without the name is what it falls back to.
"""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

URLS = "SERVICE_URL_"


class CannotStart(Exception):
    """One clear sentence for the person who started the process."""


def _listed(value: object) -> object:
    """A comma list from the environment, as a tuple; anything else as it is."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Listed = Annotated[tuple[SecretStr, ...], BeforeValidator(_listed)]


def variable(name: str, *, per_service: bool = False) -> dict[str, Any]:
    """Which environment variable holds a setting; said beside the setting."""
    return {"env": name, "per_service": per_service}


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable of a service, as `.env.example` prints it."""

    name: str
    says: str
    default: str | None
    secret: bool


class _Environment(PydanticBaseSettingsSource):
    """The process environment, with the service's own variables first."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        for name in variable_names(field, self._service()):
            if value := os.environ.get(name):
                return value, field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields
        found = {name: self.get_field_value(field, name)[0] for name, field in fields.items()}
        if "service_urls" in fields:
            found["service_urls"] = self._urls(fields["service_urls"])
        return {name: value for name, value in found.items() if value is not None}

    def _service(self) -> str:
        default = self.settings_cls.model_fields["service"].default
        return str(self.current_state.get("service", default))

    def _urls(self, field: FieldInfo) -> dict[str, str]:
        urls = dict(field.get_default(call_default_factory=True, validated_data={}))
        for name, value in os.environ.items():
            if name.startswith(URLS) and value:
                urls[name.removeprefix(URLS).lower()] = value
        return urls


def variable_names(field: FieldInfo, service: str) -> list[str]:
    """The variables that are looked at for a setting, the most particular one first."""
    extra = field.json_schema_extra
    if not isinstance(extra, dict) or "env" not in extra:
        return []
    name = str(extra["env"])
    return [f"{name}_{service.upper()}", name] if extra.get("per_service") else [name]


class ServiceSettings(BaseSettings):
    """What a service is told from outside. A subclass says which service it is, and its port."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    service: str
    """The service's name, as it stands in topics, tokens and tables."""

    database_url: SecretStr = Field(json_schema_extra=variable("DATABASE_URL", per_service=True))
    """This service's own PostgreSQL database (16 or newer)."""

    kafka_bootstrap: str = Field("127.0.0.1:9092", json_schema_extra=variable("KAFKA_BOOTSTRAP"))
    """The Kafka brokers to ask first, host:port, separated by commas."""

    broker_kind: Literal["memory", "kafka"] = Field("memory", json_schema_extra=variable("BROKER"))
    """`kafka` for Apache Kafka (idempotent producer), `memory` for the embedded broker."""

    topic_prefix: str = Field("", json_schema_extra=variable("TOPIC_PREFIX"))
    """Put before every topic's name, so that deployments can share a broker."""

    partitions: int = Field(4, ge=1, le=1024, json_schema_extra=variable("PARTITIONS"))
    """How many partitions every topic has; fixed for a deployment's life."""

    host: str = Field("127.0.0.1", json_schema_extra=variable("HOST"))
    """The address to listen on; loopback unless told otherwise."""

    port: int = Field(8100, ge=0, le=65535, json_schema_extra=variable("PORT", per_service=True))
    """The port of the role `api` (or of all roles in one process)."""

    consumer_port: int | None = Field(
        None, ge=0, le=65535, json_schema_extra=variable("CONSUMER_PORT", per_service=True)
    )
    """Health and metrics of the role `consumer` run apart; 100 above the port when unset."""

    publisher_port: int | None = Field(
        None, ge=0, le=65535, json_schema_extra=variable("PUBLISHER_PORT", per_service=True)
    )
    """Health and metrics of the role `publisher` run apart; 200 above the port when unset."""

    service_urls: dict[str, str] = Field(default_factory=dict)
    """Where the other services answer: one variable SERVICE_URL_<SERVICE> for each."""

    agency: str = Field("demo", json_schema_extra=variable("AGENCY"))
    """The agency that a record belongs to when its door does not say."""

    time_zone: str = Field("Asia/Jakarta", json_schema_extra=variable("TIME_ZONE"))
    """The agency's time zone: it decides what day it is."""

    auth_keys: Path | None = Field(None, json_schema_extra=variable("AUTH_JWKS"))
    """A JWK Set: the public keys whose tokens are believed, each with the roles it may name."""

    service_key: Path | None = Field(
        None, json_schema_extra=variable("SERVICE_KEY", per_service=True)
    )
    """This service's private key (a JWK), for its own calls to other services."""

    keks: Listed = Field((), json_schema_extra=variable("KEK", per_service=True))
    """Keys that wrap the subjects' keys: 32 bytes in base64, newest first, comma list."""

    lookup_key: SecretStr | None = Field(None, json_schema_extra=variable("LOOKUP_KEY"))
    """The key of the identity index (base64); only for services with such doors."""

    forgotten_folder: Path | None = Field(None, json_schema_extra=variable("FORGOTTEN_FOLDER"))
    """Where the forgotten are listed, by id: a folder that is never restored with a database."""

    checkpoint_folder: Path | None = Field(None, json_schema_extra=variable("CHECKPOINT_FOLDER"))
    """Where signed checkpoints are kept, outside the database; a folder per service within."""

    checkpoint_key: Path | None = Field(
        None, json_schema_extra=variable("CHECKPOINT_KEY", per_service=True)
    )
    """The private key that signs this service's checkpoints; only the publisher needs it."""

    checkpoint_keys: Path | None = Field(None, json_schema_extra=variable("CHECKPOINT_KEYS"))
    """The public keys of every service's checkpoints and of the witnesses, each since when."""

    checkpoint_seconds: float = Field(3, gt=0, json_schema_extra=variable("CHECKPOINT_SECONDS"))
    """How often a checkpoint is written while there is news."""

    webhook_secrets: Listed = Field((), json_schema_extra=variable("WEBHOOK_SECRETS"))
    """Standard Webhooks secrets (`whsec_…`), newest first, comma list."""

    max_body_bytes: int = Field(
        1_048_576, ge=1024, json_schema_extra=variable("MAX_BODY_BYTES", per_service=True)
    )
    """The largest request body; a door for files states its own."""

    ready_lag_events: int = Field(5_000, ge=0, json_schema_extra=variable("READY_LAG_EVENTS"))
    """Ready only while no projection is further behind than this."""

    stop_within_seconds: float = Field(10, gt=0, json_schema_extra=variable("STOP_WITHIN_SECONDS"))
    """How long a stopping process may take to finish what it has begun."""

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", json_schema_extra=variable("LOG_LEVEL")
    )
    """How much is logged."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _Environment(settings_cls)

    def today(self) -> date:
        """The calendar day in the agency's time zone."""
        return datetime.now(ZoneInfo(self.time_zone)).date()

    def key_encryption_keys(self) -> tuple[bytes, ...]:
        """The wrapping keys, newest first."""
        return tuple(decoded_key(secret, "KEK") for secret in self.keks)

    def lookup_key_bytes(self) -> bytes | None:
        return decoded_key(self.lookup_key, "LOOKUP_KEY") if self.lookup_key else None


def decoded_key(secret: SecretStr, name: str) -> bytes:
    """32 bytes from base64; the message never shows them."""
    try:
        key = b64decode(secret.get_secret_value(), validate=True)
    except ValueError:
        raise CannotStart(f"{name} is not base64.") from None
    if len(key) != 32:
        raise CannotStart(f"{name} must be 32 bytes in base64, not {len(key)}.")
    return key


def read(settings: type[ServiceSettings], **given: Any) -> ServiceSettings:
    """The settings of this process, or one sentence that names what is missing or wrong."""
    try:
        return settings(**given)
    except ValidationError as error:
        raise CannotStart(_sentence(settings, error)) from None


def _sentence(settings: type[ServiceSettings], error: ValidationError) -> str:
    service = str(settings.model_fields["service"].default)
    faults = []
    for fault in error.errors(include_input=False, include_url=False):
        field = settings.model_fields.get(str(fault["loc"][0]))
        names = variable_names(field, service) if field else []
        name = names[0] if names else ".".join(map(str, fault["loc"]))
        faults.append(f"{name}: {fault['msg'].lower()}")
    return "The settings are not complete. " + "; ".join(faults) + "."


def variables(settings: type[ServiceSettings]) -> Iterator[Variable]:
    """Every variable a service reads, for `.env.example`."""
    service = str(settings.model_fields["service"].default)
    for name, field in settings.model_fields.items():
        if name == "service_urls":
            urls: Mapping[str, str] = field.get_default(
                call_default_factory=True, validated_data={}
            )
            for other, url in urls.items():
                yield Variable(URLS + other.upper(), field.description or "", url, False)
        elif names := variable_names(field, service):
            secret = "Secret" in str(field.annotation)
            yield Variable(names[0], field.description or "", _printed(field), secret)


def _printed(field: FieldInfo) -> str | None:
    return None if field.is_required() or field.default in (None, ()) else str(field.default)
