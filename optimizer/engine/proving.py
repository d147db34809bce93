"""All goals of a run in their order, with caps kept from the first one on.

Linear programs that are taken up from a plan near by give prices for every goal and a good plan, by which most goals
are proven at once. A goal whose value is above what its linear program proves leaves other room to those after it:
their prices are found anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from optimizer.arrays import KeyArray
from optimizer.engine.lexicographic import Run
from optimizer.engine.messages import Infeasible
from optimizer.engine.pricing import rules_priced
from optimizer.engine.reopening import Reopening
from optimizer.program_goals import PINS, ProgramGoal

Reopen = Callable[[Sequence[int]], Reopening]


def prove(run: Run, reopen: Reopen | None = None) -> Infeasible | None:
    """Solve every goal of a run; why there is no plan where pins cannot all be met, or caps not be kept.

    `reopen`: what linear programs say when the values of the first goals are known. Raises OutOfTimeError.
    """
    goals = run.program.goals
    floors: Mapping[str, int] = {}
    if reopen is not None:
        found = reopen(())
        if found.against is not None:
            return Infeasible(found.against)
        floors, run.former = found.floors, found.prices
        run.offer(found.plan)
    for k, goal in enumerate(goals):
        if goal.name != PINS and (above := _keep_caps(run, goals[:k])) is not None:
            return above
        solved = run.minimise(goal)
        if goal.name == PINS and solved.value:
            return Infeasible(rules_priced(run.program, solved.prices[-1].rows[0]) if solved.prices else ())
        if reopen is not None and solved.value > floors.get(goal.name, solved.value):
            found = reopen([known.value for known in run.solved])
            floors, run.former = found.floors, found.prices
            run.offer(found.plan)
    return None


def _keep_caps(run: Run, done: Sequence[ProgramGoal]) -> Infeasible | None:
    """Make the incumbent one that is at most at every cap; why there is none where it cannot be.

    One goal after another is made as small as the caps before it let it be.
    """
    pins = [goal for goal in done if goal.name == PINS]
    kept: list[ProgramGoal] = []
    for goal in run.program.goals:
        if goal.settings.at_most is None:
            continue
        if goal in run.program.above_caps(run.incumbent):
            free = replace(goal, settings=goal.settings.model_copy(update={"at_most": None}))
            part = Run(
                replace(run.program, goals=(*pins, *kept, free)), run.incumbent, _unheard, run.deadline,
                run.branch_up_to,
            )  # fmt: skip
            for pin in pins:
                part.minimise(pin)
            least = part.minimise(free).value
            run.incumbent = part.incumbent
            if goal.settings.excess(least):
                caps = tuple((known.name, known.settings.at_most or 0) for known in (*kept, goal))
                return Infeasible(caps=caps, least=least)
        kept.append(goal)
    return None


def _unheard(chosen: KeyArray, solved: object) -> None:
    """What is found on the way is no plan yet."""
