"""The chassis holds no word that a lawyer of the field would recognise; the glossary lists them."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, modules

FILES = modules("services/chassis/**/*.py") + modules("services/chassis/migrations/*.sql")


def forbidden_words() -> frozenset[str]:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    section = text.partition("## Words that the chassis may not know")[2]
    listed = section.rpartition("\n\n")[2] if section.strip() else ""
    return frozenset(re.findall(r"`([a-z]+)`", listed))


def without_prose(source: str, suffix: str) -> str:
    """Names and texts of a file; comments and docstrings stay out."""
    if suffix == ".sql":
        return re.sub(r"--[^\n]*", "", source)
    kept, before = [], tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        begins = before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if not (token.type == tokenize.STRING and begins):
            kept.append(token.string)
        before = token.type
    return " ".join(kept)


def domain_words(source: str, forbidden: frozenset[str], suffix: str = ".py") -> set[str]:
    """Whole words, also inside snake_case and CamelCase names."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", without_prose(source, suffix))
    words = set(re.findall(r"[a-z]+", apart.lower()))
    return words & (forbidden | {f"{word}s" for word in forbidden})


def test_the_glossary_lists_the_words() -> None:
    assert {"nip", "verdict", "appraisal", "person"} <= forbidden_words()


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_chassis_knows_no_word_of_the_law(file: Path) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert domain_words(text, forbidden_words(), file.suffix) == set()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("def find_by_nip(nip): ...", "nip"),
        ("class PersonIndex: ...", "person"),
        ("x = 'one verdict for each'", "verdict"),
        ("def f():\n    'Prose.'\n    return {'appraisals': 1}", "appraisals"),
    ],
)
def test_a_domain_word_is_found(text: str, word: str) -> None:
    assert domain_words(text, forbidden_words()) == {word}


def test_a_domain_word_is_found_in_sql() -> None:
    sql = "CREATE TABLE sanctions (id uuid); -- one per person"
    assert domain_words(sql, forbidden_words(), ".sql") == {"sanctions"}


def test_prose_and_words_within_words_are_left_alone() -> None:
    source = '"""Started by a person."""\nsnippet = ranked  # the verdict'
    assert domain_words(source, forbidden_words()) == set()
