"""Post standards as files: the workbook that comes in again, CSV, and JSON shaped as CASE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID, uuid5

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from services.assessment import queries
from services.assessment.adapters.standards_workbook import STANDARDS
from services.assessment.asking import Given, Person
from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES
from services.assessment.projections import post_standards
from services.chassis.query_values import Day
from services.chassis.workbook_writing import Written, harmless, written

router = APIRouter(tags=["standards"])
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ITEMS = UUID("f1d0a6d7-4c0e-5b7b-9b5e-2f3a0c0b7d11")
HEAD = tuple(column.name for column in STANDARDS.columns)


class OnDayIn(BaseModel):
    """`day`: per tanggal, today if not told."""

    model_config = {"extra": "forbid"}

    day: Day | None = None


class Case(BaseModel):
    """Its fields are named as 1EdTech CASE names them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class CaseItem(Case):
    """One competency of one post."""

    identifier: UUID
    human_coding_scheme: str
    full_statement: str
    status_start_date: str
    extensions: dict[str, str | int]


class CaseDocument(Case):
    identifier: UUID
    title: str
    creator: str
    adoption_status: str = "Adopted"


class CasePackage(BaseModel):
    CFDocument: CaseDocument
    CFItems: list[CaseItem]


Asked = Annotated[OnDayIn, Query()]


@router.get("/post-standards/workbook", response_class=Response)
async def standards_workbook(deps: Given, who: Person, asked: Asked) -> Response:
    """The standards in force on a day, as the workbook in which they come in."""
    day = asked.day or deps.today()
    rows = await queries.standards_on(deps, who.agency, day)
    book = written({STANDARDS.name: [HEAD, *_lines(rows)]})
    return _file(book, WORKBOOK, f"skj-{day}.xlsx")


@router.get("/post-standards/csv", response_class=Response)
async def standards_csv(deps: Given, who: Person, asked: Asked) -> Response:
    """The same as CSV with semicolons."""
    day = asked.day or deps.today()
    rows = await queries.standards_on(deps, who.agency, day)
    lines = [HEAD, *_lines(rows)]
    body = "".join(";".join(map(_cell, line)) + "\r\n" for line in lines)
    return _file(body.encode(), "text/csv; charset=utf-8", f"skj-{day}.csv")


@router.get("/post-standards/case")
async def standards_case(deps: Given, who: Person, asked: Asked) -> CasePackage:
    """The same shaped as a CASE package, for systems that read competency frameworks."""
    rows = await queries.standards_on(deps, who.agency, asked.day or deps.today())
    return CasePackage(
        CFDocument=CaseDocument(
            identifier=uuid5(_ITEMS, who.agency),
            title="Standar kompetensi jabatan",
            creator=who.agency,
        ),
        CFItems=[
            CaseItem(
                identifier=uuid5(_ITEMS, f"{row.event_id}/{code}"),
                human_coding_scheme=f"{row.post}/{code}",
                full_statement=STANDARD_COMPETENCIES.get(code, code),
                status_start_date=row.in_force_from.isoformat(),
                extensions={"post": row.post, "level": level, "decree": row.decree},
            )
            for row in rows
            for code, level in orjson.loads(row.required).items()
        ],
    )


def _lines(rows: list[post_standards.Row]) -> Iterator[tuple[Written, ...]]:
    for row in rows:
        for code, level in orjson.loads(row.required).items():
            yield (row.post, code, None, level, row.decree, row.in_force_from)


def _cell(value: Written) -> str:
    text = harmless("" if value is None else str(value))
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in ';"\r\n') else text


def _file(body: bytes, media_type: str, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(body, media_type=media_type, headers={"Content-Disposition": disposition})
