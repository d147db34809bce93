"""What a goal is: a documented class with settings and two forms that never share code, as for rules."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import IntArray
from optimizer.rulebook.rows import Term
from optimizer.scenario.meaning import GoalSettings
from optimizer.texts import Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


@dataclass(frozen=True)
class Shortages:
    """Groups whose missing people are priced: `missing_g = max(0, need_g - sum(coefficient * x))`.

    `need`: int64 array (n_groups,), missing before any move (negative: surplus). The k-th missing person of
    group `segment_group[s]` costs `segment_cost[s]`, its segments in order k = 1, 2, ...; costs never fall with k.
    `segment_size[s]` is how many missing people the segment holds.
    """

    need: IntArray
    terms: tuple[Term, ...]
    segment_group: IntArray
    segment_cost: IntArray
    segment_size: IntArray


@dataclass(frozen=True)
class Priced:
    """A goal as arrays: a constant, a weight per move (or None), and priced shortages (or None)."""

    constant: int = 0
    weights: IntArray | None = None
    shortages: Shortages | None = None


class Goal(ABC):
    """A named goal: what is counted, smaller is better; an integer by definition."""

    name: ClassVar[str]
    title: ClassVar[Text]
    unit: ClassVar[Text]
    settings: ClassVar[type[GoalSettings]] = GoalSettings

    @classmethod
    def page(cls) -> str:
        """The goal's page, as it stands above the code."""
        return inspect.cleandoc(cls.__doc__ or "")

    @abstractmethod
    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form: weights and shortages over the table of moves."""

    @abstractmethod
    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form: the goal's value for the province after the plan."""


def linear_segments(most: IntArray, cost: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Segments of groups in which every missing person costs the same: one per group that can miss anybody."""
    groups = np.flatnonzero(most > 0)
    return groups, cost[groups], most[groups]


def gaps_of_posts(a: Arrays, moves: Moves, counted: NDArray[np.bool_], weight: IntArray) -> Priced:
    """Gaps of the commune posts in `counted` (military left out), each times `weight` and its unit's hardship.

    A post of weight 0 counts nowhere: a row for it would make filling it a limit.
    """
    posts = np.flatnonzero(counted & (weight > 0) & a.unit_is_commune[a.post_unit] & ~a.post_is_military)
    row = np.full(a.n_posts + 1, -1, dtype=np.int32)
    row[posts] = np.arange(len(posts), dtype=np.int32)
    leaving = row[moves.from_post]
    need = (a.post_seats - a.post_held)[posts]
    outs = np.bincount(leaving[leaving >= 0], minlength=len(posts))
    most = np.clip(need + outs, 0, a.post_seats[posts])
    cost = weight[posts] * a.hardship[a.post_unit[posts]]
    segments = linear_segments(most, cost)
    return Priced(shortages=Shortages(need, (Term(row[moves.into_post], 1), Term(leaving, -1)), *segments))
