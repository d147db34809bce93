"""Moves around the pins that a plan misses: those that meet them, those that make room for these, and so on."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.engine.picking import first_of_each
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal, activity
from optimizer.rulebook.rows import FREE, NO_ROW

ROUNDS: Final = 8
MOST: Final = 6_000  # moves over which HiGHS takes a second
MOST_PER_ROW: Final = 40  # moves that make room in one row


def neighbours(program: Program, start: KeyArray, goal: ProgramGoal) -> KeyArray:
    """Moves among which a plan may be found that misses less of `goal` than `start` does: sorted, `start` among them.

    That nothing is found among them proves nothing.
    """
    of_moves, _ = rounds(program, start, goal)
    near = np.flatnonzero(of_moves <= ROUNDS)[:MOST]
    return np.union1d(near, start).astype(np.int32)


def rounds(program: Program, start: KeyArray, goal: ProgramGoal) -> tuple[IntArray, IntArray]:
    """In which round each move and each row is reached from what `start` misses of `goal`, ROUNDS + 1 where in none.

    Every round reaches the rows that the moves so far could break together, and adds moves that make room in them; of
    these the ones come first that need least room themselves. int64 (n_moves,) and (n_rows,).
    """
    missed = np.append(goal.missing(start) > 0, False)
    inside = np.zeros(program.n, dtype=bool)
    for term in goal.terms:
        inside |= missed[term.rows] & program.possible
    of_moves, of_rows = np.where(inside, 0, ROUNDS + 1), np.full(len(program.lower), ROUNDS + 1)
    inside[start] = True
    reached = activity(program.terms, start, len(program.lower))
    needs = _rows_that_each_needs(program, reached)
    for number in range(1, ROUNDS + 1):
        up, down = _pushed(program, inside)
        is_over, is_under = reached + up > program.upper, reached - down < program.lower
        of_rows[(is_over | is_under) & (of_rows > number)] = number
        added = _making_room(program, inside, is_over, is_under, needs)
        if not len(added) or inside.sum() >= MOST:
            break
        inside[added] = True
        of_moves[added] = number
    return of_moves, of_rows


def _rows_that_each_needs(program: Program, reached: IntArray) -> IntArray:
    """In how many rows there is no room for each move as it is: int64 (n_moves,)."""
    up, down = (np.append(side, FREE) for side in (program.upper - reached, reached - program.lower))
    needs = np.zeros(program.n, dtype=np.int64)
    for term in program.terms:
        step = term.of_all
        needs += np.where(step > 0, step > up[term.rows], -step > down[term.rows]) & (term.rows != NO_ROW)
    return needs


def _making_room(
    program: Program, inside: BoolArray, is_over: BoolArray, is_under: BoolArray, needs: IntArray
) -> IntArray:
    """The moves that make room in rows where too much is asked for, above or below."""
    is_over, is_under = np.append(is_over, False), np.append(is_under, False)
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
