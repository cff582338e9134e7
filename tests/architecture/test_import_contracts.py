"""The import contracts hold, and each of them objects to what it forbids."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.the_tree import ROOT, SERVICES

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """The same contracts over a tree of empty modules: right until a test adds a wrong import."""
    (tmp_path / ".importlinter").write_text((ROOT / ".importlinter").read_text())
    packages = [f"services/{name}" for name in (*SERVICES, "portal", "chassis")]
    packages += [f"services/{name}/domain" for name in SERVICES]
    for package in ("services", "contracts", *packages):
        (tmp_path / package).mkdir(parents=True, exist_ok=True)
        (tmp_path / package / "__init__.py").touch()
    for name in SERVICES:
        for module in ("settings", "main", "api", "commands", "domain/life"):
            (tmp_path / "services" / name / f"{module}.py").touch()
    for module in ("chassis/proof", "portal/main", "portal/words"):
        (tmp_path / f"services/{module}.py").touch()
    return tmp_path


def test_the_tree_keeps_its_contracts() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout[-3000:]


def test_a_right_tree_passes(small_tree: Path) -> None:
    result = lint(small_tree)
    assert result.returncode == 0, result.stdout[-3000:]


WRONG = {
    "services/career/api.py": ("import services.training.api", "never each other"),
    "services/career/domain/life.py": ("import pydantic", "nothing but Python"),
    "services/training/commands.py": ("import services.training.api", "same floor plan"),
    "services/chassis/relay.py": ("import services.profile.settings", "chassis knows no service"),
    "contracts/words.py": ("import services.chassis", "stand on nothing of ours"),
    "services/portal/page.py": ("import asyncpg", "no database"),
    "services/portal/words.py": ("import services.portal.main", "speaks in words"),
    "services/chassis/proof.py": ("import contracts", "auditor runs"),
}


def test_every_contract_objects_to_what_it_forbids(small_tree: Path) -> None:
    for module, (line, _) in WRONG.items():
        (small_tree / module).write_text(line)
    result = lint(small_tree)
    broken = [text for text in result.stdout.splitlines() if text.endswith("BROKEN")]
    for _, contract in WRONG.values():
        assert any(contract in text for text in broken), (contract, result.stdout[-3000:])
    assert len(broken) == len(WRONG)
    assert "KEPT" not in result.stdout


def test_a_file_that_the_floor_plan_does_not_know_is_refused(small_tree: Path) -> None:
    (small_tree / "services/career/utilities.py").touch()
    result = lint(small_tree)
    assert result.returncode == 1
    assert "services.career.utilities" in result.stdout
