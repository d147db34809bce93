"""The goals that a scenario may put in order. A goal is added by its file and one line here."""

from __future__ import annotations

from typing import Final

from optimizer.goals.base import Goal
from optimizer.goals.disruption import Disruption
from optimizer.goals.headcount import Headcount
from optimizer.goals.kilometres import Kilometres
from optimizer.goals.leadership import Leadership
from optimizer.goals.moves_made import MovesMade
from optimizer.goals.specialists import Specialists

GOALS: Final[tuple[Goal, ...]] = (
    Leadership(),
    Specialists(),
    Headcount(),
    Disruption(),
    MovesMade(),
    Kilometres(),
)
DEFAULT_ORDER: Final = ("leadership", "specialists", "headcount", "disruption")
