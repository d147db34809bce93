"""The child's side of a session: one program and its plan, and one question after another about other choices."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Ended, Incumbent, Infeasible, Opening, Question, Ready
from optimizer.engine.pricing import rules_priced
from optimizer.engine.reopening import Choice, Reopened, Reopening
from optimizer.errors import EngineError

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

        def left() -> float:
            if time.monotonic() >= deadline:
                raise OutOfTimeError
            return deadline - time.monotonic()

        try:
            self._send(self._answered(question, deadline, left))
        except OutOfTimeError:
            self._send(Ended(complete=False))

    def _answered(self, question: Question, deadline: float, left: Callable[[], float]) -> Ended | Infeasible:
        """Linear programs give prices and a plan; goal after goal is proven with them, or solved where they do not do.

        A goal whose value is above what its linear program proves leaves other room to those after it: their prices are
        found anew.
        """
        choice = Choice(question.asked, question.banned, question.allowed)
        program = self._program.asking(choice.asked, choice.banned, choice.allowed)
        found = self._taken_up(choice, (), left)
        if found.against is not None:
            return Infeasible(found.against)
        run = Run(
            program,
            question.start,
            lambda chosen, solved: self._send(Incumbent(chosen, tuple(solved))),
            deadline,
            former=found.prices,
            keeps_values=True,
        )
        run.offer(found.plan)
        for k, goal in enumerate(program.goals):
            solved = run.minimise(goal)
            if not k and solved.value:
                return Infeasible(rules_priced(program, solved.prices[-1].rows[0]) if solved.prices else ())
            if solved.value > found.floors.get(goal.name, solved.value):
                found = self._taken_up(choice, [known.value for known in run.solved], left)
                run.former = found.prices
                run.offer(found.plan)
        return Ended(complete=True)

    def _taken_up(self, choice: Choice, values: Sequence[int], left: Callable[[], float]) -> Reopening:
        """What linear programs say of a choice, and nothing where they fail."""
        if self._reopened is None:
            return Reopening({}, {})
        try:
            return self._reopened.reopen(choice, values, left)
        except EngineError:
            return Reopening({}, {})


def _without_limit() -> float:
    return 7 * 24 * 3600.0
