"""The words of the pages: Indonesian for what the services say in codes.

Rules live in career, words live here. A code without a word is shown as it came, never hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]

ZONES = {"Asia/Jakarta": ("WIB", 7), "Asia/Makassar": ("WITA", 8), "Asia/Jayapura": ("WIT", 9)}

ROLES = {
    "officer": ("Analis BKPSDM", "Membaca catatan seluruh pegawai dan menjalankan impor."),
    "official": ("Pejabat yang berwenang", "Mencatat penilaian manusia dan menetapkan keputusan."),
    "auditor": ("Auditor", "Membaca dan menguji ulang jawaban, tidak mengubah apa pun."),
    "assessor": ("Penilai", "Mencatat hasil penilaian kompetensi dan kinerja."),
    "provider_manager": ("Pengelola pelatihan", "Mencatat peserta dan hasil pelatihan."),
    "operator": ("Operator sistem", "Menjaga jalannya layanan."),
    "employee": ("Pegawai", "Membaca catatan dan jawaban tentang dirinya sendiri."),
}

POLICIES = {"administrator": "Administrator", "pengawas": "Pengawas"}

STATUSES = {
    "ELIGIBLE": "Memenuhi syarat",
    "NOT_ELIGIBLE": "Belum memenuhi syarat",
    "NEEDS_REVIEW": "Perlu ditelaah",
    "NOT_APPLICABLE": "Pertanyaan ini tidak berlaku",
}

MARKS = {"ELIGIBLE": "✓", "NOT_ELIGIBLE": "✕", "NEEDS_REVIEW": "?", "NOT_APPLICABLE": "–"}

FINDINGS = {
    "MET": "Terpenuhi",
    "UNMET": "Belum terpenuhi",
    "UNKNOWN": "Fakta belum ada",
    "HUMAN": "Menunggu pejabat",
    "NOT_APPLICABLE": "Tidak berlaku",
}

LAYERS = {"national": "aturan nasional", "agency": "aturan instansi"}

VERIFICATIONS = {
    "seen": "teks sumber dilihat",
    "recalled": "belum dicocokkan dengan teks",
    "uncertain": "belum pasti",
}

SERVICES = {
    "profile": "Profil pegawai",
    "assessment": "Penilaian",
    "training": "Pelatihan",
    "career": "Karier",
}

PLACES = {
    "source": "Sumber",
    "seq": "Nomor urut",
    "event_id": "Nomor peristiwa",
    "partition": "Bagian",
    "psn": "Nomor dalam bagian",
    "member": "Bagian berkas",
    "nth": "Fakta ke",
    "at": "Mulai dari",
    "why": "Sebab",
}

EMPLOYMENTS = {
    "PNS": "PNS",
    "CPNS": "CPNS",
    "PPPK": "PPPK",
    "PPPK_PART_TIME": "PPPK paruh waktu",
}

INSTRUMENT_KINDS = {"PP": "PP", "UU": "UU", "PERMENPANRB": "PermenPANRB", "PERBKN": "PerBKN"}


def day(value: date | str) -> str:
    """A calendar day in words.

    >>> day("2025-05-31")
    '31 Mei 2025'
    """
    when = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def size(octets: int) -> str:
    """How large a file is.

    >>> size(58080), size(28_000_000)
    ('58 kB', '28 MB')
    """
    return f"{octets / 1e6:.0f} MB" if octets >= 1_000_000 else f"{octets / 1e3:.0f} kB"


def service(name: str) -> str:
    """A service, by what it records."""
    return SERVICES.get(name, name)


def place(name: str) -> str:
    """How a place in the evidence is called."""
    return PLACES.get(name, name)


def number(value: int) -> str:
    """A whole number with Indonesian thousands.

    >>> number(12500)
    '12.500'
    """
    return f"{value:,}".replace(",", ".")


def nip(value: str) -> str:
    """A NIP in its four groups.

    >>> nip("199001012015051001")
    '19900101 201505 1 001'
    """
    if len(value) != 18:
        return value
    return f"{value[:8]} {value[8:14]} {value[14]} {value[15:]}"


def role(code: str) -> str:
    return ROLES.get(code, (code, ""))[0]


def role_hint(code: str) -> str:
    return ROLES.get(code, ("", ""))[1]


def policy(code: str) -> str:
    return POLICIES.get(code, code)


def status(code: str) -> str:
    return STATUSES.get(code, code)


def mark(code: str) -> str:
    return MARKS.get(code, "?")


def finding(code: str) -> str:
    return FINDINGS.get(code, code)


def layer(code: str) -> str:
    return LAYERS.get(code, code)


def verification(code: str) -> str:
    return VERIFICATIONS.get(code, code)


def employment(code: str | None) -> str:
    return EMPLOYMENTS.get(code or "", code or "–")


FACTS = {
    "registration": "Terdaftar",
    "rank": "Golongan",
    "position": "Jabatan",
    "education": "Pendidikan",
    "sanction": "Hukuman disiplin",
    "cancellation": "Pembatalan hukuman",
    "leave": "CLTN",
    "study": "Tugas belajar",
    "award": "Penghargaan",
    "contract": "Kontrak PPPK",
    "service": "Masa kerja",
    "credit": "Angka kredit",
}

EDUCATION = {
    1: "SD",
    2: "SMP",
    3: "SMA",
    4: "D-I",
    5: "D-II",
    6: "D-III",
    7: "S1/D-IV",
    8: "S2",
    9: "S3",
}

ASSIGNMENTS = {"DEFINITIVE": "", "PLT": "Plt ", "PLH": "Plh "}


def fact(kind: str) -> str:
    return FACTS.get(kind, kind)


def content(line: Mapping[str, Any]) -> str:  # noqa: PLR0911 - a line for each
    """What a line of a card says, in one phrase."""
    detail = line["detail"]
    match line["kind"]:
        case "registration":
            came = f", pindah dari {detail['moved_from']}" if detail.get("moved_from") else ""
            return f"lahir {day(detail['birth_date'])}{came}" if detail.get("birth_date") else "–"
        case "rank":
            return str(detail.get("golongan") or "–")
        case "position":
            held = ASSIGNMENTS.get(str(detail.get("assignment")), "")
            return f"{held}{line['post'] or '–'}" + (f", {line['unit']}" if line["unit"] else "")
        case "service":
            return f"{detail['years']} tahun {detail['months']} bulan"
        case "credit":
            return f"{detail['main']} utama, {detail['supporting']} penunjang"
        case "leave" | "contract" | "cancellation" as kind:
            return FACTS[kind]
        case "education" | "study":
            level = EDUCATION.get(int(detail["level"]), str(detail["level"]))
            return f"{level} {detail['field']}" if detail.get("field") else level
        case _:
            return str(detail.get("kind") or "–")


def last_day(until: str) -> str:
    """The inclusive last day, as decrees write it, of a half-open interval.

    >>> last_day("2024-01-01")
    '31 Desember 2023'
    """
    return day(date.fromisoformat(until) - timedelta(days=1))


class Clock:
    """Instants in the agency's time zone (Indonesia has three, none with summer time)."""

    def __init__(self, time_zone: str) -> None:
        self.label, hours = ZONES[time_zone]
        self.offset = timezone(timedelta(hours=hours))

    def instant(self, value: datetime | str) -> str:
        when = datetime.fromisoformat(value) if isinstance(value, str) else value
        local = when.astimezone(self.offset)
        return f"{day(local.date())} pukul {local:%H.%M.%S} {self.label}"

    def local_input(self, value: str) -> str:
        """What a `datetime-local` field shows for an instant."""
        local = datetime.fromisoformat(value).astimezone(self.offset)
        return local.replace(tzinfo=None).isoformat(timespec="seconds")

    def from_local_input(self, value: str) -> datetime:
        """The instant that a `datetime-local` field means.

        Raises ValueError when the text is no instant.
        """
        return datetime.fromisoformat(value).replace(tzinfo=self.offset).astimezone(UTC)

    def today(self) -> date:
        return datetime.now(self.offset).date()


