"""Every refusal says in its docstring which rule says no, and the portal has its words for it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest

from services.portal.messages import MESSAGES
from tests.architecture.the_tree import ROOT, modules


def refusals(sources: Mapping[str, str]) -> dict[str, str]:
    """Subclasses of Refused, at any depth within the sources, with their docstrings."""
    classes = {
        node.name: ([ast.unparse(base) for base in node.bases], ast.get_docstring(node) or "")
        for source in sources.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    }
    found = {"Refused"}
    while more := {
        name
        for name, (bases, _) in classes.items()
        if name not in found and {base.rpartition(".")[2] for base in bases} & found
    }:
        found |= more
    return {name: classes[name][1] for name in sorted(found - {"Refused"})}


def domain_sources() -> dict[str, str]:
    return {
        module.as_posix(): (ROOT / module).read_text()
        for module in modules("services/*/domain/**/*.py")
    }


def test_there_are_refusals() -> None:
    assert len(refusals(domain_sources())) >= 10


@pytest.mark.parametrize(("name", "says"), refusals(domain_sources()).items(), ids=str)
def test_a_refusal_says_which_rule_says_no(name: str, says: str) -> None:
    assert says.endswith(".")


def test_the_portal_has_words_for_every_refusal() -> None:
    assert set(refusals(domain_sources())) - set(MESSAGES) == set()


def test_a_refusal_without_words_is_found() -> None:
    source = 'class Refused(Exception): ...\nclass TooLate(Refused):\n    "It is late."\n'
    nested = "class MuchTooLate(terms.TooLate): ...\nclass Other(Exception): ..."
    assert refusals({"a": source, "b": nested}) == {"MuchTooLate": "", "TooLate": "It is late."}
