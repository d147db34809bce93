"""The part of a program that a solver gets: some moves, the segments of all goals begun, and the rows they touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.engine.face import Face
from optimizer.engine.pricing import FloatArray
from optimizer.program_goals import ProgramGoal
from optimizer.rulebook.rows import FREE, NO_ROW


@dataclass(frozen=True, eq=False)
class Part:
    """Columns are the moves, in order, and then all segments; rows are those of the blocks, and then the fixed goals.

    matrix: float64 (n_kept_rows, n_columns). row_*: bounds of the rows in `kept`, bool (n_rows,); column_*: bounds.
    """

    moves: KeyArray
    matrix: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    kept: BoolArray
    column_lower: FloatArray
    column_upper: FloatArray
    cost: FloatArray


def assemble(face: Face, goal: ProgramGoal, moves: KeyArray) -> Part:
    """The part over `moves`, with `goal` as objective; a row without any column in it is left out."""
    n_columns = len(moves) + sum(len(begun.segment_row) for begun in face.goals)
    entries = [*entries_of_moves(face, moves), *entries_of_segments(face, len(moves))]
    matrix = matrix_of(entries, n_rows_of_blocks(face) + len(face.fixed), n_columns).tocsr()
    lower = np.concatenate([*(block.lower for block in face.blocks), np.full(len(face.fixed), -FREE)])
    upper = np.concatenate(
        [
            *(block.upper for block in face.blocks),
            [FREE if row.is_implied else row.upper - row.goal.constant for row in face.fixed],
        ]
    ).astype(np.int64)
    kept = np.diff(matrix.indptr) > 0
    return Part(
        moves=moves,
        matrix=matrix[np.flatnonzero(kept)],
        row_lower=np.where(lower <= -FREE, -np.inf, lower)[kept],
        row_upper=np.where(upper >= FREE, np.inf, upper)[kept],
        kept=kept,
        column_lower=np.concatenate([face.least[moves], *face.segment_least]).astype(np.float64),
        column_upper=np.concatenate([face.most[moves], *face.segment_most]).astype(np.float64),
        cost=costs_of(face, goal, moves),
    )


def costs_of(face: Face, goal: ProgramGoal, moves: KeyArray) -> FloatArray:
    """What every column costs in `goal`: float64 (n_columns,)."""
    of_moves = np.zeros(len(moves)) if goal.weights is None else goal.weights[moves]
    of_segments = [g.segment_cost if g is goal else np.zeros_like(g.segment_cost) for g in face.goals]
    return np.concatenate([of_moves, *of_segments]).astype(np.float64)


Entries = tuple[IntArray, IntArray, IntArray]


def entries_of_moves(face: Face, moves: KeyArray) -> list[Entries]:
    """Row, column and coefficient of the moves, the first of them in column 0: in the blocks and in the fixed goals."""
    found: list[Entries] = []
    first_row = 0
    for block in face.blocks:
        for term in block.terms:
            rows = term.rows[moves].astype(np.int64)
            at = np.flatnonzero(rows != NO_ROW)
            found.append((rows[at] + first_row, at, term.of(moves[at])))
        first_row += len(block.lower)
    for row, fixed in enumerate(face.fixed, start=first_row):
        if fixed.goal.weights is not None:
            weights = fixed.goal.weights[moves]
            at = np.flatnonzero(weights)
            found.append((np.full(len(at), row), at, weights[at]))
    return found


def entries_of_segments(face: Face, first_column: int) -> list[Entries]:
    """The same of the segments of all goals begun, the first of them in `first_column`."""
    found: list[Entries] = []
    first_row, first_segment = len(face.blocks[0].lower), first_column
    place = {id(fixed.goal): row for row, fixed in enumerate(face.fixed, start=n_rows_of_blocks(face))}
    for goal in face.goals:
        columns = first_segment + np.arange(len(goal.segment_row))
        found.append((goal.segment_row + first_row, columns, np.ones_like(goal.segment_row)))
        if id(goal) in place:
            found.append((np.full(len(columns), place[id(goal)]), columns, goal.segment_cost))
        first_row += len(goal.need)
        first_segment += len(columns)
    return found


def n_rows_of_blocks(face: Face) -> int:
    """Rows of all blocks together."""
    return sum(len(block.lower) for block in face.blocks)


def matrix_of(entries: Sequence[Entries], n_rows: int, n_columns: int) -> coo_array:
    """Entries as a matrix; where none are given, there is none in it."""
    nothing = np.empty(0, dtype=np.int64)
    row, column, value = (np.concatenate([nothing, *(entry[k] for entry in entries)]) for k in range(3))
    return coo_array((value.astype(np.float64), (row, column)), shape=(n_rows, n_columns))
