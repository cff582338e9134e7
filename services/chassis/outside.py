"""What a process knows of the place outside: its folder, its key, and whose word counts there."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from services.chassis.checkpoint import Checkpoint
from services.chassis.checkpoint_keys import KnownKey, KnownKeys
from services.chassis.checkpoint_place import Folder
from services.chassis.settings import CannotStart
from services.chassis.signed_note import NotANote, PrivateKey, PublicKey

if TYPE_CHECKING:
    from services.chassis.settings import ServiceSettings

NEXT = ".next"


@dataclass(frozen=True, slots=True)
class Outside:
    """Where one service's checkpoints are kept. Only who writes them is given the private key.

    Files are read each time: a key may be replaced while a process runs.
    """

    folder: Folder
    key_file: Path | None = None
    keys_file: Path | None = None

    @staticmethod
    def of(settings: ServiceSettings) -> Outside | None:
        """As the settings say; None when nothing is kept outside."""
        if settings.checkpoint_folder is None:
            return None
        folder = Folder(settings.checkpoint_folder / settings.service)
        outside = Outside(folder, settings.checkpoint_key, settings.checkpoint_keys)
        if outside.keys_file is None and outside.key_file is None:
            raise CannotStart("CHECKPOINT_FOLDER is set, and CHECKPOINT_KEYS is not.")
        return outside

    def known(self) -> KnownKeys:
        """Whose checkpoints are believed; without a file, those of the own key."""
        if self.keys_file is not None:
            return KnownKeys.parse(self.keys_file.read_text())
        return KnownKeys((KnownKey(self.key().public()),))

    def newest(self) -> Checkpoint | None:
        """The newest checkpoint, verified. Strangers may have signed as well."""
        note = self.folder.newest()
        return None if note is None else self.known().opened(note, strangers=True)

    def key(self) -> PrivateKey:
        """The key that signs now."""
        if self.key_file is None:
            raise NotANote("no private key is given")
        return PrivateKey.parse(self.key_file.read_text().strip())

    # A new key

    def next_key(self) -> PrivateKey:
        """The key that will sign: made once, and kept until it does."""
        assert self.key_file is not None
        file = self._next_file()
        if not file.exists():
            own = self.key()
            write_private(file, PrivateKey.made(own.name, own.use).spelled() + "\n")
        return PrivateKey.parse(file.read_text().strip())

    def settle(self) -> PublicKey | None:
        """Put an announced key in the place of the one before; whoever comes first does it."""
        if self.key_file is None or not self._next_file().exists():
            return None
        key = self.next_key().public()
        for _, note in self.folder.announcing():
            checkpoint = self.known().opened(note, strangers=True)
            if checkpoint.announces == key:
                self._believe(KnownKey(key, *checkpoint.place))
                self._next_file().replace(self.key_file)
                return key
        return None

    def _believe(self, known: KnownKey) -> None:
        if self.keys_file is None:
            return
        with _locked(self.keys_file):
            write_public(self.keys_file, self.known().with_key(known).text())

    def _next_file(self) -> Path:
        assert self.key_file is not None
        return self.key_file.with_name(self.key_file.name + NEXT)


def write_private(file: Path, text: str) -> None:
    """Whole or not at all, and for its owner's eyes only."""
    _write(file, text, 0o600)


def write_public(file: Path, text: str) -> None:
    """Whole or not at all."""
    _write(file, text, 0o644)


def _write(file: Path, text: str, mode: int) -> None:
    draft = file.with_name(file.name + ".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())
    draft.replace(file)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.with_name(file.name + ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
