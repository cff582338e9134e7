"""What the source called `sample` says to others."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    SUBJECT: ClassVar[str] = "thing_id"
    ERASES: ClassVar[bool] = False

    thing_id: UUID


class MarkedV1(Contract):
    """A thing was given a mark."""

    TYPE: ClassVar[str] = "sample.marked.v1"

    value: int
    on: date = date(2025, 6, 1)
    note: str = ""
    replaces: UUID | None = None


class WithdrawnV1(Contract):
    """A mark no longer counts."""

    TYPE: ClassVar[str] = "sample.withdrawn.v1"

    withdraws: UUID


class ErasedV1(Contract):
    """Nothing about the thing may be kept."""

    TYPE: ClassVar[str] = "sample.erased.v1"
    ERASES: ClassVar[bool] = True


class UnreadV1(Contract):
    """Known to everybody, read by nobody here."""

    TYPE: ClassVar[str] = "sample.unread.v1"


KNOWN = {MarkedV1.TYPE, WithdrawnV1.TYPE, ErasedV1.TYPE, UnreadV1.TYPE}
