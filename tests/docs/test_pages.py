"""Pages that name files name files that exist; blocks of code parse; links lead somewhere."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.architecture.the_tree import ROOT, tracked

PAGES = [path for path in tracked() if path.suffix == ".md"]
PATH = re.compile(
    r"`((?:services|contracts|tests|deploy|docs)/[\w./\-]+\.\w+|\.importlinter|Makefile)`"
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def missing(page: Path, text: str) -> list[str]:
    """Files that a page names, by path or by link, and that are not there."""
    named = [name for name in PATH.findall(text) if not (ROOT / name).exists()]
    linked = [
        link for link in LINK.findall(text) if not (ROOT / page.parent / link.strip()).exists()
    ]
    return named + linked


def unparsable(text: str) -> list[str]:
    """Blocks of code that their own language does not accept."""
    return [
        f"{language}: {body.splitlines()[0]}"
        for language, body in BLOCK.findall(text)
        if not parses(language, body)
    ]


def parses(language: str, body: str) -> bool:
    try:
        match language:
            case "python":
                ast.parse(body)
            case "json":
                json.loads(body)
            case "yaml":
                yaml.safe_load(body)
            case "sh" | "bash" | "console":
                return _shell_parses(body)
    except (SyntaxError, ValueError, yaml.YAMLError):
        return False
    return True


def _shell_parses(body: str) -> bool:
    read = subprocess.run(["bash", "-n"], input=body, text=True, capture_output=True, check=False)
    return read.returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_file_named_exists(page: Path) -> None:
    assert missing(page, (ROOT / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_block_of_code_parses(page: Path) -> None:
    assert unparsable((ROOT / page).read_text(encoding="utf-8")) == []


def test_a_file_that_is_not_there_is_found() -> None:
    text = "see `services/career/domain/astrology.py` and [this](nowhere.md), not [that](#here)"
    assert missing(Path("docs/stories.md"), text) == [
        "services/career/domain/astrology.py",
        "nowhere.md",
    ]


@pytest.mark.parametrize(
    "block",
    [
        "```python\ndef (:\n```",
        "```json\n{'a': 1}\n```",
        "```yaml\na: [1\n```",
        "```sh\nif x; do\n```",
    ],
)
def test_a_block_that_does_not_parse_is_found(block: str) -> None:
    assert len(unparsable(block)) == 1


# The stories


def steps(text: str) -> list[list[str]]:
    """The files of each story's table, in order."""
    stories = text.split("\n## ")[1:]
    return [
        re.findall(r"^\| \d+ \| `([^`]+)` \|", story, re.MULTILINE)
        for story in stories
    ]  # fmt: skip


def test_each_story_is_short_and_every_step_is_a_file() -> None:
    told = steps((ROOT / "docs/stories.md").read_text(encoding="utf-8"))
    assert len(told) >= 3
    for story in told:
        assert 3 <= len(story) <= 9
        assert [name for name in story if not (ROOT / name).exists()] == []


def test_the_steps_are_read() -> None:
    assert steps("# x\n\n## One\n\n| 1 | `a.py` | first |\n| 2 | `b.py` | then |\n") == [
        ["a.py", "b.py"]
    ]
