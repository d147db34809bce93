"""The child's side of a session: one program and its plan, and one question after another about other choices."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.engine.canonical import FEW_TIES
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Ended, Incumbent, Infeasible, Opening, Question, Ready
from optimizer.engine.proving import NearBy, prove
from optimizer.engine.reopening import Choice
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal
from optimizer.scenario.meaning import GoalSettings

Send = Callable[[Any], None]


class Answering:
    """A program taken up again for every question; where linear programs fail, it is solved from its plan alone."""

    def __init__(self, opening: Opening, send: Send) -> None:
        self._program = opening.program
        self._chosen = opening.chosen
        self._send = send
        self._near_by = NearBy(opening.program, opening.chosen, opening.former, _without_limit, opening.kept)
        send(Ready(self._near_by.kept))

    def answer(self, question: Question) -> None:
        """Send what is found as it is found, and at last whether all is proven."""
        deadline = time.monotonic() + question.seconds

        def left() -> float:
            if time.monotonic() >= deadline:
                raise OutOfTimeError
            return deadline - time.monotonic()

        try:
            self._send(self._answered(question, deadline, left))
        except OutOfTimeError:
            self._send(Ended(complete=False))

    def _answered(self, question: Question, deadline: float, left: Callable[[], float]) -> Ended | Infeasible:
        """All goals in their order, with the choice made."""
        choice = Choice(question.asked, question.banned, question.allowed)
        run = Run(
            self._program.asking(choice.asked, choice.banned, choice.allowed),
            question.start,
            lambda chosen, solved: self._send(Incumbent(chosen, tuple(solved))),
            deadline,
            keeps_values=True,
        )
        infeasible = prove(run, lambda values: self._near_by.reopen(choice, values, left))
        if infeasible is not None:
            return infeasible
        run.minimise(_changes_of(run.program, self._chosen), FEW_TIES)
        self._send(Incumbent(run.incumbent, tuple(run.solved[:-1])))
        return Ended(complete=True)


def _changes_of(program: Program, chosen: KeyArray) -> ProgramGoal:
    """How many people do otherwise than in the plan of the moves `chosen`: of equals, the nearest is the answer."""
    weights = (~np.isin(program.move_person, program.move_person[chosen])).astype(np.int64)
    weights[chosen] = -1
    nothing = np.empty(0, dtype=np.int64)
    return ProgramGoal("nearest", len(chosen), weights, nothing, (), nothing, nothing, nothing, GoalSettings())


def _without_limit() -> float:
    return 7 * 24 * 3600.0
