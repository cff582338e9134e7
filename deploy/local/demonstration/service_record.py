"""What profile keeps of service itself: honours, leave, study, contracts, service, credits."""

from __future__ import annotations

from datetime import date, timedelta

from deploy.local.demonstration.lives import DRAWN_ON, LAST_RATED, Life
from deploy.local.demonstration.sheets import NOBODY, Cell, Sheet, Wrong, day

MEDALS = (
    (10, "SATYALANCANA KARYA SATYA X"),
    (20, "SATYALANCANA KARYA SATYA XX"),
    (30, "SATYALANCANA KARYA SATYA XXX"),
)
# A year of work rated Baik, by the rung (PermenPANRB 1/2023; regulations 6.2).
A_YEAR = {
    "AHLI PERTAMA": "12,5",
    "AHLI MUDA": "25",
    "AHLI MADYA": "37,5",
    "TERAMPIL": "5",
    "MAHIR": "12,5",
    "PENYELIA": "25",
}


def service_sheets(lives: list[Life]) -> list[Sheet]:
    return [
        _honours(lives),
        _leaves(lives),
        _studies(lives),
        _contracts(lives),
        _service(lives),
        _points(lives),
    ]


def _decree(one: Life, what: str, on: date) -> dict[str, Cell]:
    return {
        "NIP": one.number,
        "NOMOR SK": f"SK-DEMO-{what}-{on.year}-{one.number[-3:]}",
        "TANGGAL SK": day(on),
    }


def _honours(lives: list[Life]) -> Sheet:
    sheet = Sheet(
        "penghargaan",
        ("NIP", "JENIS PENGHARGAAN", "TANGGAL PENGHARGAAN", "NOMOR SK", "TANGGAL SK"),
    )
    for one in lives:
        if one.by_contract or one.sanctions:
            continue
        for years, medal in MEDALS:
            on = date(one.joined.year + years + 1, 8, 17)
            if on < DRAWN_ON:
                cells = {"JENIS PENGHARGAAN": medal, "TANGGAL PENGHARGAAN": day(on)}
                sheet.add({**_decree(one, "SLKS", on), **cells})
    good = {
        **_decree(lives[0], "SLKS", DRAWN_ON),
        "JENIS PENGHARGAAN": "PEGAWAI TELADAN",
        "TANGGAL PENGHARGAAN": "17-08-2025",
    }
    sheet.add({**good, "JENIS PENGHARGAAN": None}, Wrong("missing", "JENIS PENGHARGAAN"))
    sheet.add({**good, "NIP": NOBODY}, Wrong("unknown-person", "NIP"))
    return sheet


def _leaves(lives: list[Life]) -> Sheet:
    """One PNS in a hundred has been on leave outside the State's cost, for a year."""
    sheet = Sheet("CLTN", ("NIP", "TANGGAL MULAI", "TANGGAL AKHIR", "NOMOR SK", "TANGGAL SK"))
    settled = [one for one in lives if not one.by_contract and one.joined.year <= 2014]
    for one in settled[::100]:
        since, last = date(2018, 3, 1), date(2019, 2, 28)
        cells: dict[str, Cell] = {"TANGGAL MULAI": day(since), "TANGGAL AKHIR": day(last)}
        sheet.add({**_decree(one, "CLTN", since), **cells})
    wrong = {"TANGGAL MULAI": "01-03-2018", "TANGGAL AKHIR": "28-02-2017"}
    backwards: dict[str, Cell] = {**_decree(lives[0], "CLTN", DRAWN_ON), **wrong}
    sheet.add(backwards, Wrong("ends-before-it-begins", "TANGGAL AKHIR"))
    return sheet


