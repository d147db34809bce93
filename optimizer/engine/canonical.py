"""One plan out of many equals: the smallest sum of hashes of its moves, then the smallest sorted list of them."""

from __future__ import annotations

import time
from hashlib import blake2b

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.engine.branching import Cut, branch
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Solved
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal, weighted_goal

CANONICAL = "canonical"
HASH_BITS = 20
FEW_TIES = 12_000  # hashes are large prices: up to here branching on all moves is quicker and steadier


def hash_of(person_id: str, post_id: str, form: str) -> int:
    """A number from 1 to 2**20 - 1 that depends on the three words alone."""
    text = "\x1f".join((person_id, post_id, form)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") % ((1 << HASH_BITS) - 1) + 1


def canonical_goal(program: Program, moves: KeyArray) -> ProgramGoal:
    """The sum of hashes; moves outside `moves` are left at 0 since they are in no plan any more."""
    weights = np.zeros(program.n, dtype=np.int64)
    for move in moves.tolist():
        weights[move] = hash_of(*program.identity(move))
    return weighted_goal(CANONICAL, weights)


def settle(run: Run) -> Solved:
    """Make the incumbent of a run whose goals are all proven the canonical one among the equals."""
    began = time.monotonic()
    goal = canonical_goal(run.program, np.flatnonzero(run.face.most).astype(np.int32))
    solved = run.minimise(goal, FEW_TIES)
    is_empty = not len(run.incumbent)  # every hash is positive: nothing equals the plan without moves
    if not is_empty and _other_plan(run, goal, forced=None, without=run.incumbent) is not None:
        run.incumbent = _smallest_list(run, goal)
    return Solved(CANONICAL, solved.value, solved.bound, time.monotonic() - began)


def _other_plan(
    run: Run, goal: ProgramGoal, forced: KeyArray | None, without: KeyArray, banned: KeyArray | None = None
) -> KeyArray | None:
    """A plan of equal goals that lacks one of `without`, has all of `forced` and none of `banned`; None: none exists.

    Every hash is positive, so a plan with the same sum that differs lacks a move of the other.
    """
    seconds = run.left()
    moves = np.flatnonzero(run.face.most).astype(np.int32)
    if banned is not None:
        moves = np.setdiff1d(moves, banned)
    found = branch(
        run.face,
        goal,
        moves,
        at_least=None,
        seconds=seconds,
        cuts=[Cut(without, len(without) - 1)] if len(without) else [],
        forced=forced,
    )
    if not found.complete:
        raise OutOfTimeError
    return found.chosen


def _smallest_list(run: Run, goal: ProgramGoal) -> KeyArray:
    """Among plans of equal goals and hashes, the one whose sorted list of person id, post id, form comes first.

    Moves are tried from the first on: one that the best list has is kept; any other is forced, and is in every
    smaller list if that is possible, or in none. Beyond the last move of the best list nothing can make it smaller.
    """
    in_order = sorted(np.flatnonzero(run.face.most).tolist(), key=run.program.identity)
    best = set(run.incumbent.tolist())
    forced: list[int] = []
    banned: list[int] = []
    nothing = np.empty(0, dtype=np.int32)
    for move in in_order:
        if move in best:
            forced.append(move)
            if len(forced) == len(best):
                break
            continue
        with_it = np.array([*forced, move], dtype=np.int32)
        found = _other_plan(run, goal, with_it, nothing, np.array(banned, dtype=np.int32))
        if found is None:
            banned.append(move)
        else:
            best = set(found.tolist())
            forced.append(move)
    return np.array(sorted(best), dtype=np.int32)
