"""The sheets in which providers, programmes and classes arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from services.chassis.template import Column, Form, Template, choice, day, text, whole
from services.chassis.workbook import Row
from services.training.adapters.history_sheets import (
    CODE,
    FIRST_DAY,
    JP,
    KIND,
    LAST_DAY,
    PROVIDER,
    TITLE,
    code_of,
)
from services.training.domain.programme import Delivery, Mode, Offer, Target
from services.training.domain.provider import Accreditation, Agreement, Provider, ProviderKind
from services.training.domain.terms import Form as Kind
from services.training.domain.training_class import Schedule

MOST = 1_000_000_000_000_000
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TARGET = re.compile(r"\s*(\S(?:[^;]{0,62}\S)?)\s*:\s*([1-5])\s*")
_KINDS = {
    "PEMERINTAH": ProviderKind.GOVERNMENT,
    "PERGURUAN TINGGI": ProviderKind.UNIVERSITY,
    "SWASTA": ProviderKind.PRIVATE,
}
_MODES = {
    "KLASIKAL": Mode.CLASSROOM,
    "DARING": Mode.ONLINE,
    "CAMPURAN": Mode.BLENDED,
    "DI TEMPAT KERJA": Mode.AT_WORK,
}

EXTERNAL_ID = Column("ID PENYELENGGARA", text(64), "Nomor resminya; huruf, angka, . _ -", "001042")
LEGAL_NAME = Column("NAMA RESMI", text(), "Nama menurut akta atau peraturan.", "Universitas Contoh")
OF_KIND = Column("JENIS", choice(_KINDS), "Jenis penyelenggara.", "PERGURUAN TINGGI")
GRADE = Column("AKREDITASI", text(64), "Kosong bila tidak ada.", "A", blank=True)
ACCREDITED = Column(
    *("NOMOR AKREDITASI", text(64), "Wajib bila akreditasi diisi.", "AKR/2025/01"), blank=True
)
VALID_UNTIL = Column(
    *("AKREDITASI SAMPAI", day(), "Wajib bila akreditasi diisi.", "31-12-2027"), blank=True
)
AGREED = Column("NOMOR PERJANJIAN", text(64), "Kosong bila tidak ada.", "PKS/2026/01", blank=True)
AGREED_FROM = Column(
    *("PERJANJIAN MULAI", day(), "Wajib bila perjanjian diisi.", "02-01-2024"), blank=True
)
AGREED_UNTIL = Column(
    *("PERJANJIAN SAMPAI", day(), "Wajib bila perjanjian diisi.", "31-12-2027"), blank=True
)
PROVIDERS = Form(
    "penyelenggara",
    (EXTERNAL_ID, LEGAL_NAME, OF_KIND, GRADE, ACCREDITED, VALID_UNTIL, AGREED, AGREED_FROM,
     AGREED_UNTIL),
    key=(EXTERNAL_ID,),
    about="Lembaga yang menyelenggarakan pelatihan.",
)  # fmt: skip

TARGETS = Column(
    "KOMPETENSI",
    text(),
    "Kode kompetensi dan tingkat sasarannya, dipisah titik koma; boleh kosong.",
    "",
    blank=True,
)
MODE = Column("MODA", choice(_MODES), "Cara penyelenggaraan.", "KLASIKAL")
PRICE = Column("BIAYA PER ORANG", whole(0, MOST), "Rupiah bulat; 0 bila tanpa biaya.", "4500000")
GIVEN_BY = Column(
    *("ID PENYELENGGARA", text(64), "Bila penyelenggaranya sudah tercatat.", "001042"),
    blank=True,
    required=False,
)
PROGRAMMES = Form(
    "program",
    (CODE, TITLE, KIND, JP, PROVIDER, GIVEN_BY, MODE, PRICE, TARGETS),
    key=(CODE,),
    about="Program yang ditawarkan, dengan kompetensi yang dikembangkannya.",
)

CLASS_CODE = Column("KODE KELAS", text(64), "Huruf besar, angka, . _ -", "PKP-2026-1")
PLACE = Column("LOKASI", text(), "Tempat atau tautan ruang daring.", "Gedung Diklat Contoh")
SEATS = Column("KURSI", whole(1, 100_000), "Jumlah kursi.", "30")
SESSIONS = Column(
    "HARI SESI",
    text(8_000),
    "Tanggal sesi dd-mm-yyyy dipisah titik koma; kosong: setiap hari dari mulai sampai selesai.",
    "04-03-2024; 05-03-2024",
    blank=True,
)
CLASSES = Form(
    "kelas",
    (CLASS_CODE, CODE, EXTERNAL_ID, FIRST_DAY, LAST_DAY, PLACE, MODE, SEATS, PRICE, SESSIONS),
    key=(CLASS_CODE,),
    about="Jadwal kelas. Program dan penyelenggaranya boleh berada di berkas ini juga.",
)
TEMPLATE = Template(
    "catalogue",
    "Katalog & kelas penyelenggara",
    "Penyelenggara, program dengan kompetensi dan biayanya, kelas dengan kursi dan jadwalnya.",
    (PROVIDERS, PROGRAMMES, CLASSES),
)


def read_provider(row: Row) -> Provider:
    return Provider(
        external_id=_external_id(row),
        kind=row[OF_KIND],
        legal_name=row[LEGAL_NAME],
        accreditation=_accreditation(row),
        agreement=_agreement(row),
    )


def _accreditation(row: Row) -> Accreditation | None:
    """All three cells, or none of them."""
    if all(row.blank(column) for column in (GRADE, ACCREDITED, VALID_UNTIL)):
        return None
    return Accreditation(grade=row[GRADE], number=row[ACCREDITED], valid_until=row[VALID_UNTIL])


def _agreement(row: Row) -> Agreement | None:
    if all(row.blank(column) for column in (AGREED, AGREED_FROM, AGREED_UNTIL)):
        return None
    return Agreement(number=row[AGREED], since=row[AGREED_FROM], until=row[AGREED_UNTIL])


def read_programme(row: Row) -> Offer:
    return Offer(
        code=code_of(row),
        title=row[TITLE],
        form=Kind(row[KIND]),
        jp=row[JP],
        provider=row[PROVIDER],
        delivery=Delivery(
            targets=tuple(_targets(row)),
            mode=row[MODE],
            price=row[PRICE],
            provider=row.get(GIVEN_BY),
        ),
    )


def _targets(row: Row) -> Iterator[Target]:
    for told in (row.get(TARGETS) or "").split(";"):
        if not told.strip():
            continue
        found = _TARGET.fullmatch(told)
        if found is None:
            fix = "Tulis kode, titik dua, lalu tingkat 1 sampai 5; pisahkan dengan titik koma."
            row.refuse(TARGETS, "not-a-target", fix)
        yield Target(competency=found[1], level=int(found[2]))


def read_class(row: Row) -> Schedule:
    return Schedule(
        code=class_code(row),
        programme=code_of(row),
        provider=_external_id(row),
        first_day=row[FIRST_DAY],
        last_day=row[LAST_DAY],
        location=row[PLACE],
        mode=row[MODE],
        seats=row[SEATS],
        price=row[PRICE],
        sessions=_sessions(row),
    )


def _sessions(row: Row) -> tuple[date, ...]:
    told = row.get(SESSIONS)
    if told is None:
        first, days = row[FIRST_DAY], (row[LAST_DAY] - row[FIRST_DAY]).days
        return tuple(first + timedelta(days=nth) for nth in range(min(days, 399) + 1))
    return tuple(_day(row, one.strip()) for one in told.split(";") if one.strip())


def _day(row: Row, told: str) -> date:
    try:
        return datetime.strptime(told, "%d-%m-%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        row.refuse(SESSIONS, "not-a-date", "Tulis tanggal dd-mm-yyyy, dipisah titik koma.")


def class_code(row: Row) -> str:
    code = row[CLASS_CODE].upper()
    if not _ID.fullmatch(code):
        row.refuse(CLASS_CODE, "not-a-code", "Tulis huruf, angka, dan . _ - saja.")
    return code


def _external_id(row: Row) -> str:
    if not _ID.fullmatch(row[EXTERNAL_ID]):
        row.refuse(EXTERNAL_ID, "not-a-code", "Tulis huruf, angka, dan . _ - saja.")
    return row[EXTERNAL_ID]
