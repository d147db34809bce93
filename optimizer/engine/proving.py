"""All goals of a run in their order, with what linear programs from a plan near by say of each.

They give prices for every goal and a good plan, by which most goals are proven at once. A goal whose value is above
what its linear program proves leaves other room to those after it: their prices are found anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.certificate import GoalPrices
from optimizer.engine.lexicographic import Run
from optimizer.engine.messages import Infeasible, Kept
from optimizer.engine.pricing import rules_priced
from optimizer.engine.reopening import NONE_BANNED, Choice, Reopened, Reopening
from optimizer.errors import EngineError
from optimizer.program import Program
from optimizer.program_goals import PINS, ProgramGoal

AS_IT_IS = Choice((), NONE_BANNED, NONE_BANNED)

Reopen = Callable[[Sequence[int]], Reopening]


class NearBy:
    """A program taken up from a plan of it; where linear programs fail, nothing is known.

    Linear programs always count what is asked for; a program without pins gives and gets prices without those.
    """

    def __init__(
        self,
        program: Program,
        chosen: KeyArray,
        former: Mapping[str, tuple[GoalPrices, ...]],
        left: Callable[[], float],
        kept: Kept | None = None,
    ) -> None:
        self._has_pins = program.goals[:1] != () and program.goals[0].name == PINS
        if not self._has_pins:
            former = {name: tuple(map(_with_none_asked, layers)) for name, layers in former.items()}
        try:
            self._reopened: Reopened | None = Reopened(program, chosen, former, left, kept)
        except EngineError:
            self._reopened = None

    @property
    def kept(self) -> Kept | None:
        """What a later run with the same program and plan may begin with, where it was found out now."""
        return None if self._reopened is None else self._reopened.kept

    def reopen(self, choice: Choice, values: Sequence[int], left: Callable[[], float]) -> Reopening:
        """What linear programs say of a choice: see `Reopened.reopen`."""
        if self._reopened is None:
            return Reopening({}, {})
        try:
            found = self._reopened.reopen(choice, values if self._has_pins else (0, *values), left)
        except EngineError:
            return Reopening({}, {})
        if self._has_pins:
            return found
        prices = {name: tuple(map(_without_asked, layers)) for name, layers in found.prices.items()}
        return replace(found, prices=prices)


def _with_none_asked(prices: GoalPrices) -> GoalPrices:
    """Prices of a program without pins in that which counts them and has none."""
    nothing = np.empty(0, dtype=np.int64)
    return GoalPrices((prices.rows[0], nothing, *prices.rows[1:]), np.append(np.int64(0), prices.values))


def _without_asked(prices: GoalPrices) -> GoalPrices:
    """The other way round."""
    return GoalPrices((prices.rows[0], *prices.rows[2:]), prices.values[1:])


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
