"""Small counts withheld: no cell below 3 is published, and none that is withheld can be computed from the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from optimizer.reporting.tables import Cell, Table

FEWEST: Final = 3  # the smallest count that is shown
SMALL, WITHHELD = f"<{FEWEST}", "–"
Sums = Mapping[int, Sequence[int]]


def suppress(table: Table, sums: Sums | None = None, *, known: bool = False) -> Table:
    """The table with every whole number below 3 shown as `<3`: 0, 1 and 2 look alike.

    `sums`: which rows are sums of which others, by their places. Where a part is hidden, its sum is shown as
    `≥ n`, n being the parts that are shown. `known`: readers can learn the sums from another table; then each stays,
    and of its parts one more is withheld (`–`), so that what is missing may be 0, 1 or 2 for every small part alike.
    """
    rows = [list(row) for row in table.rows]
    for at, column in enumerate(table.columns):
        if column.kind == "whole":
            shown = _shown([row[at] for row in table.rows], sums or {}, known=known)
            for row, value in zip(rows, shown, strict=True):
                row[at] = value
    return replace(table, rows=tuple(tuple(row) for row in rows))


def _shown(values: Sequence[Cell], sums: Sums, *, known: bool) -> list[Cell]:
    """One column as it is published."""
    small = {place for place, value in enumerate(values) if isinstance(value, int) and value < FEWEST}
    shown: list[Cell] = [SMALL if place in small else value for place, value in enumerate(values)]
    for total, parts in sums.items():
        hidden = small.intersection(parts)
        if not hidden or total in small:
            continue
        if not known:
            rest = sum(_number(values[place]) for place in parts if place not in hidden)
            shown[total] = f"≥ {rest}" if rest >= FEWEST else WITHHELD
            continue
        for place in _withheld(values, parts, hidden):
            shown[place] = WITHHELD
        if all(not isinstance(shown[place], int) for place in parts) and not _is_blurred(values, parts, hidden, parts):
            shown[total] = WITHHELD
    return shown


def _withheld(values: Sequence[Cell], parts: Sequence[int], hidden: set[int]) -> list[int]:
    """Further parts to withhold until what is missing no longer tells the small ones.

    The last come first, whatever they are: a choice by size would tell the size, and with it the rest.
    """
    found: list[int] = []
    for place in sorted((p for p in parts if p not in hidden), reverse=True):
        found.append(place)
        if _is_blurred(values, parts, hidden, [*hidden, *found]):
            break
    return found


def _is_blurred(values: Sequence[Cell], parts: Sequence[int], hidden: set[int], unseen: Iterable[int]) -> bool:
    """Whether any small part may be 0, 1 or 2 when the sum of all parts is known and `unseen` are not shown.

    Of these the withheld ones are known to be 3 or more, so they have to leave 2 to the small ones.
    """
    places = set(unseen)
    others = places - hidden
    missing = sum(_number(values[place]) for place in places)
    return bool(others) and missing - FEWEST * len(others) >= FEWEST - 1


def _number(value: Cell) -> int:
    return value if isinstance(value, int) else 0
