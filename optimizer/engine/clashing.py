"""Which pins and rules clash, when not all pins can be met: a minimal set of both, each needed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Infeasible, Request, Solved
from optimizer.engine.shrinking import shrunk
from optimizer.program import Program
from optimizer.rulebook.one_move import OneMove


class _ClashError(Exception):
    """A bound says that not all pins can be met: nothing more need be known."""


def conflict_of(request: Request, best: KeyArray) -> Infeasible:
    """A minimal set of pins and rules that clash, each needed; `best`: a plan that meets as many pins as any.

    With any one that it misses, those that it meets are one more than can be met: so these clash.
    """
    program, trials = request.program, _Trials(request, best)
    rules = list(dict.fromkeys(program.rule))
    missed = np.flatnonzero(program.goals[0].missing(best) > 0)
    pins = np.setdiff1d(np.arange(len(program.pins)), missed[1:]).tolist() if _is_one_each(program) else None
    pins = shrunk(pins or range(len(program.pins)), lambda rest: not trials.meet(rest, rules))
    always = [rule for rule in rules if rule == OneMove.name]
    others = [rule for rule in rules if rule != OneMove.name]
    others = shrunk(others, lambda rest: not trials.meet(pins, [*always, *rest]))
    return Infeasible(tuple(pins), tuple(rule for rule in rules if rule in (*always, *others)))


def _is_one_each(program: Program) -> bool:
    """True where every pin asks for one move, so that counting the pins missed counts what is lacking."""
    return bool((program.goals[0].need == 1).all())


class _Trials:
    """Pins tried under rules; plans that were found on the way answer many questions without solving."""

    def __init__(self, request: Request, best: KeyArray) -> None:
        self._request = request
        self._known = [best, request.incumbent]

    def meet(self, pins: Sequence[int], rules: Sequence[str]) -> bool:
        """True where the pins can all be met under the rules; not shown within the time counts as true."""
        relaxed = _relaxed(self._request.program, pins, rules)
        goal = relaxed.goals[0]
        allowed = [chosen for chosen in self._known if relaxed.holds(chosen)]
        best = min(allowed, key=goal.value)
        if goal.value(best) == 0:
            return True
        run = Run(relaxed, best, _stop_at_a_clash, time.monotonic() + self._request.seconds)
        try:
            is_met = run.minimise(goal).value == 0
        except _ClashError:
            return False
        except OutOfTimeError:
            return True
        self._known += [run.incumbent] if is_met else []
        return is_met


def _stop_at_a_clash(chosen: KeyArray, solved: list[Solved]) -> None:
    if solved[-1].bound is not None and solved[-1].bound > 0:
        raise _ClashError


def _relaxed(program: Program, pins: Sequence[int], rules: Sequence[str]) -> Program:
    """The program with these pins and rules alone."""
    goal = program.goals[0]
    wanted = np.isin(np.arange(len(goal.need)), pins)
    return replace(program.under(rules), goals=(replace(goal, need=np.where(wanted, goal.need, 0)),))
