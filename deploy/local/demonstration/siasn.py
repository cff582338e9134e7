"""The export of SIASN, with the slips that real exports have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

from deploy.local.demonstration.agency import CODE, NAME, Unit
from deploy.local.demonstration.lives import Life
from deploy.local.demonstration.sheets import INVENTED, Cell, Formula, Sheet, Wrong, day

HEADERS = tuple(
    " ".join(header.split())
    for header in """PNS ID, NIP BARU, NIP LAMA, NAMA, GELAR DEPAN, GELAR BELAKANG, TEMPAT LAHIR ID,
    TEMPAT LAHIR NAMA, TANGGAL LAHIR, JENIS KELAMIN, AGAMA ID, AGAMA NAMA, JENIS KAWIN ID,
    JENIS KAWIN NAMA, NIK, NOMOR HP, EMAIL, EMAIL GOV, ALAMAT, NPWP NOMOR, BPJS, JENIS PEGAWAI ID,
    JENIS PEGAWAI NAMA, KEDUDUKAN HUKUM ID, KEDUDUKAN HUKUM NAMA, STATUS CPNS PNS,
    KARTU ASN VIRTUAL, NOMOR SK CPNS, TANGGAL SK CPNS, TMT CPNS, NOMOR SK PNS, TANGGAL SK PNS,
    TMT PNS, GOL AWAL ID, GOL AWAL NAMA, GOL AKHIR ID, GOL AKHIR NAMA, TMT GOLONGAN, MK TAHUN,
    MK BULAN, JENIS JABATAN ID, JENIS JABATAN NAMA, JABATAN ID, JABATAN NAMA, TMT JABATAN,
    TINGKAT PENDIDIKAN ID, TINGKAT PENDIDIKAN NAMA, PENDIDIKAN ID, PENDIDIKAN NAMA, TAHUN LULUS,
    KPKN ID, KPKN NAMA, LOKASI KERJA ID, LOKASI KERJA NAMA, UNOR ID, UNOR NAMA, INSTANSI INDUK ID,
    INSTANSI INDUK NAMA, INSTANSI KERJA ID, INSTANSI KERJA NAMA, SATUAN KERJA INDUK ID,
    SATUAN KERJA INDUK NAMA, SATUAN KERJA KERJA ID, SATUAN KERJA KERJA NAMA, IS VALID NIK,
    NAMA SEKOLAH, FLAG IKD""".replace("\n", " ").split(",")
)
KINDS = {"1": "Jabatan Struktural", "2": "Jabatan Fungsional", "4": "Jabatan Pelaksana"}


def siasn(chance: Random, lives: list[Life], strangers: list[Life], units: list[Unit]) -> Sheet:
    """Everybody, and among them strangers of whom each row has one thing wrong."""
    named = {unit.code: unit.name for unit in units}
    title = (f"Profil ASN {NAME}, ditarik 31-03-2026", INVENTED)
    sheet = Sheet("Data", HEADERS, title=title)
    for one in lives:
        sheet.add(_spelled(chance, _siasn(one, named)), _warning(one))
    for nth, one in enumerate(strangers):
        cells, wrong = _SLIPS[nth % len(_SLIPS)](_siasn(one, named))
        sheet.add(cells, wrong)
    sheet.mixed(chance)
    for one in lives[: max(1, len(strangers) // len(_SLIPS))]:
        sheet.add(_siasn(one, named), Wrong("duplicate-in-file", "NIP BARU"))
    return sheet


def _warning(one: Life) -> Wrong | None:
    return None if one.post_on_map else Wrong("post-not-on-map", "JABATAN ID", "warning")


def _spelled(chance: Random, cells: dict[str, Cell]) -> dict[str, Cell]:
    """The same facts as several people would type them."""
    number, born = str(cells["NIP BARU"]), cells["TANGGAL LAHIR"]
    match chance.randrange(8):
        case 0:
            cells["NIP BARU"] = f"'{number}"
        case 1:
            cells["NIP BARU"] = f"{number[:8]} {number[8:14]} {number[14]} {number[15:]} "
        case 2:
            cells["NAMA"] = f" {cells['NAMA']}  "
        case 3 if isinstance(born, str):
            cells["TANGGAL LAHIR"] = date(int(born[6:]), int(born[3:5]), int(born[:2]))
        case 4 if isinstance(born, str):
            serial = date(int(born[6:]), int(born[3:5]), int(born[:2])) - date(1899, 12, 30)
            cells["TANGGAL LAHIR"] = serial.days
    return cells


def _siasn(one: Life, units: Mapping[str, str]) -> dict[str, Cell]:
    post, since = one.present.post, one.present.since
    golongan, rank_since, _ = one.ranks[-1]
    level, finished = one.educations[-1]
    return {
        "PNS ID": f"DEMO-{one.number[-7:]}",
        "NIP BARU": one.number,
        "NAMA": one.name,
        "GELAR BELAKANG": one.back_title,
        "TEMPAT LAHIR NAMA": "Kota Contoh",
        "TANGGAL LAHIR": day(one.born),
        "JENIS KELAMIN": one.sex,
        "NIK": one.nik,
        "NOMOR HP": f"0000-{one.number[-7:]}",
        "EMAIL": f"{one.name.lower().replace(' ', '.')}@kota-contoh.example",
        "JENIS PEGAWAI NAMA": "Daerah Kota",
        "KEDUDUKAN HUKUM NAMA": "Aktif",
        "STATUS CPNS PNS": one.status,
        "NOMOR SK CPNS": one.ranks[0][2],
        "TMT CPNS": day(one.joined),
        "GOL AWAL NAMA": one.ranks[0][0],
        "GOL AKHIR NAMA": golongan,
        "TMT GOLONGAN": day(rank_since),
        "JENIS JABATAN ID": post.kind_id,
        "JENIS JABATAN NAMA": KINDS[post.kind_id],
        "JABATAN ID": post.code if one.post_on_map else f"{post.code}-LAMA",
        "JABATAN NAMA": post.name,
        "TMT JABATAN": day(since),
        "TINGKAT PENDIDIKAN NAMA": level,
        "TAHUN LULUS": str(finished.year),
        "LOKASI KERJA NAMA": "Kota Contoh",
        "UNOR ID": post.unit,
        "UNOR NAMA": units[post.unit],
        "INSTANSI INDUK ID": CODE,
        "INSTANSI INDUK NAMA": NAME,
        "INSTANSI KERJA ID": CODE,
        "INSTANSI KERJA NAMA": NAME,
        "IS VALID NIK": "1",
    }


Slipped = tuple[dict[str, Cell], Wrong]


def _as_number(cells: dict[str, Cell]) -> Slipped:
    return {**cells, "NIP BARU": float(str(cells["NIP BARU"]))}, Wrong("precision-lost", "NIP BARU")


def _no_such_day(cells: dict[str, Cell]) -> Slipped:
    return {**cells, "TANGGAL LAHIR": "31-02-1988"}, Wrong("impossible-date", "TANGGAL LAHIR")


def _other_sex(cells: dict[str, Cell]) -> Slipped:
    other = "F" if cells["JENIS KELAMIN"] == "M" else "M"
    return {**cells, "JENIS KELAMIN": other}, Wrong("sex-differs", "JENIS KELAMIN")


def _other_birth_date(cells: dict[str, Cell]) -> Slipped:
    return {**cells, "TANGGAL LAHIR": "01-01-1970"}, Wrong("birth-date-differs", "TANGGAL LAHIR")


def _nameless(cells: dict[str, Cell]) -> Slipped:
    return {**cells, "NAMA": " "}, Wrong("missing", "NAMA")


def _computed(cells: dict[str, Cell]) -> Slipped:
    return {**cells, "NAMA": Formula("=1+1")}, Wrong("formula", "NAMA")


def _short_number(cells: dict[str, Cell]) -> Slipped:
    return {**cells, "NIP BARU": str(cells["NIP BARU"])[:17]}, Wrong("not-digits", "NIP BARU")


def _no_such_rank(cells: dict[str, Cell]) -> Slipped:
    return {**cells, "GOL AKHIR NAMA": "III/z"}, Wrong("not-allowed", "GOL AKHIR NAMA")


def _other_status(cells: dict[str, Cell]) -> Slipped:
    return {**cells, "STATUS CPNS PNS": "PPPK"}, Wrong("number-of-other-kind", "STATUS CPNS PNS")


_SLIPS = (
    *(_as_number, _no_such_day, _other_sex, _other_birth_date, _nameless),
    *(_computed, _short_number, _no_such_rank, _other_status),
)
SLIPS = len(_SLIPS)
