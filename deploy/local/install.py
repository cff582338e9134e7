"""Make .venv from the hashed locks: `python3 deploy/local/install.py [runtime|dev]`.

Runs on the system's Python, hence on nothing but the standard library. Done once per lock.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BOOTSTRAP = ROOT / "requirements-bootstrap.lock"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
OLDEST = (3, 11)


class CannotInstall(Exception):
    """One sentence for the person at the keyboard."""


def main(kind: str) -> None:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        raise CannotInstall(
            f"Python 3.11 or later is needed, and {sys.executable} is {found}; "
            "name another with PYTHON=…"
        )
    if not _wanted(kind):
        return
    if not _usable():
        _run("Making .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)], VENV_MISSING)
    if not (VENV / "bin" / "uv").exists():
        pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        _run("Fetching the installer", [*pip, "--require-hashes", "-r", str(BOOTSTRAP)], DOWNLOAD)
    install = [str(VENV / "bin" / "uv"), "pip", "install", "-q", "--python", str(PYTHON)]
    lock = LOCKS[kind]
    _run("Fetching libraries", [*install, "--require-hashes", "-r", str(lock)], DOWNLOAD)
    for stamp in _stamps(kind):
        stamp[0].write_text(stamp[1])


VENV_MISSING = "Python could not make a virtual environment (Debian: install `python3-venv`)"
DOWNLOAD = "The libraries could not be fetched; look at the network and run the same again"


def _wanted(kind: str) -> bool:
    return not _usable() or any(
        not stamp.exists() or stamp.read_text() != digest for stamp, digest in _stamps(kind)
    )


def _stamps(kind: str) -> list[tuple[Path, str]]:
    """The dev lock contains the runtime lock: installing it settles both."""
    kinds = ["runtime", "dev"] if kind == "dev" else ["runtime"]
    return [(VENV / (".installed-" + each), _digest(LOCKS[each])) for each in kinds]


def _usable() -> bool:
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-c", ""], check=False, capture_output=True).returncode == 0


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _run(title: str, command: list[str], failure: str) -> None:
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(title, done), daemon=True)
    ticker.start()
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    done.set()
    ticker.join()
    if result.returncode:
        lines = [line.strip() for line in (result.stderr + result.stdout).splitlines()]
        telling = [line for line in lines if "rror" in line or "ailed" in line or "hash" in line]
        because = (telling or [line for line in lines if line] or ["it said nothing"])[0]
        raise CannotInstall(f"{failure}: {because[:300]}")


def _tick(title: str, done: threading.Event) -> None:
    began = time.monotonic()
    print(f"  … {title}", flush=True)
    while not done.wait(5):
        print(f"  … {title} ({time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "runtime")
    except KeyboardInterrupt:
        sys.exit("✗ Interrupted; run the same again to go on.")
    except (CannotInstall, OSError) as error:
        sys.exit(f"✗ {error}")
