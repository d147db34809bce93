"""Which of many moves can be made together: a part that satisfies every limit and that none of the others fits beside.

Where moves break a limit together, that one goes first whose leaving mends most rows, then most of what they are broken
by, then the last by its ids; in the end whatever fits again comes back.
"""

from __future__ import annotations

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.greedy import NONE_MADE
from optimizer.program import Program
from optimizer.program_goals import activity
from optimizer.rulebook.rows import NO_ROW


def part_that_holds(program: Program, wanted: KeyArray, firm: KeyArray = NONE_MADE) -> KeyArray:
    """Of the moves `wanted` those that together satisfy every row, so that none of the others fits besides: sorted.

    `firm`: moves that go only where without all others a row would still be broken.
    """
    chosen = wanted[program.possible[wanted]]
    while (last := _least_fitting(program, chosen, firm)) is not None:
        chosen = np.delete(chosen, last)
    while (larger := _with_one_more(program, chosen, wanted)) is not None:
        chosen = larger
    return chosen


def _with_one_more(program: Program, chosen: KeyArray, wanted: KeyArray) -> KeyArray | None:
    """The moves `chosen` and the first by its ids of those `wanted` that fits besides; None where none does."""
    for move in by_ids(program, np.setdiff1d(wanted, chosen)):
        larger = np.sort(np.append(chosen, np.int32(move)))
        if program.holds(larger):
            return larger
    return None


def _least_fitting(program: Program, chosen: KeyArray, firm: KeyArray) -> int | None:
    """The place in `chosen` of the move that has to go first, None where every row is satisfied."""
    reached = activity(program.terms, chosen, len(program.lower))
    broken = program.excess(reached, np.arange(len(reached)))
    if not broken.any():
        return None
    helps = np.zeros(len(chosen), dtype=bool)
    rows_mended, mended = np.zeros((2, len(chosen)), dtype=np.int64)
    for term in program.terms:
        at = np.flatnonzero(term.rows[chosen] != NO_ROW)
        rows = term.rows[chosen[at]]
        without = program.excess(reached[rows] - term.of(chosen[at]), rows)
        helps[at] |= without < broken[rows]
        rows_mended[at] += (broken[rows] > 0).astype(np.int64) - (without > 0)
        mended[at] += broken[rows] - without
    place = np.argsort(np.array(by_ids(program, chosen)), kind="stable")
    return int(np.lexsort((place, mended, rows_mended, helps, helps & ~np.isin(chosen, firm)))[-1])


def by_ids(program: Program, chosen: KeyArray) -> list[int]:
    """The moves in the order of person, post and form, whatever the order of rows in the data."""
    return sorted(chosen.tolist(), key=program.identity)