def _studies(lives: list[Life]) -> Sheet:
    """One PNS with S1 in fifty studies for a master, released from the post."""
    sheet = Sheet(
        "tugas belajar",
        (
            *("NIP", "TINGKAT PENDIDIKAN", "BIDANG STUDI", "TANGGAL MULAI", "TANGGAL AKHIR"),
            *("DIBEBASKAN DARI TUGAS", "BIAYA MANDIRI", "NOMOR SK", "TANGGAL SK"),
        ),
    )
    graduates = [
        one
        for one in lives
        if one.status == "PNS" and one.level == "S-1/SARJANA" and one.joined.year <= 2016
    ]
    good: dict[str, Cell] = {}
    for one in (graduates or lives)[::50]:
        since = date(2021, 9, 1)
        good = {
            **_decree(one, "TUBEL", since),
            "TINGKAT PENDIDIKAN": "S-2",
            "BIDANG STUDI": "Administrasi Publik",
            "TANGGAL MULAI": day(since),
            "TANGGAL AKHIR": "31-08-2023",
            "DIBEBASKAN DARI TUGAS": "YA",
            "BIAYA MANDIRI": "TIDAK",
        }
        sheet.add(good)
    sheet.add(
        {**good, "TINGKAT PENDIDIKAN": "SARJANA MUDA SEKALI"},
        Wrong("not-allowed", "TINGKAT PENDIDIKAN"),
    )
    return sheet


def _contracts(lives: list[Life]) -> Sheet:
    """A contract of five years after the other, the last of them running."""
    sheet = Sheet("kontrak", ("NIP", "TANGGAL MULAI", "TANGGAL AKHIR", "NOMOR SK", "TANGGAL SK"))
    cells: dict[str, Cell] = {}
    for one in lives:
        since = one.joined
        while one.by_contract and since <= DRAWN_ON:
            until = date(since.year + 5, since.month, since.day)
            cells = {
                **_decree(one, "PK", since),
                "TANGGAL MULAI": day(since),
                "TANGGAL AKHIR": day(until - timedelta(days=1)),
            }
            sheet.add(cells)
            since = until
    if cells:
        sheet.add({**cells, "TANGGAL AKHIR": None}, Wrong("missing", "TANGGAL AKHIR"))
    return sheet


def _service(lives: list[Life]) -> Sheet:
    """Service as the newest rank decree counts it."""
    sheet = Sheet(
        "masa kerja",
        ("NIP", "MASA KERJA TAHUN", "MASA KERJA BULAN", "TMT", "NOMOR SK", "TANGGAL SK"),
    )
    good: dict[str, Cell] = {}
    for one in lives:
        _, since, _ = one.ranks[-1]
        if one.by_contract or since == one.joined:
            continue
        months = (since.year - one.joined.year) * 12 + since.month - one.joined.month
        good = {
            **_decree(one, "MK", since),
            "MASA KERJA TAHUN": months // 12,
            "MASA KERJA BULAN": months % 12,
            "TMT": day(since),
        }
        sheet.add(good)
    sheet.add({**good, "MASA KERJA BULAN": 12}, Wrong("out-of-range", "MASA KERJA BULAN"))
    return sheet


def _points(lives: list[Life]) -> Sheet:
    """Conversions of each year since 2023 in which the work was rated Baik."""
    sheet = Sheet(
        "angka kredit",
        (
            *("NIP", "JENIS", "TANGGAL MULAI", "TANGGAL AKHIR", "KREDIT UTAMA"),
            *("NOMOR SK", "TANGGAL SK"),
        ),
    )
    good: dict[str, Cell] = {}
    for one in lives:
        a_year = A_YEAR.get(one.present.post.jenjang or "")
        first = max(2023, one.present.since.year + 1)
        good_years = {
            rated.year for rated in one.ratings if (rated.work, rated.behaviour) == (2, 2)
        }
        for year in sorted(good_years & set(range(first, LAST_RATED + 1))):
            if one.by_contract or a_year is None:
                continue
            good = {
                **_decree(one, f"PAK{year}", date(year + 1, 1, 31)),
                "JENIS": "KONVERSI",
                "TANGGAL MULAI": f"01-01-{year}",
                "TANGGAL AKHIR": f"31-12-{year}",
                "KREDIT UTAMA": a_year,
            }
            sheet.add(good)
    if good:
        too_fine = {**good, "TANGGAL MULAI": "01-01-2022", "KREDIT UTAMA": "12,34567"}
        sheet.add(too_fine, Wrong("too-precise", "KREDIT UTAMA"))
    return sheet
