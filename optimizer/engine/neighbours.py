"""Moves around the pins that a plan misses: those that meet them, those that make room for these, and so on."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.engine.columns import first_of_each
from optimizer.program import Program, ProgramGoal, activity
from optimizer.rulebook.rows import FREE, NO_ROW

ROUNDS: Final = 8
MOST: Final = 6_000  # moves over which HiGHS takes a second
MOST_PER_ROW: Final = 40  # moves that make room in one row


def neighbours(program: Program, start: KeyArray, goal: ProgramGoal) -> KeyArray:
    """Moves among which a plan may be found that misses less of `goal` than `start` does: sorted, `start` among them.

    Every round adds moves that make room where those so far would break a row; of these the ones come first that need
    least room themselves. That nothing is found among them proves nothing.
    """
    missed = np.append(goal.missing(start) > 0, False)
    inside = np.zeros(program.n, dtype=bool)
    for term in goal.terms:
        inside |= missed[term.rows] & program.possible
    inside[start] = True
    reached = activity(program.terms, start, len(program.lower))
    needs = _rows_that_each_needs(program, reached)
    for _ in range(ROUNDS):
        added = _making_room(program, inside, reached, needs)
        if not len(added) or inside.sum() >= MOST:
            break
        inside[added] = True
    return np.union1d(np.flatnonzero(inside)[:MOST], start).astype(np.int32)


def _rows_that_each_needs(program: Program, reached: IntArray) -> IntArray:
    """In how many rows there is no room for each move as it is: int64 (n_moves,)."""
    up, down = (np.append(side, FREE) for side in (program.upper - reached, reached - program.lower))
    needs = np.zeros(program.n, dtype=np.int64)
    for term in program.terms:
        step = term.of_all
        needs += np.where(step > 0, step > up[term.rows], -step > down[term.rows]) & (term.rows != NO_ROW)
    return needs


def _making_room(program: Program, inside: BoolArray, reached: IntArray, needs: IntArray) -> IntArray:
    """The moves that make room in rows which those `inside` could break together."""
    up, down = _pushed(program, inside)
    is_over = np.append(reached + up > program.upper, False)
    is_under = np.append(reached - down < program.lower, False)
    open_moves = program.possible & ~inside
    added = []
    for term in program.terms:
        step = term.of_all
        helps = open_moves & np.where(step < 0, is_over[term.rows], is_under[term.rows] & (step > 0))
        moves = np.flatnonzero(helps)
        moves = moves[np.argsort(needs[moves], kind="stable")]
        added.append(moves[first_of_each(term.rows[moves], MOST_PER_ROW)])
    return np.unique(np.concatenate(added)) if added else np.empty(0, dtype=np.int64)


def _pushed(program: Program, inside: BoolArray) -> tuple[IntArray, IntArray]:
    """How far the moves `inside` together push every row up, and how far down."""
    moves = np.flatnonzero(inside).astype(np.int32)
    up, down = np.zeros((2, len(program.lower)), dtype=np.int64)
    for term in program.terms:
        rows, step = term.rows[moves], term.of(moves)
        at = rows != NO_ROW
        np.add.at(up, rows[at], np.maximum(step, 0)[at])
        np.add.at(down, rows[at], np.maximum(-step, 0)[at])
    return up, down
