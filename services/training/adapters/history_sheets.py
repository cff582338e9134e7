"""The sheets in which an agency's training history and its catalogue arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.chassis.workbook import Column, Row, SheetForm
from services.training.domain.completion import Class, Completion
from services.training.domain.programme import Offer
from services.training.domain.terms import Evidence, Form

NIP, CODE, TITLE, FORM, JP = "NIP", "KODE PROGRAM", "NAMA PROGRAM", "JENIS DIKLAT ID", "JUMLAH JP"
FIRST_DAY, LAST_DAY, PROVIDER = "TANGGAL MULAI", "TANGGAL SELESAI", "PENYELENGGARA"
NUMBER, ISSUED, RESULT = "NOMOR SERTIFIKAT", "TANGGAL SERTIFIKAT", "HASIL"

CATALOGUE = SheetForm(
    "katalog", (Column(CODE), Column(TITLE), Column(FORM), Column(JP), Column(PROVIDER))
)
TRAININGS = SheetForm(
    "diklat",
    (
        Column(NIP, private=True),
        Column(CODE),
        Column(TITLE),
        Column(FORM),
        Column(FIRST_DAY),
        Column(LAST_DAY),
        Column(JP),
        Column(PROVIDER),
        Column(NUMBER, required=False),
        Column(ISSUED, required=False),
        Column(RESULT),
    ),
)

_NOT_PASSED = "not passed"
_RESULTS = {"LULUS": Evidence.PASSED, "HADIR": Evidence.ATTENDED, "TIDAK LULUS": _NOT_PASSED}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,63}")


@dataclass(frozen=True, slots=True)
class PastTraining:
    """One row: whose training, which class, and how it ended."""

    nip: str
    of: Class
    completion: Completion


def read_training(row: Row) -> PastTraining:
    completion = Completion(
        on=row.day(LAST_DAY),
        jp=row.whole(JP, least=1, most=10_000),
        title=row.text(TITLE),
        form=Form(row.whole(FORM, least=1, most=25)),
        provider=row.text(PROVIDER),
        evidence=_evidence(row),
        certificate_number=row.text_or_none(NUMBER),
        certificate_date=row.day_or_none(ISSUED),
    )
    of = Class(programme=_code(row), starts_on=row.day(FIRST_DAY))
    return PastTraining(row.digits(NIP, length=18), of, completion)


def read_offer(row: Row) -> Offer:
    return Offer(
        code=_code(row),
        title=row.text(TITLE),
        form=Form(row.whole(FORM, least=1, most=25)),
        jp=row.whole(JP, least=1, most=10_000),
        provider=row.text(PROVIDER),
    )


def _evidence(row: Row) -> Evidence:
    result = row.choice(RESULT, _RESULTS)
    if not isinstance(result, Evidence):
        row.refuse(RESULT, "not-passed", "Leave this row out: what was not passed earns no JP.")
    return result


def _code(row: Row) -> str:
    code = row.text(CODE).upper()
    if not _CODE.fullmatch(code):
        row.refuse(CODE, "not-a-code", "Write letters, digits and . _ / - only, 64 at most.")
    return code