def tally(findings: Sequence[Mapping[str, Any]]) -> str:
    """How many of the requirements came out how, in one line."""
    counts = Counter(str(finding["status"]) for finding in findings)
    parts = [f"{counts['MET']} dari {len(findings)} syarat terpenuhi"]
    if counts["UNMET"]:
        parts.append(f"{counts['UNMET']} belum terpenuhi")
    if counts["UNKNOWN"]:
        parts.append(f"{counts['UNKNOWN']} belum ada faktanya")
    if counts["HUMAN"]:
        parts.append(f"{counts['HUMAN']} menunggu penilaian pejabat")
    return ", ".join(parts) + "."


def citation(cites: Mapping[str, Any]) -> str:
    """An article as a decree would name it.

    >>> citation({"instrument": "PP-11-2017", "article": "54", "paragraph": "1", "letter": "d"})
    'PP 11 Tahun 2017 pasal 54 ayat (1) huruf d'
    """
    text = instrument(str(cites["instrument"]))
    if cites.get("article") == "not seen":
        return f"{text} (pasal belum dilihat)"
    if cites.get("article"):
        text += f" pasal {cites['article']}"
    if cites.get("paragraph"):
        text += f" ayat ({cites['paragraph']})"
    if cites.get("letter"):
        text += f" huruf {cites['letter']}"
    return text


def instrument(code: str) -> str:
    """A register code as an instrument's short title; an unusual code stays as it is."""
    head, *rest = code.split("-")
    if len(rest) == 2 and all(part.isdigit() for part in rest):
        return f"{INSTRUMENT_KINDS.get(head.upper(), head)} {rest[0]} Tahun {rest[1]}"
    if len(rest) == 3 and rest[1].isdigit() and rest[2].isdigit():
        return f"{head.capitalize()} {rest[0].capitalize()} {rest[1]} Tahun {rest[2]}"
    return code
