"""The engine without its child process, so that a test can solve hundreds of provinces."""

from __future__ import annotations

from typing import Final

from optimizer.engine import process
from optimizer.engine.messages import Clash, Dispute, Ended, Incumbent, Infeasible, Request
from optimizer.engine.process import Listener, Outcome
from optimizer.engine.worker import answer

CALLS: Final = (  # where the engine is asked
    "optimizer.solving.run",
    "optimizer.conflicts.run",
    "optimizer.assignment.matching.run",
)


def run_here(request: Request | Dispute, listen: Listener) -> Outcome:
    """What `optimizer.engine.process.run` does, in this process; errors of the engine come out as they are."""
    if request.seconds <= 0:
        return process.run(request, listen)
    outcome = Outcome(Incumbent(request.incumbent, ()))

    def hear(message: object) -> None:
        if isinstance(message, Incumbent):
            outcome.incumbent = message
            listen(message)
        elif isinstance(message, Infeasible):
            outcome.is_infeasible = True
        elif isinstance(message, Clash):
            outcome.clash = message
        else:
            assert isinstance(message, Ended)
            outcome.complete = message.complete

    answer(request, hear)
    return outcome
