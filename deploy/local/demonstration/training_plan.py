"""What is on offer this year, what it may cost, and what is needed next year."""

from __future__ import annotations

from random import Random

from deploy.local.demonstration.agency import Unit
from deploy.local.demonstration.lives import PROGRAMMES, PROVIDER, Life
from deploy.local.demonstration.sheets import NOBODY, Cell, Sheet, Wrong

YEAR, NEXT_YEAR = 2026, 2027
AGREED: dict[str, Cell] = {
    "NOMOR PERJANJIAN": "PKS-DEMO/2026/01",
    "PERJANJIAN MULAI": "02-01-2026",
    "PERJANJIAN SAMPAI": "31-12-2028",
}
PROVIDERS: tuple[dict[str, Cell], ...] = (
    {"ID PENYELENGGARA": "DEMO-001", "NAMA RESMI": PROVIDER, "JENIS": "PEMERINTAH", **AGREED},
    {
        "ID PENYELENGGARA": "DEMO-002",
        "NAMA RESMI": "Universitas Contoh",
        "JENIS": "PERGURUAN TINGGI",
        "AKREDITASI": "A",
        "NOMOR AKREDITASI": "AKR-DEMO/2025/02",
        "AKREDITASI SAMPAI": "31-12-2029",
        **AGREED,
    },
    {
        "ID PENYELENGGARA": "DEMO-003",
        "NAMA RESMI": "Lembaga Pelatihan Contoh",
        "JENIS": "SWASTA",
        **AGREED,
    },
)
PRICES = {"PKP": 24_000_000, "PKA": 28_000_000, "PKN2": 34_000_000, "LATSAR": 9_000_000}
LINE: dict[str, Cell] = {
    "TAHUN": YEAR,
    "PROGRAM": "5.04.02",
    "KEGIATAN": "5.04.02.1.01",
    "SUB KEGIATAN": "5.04.02.1.01.0001",
    "SUMBER DANA": "PAD",
}


def price_of(code: str) -> int:
    return PRICES.get(code, 1_500_000)


def offered(chance: Random) -> list[Sheet]:
    """Providers, programmes, and the classes of the year."""
    providers = Sheet(
        "penyelenggara",
        (
            *("ID PENYELENGGARA", "NAMA RESMI", "JENIS", "AKREDITASI", "NOMOR AKREDITASI"),
            *("AKREDITASI SAMPAI", "NOMOR PERJANJIAN", "PERJANJIAN MULAI", "PERJANJIAN SAMPAI"),
        ),
    )
    for one in PROVIDERS:
        providers.add(one)
    half = {**PROVIDERS[0], "ID PENYELENGGARA": "DEMO-009", "PERJANJIAN SAMPAI": None}
    providers.add(half, Wrong("missing", "PERJANJIAN SAMPAI"))
    return [providers, _programmes(), _classes(chance)]


def _programmes() -> Sheet:
    sheet = Sheet(
        "program",
        (
            *("KODE PROGRAM", "NAMA PROGRAM", "JENIS DIKLAT ID", "JUMLAH JP", "PENYELENGGARA"),
            *("ID PENYELENGGARA", "MODA", "BIAYA PER ORANG", "KOMPETENSI"),
        ),
    )
    good: dict[str, Cell] = {}
    for code, (name, form, jp) in PROGRAMMES.items():
        good = {
            "KODE PROGRAM": code,
            "NAMA PROGRAM": name,
            "JENIS DIKLAT ID": form,
            "JUMLAH JP": jp,
            "PENYELENGGARA": PROVIDER,
            "ID PENYELENGGARA": "DEMO-001",
            "MODA": "DARING" if form == 16 else "KLASIKAL",
            "BIAYA PER ORANG": price_of(code),
            "KOMPETENSI": "M.04:3; M.08:3" if code == "PKP" else None,
        }
        sheet.add(good)
    sheet.add({**good, "KOMPETENSI": "M.04 tiga"}, Wrong("not-a-target", "KOMPETENSI"))
    sheet.add({**good, "MODA": "TELEPATI"}, Wrong("not-allowed", "MODA"))
    return sheet


def _classes(chance: Random) -> Sheet:
    sheet = Sheet(
        "kelas",
        (
            *("KODE KELAS", "KODE PROGRAM", "ID PENYELENGGARA", "TANGGAL MULAI"),
            *("TANGGAL SELESAI", "LOKASI", "MODA", "KURSI", "BIAYA PER ORANG", "HARI SESI"),
        ),
    )
    good: dict[str, Cell] = {}
    for code in PROGRAMMES:
        month = chance.randint(5, 11)
        good = {
            "KODE KELAS": f"{code}-{YEAR}-1",
            "KODE PROGRAM": code,
            "ID PENYELENGGARA": "DEMO-001",
            "TANGGAL MULAI": f"04-{month:02}-{YEAR}",
            "TANGGAL SELESAI": f"06-{month:02}-{YEAR}",
            "LOKASI": "Gedung Diklat Contoh",
            "MODA": "DARING" if PROGRAMMES[code][1] == 16 else "KLASIKAL",
            "KURSI": 30,
            "BIAYA PER ORANG": price_of(code),
            "HARI SESI": None,
        }
        sheet.add(good)
    sheet.add({**good, "KURSI": 0}, Wrong("out-of-range", "KURSI"))
    odd = {**good, "KODE KELAS": "BT-08-2026-9", "HARI SESI": "31-02-2026"}
    sheet.add(odd, Wrong("not-a-date", "HARI SESI"))
    return sheet


