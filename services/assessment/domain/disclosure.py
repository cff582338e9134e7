"""Which groups of answers may be shown, so that nobody can subtract their way to one person.

Every published group holds at least three answers, and so does every difference of published
totals. What is published is a partition of some groups, and a total of exactly these: a
difference of such totals is always a union of published groups. Groups that are too small are
merged with their neighbours in the line, or withheld.

The answer of the person rated is never in a total: whoever knows it could subtract it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from services.assessment.domain.reporting_line import Relation

LEAST_ANSWERS: Final = 3
# Neighbours may be merged; the line is superior, peers, subordinates.
LINE: Final = (Relation.SUPERIOR, Relation.PEER, Relation.SUBORDINATE)

Group = tuple[Relation, ...]


def published(answers: Mapping[Relation, int], least: int = LEAST_ANSWERS) -> tuple[Group, ...]:
    """The groups that may be shown: as many answers as possible, then as many groups.

    >>> published({Relation.SUPERIOR: 1, Relation.PEER: 4, Relation.SUBORDINATE: 3})
    ((<Relation.SUPERIOR: 'superior'>, <Relation.PEER: 'peer'>), \
(<Relation.SUBORDINATE: 'subordinate'>,))
    >>> published({Relation.PEER: 2, Relation.SUBORDINATE: 0})
    ()
    """
    heard = tuple(relation for relation in LINE if answers.get(relation, 0) > 0)

    def size(group: Group) -> int:
        return sum(answers[relation] for relation in group)

    allowed = [
        groups
        for groups in _partitions(heard)
        if all(size(group) >= max(least, LEAST_ANSWERS) for group in groups)
    ]
    return max(allowed, key=lambda groups: (sum(map(size, groups)), len(groups)))


def withheld(answers: Mapping[Relation, int], groups: Sequence[Group]) -> Group:
    """The relations that answered and are in no published group."""
    shown = {relation for group in groups for relation in group}
    return tuple(one for one in LINE if answers.get(one, 0) > 0 and one not in shown)


def _partitions(line: Sequence[Relation]) -> Iterator[tuple[Group, ...]]:
    """Every way to cut the line into runs of neighbours, leaving any of them out."""
    if not line:
        yield ()
        return
    for end in range(1, len(line) + 1):
        for rest in _partitions(line[end:]):
            yield (tuple(line[:end]), *rest)
    yield from _partitions(line[1:])
