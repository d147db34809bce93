"""By how little the rows of one rule have to be exceeded so that a clash is mended: proposed, never applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.engine.branching import branch
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Loosened, Member
from optimizer.engine.nearby import SECONDS_OF_SEARCH
from optimizer.engine.neighbours import neighbours
from optimizer.engine.trials import NOBODY, Proof, Trials, begun
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal, activity
from optimizer.rulebook.rows import FREE, NO_ROW, Term
from optimizer.scenario.meaning import GoalSettings

EXCESS: Final = "excess"


def loosened(trials: Trials, members: Sequence[Member], rule: str) -> Loosened | None:
    """The smallest sum by which the rows of a rule are exceeded where all other members hold.

    It always exists where the others can hold without the rule; None where no plan of them is known.
    """
    others = [member for member in members if member != rule]
    start = trials.plan_of(others)
    if start is None:
        return None
    whole = trials.dispute.program
    rows = np.flatnonzero(np.array(whole.rule, dtype=object) == rule)
    asked = trials.program(members)
    near = neighbours(asked, NOBODY, asked.goals[0])
    chosen, is_smallest = _least(trials, trials.program(others), _excess_of(whole, rows), start, near)
    excess = np.zeros_like(whole.lower)
    excess[rows] = whole.excess(activity(whole.terms, chosen, len(whole.lower))[rows], rows)
    found = tuple((row, int(excess[row])) for row in np.flatnonzero(excess).tolist())
    return Loosened(rule, found, is_smallest, _mends_all(trials, rule, excess))


def _least(
    trials: Trials, program: Program, goal: ProgramGoal, start: KeyArray, near: KeyArray
) -> tuple[KeyArray, bool]:
    """A plan that meets all pins of the program and whose `goal` is smallest, and whether that is proven.

    Not all rows hold in any: one that exceeds them by 1 needs no other proof.
    """
    face = begun(program)
    face.finish(None, 0)
    face.begin(goal)
    best = start
    for moves in (near[_asked(program)[near]], near):
        found = branch(face, goal, moves, at_least=1, seconds=SECONDS_OF_SEARCH).chosen
        if found is not None and _is_plan(program, found):
            best = min(best, np.sort(found), key=goal.value)
        if goal.value(best) == 1:
            break
    if goal.value(best) == 1:
        return best, True
    run = Run(replace(program, goals=(program.goals[0], goal)), best, lambda chosen, solved: None, trials.until())
    try:
        for each in run.program.goals:
            run.minimise(each)
    except OutOfTimeError:
        return run.incumbent, False
    return run.incumbent, True


def _asked(program: Program) -> BoolArray:
    """True for the moves that meet a pin of the program."""
    goal = program.goals[0]
    asked = np.zeros(program.n, dtype=bool)
    for term in goal.terms:
        asked |= np.append(goal.need > 0, False)[term.rows]
    return asked


def _is_plan(program: Program, chosen: KeyArray) -> bool:
    return program.holds(chosen) and not program.goals[0].value(chosen)


def _mends_all(trials: Trials, rule: str, excess: IntArray) -> bool | None:
    """Whether all decisions and rules can hold where the rows may be exceeded by so much; None: not known in time."""
    if trials.knows_clash_without(rule):
        return False
    program = trials.program(trials.dispute.members)
    wider = replace(program, lower=program.lower - excess, upper=program.upper + excess)
    found = trials.search(wider)
    return None if found is None else not isinstance(found, Proof)


def _excess_of(program: Program, rows: IntArray) -> ProgramGoal:
    """The goal that counts by how much the rows are exceeded, each on the side on which it is bounded."""
    sign = np.where(program.upper[rows] < FREE, -1, 1)
    place = np.full(len(program.lower) + 1, NO_ROW, dtype=np.int32)
    place[rows] = np.arange(len(rows))
    signs = np.append(sign, 0)
    terms = tuple(
        Term(place[term.rows], term.of_all * signs[place[term.rows]])
        for term in program.terms
        if (place[term.rows] != NO_ROW).any()
    )
    need = np.where(sign < 0, -program.upper[rows], program.lower[rows])
    worst = need.copy()
    for term in terms:
        at = term.rows != NO_ROW
        np.subtract.at(worst, term.rows[at], np.minimum(term.of_all[at], 0))
    size = np.maximum(worst, 0)
    return ProgramGoal(EXCESS, 0, None, need, terms, np.arange(len(rows)), np.ones_like(need), size, GoalSettings())
