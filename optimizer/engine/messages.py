"""What parent and child process say to one another, pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.arrays import KeyArray
from optimizer.certificate import GoalPrices
from optimizer.program import Program


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
class Incumbent:
    """The best plan so far and what is known of each goal so far."""

    chosen: KeyArray
    solved: tuple[Solved, ...]


@dataclass(frozen=True)
class Infeasible:
    """The pins cannot all be met; `conflict`: places of the pins and names of the rules that clash."""

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
