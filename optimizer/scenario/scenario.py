"""The validated scenario: frozen rows and settings. It never imports a solver and is never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optimizer.errors import Problem
from optimizer.scenario.config import Config
from optimizer.scenario.meaning import GoalSettings, RuleSettings
from optimizer.scenario.schema import (
    TABLES,
    Decision,
    Distance,
    FormerMove,
    Listing,
    Person,
    Post,
    Quota,
    Relation,
    Row,
    Unit,
    Wish,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class InputFile:
    """A file that was read, and the hash of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Scenario:
    """A province on a date: units, quotas, posts, people, lists, wishes, decisions, the plan agreed so far, settings.

    `rules` and `goals` hold the settings of every registered rule and goal, defaults filled in; `goal_order` is
    the order in which goals count. `warnings` are findings of the validation that do not stop a run. `origin` is
    the folder or workbook that was read, None for a scenario made in memory; `files` is what each of its tables is
    called in messages.
    """

    config: Config
    units: tuple[Unit, ...]
    quotas: tuple[Quota, ...]
    posts: tuple[Post, ...]
    people: tuple[Person, ...]
    pools: tuple[Listing, ...] = ()
    wishes: tuple[Wish, ...] = ()
    distances: tuple[Distance, ...] = ()
    relations: tuple[Relation, ...] = ()
    decisions: tuple[Decision, ...] = ()
    former: tuple[FormerMove, ...] = ()
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    goals: Mapping[str, GoalSettings] = field(default_factory=dict)
    goal_order: tuple[str, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    warnings: tuple[Problem, ...] = ()
    origin: str | None = field(default=None, compare=False)
    files: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def open_warnings(self) -> tuple[Problem, ...]:
        """The warnings that anybody may read: none about what is for the planner alone."""
        return tuple(problem for problem in self.warnings if not problem.is_sensitive)

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of one table by its name."""
        rows: tuple[Row, ...] = getattr(self, table)
        return rows

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Every table as a data frame, columns as in the data contract."""
        import pandas as pd

        return {
            model.table: pd.DataFrame(
                [row.model_dump() for row in self.rows(model.table)], columns=list(model.columns())
            )
            for model in TABLES
        }

    def __repr__(self) -> str:
        return (
            f"Scenario({self.config.name!r}, {self.config.date}: {len(self.units)} units, "
            f"{len(self.posts)} posts, {len(self.people)} people)"
        )
