"""Which of a workbook's styles show a number as a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# Numbered formats that every program knows: days, times, and both, also of other languages.
_KNOWN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_A_PART = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.|_.|\*.")


def dated_styles(elements: Iterable[tuple[str, Mapping[str, str]]]) -> list[bool]:
    """For each cell format in its order, whether it shows a day."""
    own: dict[str, bool] = {}
    dated: list[bool] = []
    inside = False
    for name, attributes in elements:
        if name == "numFmt":
            own[attributes.get("numFmtId", "")] = is_dated(attributes.get("formatCode", ""))
        elif name in ("cellXfs", "cellStyles", "cellStyleXfs"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            number = attributes.get("numFmtId", "0")
            dated.append(own.get(number, number.isdigit() and int(number) in _KNOWN))
    return dated


def is_dated(code: str) -> bool:
    """
    >>> is_dated("dd-mm-yyyy"), is_dated('0.00 "days"'), is_dated("[Red]#,##0"), is_dated("General")
    (True, False, False, False)
    """
    plain = _NOT_A_PART.sub("", code).lower()
    return plain != "general" and bool(set(plain) & set("dmyhs"))
