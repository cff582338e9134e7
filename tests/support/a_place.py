"""A place outside, with a key of its own, for one test."""

from __future__ import annotations

from pathlib import Path

from services.chassis.checkpoint_keys import KnownKey, KnownKeys
from services.chassis.checkpoint_place import Folder
from services.chassis.outside import Outside, write_private, write_public
from services.chassis.signed_note import PrivateKey, Use

ORIGIN = "jenjang.test/sample"


def a_place(root: Path, origin: str = ORIGIN) -> Outside:
    """A new key, believed from the beginning, and an empty folder."""
    key = PrivateKey.made(origin, Use.LOG)
    write_private(root / "checkpoint.key", key.spelled() + "\n")
    write_public(root / "keys.json", KnownKeys((KnownKey(key.public()),)).text())
    folder = Folder(root / "checkpoints" / origin.rpartition("/")[2])
    return Outside(folder, root / "checkpoint.key", root / "keys.json")
