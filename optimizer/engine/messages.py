"""What parent and child process say to one another, pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import IntArray, KeyArray
from optimizer.certificate import GoalPrices
from optimizer.program import Asked, Program

Statuses = NDArray[np.int8]
WITHOUT_LIMIT: Final = 7 * 24 * 3600.0  # seconds: the longest run
Member = int | str  # the place of a decision, or the name of a rule


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

    `former`: layers of prices by goal that proved a like program, to begin with.
    """

    program: Program
    incumbent: KeyArray
    seconds: float
    tie_break: bool = True
    former: Mapping[str, tuple[GoalPrices, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Kept:
    """What it took longest to find out before the first question, for a later run with the same program and plan.

    moves: int32, those in the linear programs. columns, rows: int8, statuses in the basis of each goal; none where only
    the moves are known. Nothing rests on it: where it is wrong, answers take longer.
    """

    moves: KeyArray
    columns: tuple[Statuses, ...]
    rows: tuple[Statuses, ...]


@dataclass(frozen=True, eq=False)
class Opening:
    """What the parent says before questions: a program, its plan, the prices that proved it, and what was kept."""

    program: Program
    chosen: KeyArray
    former: Mapping[str, tuple[GoalPrices, ...]]
    kept: Kept | None = None


@dataclass(frozen=True, eq=False)
class Ready:
    """The child has the program and its plan before it: questions may come. `kept`: where it was found out now."""

    kept: Kept | None = None


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
    """What is asked cannot all be met; `rules`: where a question was answered, those whose rows prove it.

    `caps`: where it is a cap that cannot be kept, its goal, the last of these, and those whose caps hold before it,
    with the caps; `least`: the least value that this goal can have beside them.
    """

    rules: tuple[str, ...] = ()
    caps: tuple[tuple[str, int], ...] = ()
    least: int = 0


@dataclass(frozen=True, eq=False)
class Dispute:
    """What the parent asks of decisions that cannot all hold: which of them clash, with which rules.

    `program`: over all moves that gates admit, whatever decisions say of them; its one goal is that of the pins.
    ruled_out: for each decision, int64, the moves that it rules out. pins: for each, its row in the goal, or -1.
    `always`: rules that cannot be left out. `measured`: rules whose rows may be relaxed by a number.
    `incumbent`: a plan under all decisions and rules that misses pins.
    """

    program: Program
    ruled_out: tuple[IntArray, ...]
    pins: tuple[int, ...]
    always: frozenset[str]
    measured: tuple[str, ...]
    incumbent: KeyArray
    seconds: float

    @property
    def members(self) -> tuple[Member, ...]:
        """The decisions that rule moves out or ask for some, and the rules that can be left out."""
        both = zip(self.ruled_out, self.pins, strict=True)
        rules = dict.fromkeys(self.program.rule)
        return (
            *(k for k, (out, pin) in enumerate(both) if len(out) or pin >= 0),
            *(rule for rule in rules if rule not in self.always),
        )


@dataclass(frozen=True)
class Loosened:
    """Rows of one rule with which the clash is mended: number of each, and by how many its bound is exceeded.

    `is_smallest`: no smaller sum mends it. `mends_all`: with it all decisions and rules can hold; None: not known.
    """

    rule: str
    excess: tuple[tuple[int, int], ...]
    is_smallest: bool
    mends_all: bool | None


@dataclass(frozen=True)
class Clash:
    """Decisions and rules that cannot all hold; `unsure`: those not shown to be needed in time."""

    members: tuple[Member, ...]
    unsure: frozenset[Member]
    loosened: tuple[Loosened, ...]


@dataclass(frozen=True)
class Ended:
    """The run is over; `complete`: every goal is proven, and the tie-break is done where it was asked for."""

    complete: bool


@dataclass(frozen=True)
class Failed:
    """The run broke; what happened, for the report."""

    report: str
