"""The offline verifier as one file: `python -m deploy.verifier [where to]`, or `make verifier`.

It unpacks itself and runs on a bare Python 3.11 to 3.14, on Linux and on Windows (both x86-64),
without network. It holds exactly the modules that `services.career.verify` imports and the wheels
they need, of the versions and hashes that the services run on. Wheels of several Pythons lie over
each other: an extension module carries in its name for which it was built.

The same input gives the same bytes: order, dates and permissions are settled here, not by the
machine. (Compression is zlib's: another implementation of it packs the same files otherwise.)
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from shiv.bootstrap.environment import Environment
from shiv.builder import create_archive

from deploy.local.children import Sorry
from deploy.local.layout import DOWNLOADS, ROOT, VERIFIER

ENTRY = "services.career.verify:main"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-manylinux_2_28", "x86_64-pc-windows-msvc")
WHEELS = (
    "annotated-types", "cffi", "cryptography", "orjson", "pycparser", "pydantic", "pydantic-core",
    "pyyaml", "typing-extensions", "typing-inspection",
)  # fmt: skip
BUILT_AT = "1980-01-01 00:00:00"
SHEBANG = "/usr/bin/env python3"
_STAMP = "from.sha256"
# Of what comes with a wheel, an auditor needs the code, and whoever owns it their licence.
_LEFT_OUT = re.compile(
    r"(^|/)(__pycache__|tests)/|\.(pyi|pyc|c|h|pxd|pyx)$|^bin/|\.lock$"
    r"|^yaml/_yaml\."  # the quicker half of the YAML reader, which is not used
    r"|\.dist-info/(?!licenses/|LICEN[CS]E|COPYING|METADATA$)"
)


def build(target: Path = VERIFIER) -> Path:
    """Make the file. Whoever comes while it is being made waits."""
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, (DOWNLOADS / "verifier.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        libraries = _libraries(DOWNLOADS / "verifier")
        site = Path(folder) / "site-packages"
        shutil.copytree(libraries, site)
        for module in modules():
            copy = site / module.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(module, copy)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".draft")
        create_archive([site], draft, SHEBANG, "_bootstrap:bootstrap", _environment(), False)
        settled(draft)
        draft.replace(target)
    return target


def _environment() -> Environment:
    return Environment(
        built_at=BUILT_AT,
        shiv_version="1",
        entry_point=ENTRY,
        compile_pyc=False,
        reproducible=True,
    )


def modules() -> list[Path]:
    """Our own modules that the verifier imports: asked of Python itself."""
    asked = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {ENTRY.partition(':')[0]};"
        "print(*(m.__file__ for n, m in sys.modules.items()"
        " if n.partition('.')[0] in ('services', 'contracts')), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", asked], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Sorry(f"The verifier cannot be imported: {done.stderr.strip().splitlines()[-1]}")
    return sorted(Path(line) for line in done.stdout.splitlines())


# Libraries


def _libraries(folder: Path) -> Path:
    """The wheels' content for every Python and platform, fetched once per lock."""
    wanted = _pins()
    site, stamp = folder / "site-packages", folder / _STAMP
    digest = hashlib.sha256(wanted.encode() + Path(__file__).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return site
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "requirements.txt").write_text(wanted)
    for platform in PLATFORMS:
        for python in PYTHONS:
            _lay_over(_fetched(folder, platform, python), site)
    stamp.write_text(digest)
    return site


def _pins() -> str:
    """The part of the services' lock that the verifier needs, hashes and all."""
    blocks = re.split(r"\n(?=[A-Za-z])", (ROOT / "requirements.lock").read_text())
    found = {block.partition("==")[0]: block for block in blocks}
    return "\n".join(found[name].rstrip() for name in WHEELS) + "\n"


def _fetched(folder: Path, platform: str, python: str) -> Path:
    target = folder / f"{platform}-{python}"
    command = [
        *(str(Path(sys.executable).parent / "uv"), "pip", "install", "-q", "--target", str(target)),
        *("--python-platform", platform, "--python-version", python, "--only-binary", ":all:"),
        *("--no-deps", "--require-hashes", "-r", str(folder / "requirements.txt")),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        because = (done.stderr.strip() or "the installer said nothing").splitlines()[0]
        raise Sorry(f"The verifier's libraries could not be fetched: {because}")
    return target


def _lay_over(layer: Path, site: Path) -> None:
    """Over what is there already; two files of one name must be one file."""
    for file in sorted(path for path in layer.rglob("*") if path.is_file()):
        name = file.relative_to(layer)
        if _LEFT_OUT.search(name.as_posix()):
            continue
        copy, content = site / name, _content(file)
        if copy.exists() and copy.read_bytes() != content and ".dist-info" not in str(name):
            raise Sorry(f"{name} is not the same in every wheel.")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
    shutil.rmtree(layer)


def _content(file: Path) -> bytes:
    """Wheels made on Windows end their lines otherwise."""
    content = file.read_bytes()
    return content.replace(b"\r\n", b"\n") if file.suffix == ".py" else content


# The same bytes each time


def settled(archive: Path) -> None:
    """Write the archive again: in order, with one date, and with permissions of no machine."""
    with zipfile.ZipFile(archive) as made:
        held = {name: made.read(name) for name in made.namelist() if _is_wanted(name)}
    with archive.open("wb") as output:
        output.write(f"#!{SHEBANG}\n".encode())
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as settling:
            for name, content in sorted(held.items()):
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                settling.writestr(entry, content, zipfile.ZIP_DEFLATED)
    archive.chmod(0o755)


def _is_wanted(name: str) -> bool:
    return not name.endswith((".pyc", "/"))


def told(target: Path) -> Iterator[str]:
    """What was made, for whoever hands it out."""
    content = target.read_bytes()
    yield f"{target} ({len(content) / 1e6:.0f} MB)"
    yield f"SHA-256 {hashlib.sha256(content).hexdigest()}"
    yield f"runs on Python {PYTHONS[0]} to {PYTHONS[-1]}: Linux and Windows, x86-64"


if __name__ == "__main__":
    try:
        made = build(*(Path(given).resolve() for given in sys.argv[1:2]))
    except Sorry as reason:
        sys.exit(f"✗ {reason}")
    print("\n".join(told(made)))
