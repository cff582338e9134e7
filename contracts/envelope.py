"""What surrounds every event that crosses a boundary, and what every such event has in common.

The envelope is CloudEvents 1.0 in binary mode: headers on Kafka, fields at the doors. The body is
one of the classes in `contracts.events`, as canonical JSON.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# PostgreSQL cannot hold a NUL character, so no text that travels may contain one.
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
# A short name that programs compare: at most 64 characters, no white space at either end.
Code = Annotated[str, StringConstraints(pattern=r"^[^\x00\s]([^\x00]{0,62}[^\x00\s])?$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Decimal2 = Annotated[str, StringConstraints(pattern=r"^-?\d{1,9}(\.\d{1,6})?$")]


class ContractEvent(BaseModel):
    """A fact as its owner says it to others. Readers are tolerant: they skip what they do not know.

    `TYPE` names the meaning and never changes it; another meaning is another type.
    `SCHEMA` counts the compatible revisions of that meaning's shape.
    `SUBJECT` names the field that is the subject, and so the key on Kafka.
    `ERASES` marks a contract that acts the moment it arrives, past holes and queues.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    SUBJECT: ClassVar[str] = "person_id"
    ERASES: ClassVar[bool] = False

    @property
    def subject(self) -> UUID:
        """The person, unit, post, programme or standard this is about."""
        found = getattr(self, self.SUBJECT)
        if not isinstance(found, UUID):
            raise TypeError(f"{type(self).__name__}.{self.SUBJECT} is not an id")
        return found

    @classmethod
    def source(cls) -> str:
        """The service that says it: the first word of the type."""
        return cls.TYPE.partition(".")[0]


class Fact(ContractEvent):
    """A dated fact. A correction is a fact of its own that names the event it replaces."""

    replaces: UUID | None = Field(
        default=None, description="Id of the earlier event that this one replaces; null at first."
    )


def header(name: str, description: str) -> Any:
    """A field of the envelope under the name of its Kafka header."""
    return Field(alias=name, description=description)


class Envelope(BaseModel):
    """The headers of a record. All are UTF-8 text on the wire; all are required."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    content_type: Literal["application/json"] = header(
        "content-type", "The body is canonical JSON (RFC 8785)."
    )
    specversion: Literal["1.0"] = header("ce_specversion", "CloudEvents version.")
    id: UUID = header("ce_id", "Id of the event, the same wherever it is told.")
    type: str = header("ce_type", "What happened, as a dotted name with its version.")
    source: str = header("ce_source", "/jenjang/<service>: who says so.")
    subject: UUID = header("ce_subject", "Whom or what it is about; also the record's key.")
    time: datetime = header("ce_time", "effective_from (TMT), as midnight UTC of that day.")
    dataschema: str = header("ce_dataschema", "urn:jenjang:schema:<type>:<revision>.")
    generation: Annotated[int, Field(ge=1)] = header(
        "ce_generation", "Which life of the source's log: a restore begins another."
    )
    psn: Annotated[int, Field(ge=1)] = header(
        "ce_psn", "Dense position in the source's partition: a gap means something was lost."
    )
    seq: Annotated[int, Field(ge=1)] = header("ce_seq", "Dense position in the source's log.")
    recordedtime: datetime = header(
        "ce_recordedtime", "When the source sealed it: RFC 3339, microseconds, UTC."
    )
    agency: str = header("ce_agency", "The agency whose record this is.")

    @property
    def effective_from(self) -> date:
        return self.time.date()

    @property
    def schema_revision(self) -> int:
        return int(self.dataschema.rpartition(":")[2])


HEADERS: tuple[str, ...] = tuple(
    field.alias or name for name, field in Envelope.model_fields.items()
)


def dataschema_of(type_name: str, revision: int) -> str:
    return f"urn:jenjang:schema:{type_name}:{revision}"


def topic_of(source: str) -> str:
    return f"{source}.events"
