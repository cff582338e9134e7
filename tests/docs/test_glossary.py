"""The glossary is true in both directions: kept words are used, Indonesian names are listed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.the_tree import ROOT, modules

# Words that show a name to be Indonesian. Long enough to catch what law and files bring along.
INDONESIAN = frozenset((ROOT / "tests/docs/indonesian.txt").read_text().split())
WORDS_OF_THE_PORTAL = "services/portal/"


def words_of(name: str) -> list[str]:
    """`work_unit`, `AHLI_MUDA` and `PositionClass`, taken apart and lowered."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [part.lower() for part in parts]


def names_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name) | ast.Name(id=name) | ast.arg(arg=name):
                yield name
            case ast.Attribute(attr=name):
                yield name


def everything_named() -> dict[str, str]:
    """Every name in code, with one file it occurs in."""
    found: dict[str, str] = {}
    for module in modules("services/**/*.py") + modules("contracts/**/*.py"):
        if not module.as_posix().startswith(WORDS_OF_THE_PORTAL):
            found |= dict.fromkeys(names_in((ROOT / module).read_text()), module.as_posix())
    return found


def kept_terms(text: str) -> list[str]:
    """The names of the second column of every table."""
    cells = [line.split("|")[2] for line in text.splitlines() if line.startswith("|")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def unlisted(names: dict[str, str], listed: list[str]) -> dict[str, str]:
    """Indonesian words in names of the code that the glossary does not have."""
    known = {word for term in listed for word in words_of(term)}
    return {
        name: where
        for name, where in names.items()
        if any(word in INDONESIAN and word not in known for word in words_of(name))
    }


GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
CODE = "\n".join(
    (ROOT / module).read_text() for top in ("services", "contracts") for module in
    (*modules(f"{top}/**/*.py"), *modules(f"{top}/**/*.sql"), *modules(f"{top}/**/*.yaml"))
)  # fmt: skip


@pytest.mark.parametrize("term", kept_terms(GLOSSARY))
def test_every_kept_term_occurs_in_code(term: str) -> None:
    assert re.search(rf"(?<![A-Za-z]){re.escape(term)}", CODE)


def test_every_indonesian_name_is_listed() -> None:
    assert unlisted(everything_named(), kept_terms(GLOSSARY)) == {}


def test_an_unlisted_name_is_found() -> None:
    source = "def naik_pangkat(jabatan_lama): ...\nclass PredikatKinerja: ...\nrank = golongan"
    names = dict.fromkeys(names_in(source), "here")
    assert set(unlisted(names, ["golongan"])) == {"naik_pangkat", "jabatan_lama", "PredikatKinerja"}


def test_the_table_is_read() -> None:
    assert {"golongan", "PositionClass", "psn"} <= set(kept_terms(GLOSSARY))
