"""What is committed says nothing about the machine it was written on, and stands where expected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, tracked

TOP_LEVEL = frozenset(
    {".ci", ".editorconfig", ".env.example", ".github", ".gitignore", ".importlinter",
     ".pre-commit-config.yaml", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "contracts",
     "deploy", "docs", "pyproject.toml", "requirements-dev.in", "requirements-dev.lock",
     "requirements-bootstrap.in", "requirements-bootstrap.lock", "requirements.in",
     "requirements.lock", "services", "tests"}
)  # fmt: skip
SERVICE_FOLDERS = frozenset(
    {"__init__.py", "assessment", "career", "chassis", "portal", "profile", "training"}
)
REQUIRED = frozenset(
    {"Makefile", "README.md", "contracts", "deploy", "services", "tests", "pyproject.toml"}
)
# Spelled in two halves, so that this file does not name what it forbids.
REGISTRIES = [
    "pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "npmjs" + ".com",
    "repo1.maven" + ".org", "repo.maven" + ".apache.org", "yarn" + "pkg.com",
]  # fmt: skip
HOST = re.compile("|".join(map(re.escape, REGISTRIES)))
MACHINE = re.compile(r"(?<![\w.\-$}~])/(?:work|root|home|Users)/(?:[\w.\-]+)")
TEXT = frozenset({".py", ".md", ".toml", ".yaml", ".yml", ".json", ".in", ".lock", ".sql", ".sh",
                  ".html", ".css", ".js", ".txt", ".cfg", ".ini", ".xml", ""})  # fmt: skip


def strays(paths: Iterable[Path]) -> set[str]:
    """Names at the top, or among the services, that no reader would expect."""
    paths = list(paths)
    at_top = {path.parts[0] for path in paths} - TOP_LEVEL
    among = {f"services/{p.parts[1]}" for p in paths if p.parts[0] == "services"} - {
        f"services/{name}" for name in SERVICE_FOLDERS
    }
    return at_top | among


def tell_tales(text: str) -> list[str]:
    """Registry hosts and paths of somebody's machine."""
    return [found.group() for found in (*HOST.finditer(text), *MACHINE.finditer(text))]


FILES = tracked()
TEXTS = [path for path in FILES if path.suffix in TEXT]


def test_only_what_a_reader_expects_stands_at_the_top() -> None:
    assert strays(FILES) == set()
    assert {path.parts[0] for path in FILES} >= REQUIRED


def test_a_stray_is_found() -> None:
    assert strays(
        [Path("uv.lock"), Path("services/payroll/main.py"), Path("services/career/a")]
    ) == {
        "uv.lock",
        "services/payroll",
    }


def test_no_lock_names_a_registry() -> None:
    assert [path for path in FILES if path.name in {"uv.lock", "poetry.lock", "Pipfile.lock"}] == []
    locks = [path for path in FILES if path.name.endswith(("-lock.json", ".lock"))]
    assert [path for path in locks if '"resolved"' in (ROOT / path).read_text()] == []


def test_no_tracked_file_gives_a_machine_away() -> None:
    told = {
        str(path): found
        for path in TEXTS
        if (found := tell_tales((ROOT / path).read_text(encoding="utf-8")))
    }
    assert told == {}


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://" + "pypi" + ".org/simple",
        "see /" + "home/somebody/notes",
        "cd /" + "root/checkout",
        '"/' + 'work/main"',
    ],
)
def test_a_tell_tale_is_found(text: str) -> None:
    assert len(tell_tales(text)) == 1


@pytest.mark.parametrize(
    "text", ["GET /people/home/x", "~/" + "work/x", "${DIR}/" + "work/x", "a/root/b"]
)
def test_an_innocent_path_is_left_alone(text: str) -> None:
    assert tell_tales(text) == []
