"""What a provider reports about a finished training, read strictly."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from contracts.envelope import Code, Text
from services.chassis.problems import Malformed
from services.training.domain.completion import Class, Completion
from services.training.domain.terms import Evidence, Form

_EVIDENCE = {evidence.value: evidence for evidence in Evidence}


def _without_spaces(value: object) -> object:
    """People write a NIP in groups: `19860926 201505 1 001`."""
    return re.sub(r"[ \u00a0]", "", value) if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


Nip = Annotated[str, BeforeValidator(_without_spaces), StringConstraints(pattern=r"^[0-9]{18}$")]
ProgrammeCode = Annotated[Code, BeforeValidator(_upper)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2200, 1, 1))]


class CompletionReport(BaseModel):
    """The body of the message; `form` is SIASN's jenisDiklat, `jp` hours of 45 minutes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    nip: Nip
    course_code: ProgrammeCode
    title: Text
    form: Annotated[int, Field(ge=1, le=25)]
    start: Day
    end: Day
    jp: Annotated[int, Field(ge=1, le=10_000)]
    certificate_no: Text | None = None
    certificate_date: Day | None = None
    provider: Text
    result: Literal["PASSED", "ATTENDED", "OBSERVED", "DEMONSTRATED", "FAILED"]
    file_hash: Sha256 | None = Field(default=None, description="SHA-256 of the certificate's file.")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end < self.start:
            raise ValueError("end lies before start")
        return self

    @property
    def of(self) -> Class:
        return Class(programme=self.course_code, starts_on=self.start)

    @property
    def completion(self) -> Completion | None:
        """What was achieved; None when the training was not passed."""
        evidence = _EVIDENCE.get(self.result)
        if evidence is None:
            return None
        return Completion(
            on=self.end,
            jp=self.jp,
            title=self.title,
            form=Form(self.form),
            provider=self.provider,
            evidence=evidence,
            certificate_number=self.certificate_no,
            certificate_date=self.certificate_date,
            certificate_sha256=self.file_hash,
        )


class ReportMalformed(Malformed):
    """The report cannot be read as the form of this door; each wrong field is listed."""


def read_report(body: bytes) -> CompletionReport:
    try:
        return CompletionReport.model_validate_json(body)
    except ValidationError as error:
        wrong = [
            {"field": ".".join(_known(part) for part in fault["loc"]), "problem": fault["type"]}
            for fault in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        raise ReportMalformed(errors=wrong) from None


def _known(part: int | str) -> str:
    """A name that the sender made up is not repeated."""
    return str(part) if part in CompletionReport.model_fields else "…"
