"""What is sealed opens where it was sealed, and nowhere else."""

from __future__ import annotations

from base64 import b64decode, b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.blind_index import digest
from services.chassis.vault import Keyring, SubjectForgotten, Unreadable, kek_id

ONE, OTHER, GONE = (UUID(int=number) for number in (1, 2, 3))
RING = Keyring({ONE: b"1" * 32, OTHER: b"2" * 32})


@given(st.text(max_size=200))
def test_what_is_sealed_can_be_opened(text: str) -> None:
    sealed = RING.seal(ONE, "stream-1", "note", 1, text)
    assert RING.open(ONE, "stream-1", "note", 1, sealed) == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert len({RING.seal(ONE, "s", "note", 1, "text") for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("subject", "stream", "field", "schema"),
    [(OTHER, "s", "note", 1), (ONE, "t", "note", 1), (ONE, "s", "name", 1), (ONE, "s", "note", 2)],
)
def test_a_sealed_text_cannot_be_moved(subject: UUID, stream: str, field: str, schema: int) -> None:
    sealed = RING.seal(ONE, "s", "note", 1, "text")
    with pytest.raises(Unreadable):
        RING.open(subject, stream, field, schema, sealed)


def test_no_bit_of_it_can_be_changed() -> None:
    raw = b64decode(RING.seal(ONE, "s", "note", 1, "text"))
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(Unreadable):
            RING.open(ONE, "s", "note", 1, b64encode(changed).decode())


@pytest.mark.parametrize("rubbish", ["", "é", "AAAA", "AQ==", "not base64!", "AQ" + "A" * 30])
def test_rubbish_is_unreadable(rubbish: str) -> None:
    with pytest.raises(Unreadable):
        RING.open(ONE, "s", "note", 1, rubbish)


def test_without_a_key_nothing_opens_and_nothing_is_sealed() -> None:
    sealed = RING.seal(ONE, "s", "note", 1, "text")
    assert Keyring({}).open(ONE, "s", "note", 1, sealed) is None
    with pytest.raises(SubjectForgotten):
        RING.seal(GONE, "s", "note", 1, "text")


def test_a_wrapping_keys_name_gives_nothing_away() -> None:
    assert kek_id(b"1" * 32) != kek_id(b"2" * 32)
    assert len(kek_id(b"1" * 32)) == 16


def test_a_digest_needs_the_key_and_tells_kinds_apart() -> None:
    known = digest(b"k" * 32, "NUMBER", "1987 0412")
    assert known == digest(b"k" * 32, "NUMBER", "\uff119870412\n")
    assert known != digest(b"l" * 32, "NUMBER", "19870412")
    assert known != digest(b"k" * 32, "NUMBER1", "9870412")
    assert len(known) == 64
