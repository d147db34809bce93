"""The engine without its child process, so that a test can solve hundreds of provinces."""

from __future__ import annotations

from typing import Final

from optimizer.engine import process
from optimizer.engine.answering import Answering
from optimizer.engine.messages import (
    Dispute,
    Incumbent,
    Opening,
    Question,
    Ready,
    Request,
)
from optimizer.engine.process import Listener, Outcome
from optimizer.engine.worker import answer

CALLS: Final = (  # where the engine is asked
    "optimizer.solving.run",
    "optimizer.conflicts.run",
    "optimizer.assignment.matching.run",
)
QUESTIONS: Final = "optimizer.explaining.forcing.Child"  # where one question after another is


def run_here(request: Request | Dispute, listen: Listener) -> Outcome:
    """What `optimizer.engine.process.run` does, in this process; errors of the engine come out as they are."""
    if request.seconds <= 0:
        return process.run(request, listen)
    outcome = Outcome(Incumbent(request.incumbent, ()))
    answer(request, lambda message: outcome.hear(message, listen))
    return outcome


class ChildHere:
    """What `optimizer.engine.process.Child` does with questions, in this process."""

    def __init__(self) -> None:
        self._said: list[object] = []

    def say(self, message: Opening | Question) -> None:
        if isinstance(message, Opening):
            self._replies = Answering(message, self._said.append)
        else:
            self._replies.answer(message)

    def wait_until_ready(self) -> Ready:
        ready = self._said.pop()
        assert isinstance(ready, Ready)
        return ready

    def follow(self, outcome: Outcome, listen: Listener, deadline: float) -> bool:
        ended = [outcome.hear(message, listen) for message in self._said]
        self._said.clear()
        return ended[-1]

    def end(self) -> None:
        self._said.clear()
