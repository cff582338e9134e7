"""What happened to people before, as profile keeps it."""

from __future__ import annotations

from datetime import date
from random import Random

from deploy.local.demonstration.lives import Life
from deploy.local.demonstration.service_record import service_sheets
from deploy.local.demonstration.sheets import NOBODY, Cell, Sheet, Wrong, day


def profile_history(chance: Random, lives: list[Life]) -> list[Sheet]:
    sheets = [_ranks(lives), _positions(lives), _educations(lives), _sanctions(lives)]
    sheets += service_sheets(lives)
    for sheet in sheets:
        sheet.mixed(chance)
    twice = lives[0].ranks[0]
    sheets[0].add(
        _rank(lives[0].number, "I/a", twice[1], twice[2]), Wrong("contradicts-record", None)
    )
    return sheets


def _ranks(lives: list[Life]) -> Sheet:
    sheet = Sheet("golongan", ("NIP", "GOLONGAN", "TMT GOLONGAN", "NOMOR SK", "TANGGAL SK"))
    for one in lives:
        for golongan, since, decree in one.ranks:
            sheet.add(_rank(one.number, golongan, since, decree))
    good = _rank(lives[1].number, "III/a", date(2012, 4, 1), "SK-DEMO-2012-999999")
    sheet.add({**good, "NIP": NOBODY}, Wrong("unknown-person", "NIP"))
    sheet.add({**good, "NIP": float(lives[1].number)}, Wrong("precision-lost", "NIP"))
    sheet.add({**good, "TMT GOLONGAN": "30-02-2012"}, Wrong("impossible-date", "TMT GOLONGAN"))
    sheet.add({**good, "GOLONGAN": "V/a"}, Wrong("not-allowed", "GOLONGAN"))
    sheet.add({**good, "TMT GOLONGAN": "01-04-1912"}, Wrong("before-birth", None))
    return sheet


def _rank(number: str, golongan: str, since: date, decree: str) -> dict[str, Cell]:
    return {
        "NIP": number,
        "GOLONGAN": golongan,
        "TMT GOLONGAN": day(since),
        "NOMOR SK": decree,
        "TANGGAL SK": day(since),
    }


def _positions(lives: list[Life]) -> Sheet:
    sheet = Sheet(
        "jabatan",
        (
            *("NIP", "KODE JABATAN", "KODE UNOR", "PENUGASAN", "TMT JABATAN", "SAMPAI DENGAN"),
            *("NOMOR SK", "TANGGAL SK"),
        ),
    )
    good: dict[str, Cell] = {}
    for one in lives:
        for held in one.posts if one.post_on_map else one.posts[:-1]:
            good = {
                "NIP": one.number,
                "KODE JABATAN": held.post.code,
                "KODE UNOR": held.post.unit,
                "PENUGASAN": held.assignment,
                "TMT JABATAN": day(held.since),
                "SAMPAI DENGAN": day(held.last) if held.last else None,
                "NOMOR SK": held.decree,
                "TANGGAL SK": day(held.since),
            }
            sheet.add(good)
    sheet.add({**good, "KODE JABATAN": "JP-HAPUS"}, Wrong("post-not-on-map", "KODE JABATAN"))
    backwards = {**good, "TMT JABATAN": "01-02-2015", "SAMPAI DENGAN": "01-01-2015"}
    sheet.add(backwards, Wrong("ends-before-it-begins", "SAMPAI DENGAN"))
    sheet.add({**good, "PENUGASAN": "SEMENTARA"}, Wrong("not-allowed", "PENUGASAN"))
    return sheet


def _educations(lives: list[Life]) -> Sheet:
    sheet = Sheet(
        "pendidikan",
        (
            *("NIP", "TINGKAT PENDIDIKAN", "BIDANG STUDI", "NAMA SEKOLAH", "TANGGAL LULUS"),
            *("NOMOR IJAZAH", "DIAKUI"),
        ),
    )
    good: dict[str, Cell] = {}
    for one in lives:
        for level, finished in one.educations:
            good = {
                "NIP": one.number,
                "TINGKAT PENDIDIKAN": level,
                "NAMA SEKOLAH": "Sekolah Contoh",
                "TANGGAL LULUS": day(finished),
                "NOMOR IJAZAH": f"IJZ-DEMO-{finished.year}",
                "DIAKUI": "YA",
            }
            sheet.add(good)
    sheet.add({**good, "DIAKUI": None}, Wrong("missing", "DIAKUI"))
    sheet.add({**good, "TANGGAL LULUS": "Juli 2010"}, Wrong("not-a-date", "TANGGAL LULUS"))
    return sheet


def _sanctions(lives: list[Life]) -> Sheet:
    sheet = Sheet(
        "hukuman disiplin",
        (
            *("NIP", "JENIS HUKUMAN", "TINGKAT HUKUMAN", "TANGGAL MULAI", "TANGGAL AKHIR"),
            *("DASAR HUKUM", "NOMOR SK", "TANGGAL SK"),
        ),
    )
    for one in lives:
        for given in one.sanctions:
            sheet.add(
                {
                    "NIP": one.number,
                    "JENIS HUKUMAN": given.kind,
                    "TINGKAT HUKUMAN": given.level,
                    "TANGGAL MULAI": day(given.since),
                    "TANGGAL AKHIR": day(given.last) if given.last else None,
                    "DASAR HUKUM": given.law,
                    "NOMOR SK": given.decree,
                    "TANGGAL SK": day(given.since),
                }
            )
    return sheet
