"""The words of the pages for files: what a step is called, and why a row was not taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.portal.messages import MESSAGES

SENDERS = {
    "profile": "Data pegawai",
    "training": "Pelatihan",
    "assessment": "Kinerja dan kompetensi",
}

# The one workbook of all histories, as the desk is told about it.
RIWAYAT = (
    "Riwayat",
    "Satu buku kerja untuk semua riwayat: kepegawaian, diklat, dan kinerja. Isi lembar yang ada"
    " datanya; lembar lain boleh kosong atau dihapus.",
)
STATES = {
    "checking": "Sedang diperiksa",
    "checked": "Sudah diperiksa, belum dicatat",
    "accepting": "Sedang dicatat",
    "accepted": "Sudah dicatat",
    "undoing": "Sedang dibatalkan",
    "undone": "Sudah dibatalkan",
    "refused": "Berkas ditolak",
    "stopped": "Terhenti",
    "dropped": "Dibuang tanpa dicatat",
}
CHIPS = {
    "checked": "unknown",
    "accepted": "met",
    "undone": "not_applicable",
    "dropped": "not_applicable",
    "refused": "unmet",
    "stopped": "unmet",
}

# What is said of a row, and what to do where the row's own advice would be in the rules' words.
REASONS: dict[str, tuple[str, str | None]] = {
    "version-incomplete": ("Baris lain dari versi ini salah", None),
    "other-group": ("Kelompoknya lain dari kamus", None),
    "two-decrees": ("Satu versi menyebut dua keputusan", None),
    "answers-stay": (
        "Jawaban umpan balik tetap tercatat",
        "Jawaban yang ditarik sendiri akan menunjukkan isinya; biarkan tetap tercatat.",
    ),
    "comment-not-kept": ("Komentar tidak disimpan", None),
    "item-unknown": ("Butir itu tidak ada pada formulir", None),
    "token-unknown": ("Token penilai tidak dikenal", None),
    "nothing-measured": ("Tidak ada hasil pada baris ini", None),
    "match-without-levels": ("JPM atau kategori tanpa tingkat kompetensi", None),
    "assessor-not-kept": ("Asesor tidak disimpan", None),
    "published-by-decree": (
        "Sudah terbit dengan keputusan",
        "Betulkan versinya; yang sudah terbit tidak ditarik bersama berkas.",
    ),
    "certificate-added-later": ("Sertifikat yang ditambahkan pada hasil tetap tercatat", None),
    "changed-since": ("Sudah diubah sesudahnya", None),
    "contradicts-record": (
        "Catatan sudah mengatakan hal lain tentang ini",
        "Periksa mana yang benar. Bila catatan yang salah, betulkan catatannya dahulu.",
    ),
    "control-character": ("Ada karakter tersembunyi", None),
    "duplicate-in-file": ("Ada dua kali di berkas ini", None),
    "ends-before-it-begins": ("Berakhir sebelum bermula", None),
    "formula": ("Selnya berisi rumus", None),
    "impossible-date": ("Tanggal itu tidak ada", None),
    "in-use": ("Masih dipakai oleh fakta lain", None),
    "missing": ("Belum diisi", None),
    "not-a-code": ("Bukan kode yang sah", None),
    "not-a-date": ("Bukan tanggal", None),
    "not-a-number": ("Bukan angka", None),
    "not-a-link": ("Bukan alamat https", None),
    "not-a-target": ("Bukan kompetensi dengan tingkat sasaran", None),
    "not-a-fingerprint": ("Bukan sidik jari SHA-256", None),
    "not-allowed": ("Bukan salah satu pilihan", None),
    "not-digits": ("Bukan deretan angka yang diminta", None),
    "not-passed": ("Tidak lulus, jadi tidak dicatat", None),
    "not-told": ("Belum disebut", None),
    "not-text": ("Bukan teks", None),
    "out-of-range": ("Di luar batas", None),
    "person-unknown": ("Orangnya belum tercatat", None),
    "competency-not-heard": ("Kompetensi itu belum dikenal", None),
    "person-or-unit": ("Bukan tepat satu dari NIP dan kode unit", None),
    "post-not-on-map": ("Jabatan belum ada pada peta jabatan", None),
    "precision-lost": ("Angka terakhirnya hilang", None),
    "purpose-unknown": ("Yang dirujuk belum tercatat", None),
    "sum-differs": ("Jumlahnya tidak cocok", None),
    "too-long": ("Terlalu panjang", None),
    "too-precise": ("Terlalu banyak angka di belakang koma", None),
    "two-kinds-of-marks": ("Dua cara menilai sekaligus", None),
    "under-itself": ("Berada di bawah dirinya sendiri", None),
    "unknown-line": ("Baris anggaran itu belum mempunyai pagu", None),
    "unknown-person": ("Orangnya belum tercatat", None),
    "unknown-unit": ("Unit itu belum ada", None),
    "already-reserved": (
        "Nomor ini milik orang lain",
        "Periksa nomornya; satu nomor hanya untuk satu orang.",
    ),
    "unstorable": ("Ada karakter yang tidak dapat disimpan", "Ketik ulang isinya."),
}
OWNERS = {"post-map": "pengelola peta jabatan"}

# Why a file as a whole was not read, and the way on.
REFUSALS = {
    "not-a-workbook": (
        "Berkas ini bukan buku kerja .xlsx dan bukan teks .csv.",
        "Simpan lagi dari lembar kerja sebagai .xlsx atau .csv, lalu kirim ulang.",
    ),
    "too-big": (
        "Setelah dibuka, berkas ini lebih besar daripada yang diterima.",
        "Bagi berkasnya, atau hapus baris dan kolom kosong yang berformat.",
    ),
    "sheet-not-found": (
        "Tidak ada lembar yang dikenali di berkas ini.",
        "Pakai templat dari halaman ini; nama lembar dan kepala kolom jangan diubah.",
    ),
    "headers-wrong": (
        "Ada kolom yang tidak ditemukan, atau ada dua kali.",
        "Pulihkan kepala kolom templat, lalu kirim ulang.",
    ),
    "too-many-together": (
        "Satu lembar memuat terlalu banyak baris yang saling bergantung.",
        "Bagi lembar itu menjadi beberapa berkas.",
    ),
    "file-gone": (
        "Berkas ini sudah tidak disimpan lagi.",
        "Kirim lagi berkasnya; baris yang sudah tercatat dikenali kembali.",
    ),
}
_UNREAD = (
    "Pekerjaan ini terhenti sebelum selesai.",
    "Coba lagi; yang sudah tercatat tidak dicatat dua kali.",
)
DOORS = {
    "post-map": "peta jabatan",
    "staff": "nominatif",
    "siasn-export": "ekspor SIASN",
    "history": "riwayat",
    "post-standards": "standar kompetensi jabatan",
    "results": "hasil penilaian",
    "feedback": "umpan balik 360",
    "budget": "anggaran",
    "training-needs": "rencana AKPK",
}
_REFUSED = {
    re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower(): text for name, text in MESSAGES.items()
}
CHECK = "Periksa baris ini terhadap dokumennya, lalu betulkan."


def import_state(code: str) -> str:
    return STATES.get(code, code)


def import_chip(code: str) -> str:
    return CHIPS.get(code, "human")


def row_reason(code: str) -> str:
    """Why, in a few words."""
    if code in REASONS:
        return REASONS[code][0]
    return _REFUSED.get(code, code).rstrip(".")


def row_fix(row: Mapping[str, Any]) -> str:
    """What to do about it."""
    reason = str(row["reason"])
    if reason in REASONS:
        return REASONS[reason][1] or str(row["fix"])
    return CHECK


def corrections_words(reasons: list[str]) -> dict[str, tuple[str, str | None]]:
    """The same words, for the workbook of rows to be corrected."""
    return {
        code: (row_reason(code), REASONS[code][1] if code in REASONS else CHECK)
        for code in sorted(set(reasons))
    }


def owner(code: str | None) -> str:
    return OWNERS.get(code or "", code or "pengirim berkas")


def refusal(slug: str | None) -> tuple[str, str]:
    return REFUSALS.get(slug or "", _UNREAD)


def sender(service: str) -> str:
    return SENDERS.get(service, service)


def percent(share: float) -> str:
    """
    >>> percent(0.4567)
    '45'
    """
    return str(int(share * 100))


def source(origin: Mapping[str, Any] | None) -> str:
    """Through which door a fact came in.

    >>> source({"door": "import:siasn-export"}), source({"door": "http:/people/{person_id}/ranks"})
    ('impor ekspor SIASN', 'dicatat langsung')
    """
    door = str(origin["door"]) if origin else ""
    way, _, which = door.partition(":")
    match way:
        case "import":
            return f"impor {DOORS.get(which, which)}"
        case "undo":
            return f"pembatalan impor {DOORS.get(which, which)}"
        case "http":
            return "dicatat langsung"
        case "webhook":
            return "laporan penyelenggara"
        case "":
            return "–"
        case _:
            return "keputusan di sistem ini"
