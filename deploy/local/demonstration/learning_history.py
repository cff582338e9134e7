"""What people learned, and how they were rated and assessed, before."""

from __future__ import annotations

from random import Random

from deploy.local.demonstration.lives import (
    COMPETENCIES,
    PROGRAMMES,
    PROVIDER,
    Assessed,
    Life,
    Rated,
)
from deploy.local.demonstration.sheets import NOBODY, Cell, Sheet, Wrong, day


def training_history(chance: Random, lives: list[Life]) -> list[Sheet]:
    catalogue = Sheet(
        "katalog",
        ("KODE PROGRAM", "NAMA PROGRAM", "JENIS DIKLAT ID", "JUMLAH JP", "PENYELENGGARA"),
    )
    for code, (name, form, jp) in PROGRAMMES.items():
        catalogue.add(
            {
                "KODE PROGRAM": code,
                "NAMA PROGRAM": name,
                "JENIS DIKLAT ID": form,
                "JUMLAH JP": jp,
                "PENYELENGGARA": PROVIDER,
            }
        )
    return [catalogue, _trainings(lives).mixed(chance)]


def _trainings(lives: list[Life]) -> Sheet:
    sheet = Sheet(
        "diklat",
        (
            *("NIP", "KODE PROGRAM", "NAMA PROGRAM", "JENIS DIKLAT ID", "TANGGAL MULAI"),
            *("TANGGAL SELESAI", "JUMLAH JP", "PENYELENGGARA", "NOMOR SERTIFIKAT"),
            *("TANGGAL SERTIFIKAT", "HASIL"),
        ),
    )
    good: dict[str, Cell] = {}
    for one in lives:
        for done in one.trainings:
            name, form, jp = PROGRAMMES[done.code]
            good = {
                "NIP": one.number,
                "KODE PROGRAM": done.code,
                "NAMA PROGRAM": name,
                "JENIS DIKLAT ID": form,
                "TANGGAL MULAI": day(done.since),
                "TANGGAL SELESAI": day(done.until),
                "JUMLAH JP": jp,
                "PENYELENGGARA": PROVIDER,
                "NOMOR SERTIFIKAT": f"SERT-DEMO-{done.code}-{done.until:%Y%m%d}-{one.number[-6:]}",
                "TANGGAL SERTIFIKAT": day(done.until),
                "HASIL": "LULUS" if jp >= 100 else "HADIR",
            }
            sheet.add(good)
    sheet.add({**good, "NIP": NOBODY}, Wrong("person-unknown", "NIP"))
    sheet.add({**good, "NIP": float(lives[0].number)}, Wrong("precision-lost", "NIP"))
    sheet.add({**good, "HASIL": "TIDAK LULUS"}, Wrong("not-passed", "HASIL"))
    sheet.add({**good, "JUMLAH JP": 0}, Wrong("out-of-range", "JUMLAH JP"))
    sheet.add({**good, "TANGGAL MULAI": "31-11-2024"}, Wrong("impossible-date", "TANGGAL MULAI"))
    return sheet


# What happened before: assessment


def assessment_history(chance: Random, lives: list[Life]) -> list[Sheet]:
    return [_ratings(lives).mixed(chance), _assessments(lives).mixed(chance)]


def _ratings(lives: list[Life]) -> Sheet:
    sheet = Sheet(
        "skp",
        ("NIP", "TAHUN", "HASIL KERJA", "PERILAKU KERJA", "PREDIKAT", "DASAR HUKUM", "NILAI"),
    )
    for one in lives:
        for rated in one.ratings:
            sheet.add(_rating(one.number, rated))
    good = _rating(lives[0].number, Rated(2024, 2, 2))
    sheet.add({**good, "NIP": NOBODY}, Wrong("person-unknown", "NIP"))
    sheet.add({**good, "HASIL KERJA": 4}, Wrong("out-of-range", "HASIL KERJA"))
    wrong = {**good, "HASIL KERJA": 1, "PERILAKU KERJA": 3, "PREDIKAT": "BUTUH PERBAIKAN"}
    sheet.add(wrong, Wrong("rating-contradicts-marks", None))
    return sheet


_WORDS = {
    (1, 1): "SANGAT BAIK",
    (1, 2): "BAIK",
    (2, 1): "BAIK",
    (2, 2): "BAIK",
    (3, 1): "BUTUH PERBAIKAN",
    (3, 2): "BUTUH PERBAIKAN",
    (1, 3): "KURANG",
    (2, 3): "KURANG",
    (3, 3): "SANGAT KURANG",
}


def _rating(number: str, rated: Rated) -> dict[str, Cell]:
    cells: dict[str, Cell] = {"NIP": number, "TAHUN": rated.year}
    if rated.points is not None:
        law = "PP 30/2019" if rated.year == 2021 else "PP 46/2011"
        return {**cells, "DASAR HUKUM": law, "NILAI": rated.points}
    assert rated.work is not None
    assert rated.behaviour is not None
    return {
        **cells,
        "HASIL KERJA": rated.work,
        "PERILAKU KERJA": rated.behaviour,
        "PREDIKAT": _WORDS[rated.work, rated.behaviour],
        "DASAR HUKUM": "PermenPANRB 6/2022",
    }


def _assessments(lives: list[Life]) -> Sheet:
    sheet = Sheet(
        "penilaian",
        (
            *("NIP", "TANGGAL PENILAIAN", "BERLAKU SAMPAI DENGAN", *COMPETENCIES),
            *("JPM", "KATEGORI", "LEMBAGA", "STANDAR JABATAN"),
        ),
    )
    for one in lives:
        for assessed in one.assessments:
            sheet.add(_assessment(one.number, assessed))
    return sheet


def _assessment(number: str, assessed: Assessed) -> dict[str, Cell]:
    needed = assessed.required * len(COMPETENCIES)
    jpm = 100 * sum(min(level, assessed.required) for level in assessed.levels) / needed
    return {
        "NIP": number,
        "TANGGAL PENILAIAN": day(assessed.on),
        "BERLAKU SAMPAI DENGAN": day(assessed.last),
        **dict(zip(COMPETENCIES, assessed.levels, strict=True)),
        "JPM": f"{jpm:.2f}".replace(".", ","),
        "KATEGORI": "MS" if jpm >= 80 else "MMS" if jpm >= 68 else "KMS",
        "LEMBAGA": "Pusat Penilaian Contoh",
        "STANDAR JABATAN": assessed.standard,
    }
