"""Which stream tells whose life, and the ids that follow from an agency's own codes."""

from __future__ import annotations

from uuid import UUID, uuid5

NAMES = UUID("9b5b1f0c-3c52-5e1b-9a31-9f6d0f6c2a10")


def person_stream(person_id: UUID) -> str:
    return f"person-{person_id}"


def dispute_stream(dispute_id: UUID) -> str:
    return f"dispute-{dispute_id}"


def unit_stream(unit_id: UUID) -> str:
    return f"unit-{unit_id}"


def post_stream(post_id: UUID) -> str:
    return f"post-{post_id}"


def number_stream(digest: str) -> str:
    """The stream that reserves a number for one person; named by its digest, never by it."""
    return f"number-{digest}"


def digest_of(stream: str) -> str:
    """The digest that a number's stream reserves."""
    return stream.removeprefix("number-")


def unit_id_of(agency: str, code: str) -> UUID:
    return uuid5(NAMES, f"{agency}\nunit\n{code}")


def post_id_of(agency: str, code: str, unit_code: str) -> UUID:
    """A post is a code within a unit: one code of a clerk or a teacher stands in many units."""
    return uuid5(NAMES, f"{agency}\npost\n{unit_code}\n{code}")
