"""What another choice would cost: the program is solved again with the choice forced, goal by goal."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.carrying import prices_asking
from optimizer.engine.messages import WITHOUT_LIMIT, Incumbent, Kept, Opening, Question
from optimizer.engine.process import GRACE_SECONDS, Child, Outcome
from optimizer.explaining.case import Case
from optimizer.explaining.kept_files import KEPT_FILE, read_kept, write_kept
from optimizer.holding import part_that_holds
from optimizer.program import Asked, Program
from optimizer.program_goals import PINS

NO_MOVES: Final = np.empty(0, dtype=np.int32)


@dataclass(frozen=True)
class Price:
    """What a choice does to one goal: its value in the plan, and `after` in the best plan known with the choice.

    `bound`: no plan with the choice has less, as long as the goals before keep their values; None: nothing is known.
    """

    goal: str
    before: int
    after: int
    bound: int | None

    @property
    def difference(self) -> int:
        """By how much the goal gets worse; below 0 where it gets better."""
        return self.after - self.before

    @property
    def proven(self) -> bool:
        """Whether no plan with the choice does better in this goal."""
        return self.after == self.bound


@dataclass(frozen=True, eq=False)
class Forced:
    """The best plan with a choice. `status`: `optimal`, or `feasible` where the time ran out before all was proven.

    `impossible`: proven that no plan makes the choice; `unknown`: none was found in time. Both have no prices.
    `chosen`: int32, sorted, the moves of the plan found. `against`: the names of the rules that make it impossible.
    """

    status: Literal["optimal", "feasible", "impossible", "unknown"]
    prices: tuple[Price, ...] = ()
    chosen: KeyArray = field(default_factory=lambda: NO_MOVES)
    against: tuple[str, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether there is a plan with the choice."""
        return self.status in ("optimal", "feasible")


class Forcing:
    """A case kept ready for one question after another, in a child process; use it with `with`.

    `likely`: rows of moves that matter, where they are known from a case like this one. `beside`: the folder of the
    plan: what it took longest to find out is kept there, in the file KEPT_FILE, and read by whoever asks next.
    """

    def __init__(self, case: Case, *, likely: KeyArray | None = None, beside: Path | None = None) -> None:
        self.case = case
        self._child: Child | None = None
        self._kept = None if likely is None else Kept(likely, (), ())
        self._file = None if beside is None else beside / KEPT_FILE

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(
        self, asked: Sequence[Asked], *, banned: KeyArray = NO_MOVES, allowed: KeyArray = NO_MOVES, seconds: float
    ) -> Forced:
        """The best plan that makes enough of the moves asked for and none of `banned`.

        `banned`: int32, rows of the table of moves; `allowed`: rows that become possible for this question. It takes at
        most about `seconds`; the first question waits besides until the case is ready. Raises EngineError.
        """
        seconds = min(WITHOUT_LIMIT, seconds)
        program = self.case.program.asking(asked, banned, allowed)
        start = part_that_holds(program, np.setdiff1d(self.case.chosen, banned))
        child = self._ready()
        outcome = Outcome(Incumbent(start, ()))
        ended = False
        try:
            child.say(Question(tuple(asked), banned, allowed, start, seconds))
            ended = child.follow(outcome, lambda incumbent: None, time.monotonic() + seconds + GRACE_SECONDS)
        finally:
            if not ended:
                self._end()
        return _forced(self.case, program, outcome)

    def _ready(self) -> Child:
        """The child with the case before it."""
        if self._child is None:
            self._child = Child()
            program = self.case.program.asking((), NO_MOVES)
            former = prices_asking(self.case.plan.certificate, self.case.program, program)
            kept = self._kept or (None if self._file is None else read_kept(self._file, self.case))
            self._child.say(Opening(program, self.case.chosen, former, kept))
            found = self._child.wait_until_ready().kept
            self._kept = found or kept
            if self._file is not None and found is not None:
                write_kept(found, self._file, self.case)
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _forced(case: Case, program: Program, outcome: Outcome) -> Forced:
    """What came of a question."""
    if outcome.infeasible is not None:
        return Forced("impossible", against=outcome.infeasible.rules)
    chosen = outcome.incumbent.chosen
    if program.goals[0].value(chosen) or program.above_caps(chosen):
        return Forced("unknown")
    bounds = {solved.name: solved.bound for solved in outcome.incumbent.solved}
    return Forced("optimal" if outcome.complete else "feasible", prices_at(case, chosen, bounds), chosen)


def prices_at(case: Case, chosen: KeyArray, bounds: Mapping[str, int | None]) -> tuple[Price, ...]:
    """What the plan of the moves `chosen` does to every goal of the case, with the bounds known by name."""
    return tuple(
        Price(goal.name, goal.value(case.chosen), goal.value(chosen), bounds.get(goal.name))
        for goal in case.program.goals
        if goal.name != PINS
    )
