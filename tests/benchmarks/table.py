"""The report: one table, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.benchmarks.measuring import Figure, Line, Wrong

HEADINGS = (
    *("bench", "case", "ours", "beside", "floor", "ratio (range)", "target", ""),
    *("CPU µs/event", "missed", "twice", "disorder"),
)


def table(lines: Sequence[Line], *, meaningless: bool = False) -> str:
    """Ratios beside their targets; `meaningless` says that these sizes prove nothing about them."""
    rows = [HEADINGS, *(_cells(line, meaningless) for line in lines)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADINGS))]
    told = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    told.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(told)


def _cells(line: Line, meaningless: bool) -> tuple[str, ...]:
    target, mark = ("", "") if line.target is None else (line.target.text, _mark(line, meaningless))
    return (
        line.bench,
        line.case,
        f"{_short(line.ours.median)} {line.unit}",
        line.floor,
        "" if line.floor_figure is None else _short(line.floor_figure.median),
        _ranged(line.ratio),
        target,
        mark,
        " / ".join(f"{one.median:.0f}" for one in (line.cpu, line.floor_cpu) if one is not None),
        *_counts(line.wrong),
    )


def _mark(line: Line, meaningless: bool) -> str:
    if meaningless or line.target is None:
        return "–"
    return "reached" if line.target.reached else "MISSED"


def _counts(wrong: Wrong) -> tuple[str, str, str]:
    return str(wrong.missed), str(wrong.duplicated), str(wrong.out_of_order)


def _short(value: float) -> str:
    """Three digits are more than a shared machine can promise.

    >>> _short(12345.6), _short(987.6), _short(4.321)
    ('12.3k', '988', '4.3')
    """
    if value >= 1e6:
        return f"{value / 1e6:.2f}M"
    if value >= 1e3:
        return f"{value / 1e3:.1f}k"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def _ranged(ratio: Figure | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio.median:.2f} ({ratio.low:.2f}–{ratio.high:.2f})"


def all_wrong(lines: Iterable[Line]) -> Wrong:
    return sum((line.wrong for line in lines), Wrong())
