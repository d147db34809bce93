"""What parent and child process say to one another, pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.arrays import KeyArray
from optimizer.certificate import GoalPrices
from optimizer.program import Asked, Program


@dataclass(frozen=True, eq=False)
class Solved:
    """What is known of one goal: value, bound (None: nothing is known), seconds, and layers of prices that prove it."""

    name: str
    value: int
    bound: int | None
    seconds: float
    prices: tuple[GoalPrices, ...] = ()

    @property
    def proven(self) -> bool:
        """True where bound and value meet."""
        return self.bound == self.value


@dataclass(frozen=True, eq=False)
class Request:
    """What the parent asks: a program, a plan to start from, seconds to spend, and whether ties are broken.

    `former`: layers of prices by goal that proved a like program, to begin with. `explain`: whether pins that cannot
    all be met are told with a minimal conflict, or with an empty one.
    """

    program: Program
    incumbent: KeyArray
    seconds: float
    tie_break: bool = True
    explain: bool = True
    former: Mapping[str, tuple[GoalPrices, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Opening:
    """What the parent says before questions: a program, its plan, and the prices that proved it."""

    program: Program
    chosen: KeyArray
    former: Mapping[str, tuple[GoalPrices, ...]]


@dataclass(frozen=True)
class Ready:
    """The child has the program and its plan before it: questions may come."""


@dataclass(frozen=True, eq=False)
class Question:
    """What plans that make a choice are like: see `Program.asking`; `start`: a plan that satisfies all rows."""

    asked: tuple[Asked, ...]
    banned: KeyArray
    allowed: KeyArray
    start: KeyArray
    seconds: float


@dataclass(frozen=True, eq=False)
class Incumbent:
    """The best plan so far and what is known of each goal so far."""

    chosen: KeyArray
    solved: tuple[Solved, ...]


@dataclass(frozen=True)
class Infeasible:
    """What is asked cannot all be met: places of the pins and names of the rules that clash.

    They are a minimal set where a program was solved, and what the proof needs where a question was answered.
    """

    pins: tuple[int, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Ended:
    """The run is over; `complete`: every goal is proven, and the tie-break is done where it was asked for."""

    complete: bool


@dataclass(frozen=True)
class Failed:
    """The run broke; what happened, for the report."""

    report: str
