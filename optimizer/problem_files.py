"""A program as a plain file of arrays, so that any solver can be asked the very same question.

The file is a `.npz` of numpy, integers throughout. Columns 0 to n_moves - 1 are the moves; behind them stand the
segments of the goals' shortages. Every column is an integer from 0 to its upper bound.

| array | type and shape | what it says |
| --- | --- | --- |
| n_moves | int64 () | how many columns are moves |
| upper | int64 (n_columns,) | upper bound of each column: 1 for a move, its size for a segment |
| row, column, coefficient | int64 (n_entries,) each | nonzeros of the rows, each place once |
| row_lower, row_upper | int64 (n_rows,) each | `lower <= sum <= upper`; -2**40 and 2**40 stand for an open side |
| goal_name | str (n_goals,) | the goals to minimise one after another, the most important first |
| goal_constant | int64 (n_goals,) | what a goal counts whatever is chosen |
| goal_tolerance | str (n_goals,) | what later goals may spend: points ("3") or per cent ("2%", rounded down) |
| goal_at_most | int64 (n_goals,) | the most that a goal may be in any plan; 2**40 stands for no cap |
| cost_goal, cost_column, cost | int64 (n_costs,) each | nonzero costs: `value = constant + sum(cost * x)` |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from optimizer.arrays import IntArray
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal
from optimizer.rulebook.rows import FREE, NO_ROW, Term

Entries = tuple[IntArray, IntArray, IntArray]


def write_problem(program: Program, path: str | Path) -> None:
    """Write the program to `path`; numpy adds `.npz` where the name lacks it."""
    sizes = [len(goal.segment_row) for goal in program.goals]
    first_segment = (program.n + np.cumsum([0, *sizes])).astype(np.int64)
    row_counts = [len(program.lower), *(len(goal.need) for goal in program.goals)]
    first_row = np.cumsum([0, *row_counts]).astype(np.int64)
    entries = [_entries_of(program.terms, 0)]
    costs: list[Entries] = []
    for g, goal in enumerate(program.goals):
        columns = first_segment[g] + np.arange(sizes[g], dtype=np.int64)
        entries.append(_entries_of(goal.terms, first_row[g + 1]))
        entries.append(iter([(first_row[g + 1] + goal.segment_row, columns, np.ones(sizes[g], dtype=np.int64))]))
        costs.append((np.full(sizes[g], g), columns, goal.segment_cost))
        if goal.weights is not None:
            costs.append((np.full(program.n, g), np.arange(program.n), goal.weights))
    row, column, coefficient = _summed(chain(*entries), int(first_segment[-1]))
    cost_goal, cost_column, cost = _summed(costs, int(first_segment[-1]))
    needs = [goal.need for goal in program.goals]
    np.savez(
        path,
        n_moves=np.int64(program.n),
        upper=np.concatenate([np.ones(program.n, dtype=np.int64), *(goal.segment_size for goal in program.goals)]),
        row=row,
        column=column,
        coefficient=coefficient,
        row_lower=np.concatenate([program.lower, *needs]),
        row_upper=np.concatenate([program.upper, *(np.full(len(need), FREE) for need in needs)]),
        goal_name=np.array([goal.name for goal in program.goals], dtype=str),
        goal_constant=np.array([goal.constant for goal in program.goals], dtype=np.int64),
        goal_tolerance=np.array([goal.settings.tolerance for goal in program.goals], dtype=str),
        goal_at_most=np.array([_cap(goal) for goal in program.goals], dtype=np.int64),
        cost_goal=cost_goal,
        cost_column=cost_column,
        cost=cost,
    )


def _cap(goal: ProgramGoal) -> int:
    return FREE if goal.settings.at_most is None else min(goal.settings.at_most, FREE)


def _entries_of(terms: tuple[Term, ...], first_row: int) -> Iterator[Entries]:
    """Row, column and coefficient of every place at which a move stands in a row, term by term."""
    for term in terms:
        at = np.flatnonzero(term.rows != NO_ROW)
        yield term.rows[at].astype(np.int64) + first_row, at, term.of_all[at]


def _summed(parts: Iterable[Entries], n_columns: int) -> Entries:
    """The entries by row and column, those of one place added up, zeros left out.

    A place is one number, `row * n_columns + column`: a province has tens of millions of entries.
    """
    kept = [(row * n_columns + column, value) for row, column, value in parts]
    place, value = (np.concatenate([np.empty(0, dtype=np.int64), *(part[k] for part in kept)]) for k in range(2))
    kept.clear()
    order = np.argsort(place, kind="stable")
    place, value = place[order], value[order]
    first = np.flatnonzero(np.diff(place, prepend=-1))
    total = np.add.reduceat(value, first) if len(first) else value
    place = place[first][total != 0]
    return place // max(1, n_columns), place % max(1, n_columns), total[total != 0]
