"""Checks a bundle of evidence: `python -m services.career.verify bukti.zip --keys keys.json`.

Needs no network, no database and no service. Exit code 0: everything fits and is signed with a key
that you named. 1: something does not fit; it is named. 2: the command cannot be understood or a
file cannot be read. 3: everything fits, but you named no key, so nobody knows who made it.
"""

from __future__ import annotations

import argparse
import io
import json
import mmap
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.career.verifying import sentences
from services.career.verifying.checking import Checked, check
from services.career.verifying.sentences import LANGUAGES, Language
from services.career.verifying.trust import Trust
from services.chassis.bundle import FORMAT
from services.chassis.bundle_log import DoesNotFit
from services.chassis.checkpoint_keys import KnownKeys, NotAKeysFile

FITS, DOES_NOT_FIT, CANNOT_READ, SIGNER_UNKNOWN = 0, 1, 2, 3
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class CannotRead(Exception):
    """One sentence for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Says each thing in the languages that were asked for, or nothing where JSON was."""

    languages: Sequence[Language]

    def step(self, step: dict[str, Any]) -> None:
        self._say("✓", [sentences.step_said(step, language) for language in self.languages])

    def fault(self, found: DoesNotFit) -> None:
        said = [sentences.fault_said(found.what, found.where, one) for one in self.languages]
        self._say("✗", said)
        for name, value in found.where.items():
            self._say(" ", [f"{name}: {value}"])
        self._end([sentences.DOES_NOT_FIT])

    def fits(self, trusted: bool) -> None:
        self._end([sentences.FITS, *([] if trusted else [sentences.UNKNOWN_SIGNER])])
        self._say(" ", [sentences.LIMITS[LANGUAGES.index(one)] for one in self.languages])

    def _end(self, ends: Sequence[tuple[str, str]]) -> None:
        sys.stdout.write("\n")
        for end in ends:
            self._say("=", [end[LANGUAGES.index(language)] for language in self.languages])

    def _say(self, mark: str, said: Sequence[str]) -> None:
        for line in said:
            sys.stdout.write(f"{mark} {line}\n")
            mark = " "
        sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A console, or a file on Windows, may lack a letter; what was found is said all the same.
        sys.stdout.reconfigure(errors="replace")
    voice = Voice(() if given.json else LANGUAGES if given.language == "both" else [given.language])
    checked = Checked(told=voice.step)
    try:
        trust = _trust(given.keys, given.fingerprint)
        with given.bundle.open("rb") as file:
            size = given.bundle.stat().st_size
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            check(memoryview(whole), trust, checked)
    except DoesNotFit as found:
        _end(given.json, voice, checked, found)
        return DOES_NOT_FIT
    except (CannotRead, OSError) as reason:
        sys.stderr.write(f"{reason}\n")
        return CANNOT_READ
    _end(given.json, voice, checked, None)
    return FITS if checked.trusted else SIGNER_UNKNOWN


def _end(as_json: bool, voice: Voice, checked: Checked, found: DoesNotFit | None) -> None:
    if as_json:
        told = {
            "format": FORMAT,
            "fits": found is None,
            "trusted": checked.trusted,
            "steps": checked.steps,
            "fault": None if found is None else {"what": found.what, "where": found.where},
        }
        sys.stdout.write(json.dumps(told, indent=1, default=str) + "\n")
    elif found is None:
        voice.fits(checked.trusted)
    else:
        voice.fault(found)


def _trust(files: Sequence[Path], fingerprints: Sequence[str]) -> Trust:
    keys = KnownKeys()
    for file in files:
        try:
            listed = KnownKeys.parse(file.read_bytes()).keys
        except NotAKeysFile:
            raise CannotRead(f"{file}: not a list of public keys") from None
        if not listed:
            raise CannotRead(f"{file}: names no key")
        for known in listed:
            keys = keys.with_key(known)
    for one in fingerprints:
        if not _FINGERPRINT.fullmatch(one):
            raise CannotRead(f"{one}: a fingerprint is 64 digits from 0 to f")
    return Trust(keys, frozenset(fingerprints))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jenjang-verify",
        description=f"Periksa berkas bukti / check a bundle of evidence ({FORMAT}).",
    )
    parser.add_argument("bundle", type=Path, help="berkas bukti / the bundle")
    parser.add_argument(
        "--keys",
        type=Path,
        action="append",
        default=[],
        help="kunci publik yang Anda percayai / public keys that you trust (a file)",
    )
    parser.add_argument(
        "--fingerprint",
        action="append",
        default=[],
        help="SHA-256 sebuah kunci dalam berkas / of a key in the bundle that you trust",
    )
    parser.add_argument("--json", action="store_true", help="jawaban untuk mesin / for machines")
    parser.add_argument("--language", choices=[*LANGUAGES, "both"], default="both")
    return parser


if __name__ == "__main__":
    sys.exit(main())
