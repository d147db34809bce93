"""A plain assignment problem as arrays, read from what a caller gives, with everything that is wrong told at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from optimizer.arrays import IntArray
from optimizer.errors import UsageError
from optimizer.texts import T, Text

LARGEST: Final = 10**9  # of a cost, a capacity, a count: prices in the engine have 20 bits more and must fit into 64
MOST_PLACES: Final = 10**7  # rows or columns: they are numbered from 0, and every number up to the largest is one


@dataclass(frozen=True, eq=False)
class Problem:
    """Pairs by row and then column, int64 (n_pairs,) each; gives: int64 (n_rows,); takes: int64 (n_columns,).

    wanted: how many pairs an assignment has.
    """

    rows: IntArray
    columns: IntArray
    costs: IntArray
    gives: IntArray
    takes: IntArray
    wanted: int

    @property
    def shift(self) -> int:
        """The smallest cost where it is negative, else 0: it is taken off every cost inside.

        Every assignment has the same number of pairs, so that this changes all values alike.
        """
        return min(0, int(self.costs.min(initial=0)))


def read_problem(
    cost: Any, rows: Any, columns: Any, gives: Any, takes: Any, pairs: Any, time_limit: float | None
) -> Problem:
    """The problem that the arguments of `solve_assignment` describe; raises UsageError with all that is wrong."""
    reader = _Reader()
    if time_limit is not None and not time_limit >= 0:
        reader.problems.append(T("the time limit is not a number of seconds from 0 up"))
    costs = reader.whole("cost", cost, least=-LARGEST)
    if rows is None and columns is None:
        row, column, least = reader.of_matrix(costs)
        most = least
    else:
        row, column, least = reader.of_list(costs, rows, columns)
        most = (MOST_PLACES, MOST_PLACES)
    given = reader.capacity("gives", gives, least[0], most[0])
    taken = reader.capacity("takes", takes, least[1], most[1])
    reader.refuse_twice(row, column, len(taken))
    count = np.asarray(min(int(given.sum()), int(taken.sum()))) if pairs is None else reader.whole("pairs", pairs)
    if count.ndim:
        reader.problems.append(T("pairs: one number is wanted"))
    if reader.problems:
        raise UsageError(_listed(reader.problems))
    order = np.lexsort((column, row))
    return Problem(row[order], column[order], costs.ravel()[order], given, taken, int(count))


class _Reader:
    """Turns arguments into arrays, and collects what is wrong with them; what is wrong is read as nothing."""

    def __init__(self) -> None:
        self.problems: list[Text] = []

    def whole(self, name: str, values: Any, least: int = 0, most: int = LARGEST) -> IntArray:
        """Whole numbers from `least` to `most`, int64 of any shape."""
        try:
            array = np.asarray(values)
        except ValueError:  # lists of different lengths
            array = np.empty((0, 0), dtype=object)
        if array.dtype.kind not in "iuf":
            self.problems.append(T("{name}: numbers are wanted", name=name))
            return np.zeros(array.shape, dtype=np.int64)
        bad = ~((array >= least) & (array <= most) & (array == np.floor(array)))
        if not bad.any():
            return array.astype(np.int64)
        text = T(
            "{name}: {n} numbers, the first of them {value}, are not whole numbers from {least} to {most}",
            name=name, n=int(bad.sum()), value=str(array[bad][0]), least=least, most=most,
        )  # fmt: skip
        mend = T("scale and round costs, and leave pairs that may not be out of a list of pairs")
        self.problems.append(T("{told} ({mend})", told=text, mend=mend) if name == "cost" else text)
        return np.zeros(array.shape, dtype=np.int64)

    def of_matrix(self, costs: IntArray) -> tuple[IntArray, IntArray, tuple[int, int]]:
        """Row and column of every cost of a matrix, and its shape."""
        if costs.ndim != 2:
            text = T("cost: a matrix is wanted, or a list with rows and columns, not {shape}", shape=costs.shape)
            self.problems.append(text)
            costs = np.empty((0, 0), dtype=np.int64)
        row, column = np.indices(costs.shape, dtype=np.int64)
        return row.ravel(), column.ravel(), (costs.shape[0], costs.shape[1])

    def of_list(self, costs: IntArray, rows: Any, columns: Any) -> tuple[IntArray, IntArray, tuple[int, int]]:
        """Row and column of every cost of a list, and how many rows and columns there are at least."""
        row = self.whole("rows", () if rows is None else rows, most=MOST_PLACES - 1)
        column = self.whole("columns", () if columns is None else columns, most=MOST_PLACES - 1)
        if not costs.shape == row.shape == column.shape == (costs.size,):
            text = T(
                "cost, rows and columns: lists of one length are wanted, not {cost}, {rows} and {columns}",
                cost=costs.shape, rows=row.shape, columns=column.shape,
            )  # fmt: skip
            self.problems.append(text)
            row = column = np.empty(0, dtype=np.int64)
        return row, column, (int(row.max(initial=-1)) + 1, int(column.max(initial=-1)) + 1)

    def capacity(self, name: str, values: Any, least: int, most: int) -> IntArray:
        """The capacity of each row or column: int64 (n,), of which `least` are named and at most `most` may be."""
        array = self.whole(name, values)
        if array.ndim == 0:
            return np.full(least, int(array), dtype=np.int64)
        if array.ndim == 1 and least <= len(array) <= most:
            return array
        text = T("{name}: one number for all is wanted, or {n} of them, not {shape}", name=name, n=least,
                 shape=array.shape)  # fmt: skip
        self.problems.append(text)
        return np.zeros(least, dtype=np.int64)

    def refuse_twice(self, row: IntArray, column: IntArray, n_columns: int) -> None:
        """Tell of pairs that are listed twice."""
        keys, counts = np.unique(row * n_columns + column, return_counts=True)
        twice = keys[counts > 1]
        if len(twice):
            first = divmod(int(twice[0]), n_columns)
            text = T("{n} pairs are listed twice, the first of them row {row}, column {column}", n=len(twice),
                     row=first[0], column=first[1])  # fmt: skip
            self.problems.append(text)


def _listed(problems: list[Text]) -> Text:
    """All problems as one text."""
    words = problems[0]
    for problem in problems[1:]:
        words = T("{one}; {other}", one=words, other=problem)
    return words
