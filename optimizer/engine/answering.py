"""The child's side of a session: one program and its plan, and one question after another about other choices."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from optimizer.arrays import KeyArray
from optimizer.certificate import GoalPrices
from optimizer.engine.lexicographic import NOTHING_KNOWN, Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Ended, Incumbent, Infeasible, Opening, Question, Ready
from optimizer.engine.pricing import rules_priced
from optimizer.engine.reopening import Reopened
from optimizer.errors import EngineError
from optimizer.program import Program

Send = Callable[[Any], None]


class Answering:
    """A program taken up again for every question; where linear programs fail, it is solved from its plan alone."""

    def __init__(self, opening: Opening, send: Send) -> None:
        self._program = opening.program
        self._send = send
        try:
            self._reopened: Reopened | None = Reopened(opening.program, opening.chosen, opening.former, _without_limit)
        except EngineError:
            self._reopened = None
        send(Ready())

    def answer(self, question: Question) -> None:
        """Send what is found as it is found, and at last whether all is proven."""
        deadline = time.monotonic() + question.seconds
        program = self._program.asking(question.asked, question.banned, question.allowed)
        try:
            former, plan = self._taken_up(question, deadline)
        except OutOfTimeError:
            self._send(Ended(complete=False))
            return
        if former is None:
            return
        start = question.start
        if plan is not None and program.holds(plan):
            start = min((question.start, plan), key=lambda chosen: [goal.value(chosen) for goal in program.goals])
        self._solve(program, start, former, deadline)

    def _taken_up(
        self, question: Question, deadline: float
    ) -> tuple[Mapping[str, tuple[GoalPrices, ...]] | None, KeyArray | None]:
        """The prices and the plan of the linear programs; None and None where they prove that nothing meets it."""

        def left() -> float:
            if time.monotonic() >= deadline:
                raise OutOfTimeError
            return deadline - time.monotonic()

        if self._reopened is None:
            return NOTHING_KNOWN, None
        try:
            found = self._reopened.reopen(question.asked, question.banned, question.allowed, left)
        except EngineError:
            return NOTHING_KNOWN, None
        if found.against is not None:
            self._send(Infeasible((), found.against))
            return None, None
        return found.prices, found.plan

    def _solve(
        self, program: Program, start: KeyArray, former: Mapping[str, tuple[GoalPrices, ...]], deadline: float
    ) -> None:
        """Goal after goal, from these prices and this plan on."""
        run = Run(
            program,
            start,
            lambda chosen, solved: self._send(Incumbent(chosen, tuple(solved))),
            deadline,
            former=former,
            keeps_values=True,
        )
        try:
            for k, goal in enumerate(program.goals):
                solved = run.minimise(goal)
                if not k and solved.value:
                    rules = rules_priced(program, solved.prices[-1].rows[0]) if solved.prices else ()
                    self._send(Infeasible((), rules))
                    return
        except OutOfTimeError:
            self._send(Ended(complete=False))
            return
        self._send(Ended(complete=True))


def _without_limit() -> float:
    return 7 * 24 * 3600.0
