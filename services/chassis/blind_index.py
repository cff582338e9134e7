"""Find a subject by an identifier without holding the identifier: a keyed digest of it.

The key is a secret of the services that have such doors. It stands in no event and no log;
without it a digest of a short number could simply be guessed.
"""

from __future__ import annotations

import hmac
import unicodedata
from hashlib import sha256


def digest(key: bytes, kind: str, value: str) -> str:
    """HMAC-SHA-256 of an identifier, told apart by its kind, in hex.

    >>> digest(bytes(32), "NUMBER", "19 87") == digest(bytes(32), "NUMBER", "1987")
    True
    >>> digest(bytes(32), "NUMBER", "1987") == digest(bytes(32), "OTHER", "1987")
    False
    """
    plain = written_plainly(value).encode()
    said = kind.encode()
    message = len(said).to_bytes(2, "big") + said + plain
    return hmac.new(key, message, sha256).hexdigest()


def written_plainly(value: str) -> str:
    """The identifier without the spaces and compatibility forms that typing and printing add."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()
