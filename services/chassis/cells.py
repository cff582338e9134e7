"""What one cell of a spreadsheet says, whatever the spreadsheet program made of it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from services.chassis.workbook_file import Cell

V = TypeVar("V")
Day = date

# Above this a double no longer holds every whole number: the last digits are gone.
EXACT = 2**53
# More digits than this a spreadsheet program fills up with zeros.
KEPT_DIGITS = 15
MOST_NAMED = 20
AS_TEXT = "Format kolomnya sebagai teks, lalu ketik ulang isinya."
_SERIAL_ZERO = date(1899, 12, 30)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_LONG_NUMBER = re.compile(r"\d(?: ?\d){8,}")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: 00:00(?::00)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")


class CellRefused(Exception):
    """The cell does not say what its column asks for."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


def word(cell: object) -> str:
    """A word as it is compared: upper case, single spaces, no apostrophe in front."""
    return " ".join(str(cell).strip().lstrip("'").upper().split())


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.strip().lstrip("'").strip() in ("", "-")


def shown(cell: Cell) -> str:
    return _CONTROL.sub("?", str(cell).strip())[:60]


def without_numbers(text: str) -> str:
    """A text in which nobody's number can be read; days and short codes stay.

    >>> without_numbers("SKP 19860926 201505 1 001.xlsx")
    'SKP …001 (21).xlsx'
    >>> without_numbers("31-02-2024")
    '31-02-2024'
    """
    return _LONG_NUMBER.sub(lambda found: masked(found[0]), text)


def masked(value: str) -> str:
    """Enough to find the cell again, not enough to know whom it names.

    >>> masked("199001012015031001")
    '…001 (18)'
    """
    return f"…{value[-3:]} ({len(value)})" if len(value) > 6 else "…"


def text(cell: Cell, *, most: int = 500) -> str:
    """Text without the blanks and the apostrophe that spreadsheets leave around it."""
    if isinstance(cell, bool):
        raise CellRefused("not-text", AS_TEXT)
    if isinstance(cell, (int, float)):
        cell = _plain_number(cell)
    if not isinstance(cell, str):
        raise CellRefused("not-text", AS_TEXT)
    value = " ".join(cell.strip().removeprefix("'").split())
    if _CONTROL.search(value):
        raise CellRefused("control-character", "Ketik ulang isinya; ada karakter tersembunyi.")
    if len(value) > most:
        raise CellRefused("too-long", f"Ringkas isinya, paling banyak {most} huruf.")
    return value


def digits(cell: Cell, *, length: int) -> str:
    """An identifier: text of digits, never a number that has lost its last ones."""
    if isinstance(cell, (int, float)) and length > KEPT_DIGITS:
        raise _precision_lost()
    value = text(cell).replace(" ", "")
    if re.fullmatch(r"[\d.,]+[eE]\+?\d+", value):
        raise _precision_lost()
    if not (value.isascii() and value.isdigit()) or len(value) != length:
        raise CellRefused("not-digits", f"Ketik {length} angka, pada kolom berformat teks.")
    return value


def fingerprint(cell: Cell) -> str:
    """A SHA-256 in hex."""
    value = text(cell).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise CellRefused("not-a-fingerprint", "Tempel SHA-256 dokumennya: 64 huruf heksadesimal.")
    return value


def day(cell: Cell) -> date:
    found = _day(cell)
    if not date(1900, 1, 1) <= found <= date(2200, 1, 1):
        raise _impossible()
    return found


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if not 61 <= cell < 110_000 or cell != int(cell):  # 60 is a day that never was
            raise _impossible()
        return _SERIAL_ZERO + timedelta(days=int(cell))
    value = text(cell)
    if found := _DAY_FIRST.fullmatch(value):
        return _calendar(found[3], found[2], found[1])
    if found := _YEAR_FIRST.fullmatch(value):
        return _calendar(found[1], found[2], found[3])
    if re.fullmatch(r"\d{5}", value):
        return _day(int(value))
    raise CellRefused("not-a-date", "Tulis tanggalnya sebagai dd-mm-yyyy.")


def _calendar(year: str, month: str, of_month: str) -> date:
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError:
        raise _impossible() from None


def whole(cell: Cell, *, least: int, most: int) -> int:
    try:
        value = Decimal(text(cell).replace(",", "."))
        number = int(value)
    except (InvalidOperation, ValueError, OverflowError):
        raise CellRefused("not-a-number", "Tulis bilangan bulat.") from None
    if value != number or not least <= number <= most:
        raise CellRefused("out-of-range", f"Tulis bilangan bulat dari {least} sampai {most}.")
    return number


def decimal(cell: Cell, *, least: int, most: int) -> str:
    """A decimal as text, with a point: `88.89`."""
    try:
        value = Decimal(text(cell).replace(",", "."))
    except InvalidOperation:
        raise CellRefused("not-a-number", "Tulis angka, misalnya 88,89.") from None
    if not value.is_finite() or not least <= value <= most:
        raise CellRefused("out-of-range", f"Tulis angka dari {least} sampai {most}.")
    return format(value, "f")


def choice(cell: Cell, known: Mapping[str, V], offered: Sequence[str]) -> V:
    """What a word means; `known` has it as `word` spells it."""
    asked = word(text(cell))
    if asked in known:
        return known[asked]
    allowed = ", ".join(offered[:MOST_NAMED])
    more = "; yang lain ada di lembar Referensi" if len(offered) > MOST_NAMED else ""
    raise CellRefused("not-allowed", f"Tulis salah satu dari: {allowed}{more}.")


def _plain_number(number: float) -> str:
    if not math.isfinite(number):
        raise CellRefused("not-text", "Ketik ulang isinya.")
    if abs(number) >= EXACT:
        raise _precision_lost()
    return str(int(number)) if number == int(number) else format(Decimal(repr(number)), "f")


def _precision_lost() -> CellRefused:
    return CellRefused(
        "precision-lost",
        "Lembar kerja menyimpannya sebagai bilangan dan membuang angka terakhirnya: "
        "format kolomnya sebagai teks, lalu isi lagi nilai aslinya.",
    )


def _impossible() -> CellRefused:
    return CellRefused("impossible-date", "Tanggal itu tidak ada; tulis sebagai dd-mm-yyyy.")
