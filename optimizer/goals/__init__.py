"""The goals that a scenario may put in order. A goal is added by its file and one line here."""

from __future__ import annotations

from typing import Final

from optimizer.goals.base import Goal
from optimizer.goals.changes import Changes
from optimizer.goals.cost import Cost
from optimizer.goals.coverage import Coverage
from optimizer.goals.disruption import Disruption
from optimizer.goals.headcount import Headcount
from optimizer.goals.kilometres import Kilometres
from optimizer.goals.leadership import Leadership
from optimizer.goals.moves_made import MovesMade
from optimizer.goals.specialists import Specialists
from optimizer.goals.surplus import Surplus
from optimizer.goals.temporary import Temporary
from optimizer.goals.wishes import Wishes

GOALS: Final[tuple[Goal, ...]] = (
    Leadership(),
    Coverage(),
    Specialists(),
    Headcount(),
    Disruption(),
    MovesMade(),
    Kilometres(),
    Surplus(),
    Temporary(),
    Wishes(),
    Cost(),
    Changes(),
)
DEFAULT_ORDER: Final = ("leadership", "coverage", "specialists", "headcount", "disruption")
