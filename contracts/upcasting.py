"""Bringing a body of an earlier revision to today's shape: raw dict to raw dict, step by step.

A step is registered under the (type, revision) it starts from and leads to the next revision.
Steps are never edited: a stored body of any age must go on being read as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Raw = dict[str, Any]
Step = Callable[[Raw], Raw]
Steps = Mapping[tuple[str, int], Step]

STEPS: Steps = {
    # The kinds of evidence that are seen at work had no word yet.
    ("training.finished.v1", 1): lambda raw: {**raw, "shown_by": None},
    # Nobody had told whether a sanction was on appeal: as far as was said, none was.
    ("profile.sanction_imposed.v1", 1): lambda raw: {**raw, "on_appeal": False},
    # Nobody moved between agencies before it could be told.
    ("profile.person_registered.v1", 1): lambda raw: {**raw, "moved_from": None},
}


class StepMissing(Exception):
    """No step leads on from this revision of this type."""


def upcast(type_name: str, revision: int, raw: Raw, *, to: int, steps: Steps = STEPS) -> Raw:
    """The same fact in the shape of revision `to`. A newer revision is left alone: see registry."""
    for passed in range(revision, to):
        step = steps.get((type_name, passed))
        if step is None:
            raise StepMissing(f"{type_name} revision {passed}")
        raw = step(dict(raw))
    return raw
