"""The words for findings: typed values with units become sentences, here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from services.portal.words import EDUCATION, day, employment

Finding = Mapping[str, Any]
Quantity = Mapping[str, Any]

REQUIREMENTS = {
    "pns": "Berstatus PNS",
    "s1-or-d4": "Pendidikan paling rendah S1 atau D-IV",
    "d3": "Pendidikan paling rendah D-III atau setara",
    "integrity": "Integritas dan moralitas baik",
    "pengawas-3-years": "Pengalaman 3 tahun sebagai pengawas, atau JF yang setingkat",
    "pelaksana-4-years": "Pengalaman 4 tahun sebagai pelaksana, atau JF yang setingkat",
    "related_field": "Pengalaman sesuai dengan bidang tugas jabatan",
    "performance": "Kinerja sekurang-kurangnya Baik dalam 2 tahun terakhir",
    "competency": "Kompetensi sesuai dengan standar jabatan",
    "health": "Sehat jasmani dan rohani",
    "no-sanction": "Tidak sedang menjalani hukuman disiplin sedang atau berat",
    "pkp-finished": "Sudah lulus PKP",
}

RATINGS = {
    "sangat_baik": "Sangat Baik",
    "baik": "Baik",
    "cukup": "Cukup",
    "butuh_perbaikan": "Butuh Perbaikan",
    "kurang": "Kurang",
    "sangat_kurang": "Sangat Kurang",
    "buruk": "Buruk",
}

CATEGORIES = {
    "MS": "MS (memenuhi syarat)",
    "MMS": "MMS (masih memenuhi syarat)",
    "KMS": "KMS (kurang memenuhi syarat)",
}

CLASSES = {
    "pengawas": "pengawas",
    "pelaksana": "pelaksana",
    "administrator": "administrator",
    "fungsional/ahli_muda": "JF Ahli Muda",
    "fungsional/ahli_pertama": "JF Ahli Pertama",
    "fungsional/penyelia": "JF Penyelia",
    "fungsional/mahir": "JF Mahir",
    "fungsional/terampil": "JF Terampil",
}

SUPPLIERS = {
    "profile": "Operator kepegawaian melengkapi riwayat di profil.",
    "assessment": "Unit penilaian mencatat hasil penilaian.",
    "training": "Pengelola pelatihan mencatat hasil pelatihan.",
    "official": "Pejabat yang berwenang mencatat penilaiannya.",
}

DOUBTS = {
    "hole": "Catatan dari {source} belum lengkap; sedang diambil.",
    "parked": "Satu catatan dari {source} tentang orang ini belum dapat dibaca dan sedang diperiksa.",
    "unreachable": "Layanan {source} tidak terjangkau, jadi kabar terbarunya mungkin belum masuk.",
    "contradicted": "Ada dua catatan yang bertentangan dari {source}; operator harus memeriksanya.",
    "beyond_known_through": "Catatan sampai saat itu mungkin masih dalam perjalanan.",
    "in_doubt": "Layanan {source} baru dipulihkan; operator sedang memeriksa catatannya.",
    "unconfirmed": "Satu catatan dari {source} hilang di sana dan belum dipastikan lagi.",
    "withdrawn": "Satu catatan yang dulu ikut dihitung telah ditarik kembali oleh {source}.",
    "own_write_missing": "Perubahan yang baru Anda simpan belum ikut dihitung.",
}

SOURCES = {
    "profile": "profil",
    "assessment": "penilaian",
    "training": "pelatihan",
    "career": "karier",
}


def requirement(code: str) -> str:
    return REQUIREMENTS.get(code, code)


def quantity(value: Quantity) -> str:
    """A typed value in words; nothing on record is said so.

    >>> quantity({"amount": 40, "unit": "months"})
    '3 tahun 4 bulan'
    """
    amount, unit = value["amount"], str(value["unit"])
    if amount is None:
        return "belum ada catatan"
    say = UNITS.get(unit)
    return say(str(amount)) if say else str(amount)


AT_LEAST = {"months", "education level", "percent", "years rated good"}


def needed(value: Quantity) -> str:
    """What a requirement asks for, as a bound where it is one.

    >>> needed({"amount": 36, "unit": "months"})
    'paling sedikit 3 tahun'
    """
    said = quantity(value)
    if value["unit"] == "months of age":
        return f"paling tua {said}"
    return f"paling sedikit {said}" if value["unit"] in AT_LEAST else said


def detail(value: Quantity) -> str | None:
    """A value behind a finding, in words; gaps of zero go without saying."""
    amount, unit = value["amount"], str(value["unit"])
    if found := re.fullmatch(r"months as (.+)", unit):
        held = CLASSES.get(found[1].lower(), found[1].lower())
        return f"{_months(int(amount))} sebagai {held}" if amount else None
    if found := re.fullmatch(r"rating of (\d{4})(?: under (.+))?", unit):
        said = RATINGS.get(str(amount).lower(), str(amount)) if amount else "belum ada predikat"
        return f"Tahun {found[1]}: {said}"
    if found := re.fullmatch(r"gap in (.+)", unit):
        return f"{found[1]}: kurang {-int(amount)} tingkat" if amount and int(amount) < 0 else None
    if amount is None:
        return None
    named = {
        "category": lambda: f"Kategori {CATEGORIES.get(str(amount), str(amount))}",
        "measured on": lambda: f"Dinilai {_day(amount)}",
        "valid until": lambda: f"Berlaku sebelum {_day(amount)}",
        "free again from": lambda: f"Bebas kembali sejak {_day(amount)}",
    }
    return named[unit]() if unit in named else f"{unit}: {amount}"


def open_ones(findings: Sequence[Finding]) -> list[Finding]:
    """What stands in the way, what is missing first to be read."""
    order = {"UNMET": 0, "UNKNOWN": 1, "HUMAN": 2}
    waiting = [finding for finding in findings if finding["status"] in order]
    return sorted(waiting, key=lambda finding: order[str(finding["status"])])


def details(finding: Finding) -> list[str]:
    return [text for value in finding.get("details", []) if (text := detail(value))]


def next_step(finding: Finding) -> str | None:
    """Never a verdict without a way on: who must do something about an open finding."""
    if finding["status"] == "MET":
        return None
    if finding.get("missing_from"):
        return SUPPLIERS.get(str(finding["missing_from"]))
    if finding["status"] == "HUMAN":
        return SUPPLIERS["official"]
    return {
        "completed_training": "Ikuti dan luluslah dari pelatihan ini; hasilnya masuk dengan sendirinya.",
        "minimum_tenure": "Syarat ini terpenuhi seiring waktu; ubah tanggal di atas untuk melihat kapan.",
        "ratings_at_least_good": "Bahas dengan atasan langsung dalam dialog kinerja berikutnya.",
        "job_person_match": "Tutup kesenjangan kompetensi yang tertulis, lalu ikuti penilaian ulang.",
        "education_at_least": "Bila ijazah lain sudah ada, ajukan pencatatannya ke operator kepegawaian.",
        "no_serving_sanction": "Syarat ini terpenuhi setelah masa hukuman berakhir.",
    }.get(str(finding["kind"]), "Tanyakan kepada analis BKPSDM apa yang dapat dilakukan.")


def doubt(reason: Mapping[str, Any]) -> str:
    """Why an answer may still change."""
    source = SOURCES.get(str(reason.get("source", "")), str(reason.get("source", "")))
    return DOUBTS.get(str(reason["kind"]), str(reason["kind"])).format(source=source)


def _months(months: int) -> str:
    years, rest = divmod(months, 12)
    parts = [f"{years} tahun"] * bool(years) + [f"{rest} bulan"] * bool(rest or not years)
    return " ".join(parts)


def _day(amount: object) -> str:
    return day(date.fromisoformat(str(amount)))


def _kinds(amount: str) -> str:
    return " atau ".join(employment(kind.upper()) for kind in amount.split("|"))


UNITS: Mapping[str, Callable[[str], str]] = {
    "months": lambda amount: _months(int(amount)),
    "months of age": lambda amount: _months(int(amount)),
    "education level": lambda amount: EDUCATION.get(int(amount), amount),
    "employment kind": _kinds,
    "programme": lambda amount: f"lulus {amount}",
    "finished on": lambda amount: f"selesai {_day(amount)}",
    "judgement": lambda _: "penilaian baik dari pejabat yang berwenang",
    "judged on": lambda amount: f"dinilai {_day(amount)}",
    "percent": lambda amount: f"JPM {amount.replace('.', ',')} %",
    "years rated good": lambda amount: f"{amount} tahun bernilai Baik ke atas",
    "sanctions served": lambda amount: f"{amount} sedang dijalani" if int(amount) else "tidak ada",
}
