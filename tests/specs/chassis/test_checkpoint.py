"""A checkpoint says what it says under the keys that are known, or it is refused."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.checkpoint import (
    Checkpoint,
    NotACheckpoint,
    countersigned,
    opened,
    parsed,
    signed,
)
from services.chassis.signed_note import (
    BadSignature,
    NotANote,
    PrivateKey,
    PublicKey,
    SignatureMissing,
    UnknownSigner,
    Use,
    open_note,
    signed_note,
)

ORIGIN = "jenjang.test/career"
LOG = PrivateKey(ORIGIN, Use.LOG, b"l" * 32)
NEXT = PrivateKey(ORIGIN, Use.LOG, b"n" * 32)
WITNESS = PrivateKey("witness.test", Use.WITNESS, b"w" * 32)
KNOWN = (LOG.public(), WITNESS.public())
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
CHECKPOINT = Checkpoint(
    origin=ORIGIN, size=7, root=sha256(b"7").digest(), generation=2, closed_through=NOON
)
ANNOUNCING = Checkpoint(
    origin=ORIGIN,
    size=9,
    root=sha256(b"9").digest(),
    generation=2,
    closed_through=NOON,
    announces=NEXT.public(),
)
REFUSALS = (NotANote, NotACheckpoint, BadSignature, UnknownSigner, SignatureMissing)


def test_the_note_of_the_go_implementation_is_opened() -> None:
    """The example in the documentation of golang.org/x/mod/sumdb/note."""
    key = PublicKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    line = (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq"
        "dngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert open_note(signed_note(text, [line]), [key]).text == text
    assert PublicKey.parse(key.spelled()) == key


def test_the_private_key_of_the_go_implementation_signs_the_same() -> None:
    secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    key = PrivateKey.parse(secret)
    assert key.public().id.hex() == "c74f20a3"
    assert key.spelled() == secret
    assert "AYEK" not in repr(key)


def test_it_opens_as_it_was_signed() -> None:
    note = countersigned(signed(CHECKPOINT, LOG), WITNESS, NOON)
    assert opened(note, KNOWN, {"witness.test"}) == CHECKPOINT
    assert note.splitlines()[:5] == [
        ORIGIN,
        "7",
        "eQJpm+Qsio5G+7tFAXJlF+hrIsVqGJ92JabaSQgbJFE=",
        "generation 2",
        "closed_through 2026-01-05T12:00:00.000000Z",
    ]


@given(st.integers(min_value=0), st.integers(1, 255))
def test_any_byte_that_is_changed_is_noticed(where: int, by: int) -> None:
    note = countersigned(signed(ANNOUNCING, LOG, NEXT), WITNESS, NOON).encode()
    changed = bytearray(note)
    changed[where % len(note)] ^= by
    with pytest.raises((*REFUSALS, UnicodeDecodeError)):
        opened(changed.decode(), KNOWN, {"witness.test"})


@given(st.integers(min_value=0), st.sampled_from(string.printable))
def test_any_letter_that_is_added_or_dropped_is_noticed(where: int, letter: str) -> None:
    note = countersigned(signed(CHECKPOINT, LOG), WITNESS, NOON)
    at = where % len(note)
    for changed in (note[:at] + letter + note[at:], note[:at] + note[at + 1 :]):
        with pytest.raises(REFUSALS):
            opened(changed, KNOWN, {"witness.test"})


def test_who_must_sign_has_signed() -> None:
    with pytest.raises(SignatureMissing):
        opened(signed(CHECKPOINT, LOG), KNOWN, {"witness.test"})
    posing = PrivateKey(ORIGIN, Use.WITNESS, b"w" * 32)
    for witness in (WITNESS, posing):
        line = witness.sign(CHECKPOINT.text(), at=0)
        with pytest.raises(SignatureMissing):
            opened(signed_note(CHECKPOINT.text(), [line]), (*KNOWN, posing.public()))


def test_a_stranger_proves_nothing_and_may_be_left_out() -> None:
    note = countersigned(signed(CHECKPOINT, LOG), WITNESS, NOON)
    with pytest.raises(UnknownSigner):
        opened(note, [LOG.public()])
    assert opened(note, [LOG.public()], strangers=True) == CHECKPOINT
    with pytest.raises(SignatureMissing):
        opened(signed(CHECKPOINT, NEXT), [LOG.public()], strangers=True)


def test_a_key_of_the_same_name_is_another_key() -> None:
    forged = PrivateKey(ORIGIN, Use.LOG, b"f" * 32)
    with pytest.raises(UnknownSigner):
        opened(signed(CHECKPOINT, forged), KNOWN)
    own, line = signed(CHECKPOINT, LOG), signed(ANNOUNCING, LOG).splitlines(keepends=True)[-1]
    with pytest.raises(BadSignature):
        opened(own.rpartition("\n\n")[0] + "\n\n" + line, KNOWN)


def test_a_new_key_is_announced_by_both() -> None:
    assert opened(signed(ANNOUNCING, LOG, NEXT), KNOWN).announces == NEXT.public()
    with pytest.raises(SignatureMissing):
        opened(signed(ANNOUNCING, LOG), KNOWN)
    with pytest.raises(SignatureMissing):
        opened(signed(ANNOUNCING, NEXT), KNOWN)


def test_a_witness_says_when_it_saw_it_and_signs_once() -> None:
    note = countersigned(signed(CHECKPOINT, LOG), WITNESS, NOON)
    assert countersigned(note, WITNESS, NOON) == note
    assert open_note(note, KNOWN).seen == (None, int(NOON.timestamp()))
    with pytest.raises(NotANote):
        open_note(countersigned(note, WITNESS, datetime(2027, 1, 1, tzinfo=UTC)), KNOWN)
    with pytest.raises(NotANote):
        WITNESS.sign(CHECKPOINT.text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n07\n{'A' * 43}=\ngeneration 1\nclosed_through 2026-01-05T12:00:00.000000Z\n",
        f"{ORIGIN}\n7\n{'A' * 42}B=\ngeneration 1\nclosed_through 2026-01-05T12:00:00.000000Z\n",
        f"{ORIGIN}\n7\nAAAA\ngeneration 1\nclosed_through 2026-01-05T12:00:00.000000Z\n",
        f"{ORIGIN}\n7\n{'A' * 43}=\ngeneration 0\nclosed_through 2026-01-05T12:00:00.000000Z\n",
        f"{ORIGIN}\n7\n{'A' * 43}=\ngeneration 1\nclosed_through 2026-01-05T12:00:00\n",
        f"{ORIGIN}\n7\n{'A' * 43}=\ngeneration 1\nclosed_through 0001-01-01T00:00:00+09:00\n",
        f"{ORIGIN}\n7\n{'A' * 43}=\nclosed_through 2026-01-05T12:00:00.000000Z\ngeneration 1\n",
        CHECKPOINT.text() + "key nonsense\n",
        CHECKPOINT.text() + f"key {WITNESS.public().spelled()}\n",
        ANNOUNCING.text() + "more\n",
    ],
)
def test_what_is_not_spelled_as_a_checkpoint_is_none(text: str) -> None:
    with pytest.raises(NotACheckpoint):
        parsed(text)


@pytest.mark.parametrize(
    "spelled",
    [
        "",
        "name",
        "name+00000000+AQ==",
        LOG.public().spelled().replace("jenjang", "jenjanG"),
        LOG.public().spelled()[:-4],
        "a b+" + LOG.public().spelled().partition("+")[2],
        "name+00000000+/w==",
    ],
)
def test_what_is_not_spelled_as_a_key_is_none(spelled: str) -> None:
    with pytest.raises(NotANote):
        PublicKey.parse(spelled)
    with pytest.raises(NotANote):
        PrivateKey.parse(f"PRIVATE+KEY+{spelled}")
    with pytest.raises(NotANote):
        PrivateKey.parse(spelled)
