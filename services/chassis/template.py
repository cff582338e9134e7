"""What a workbook must look like, declared once: its sheets, their columns, what a cell may hold.

From one declaration follow the workbook that is handed out, the reader of the one that comes back,
the drop-down lists, the instructions, and the workbook of rows to be corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from services.chassis import cells
from services.chassis.workbook_file import Cell

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
Shape = Literal["text", "day", "number"]


@dataclass(frozen=True, slots=True)
class Kind(Generic[V_co]):
    """What the cells of a column hold: how they are read, in which words that is explained, and
    how a value is spelled so that it is read again."""

    read: Callable[[Cell], V_co]
    says: str
    shape: Shape = "text"
    choices: tuple[str, ...] = ()
    spell: Callable[[Any], Cell] = lambda value: value


def text(most: int = 500) -> Kind[str]:
    return Kind(lambda cell: cells.text(cell, most=most), f"teks, paling banyak {most} huruf")


def digits(length: int) -> Kind[str]:
    return Kind(lambda cell: cells.digits(cell, length=length), f"{length} angka, format teks")


def fingerprint() -> Kind[str]:
    return Kind(cells.fingerprint, "SHA-256, 64 huruf heksadesimal")


def day() -> Kind[cells.Day]:
    return Kind(cells.day, "tanggal, dd-mm-yyyy", "day")


def whole(least: int, most: int) -> Kind[int]:
    said = f"bilangan bulat {least} sampai {most}"
    return Kind(lambda cell: cells.whole(cell, least=least, most=most), said, "number")


def decimal(least: int, most: int) -> Kind[str]:
    said = f"angka {least} sampai {most}, boleh dengan koma"
    return Kind(lambda cell: cells.decimal(cell, least=least, most=most), said, "number")


def choice(meanings: Mapping[str, V], *, shown: int | None = None) -> Kind[V]:
    """One of some words. `shown` of them are offered; the others are read all the same."""
    offered = tuple(meanings)[:shown]
    said = "salah satu dari: " + ", ".join(offered) if len(offered) <= 6 else "lihat Referensi"
    known = {cells.word(spelled): meaning for spelled, meaning in reversed(list(meanings.items()))}
    spelled = {meaning: word for word, meaning in reversed(list(meanings.items()))}
    return Kind(
        lambda cell: cells.choice(cell, known, offered),
        said,
        choices=offered,
        spell=lambda value: spelled[value],
    )


def suggested(meanings: Mapping[str, str], most: int) -> Kind[str]:
    """Some words are offered and have a meaning; any other text means itself."""
    known = {cells.word(spelled): meaning for spelled, meaning in reversed(list(meanings.items()))}
    spelled = {meaning: word for word, meaning in reversed(list(meanings.items()))}

    def read(cell: Cell) -> str:
        said = cells.text(cell, most=most)
        return known.get(cells.word(said), said)

    says = f"lihat Referensi, atau teks lain, paling banyak {most} huruf"
    return Kind(read, says, choices=tuple(meanings), spell=lambda value: spelled.get(value, value))


@dataclass(frozen=True, slots=True, eq=False)
class Column(Generic[V_co]):
    """A column of a form, named as its header is.

    `blank`: a cell may be empty. `required`: the header must be there all the same. What stands in
    a `private` column is never shown again in full.
    """

    name: str
    kind: Kind[V_co]
    help: str = ""
    example: str = ""
    blank: bool = False
    required: bool = True
    aliases: tuple[str, ...] = ()
    private: bool = False

    @property
    def names(self) -> frozenset[str]:
        return frozenset(map(cells.word, (self.name, *self.aliases)))


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet: its name, its columns, and those by which a row is recognised when it comes again.

    `whole`: its rows are looked at together, because each may depend on all the others.
    `apart`: it does not stand in the workbook that its template is a part of.
    """

    name: str
    columns: tuple[Column[Any], ...]
    key: tuple[Column[Any], ...]
    about: str = ""
    aliases: tuple[str, ...] = ()
    whole: bool = False
    apart: bool = False

    @property
    def names(self) -> frozenset[str]:
        return frozenset(map(cells.word, (self.name, *self.aliases)))


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook of one or more forms. `first`: what must have been taken in before it.

    `part_of`: the one workbook in which whoever fills it in gets it, with parts of other services.
    """

    name: str
    title: str
    about: str
    forms: tuple[Form, ...]
    first: tuple[str, ...] = ()
    handed_out: bool = True
    part_of: str | None = None
