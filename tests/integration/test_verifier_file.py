"""The file that an auditor runs: the same bytes each time, and in need of nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy.verifier.__main__ import PLATFORMS, PYTHONS, build, modules
from tests.specs.career.evidence import FOLDER

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("verifier")]

# What an auditor's laptop has: no services, no site-packages, no network.
ALONE = """
import runpy, socket, sys
def closed(*given, **named):
    raise OSError("the verifier asked for the network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = closed
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("verifier") / "verify.pyz")


def bare(verifier: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The file on the machine's own Python, isolated, in an empty folder and environment."""
    return subprocess.run(
        [sys.base_prefix + "/bin/python3", "-I", "-c", ALONE, str(verifier), *arguments],
        cwd=home,
        env={"HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_runs_on_a_bare_python(verifier: Path, tmp_path: Path) -> None:
    keys = str(FOLDER / "keys.json")
    for bundle in sorted(FOLDER.glob("*.zip")):
        done = bare(verifier, tmp_path, str(bundle), "--keys", keys)
        assert (done.returncode, done.stderr) == (0, "")
        assert "COCOK" in done.stdout


def test_it_says_no_to_a_changed_byte(verifier: Path, tmp_path: Path) -> None:
    spoilt = bytearray((FOLDER / "answer-1.zip").read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    (tmp_path / "spoilt.zip").write_bytes(spoilt)
    keys = str(FOLDER / "keys.json")
    done = bare(verifier, tmp_path, "spoilt.zip", "--keys", keys, "--json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["fault"]["what"] == "not-a-bundle"


def test_the_same_input_gives_the_same_bytes(verifier: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "again.pyz").read_bytes() == verifier.read_bytes()


def test_it_holds_no_more_than_it_needs(verifier: Path) -> None:
    with zipfile.ZipFile(verifier) as archive:
        names = archive.namelist()
    ours = {name for name in names if name.startswith(("site-packages/services/",))}
    assert len(ours) < len(modules())
    for stranger in ("asyncpg", "fastapi", "starlette", "httpx", "aiokafka", "structlog"):
        assert not [name for name in names if name.startswith(f"site-packages/{stranger}")]
    endings = (".py", "METADATA")
    licences = [name for name in names if ".dist-info/" in name and not name.endswith(endings)]
    assert licences


def test_it_holds_the_wheels_of_every_python_it_names(verifier: Path) -> None:
    with zipfile.ZipFile(verifier) as archive:
        names = archive.namelist()
    for library in ("_pydantic_core", "orjson", "_cffi_backend"):
        for python in PYTHONS:
            tag = python.replace(".", "")
            built = [n for n in names if f"/{library}.cp" in n and n.endswith((".so", ".pyd"))]
            mine = [n for n in built if f"cpython-{tag}-" in n or f".cp{tag}-" in n]
            assert len(mine) == len(PLATFORMS), (library, python, built)
