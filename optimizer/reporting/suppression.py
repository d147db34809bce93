"""Small counts withheld: no count below 3 is published, and none that is withheld follows from sums that readers know.

Two marks stand for what is not shown: `<3` for 0, 1 and 2 alike, `–` for any number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from optimizer.reporting.tables import Cell, Table
from optimizer.texts import T, Text

FEWEST: Final = 3  # the smallest count that is shown
SMALL, WITHHELD = f"<{FEWEST}", "–"
Count = int | str  # as it is published: a number, SMALL or WITHHELD
Sums = Mapping[int, Sequence[int]]
MOST_ROUNDS: Final = 50  # of narrowing what a cell may be


def number(count: Count | None) -> int:
    """A published count as a number; 0 for what is not told."""
    return count if isinstance(count, int) else 0


def shown_count(count: int) -> Count:
    """A count that stands alone, as the public may read it."""
    return SMALL if count < FEWEST else count


def shown_counts(parts: Sequence[int], *, total_told: bool = True) -> list[Count]:
    """The counts of a group as the public may read them, where it knows their sum.

    Where any is small, others are withheld until the rest may be 0, 1 or 2 for every small one alike; where that
    cannot be, all are. `total_told`: False where the sum is told nowhere else and must not follow from the parts:
    then some are withheld even if none is small.
    """
    small = {place for place, count in enumerate(parts) if count < FEWEST}
    if (not small and total_told) or sum(parts) < FEWEST:
        return [shown_count(count) for count in parts]
    withheld = _withheld(parts, range(len(parts)), small)
    if not _is_blurred(parts, small, withheld):
        return [WITHHELD] * len(parts)
    return [WITHHELD if place in withheld else shown_count(count) for place, count in enumerate(parts)]


def shown_cells(counts: Sequence[int], groups: Sequence[Sequence[int]]) -> list[Count]:
    """The cells of a matrix, by their places in `counts`, as the public may read them.

    `groups`: cells whose sum readers may know, such as rows and columns; it follows from no cells, as it may be
    withheld where it stands. Where small cells would follow from all sums together, nothing is told of a whole group.
    """
    veiled: set[int] = set()  # cells of which nothing is told
    while True:
        small = {place for place, count in enumerate(counts) if count < FEWEST} | veiled
        withheld: set[int] = set()
        bare: set[int] = set()
        for group in groups:
            others = _withheld(counts, group, small)
            withheld |= others
            if sum(counts[n] for n in group) >= FEWEST and not _is_blurred(counts, small.intersection(group), others):
                bare.update(group)
        if bare <= veiled:
            told = _narrowed(counts, groups, small - veiled, withheld | veiled)
            bare = set(max(groups, key=lambda group: len(told.intersection(group)))) if told else bare
        if bare <= veiled:
            unseen = withheld | veiled
            return [WITHHELD if place in unseen else shown_count(count) for place, count in enumerate(counts)]
        veiled |= bare


def suppress(table: Table, sums: Sums | None = None) -> Table:
    """The table with every column of whole numbers as the public may read it.

    `sums`: which rows are sums of which others, by their places; they stay, as other tables tell them too.
    """
    rows = [list(row) for row in table.rows]
    for at, column in enumerate(table.columns):
        if column.kind == "whole":
            for row, value in zip(rows, _shown([row[at] for row in table.rows], sums or {}), strict=True):
                row[at] = value
    return replace(table, rows=tuple(tuple(row) for row in rows))


def hidden_notes(counts: Iterable[Count]) -> list[Text]:
    """What the marks of hidden counts mean, as far as `counts` bear them."""
    notes = [T("{few}: 0, 1 or 2. Sums are left out, so that nothing can be worked out from them.", few=SMALL)]
    if WITHHELD in counts:
        notes.append(T("{mark}: withheld, so that no number below 3 can be computed.", mark=WITHHELD))
    return notes


def _shown(values: Sequence[Cell], sums: Sums) -> list[Cell]:
    """One column as it is published."""
    shown = [shown_count(value) if isinstance(value, int) else value for value in values]
    for parts in sums.values():
        counts = [values[place] for place in parts]
        for place, count in zip(parts, shown_counts([n for n in counts if isinstance(n, int)]), strict=True):
            shown[place] = count
    return shown


def _withheld(counts: Sequence[int], group: Iterable[int], hidden: set[int]) -> set[int]:
    """Further cells of a group to withhold until what is missing no longer tells the hidden ones.

    The last come first, whatever they are: a choice by size would tell the size, and with it the rest.
    """
    inside, found = hidden.intersection(group), set[int]()
    for place in sorted((place for place in group if place not in hidden), reverse=True):
        found.add(place)
        if _is_blurred(counts, inside, found):
            break
    return found


def _is_blurred(counts: Sequence[int], hidden: set[int], withheld: set[int]) -> bool:
    """Whether any hidden cell may be 0, 1 or 2 when the sum of all is known and neither they nor `withheld` are shown.

    Of these the withheld ones are known to be 3 or more, so they have to leave 2 to the small ones.
    """
    missing = sum(counts[place] for place in hidden | withheld)
    return bool(withheld) and missing - FEWEST * len(withheld) >= FEWEST - 1


def _narrowed(counts: Sequence[int], groups: Sequence[Sequence[int]], small: set[int], unseen: set[int]) -> set[int]:
    """The small cells that may not be 0, 1 and 2 alike when all sums are known, as far as sum after sum tells.

    `small` are known to be at most 2, of `unseen` nothing is known, all others are shown.
    """
    hidden = small | unseen
    low = [0 if place in hidden else count for place, count in enumerate(counts)]
    high = [FEWEST - 1 if place in small else sum(counts) if place in unseen else n for place, n in enumerate(counts)]
    for _ in range(MOST_ROUNDS):
        before = low.copy(), high.copy()
        for group in groups:
            total = sum(counts[place] for place in group)
            if total < FEWEST:
                continue  # the sum is not shown either
            least, most = sum(low[place] for place in group), sum(high[place] for place in group)
            for place in hidden.intersection(group):
                floor, ceiling = total - (most - high[place]), total - (least - low[place])
                least, most = least - low[place], most - high[place]
                low[place], high[place] = max(low[place], floor), min(high[place], ceiling)
                least, most = least + low[place], most + high[place]
        if (low, high) == before:
            break
    return {place for place in small if (low[place], high[place]) != (0, FEWEST - 1)}
