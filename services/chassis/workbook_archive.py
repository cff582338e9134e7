"""The archive around a workbook: its parts, read a piece at a time, and its shared texts.

Nothing is unpacked as a whole, and what an archive says about its own sizes is not believed. A
document type, and with it every entity, is refused.
"""

from __future__ import annotations

import io
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import normpath
from typing import IO, Any
from xml.parsers import expat

from services.chassis.workbook_file import Bounds, NotAWorkbook, TooBig, WorkbookRefused

PIECE = 65_536
_OTHER_FORMATS = frozenset({"xl/workbook.bin", "content.xml", "mimetype"})
Attributes = dict[str, str]


# The archive


@dataclass(slots=True)
class Book:
    archive: zipfile.ZipFile
    parts: dict[str, zipfile.ZipInfo]
    left: int

    @classmethod
    def opened(cls, content: bytes, bounds: Bounds) -> Book:
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
            members = archive.infolist()
        except Exception as broken:  # zipfile raises a dozen kinds on broken archives
            raise NotAWorkbook(type(broken).__name__) from broken
        if len(members) > bounds.parts:
            raise TooBig
        names = [member.filename.replace("\\", "/").lstrip("/").lower() for member in members]
        if len(set(names)) < len(names) or _OTHER_FORMATS & set(names):
            raise NotAWorkbook("parts")
        if "xl/workbook.xml" not in names:
            raise NotAWorkbook("parts")
        return cls(archive, dict(zip(names, members, strict=True)), bounds.unpacked)

    def sheets(self) -> list[tuple[str, str]]:
        """Name and part of every sheet."""
        relations = {
            attributes.get("Id", ""): attributes.get("Target", "")
            for name, attributes in self.elements("xl/_rels/workbook.xml.rels")
            if name == "Relationship"
        }
        found: list[tuple[str, str]] = []
        for name, attributes in self.elements("xl/workbook.xml"):
            if name == "workbookPr" and attributes.get("date1904", "0") not in ("0", "false"):
                raise NotAWorkbook("date1904")
            if name == "sheet":
                target = relations.get(attributes.get("id", ""), "")
                path = normpath(target[1:] if target[:1] == "/" else f"xl/{target}").lower()
                if path in self.parts:
                    found.append((attributes.get("name", ""), path))
        return found

    def elements(self, path: str) -> Iterator[tuple[str, Attributes]]:
        """The elements of a small part with their attributes, without prefixes."""
        found: list[tuple[str, Attributes]] = []
        total = 0

        def start(name: str, attributes: Attributes) -> None:
            nonlocal total
            total += 1
            if total > 100_000:
                raise TooBig
            plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            found.append((name.rpartition(" ")[2], plain))

        parser = new_parser()
        parser.StartElementHandler = start
        for _ in self.parsed(path, parser):
            yield from found
            found.clear()

    def parsed(self, path: str, parser: Any) -> Iterator[float]:
        """Feed a part to a parser; after each piece, how much of the part has been read."""
        if path not in self.parts:
            return
        whole = max(1, self.parts[path].file_size)
        done = 0
        try:
            with self.archive.open(self.parts[path]) as part:
                for piece in _pieces(part):
                    done += len(piece)
                    self.left -= len(piece)
                    if self.left < 0:
                        raise TooBig
                    parser.Parse(piece, False)
                    yield min(1.0, done / whole)
            parser.Parse(b"", True)
            yield 1.0
        except (WorkbookRefused, GeneratorExit):
            raise
        except Exception as broken:  # of the archive, its codecs or the parser
            raise NotAWorkbook(type(broken).__name__) from broken


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while piece := part.read(PIECE):
        yield piece


def new_parser() -> Any:
    """A parser of XML that knows no document types."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise NotAWorkbook("doctype")

    parser.StartDoctypeDeclHandler = refuse
    return parser


# Texts that several cells share


@dataclass(slots=True)
class SharedTexts:
    """All shared texts in one piece of memory: a text of its own costs three times as much."""

    bounds: Bounds
    bytes: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("Q"))

    def __getitem__(self, at: int) -> str:
        if not 0 <= at < len(self.ends):
            raise NotAWorkbook("texts")
        begins = self.ends[at - 1] if at else 0
        return self.bytes[begins : self.ends[at]].decode()

    def fill(self, book: Book) -> None:
        parser = new_parser()
        inside: list[bool] = [False, False]  # in a text; in a reading aid, which is no text

        def start(name: str, _: Attributes) -> None:
            local = name.rpartition(" ")[2]
            if local == "rPh":
                inside[1] = True
            elif local == "t":
                inside[0] = not inside[1]

        def end(name: str) -> None:
            local = name.rpartition(" ")[2]
            if local == "si":
                self.ends.append(len(self.bytes))
            elif local == "rPh":
                inside[1] = False
            elif local == "t":
                inside[0] = False

        def text(said: str) -> None:
            if inside[0]:
                self.bytes += said.encode()

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = text
        for _ in book.parsed("xl/sharedstrings.xml", parser):
            if len(self.bytes) + 8 * len(self.ends) > self.bounds.shared:
                raise TooBig
