"""The folder keeps what it was given, in order, and lets go of it by its rule only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from services.chassis.checkpoint import Checkpoint, countersigned, signed
from services.chassis.checkpoint_keys import KnownKey, KnownKeys, NotAKeysFile
from services.chassis.checkpoint_place import NEWEST, Folder, GoesBackwards
from services.chassis.signed_note import PrivateKey, UnknownSigner, Use

ORIGIN = "jenjang.test/sample"
FIRST, SECOND, THIRD = (PrivateKey(ORIGIN, Use.LOG, bytes([n]) * 32) for n in (1, 2, 3))
WITNESS = PrivateKey("witness.test", Use.WITNESS, b"w" * 32)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def a_note(
    size: int,
    minutes: float = 0,
    generation: int = 1,
    keys: Sequence[PrivateKey] = (FIRST,),
    announces: PrivateKey | None = None,
) -> str:
    checkpoint = Checkpoint(
        origin=ORIGIN,
        size=size,
        root=sha256(str(size).encode()).digest(),
        generation=generation,
        closed_through=NOON + timedelta(minutes=minutes),
        announces=announces.public() if announces else None,
    )
    return signed(checkpoint, *keys)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "sample")


def kept(folder: Folder) -> list[str]:
    return [note for _, note in folder.every()]


def test_an_empty_place_has_no_newest(folder: Folder) -> None:
    assert folder.newest() is None
    assert folder.at_or_below(1, 9) is None
    assert kept(folder) == []


def test_what_is_kept_is_found_by_its_place(folder: Folder) -> None:
    notes = [a_note(5), a_note(70, 1), a_note(60, 2, generation=2), a_note(900, 3, generation=2)]
    for note in notes:
        folder.keep(note)
        folder.keep(note)
        assert folder.newest() == note
        assert (folder.path / NEWEST).read_text() == note
    assert kept(folder) == notes
    assert folder.at_or_below(1, 69) == notes[0]
    assert folder.at_or_below(1, 70) == folder.at_or_below(1, 10**9) == notes[1]
    assert folder.at_or_below(2, 59) is None


def test_nothing_older_comes_after_something_newer(folder: Folder) -> None:
    folder.keep(a_note(70, 1, generation=2))
    for older in (a_note(69, 2, generation=2), a_note(900, 2), a_note(70, generation=2)):
        with pytest.raises(GoesBackwards):
            folder.keep(older)
    other = a_note(70, 1, generation=2).replace("\n70\n", "\n70\n").split("\n")
    other[2] = a_note(71).split("\n")[2]
    with pytest.raises(GoesBackwards):
        folder.keep("\n".join(other))


def test_of_hours_that_are_over_the_last_one_stays(folder: Folder) -> None:
    announcing = a_note(31, 31, keys=(FIRST, SECOND), announces=SECOND)
    for minute in range(0, 300, 10):
        if minute == 40:
            folder.keep(announcing)
        folder.keep(a_note(minute + 1, minute))
    left = [int(note.split("\n")[1]) for note in kept(folder)]
    assert left == [31, 51, 111, 171, *range(181, 300, 10)]
    assert [note for _, note in folder.announcing()] == [announcing]


def test_a_generation_keeps_its_last_one(folder: Folder) -> None:
    folder.keep(a_note(8))
    folder.keep(a_note(9, 1))
    for hour in range(3):
        folder.keep(a_note(5 + hour, 60 * hour + 2, generation=2))
    assert [int(note.split("\n")[1]) for note in kept(folder)] == [9, 5, 6, 7]


def test_what_a_dead_process_left_is_put_right(folder: Folder) -> None:
    folder.keep(a_note(1))
    (folder.path / ".draft.note.draft").write_text("half")
    (folder.path / NEWEST).unlink()
    folder.repair()
    assert (folder.path / NEWEST).read_text() == a_note(1)
    assert sorted(file.name[:1] for file in folder.path.iterdir()) == [".", "0", "n"]


def test_a_witness_signature_is_added_to_the_one_that_is_kept(folder: Folder) -> None:
    folder.keep(a_note(1))
    folder.keep(a_note(2, 1))
    for note in (a_note(1), a_note(2, 1)):
        folder.countersigned(countersigned(note, WITNESS, NOON))
    assert kept(folder) == [countersigned(a_note(n, n - 1), WITNESS, NOON) for n in (1, 2)]
    assert (folder.path / NEWEST).read_text() == folder.newest() == kept(folder)[1]
    folder.countersigned(countersigned(a_note(9), WITNESS, NOON))
    assert len(kept(folder)) == 2


# Keys


def test_each_checkpoint_verifies_with_the_key_of_its_time_for_ever() -> None:
    notes = [
        a_note(5),
        a_note(7, 1, keys=(FIRST, SECOND), announces=SECOND),
        a_note(7, 2, keys=(SECOND,)),
        a_note(9, 3, keys=(SECOND,)),
        a_note(3, 4, generation=2, keys=(SECOND, THIRD), announces=THIRD),
        a_note(4, 5, generation=2, keys=(THIRD,)),
    ]
    first = KnownKeys((KnownKey(FIRST.public()),))
    learned = first.learned(notes)
    assert [known.since for known in learned.of(ORIGIN)] == [(1, 0), (1, 7), (2, 3)]
    written = KnownKeys.parse(learned.text())
    assert written == learned
    for note in notes:
        written.opened(note)
    for late in (a_note(8), a_note(4, generation=2, keys=(SECOND,)), a_note(6, keys=(SECOND,))):
        with pytest.raises(UnknownSigner):
            written.opened(late)
    with pytest.raises(UnknownSigner):
        first.opened(notes[3])


def test_a_log_that_is_not_known_has_no_key() -> None:
    assert KnownKeys().in_force(ORIGIN, (1, 1)) == []
    with pytest.raises(UnknownSigner):
        KnownKeys().opened(a_note(1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"keys": {}, "more": 1}',
        '{"keys": [{}]}',
        '{"keys": [{"key": "nonsense"}]}',
        '{"keys": [{"key": "KEY", "since": {"size": 1}}]}',
        '{"keys": [{"key": "KEY", "since": {"generation": 1, "size": true}}]}',
        '{"keys": [{"key": "KEY", "until": 1}]}',
    ],
)
def test_what_is_not_a_keys_file_is_none(text: str) -> None:
    with pytest.raises(NotAKeysFile):
        KnownKeys.parse(text.replace("KEY", FIRST.public().spelled()))