def budget() -> list[Sheet]:
    """Ceilings of the year, and what is committed and paid for its classes."""
    lined = tuple(LINE)
    ceilings = Sheet("pagu", (*lined, "PAGU", "NOMOR DPA", "BERLAKU SEJAK"))
    own: dict[str, Cell] = {
        **LINE,
        "PAGU": 2_500_000_000,
        "NOMOR DPA": "DPA-DEMO/2026/01",
        "BERLAKU SEJAK": f"02-01-{YEAR}",
    }
    ceilings.add(own)
    ceilings.add({**own, "SUB KEGIATAN": "5.04.02.1.01.0002", "PAGU": 800_000_000})
    ceilings.add({**own, "SUMBER DANA": "DAU", "PAGU": 400_000_000})
    ceilings.add({**own, "SUMBER DANA": "BOS", "PAGU": "dua juta"}, Wrong("not-a-number", "PAGU"))
    commitments = Sheet(
        "komitmen",
        (
            *(*lined, "NOMOR KOMITMEN", "UNTUK", "RUJUKAN", "TANGGAL KOMITMEN", "KOMITMEN"),
            *("REALISASI", "NOMOR SP2D", "TANGGAL REALISASI"),
        ),
    )
    for nth, code in enumerate(("PKP", "PKA", "BT-01"), start=1):
        commitments.add(
            {
                **LINE,
                "NOMOR KOMITMEN": f"SPK-DEMO/{YEAR}/{nth:02}",
                "UNTUK": "KELAS",
                "RUJUKAN": f"{code}-{YEAR}-1",
                "TANGGAL KOMITMEN": f"0{nth}-03-{YEAR}",
                "KOMITMEN": 20 * price_of(code),
                "REALISASI": 5 * price_of(code) if nth == 1 else None,
                "NOMOR SP2D": f"SP2D-DEMO/{YEAR}/{nth:02}" if nth == 1 else None,
                "TANGGAL REALISASI": f"15-03-{YEAR}" if nth == 1 else None,
            }
        )
    much: dict[str, Cell] = {
        **LINE,
        "NOMOR KOMITMEN": f"SPK-DEMO/{YEAR}/99",
        "UNTUK": "KELAS",
        "RUJUKAN": f"PKN2-{YEAR}-1",
        "TANGGAL KOMITMEN": f"20-03-{YEAR}",
        "KOMITMEN": 9_000_000_000,
    }
    commitments.add(much, Wrong("above-ceiling", "KOMITMEN"))
    return [ceilings, commitments]


def needs(lives: list[Life], units: list[Unit]) -> list[Sheet]:
    """Where a result lay below what the post asks; and one wish of each office."""
    sheet = Sheet(
        "rencana",
        (
            *("TAHUN", "NIP", "KODE UNOR", "KODE KOMPETENSI", "ASAL KEBUTUHAN", "RUJUKAN ASAL"),
            *("KESENJANGAN", "PRIORITAS", "JENIS DIKLAT ID", "JUMLAH JP", "BIAYA PER ORANG"),
            *("JUMLAH ORANG", "JUMLAH BIAYA", "PENYELENGGARA", "TRIWULAN"),
        ),
    )
    good: dict[str, Cell] = {}
    for one in lives:
        for assessed in one.assessments:
            level = assessed.levels[3]
            if level < assessed.required:
                good = _need(assessed.required - level, people=1)
                sheet.add({**good, "NIP": one.number, "ASAL KEBUTUHAN": "KESENJANGAN"})
    for unit in [unit for unit in units if unit.parent == units[0].code]:
        good = {**_need(1, people=10), "KODE UNOR": unit.code, "KODE KOMPETENSI": "M.05"}
        sheet.add(good)
    both = {**good, "NIP": lives[0].number}
    sheet.add(both, Wrong("person-or-unit", "KODE UNOR"))
    sheet.add({**good, "JUMLAH BIAYA": 1}, Wrong("sum-differs", "JUMLAH BIAYA"))
    nobody: dict[str, Cell] = {**_need(1, people=1), "NIP": NOBODY}
    sheet.add(nobody, Wrong("person-unknown", "NIP"))
    return [sheet]


def _need(gap: int, people: int) -> dict[str, Cell]:
    return {
        "TAHUN": NEXT_YEAR,
        "KODE KOMPETENSI": "M.04",
        "ASAL KEBUTUHAN": "EVALUASI KINERJA",
        "RUJUKAN ASAL": "EVALUASI-DEMO/2025",
        "KESENJANGAN": gap,
        "PRIORITAS": "TINGGI" if gap > 1 else "SEDANG",
        "JENIS DIKLAT ID": 3,
        "JUMLAH JP": 24,
        "BIAYA PER ORANG": 1_500_000,
        "JUMLAH ORANG": people,
        "JUMLAH BIAYA": 1_500_000 * people,
        "PENYELENGGARA": PROVIDER,
        "TRIWULAN": 2,
    }
