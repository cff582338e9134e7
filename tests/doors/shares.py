"""How often each operation was answered 2xx, by role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Shares:
    """Answers by operation and role."""

    good: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, label: str, role: str, status: int) -> None:
        self.asked[label, role] += 1
        self.good[label, role] += 200 <= status < 300
        self.refused[label, role] += status == 403

    def never_answered(self, labels: Iterable[str]) -> list[str]:
        """Operations that nobody was ever answered 2xx."""
        answered = {label for (label, _), times in self.good.items() if times}
        return [label for label in labels if label not in answered]

    def table(self, title: str, labels: Iterable[str], roles: Iterable[str]) -> str:
        """One line for each operation. `–`: the role is always turned away."""
        labels, roles = list(labels), list(roles)
        wide = max(map(len, labels))
        lines = [f"{title:{wide}}  {'all':>5}  " + "  ".join(f"{role[:8]:>8}" for role in roles)]
        for label in labels:
            cells = "  ".join(f"{self._cell(label, role):>8}" for role in roles)
            lines.append(f"{label:{wide}}  {self._whole(label, roles):>5}  {cells}")
        return "\n".join(lines)

    def _whole(self, label: str, roles: Iterable[str]) -> str:
        pairs = [(label, role) for role in roles]
        asked = sum(self.asked[one] - self.refused[one] for one in pairs)
        return _percent(sum(self.good[one] for one in pairs), asked)

    def _cell(self, label: str, role: str) -> str:
        asked, refused = self.asked[label, role], self.refused[label, role]
        return "–" if asked == refused else _percent(self.good[label, role], asked)


def _percent(some: int, whole: int) -> str:
    return f"{100 * some / whole:.0f} %" if whole else "–"
