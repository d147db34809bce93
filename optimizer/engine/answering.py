"""The child's side of a session: one program and its plan, and one question after another about other choices."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.engine.canonical import FEW_TIES
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import WITHOUT_LIMIT, Ended, Incumbent, Infeasible, Opening, Question, Ready
from optimizer.engine.proving import prove
from optimizer.engine.reopening import Reopened, Reopening
from optimizer.errors import EngineError
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal, weighted_goal

Send = Callable[[Any], None]


class Answering:
    """A program taken up again for every question; where linear programs fail, it is solved from its plan alone.

    The first goal of the program is that of pins, whatever they ask for.
    """

    def __init__(self, opening: Opening, send: Send) -> None:
        self._program = opening.program
        self._chosen = opening.chosen
        self._send = send
        self._reopened: Reopened | None = None
        with suppress(EngineError):
            self._reopened = Reopened(
                opening.program, opening.chosen, opening.former, lambda: WITHOUT_LIMIT, opening.kept
            )
        send(Ready(None if self._reopened is None else self._reopened.kept))

    def answer(self, question: Question) -> None:
        """Send what is found as it is found, and at last whether all is proven."""
        try:
            self._send(self._answered(question))
        except OutOfTimeError:
            self._send(Ended(complete=False))

    def _answered(self, question: Question) -> Ended | Infeasible:
        """All goals in their order, with what is asked."""
        run = Run(
            self._program.asking(question.asked, question.banned, question.allowed),
            question.start,
            lambda chosen, solved: self._send(Incumbent(chosen, tuple(solved))),
            time.monotonic() + question.seconds,
            keeps_values=True,
        )
        infeasible = prove(run, lambda values: self._reopen(run, question, values))
        if infeasible is not None:
            return infeasible
        run.minimise(_changes_of(run.program, self._chosen), FEW_TIES)
        self._send(Incumbent(run.incumbent, tuple(run.solved[:-1])))
        return Ended(complete=True)

    def _reopen(self, run: Run, question: Question, values: Sequence[int]) -> Reopening:
        """What linear programs say of the question, and nothing where they fail."""
        if self._reopened is not None:
            with suppress(EngineError):
                return self._reopened.reopen(run.program, question.asked, values, run.left)
        return Reopening({}, {})


def _changes_of(program: Program, chosen: KeyArray) -> ProgramGoal:
    """How many people do otherwise than in the plan of the moves `chosen`: of equals, the nearest is the answer."""
    weights = (~np.isin(program.move_person, program.move_person[chosen])).astype(np.int64)
    weights[chosen] = -1
    return weighted_goal("nearest", weights, constant=len(chosen))
