"""Where things are, for the guards: what git tracks, and services as their main describes them."""

from __future__ import annotations

import ast
import importlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from contracts.generate import SERVICES
from services.chassis.service import Service

ROOT = Path(__file__).resolve().parents[2]

__all__ = ["ROOT", "SERVICES", "modules", "names_imported", "service", "tracked"]


def tracked() -> list[Path]:
    """Every file that git tracks, or would if it were added, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


def modules(pattern: str) -> list[Path]:
    """Python files by a glob from the root, relative to it."""
    return sorted(path.relative_to(ROOT) for path in ROOT.glob(pattern) if path.is_file())


def service(name: str) -> Service:
    found = importlib.import_module(f"services.{name}.main").SERVICE
    assert isinstance(found, Service)
    return found


def names_imported(source: str) -> Iterator[str]:
    """Every module or name that a source imports, dotted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (f"{module}.{alias.name}" for alias in node.names)
