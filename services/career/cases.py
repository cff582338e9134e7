"""The worked cases, as an operator runs them: every case, and what came out otherwise."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from services.career.adapters.case_files import CaseFiles, Outcome


def run(only: Sequence[str] = ()) -> int:
    """Run the worked cases of all policies, or of some; zero when all came out as written."""
    files = CaseFiles()
    wrong = 0
    for policy in only or files.policies():
        outcomes = [files.run(policy, case) for case in files.cases(policy)]
        failed = [outcome for outcome in outcomes if not outcome.as_written]
        sys.stdout.write(f"{policy}: {len(outcomes) - len(failed)} of {len(outcomes)} as written\n")
        sys.stdout.writelines(_told(outcome) for outcome in failed)
        wrong += len(failed)
    return 1 if wrong else 0


def _told(outcome: Outcome) -> str:
    expected, said = outcome.case.then, outcome.said
    return (
        f"  {outcome.case.case}\n"
        f"    written:  {expected.status} {_lists(expected.unmet, expected.review)}\n"
        f"    came out: {said.status} {_lists(said.unmet, said.review)}\n"
    )


def _lists(unmet: frozenset[str], review: frozenset[str]) -> str:
    return f"unmet {sorted(unmet)} review {sorted(review)}"
