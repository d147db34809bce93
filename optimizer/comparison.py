"""What differs between two plans: a closed set of rows per person, post, unit and goal, and of what each was made from.

`before` is what the first plan says and `after` what the other one says; which is the better one nobody claims.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from optimizer.errors import UsageError
from optimizer.plan import GoalResult, MovedPerson, Plan, UnitBalance
from optimizer.scenario.schema import Decision
from optimizer.texts import T

if TYPE_CHECKING:
    import pandas as pd

PersonKind = Literal["added", "dropped", "other_post", "other_form", "other_dates", "other_terms"]
PERSON_KINDS: Final[tuple[PersonKind, ...]] = get_args(PersonKind)
Part = Literal["setting", "decision", "file", "version"]
DECISIONS_FILE: Final = f"{Decision.table}.csv"


@dataclass(frozen=True)
class PersonChange:
    """A person whom the plans treat differently; None on a side: that plan does not move the person.

    `kind` is the first that holds of its list: another post, another form, other dates, or the same move that is
    otherwise decided, agreed, warned of or founded. `differs`: the columns of `moves.csv` that differ; empty where
    only one plan moves the person.
    """

    person_id: str
    kind: PersonKind
    before: MovedPerson | None
    after: MovedPerson | None
    differs: tuple[str, ...] = ()

    @property
    def is_other_move(self) -> bool:
        """Whether the move itself is another one: its post or form, or only one plan moves the person."""
        return self.before is None or self.after is None or not {"to_post_id", "form"}.isdisjoint(self.differs)

    @property
    def decided_by(self) -> str | None:
        """The body that decides: in the other plan, or in the first where only that one moves the person."""
        move = self.after or self.before
        return None if move is None else move.decided_by

    def flat(self) -> dict[str, Any]:
        """One row of plain values."""
        named = {"form": "form", "unit_id": "to_unit_id", "post_id": "to_post_id", "start": "start", "end": "end"}
        sides = {f"{name}_{side}": getattr(getattr(self, side), column, None)
                 for side in ("before", "after") for name, column in named.items()}  # fmt: skip
        return {"person_id": self.person_id, "kind": self.kind, **sides, "differs": list(self.differs)}


@dataclass(frozen=True)
class PostChange:
    """A post with another gap, or with other people who come. `reason`: why it stays open in the other plan."""

    post_id: str
    unit_id: str
    gap_before: int
    gap_after: int
    came_before: tuple[str, ...]
    came_after: tuple[str, ...]
    reason: str | None = None

    def flat(self) -> dict[str, Any]:
        """One row of plain values."""
        return {**vars(self), "came_before": list(self.came_before), "came_after": list(self.came_after)}


@dataclass(frozen=True)
class UnitChange:
    """A unit and bloc that the plans leave in another state; None on a side: that plan has no quota for it."""

    unit_id: str
    bloc: str
    before: UnitBalance | None
    after: UnitBalance | None

    def flat(self) -> dict[str, Any]:
        """One row of plain values: quota, payroll, strength and people missing after each plan."""
        sides = {f"{name}_{side}": value for side in ("before", "after")
                 for name, value in zip(UNIT_FIGURES, unit_figures(getattr(self, side)), strict=True)}  # fmt: skip
        return {"unit_id": self.unit_id, "bloc": self.bloc, **sides}


UNIT_FIGURES: Final = ("quota", "payroll", "strength", "missing", "shortage_rate")


def unit_figures(row: UnitBalance | None) -> tuple[int | float | None, ...]:
    """`UNIT_FIGURES` of a unit and bloc after a plan; None for each where the plan does not have it."""
    if row is None:
        return (None,) * len(UNIT_FIGURES)
    missing = max(0, row.quota - row.strength_after)
    return row.quota, row.payroll_after, row.strength_after, missing, row.shortage_rate


@dataclass(frozen=True)
class GoalChange:
    """A goal of either plan, whether or not it differs; None on a side: that plan does not have the goal."""

    name: str
    before: GoalResult | None
    after: GoalResult | None

    @property
    def difference(self) -> int | None:
        """The value in the other plan less that in the first; below 0 is better. None where a plan lacks the goal."""
        return None if self.before is None or self.after is None else self.after.value - self.before.value

    @property
    def is_other(self) -> bool:
        """Whether value or proof differ; how long the search took does not count."""
        return _known_of(self.before) != _known_of(self.after)

    def flat(self) -> dict[str, Any]:
        """One row of plain values."""
        sides = {f"{name}_{side}": getattr(getattr(self, side), name, None)
                 for side in ("before", "after") for name in ("value", "bound", "proven")}  # fmt: skip
        return {"name": self.name, **sides, "difference": self.difference}


def _known_of(result: GoalResult | None) -> tuple[int, int | None, bool] | None:
    return None if result is None else (result.value, result.bound, result.proven)


@dataclass(frozen=True)
class SettingChange:
    """Something that the plans were made from and that differs: a setting, a decision, a file by its hash, a version.

    `key`: dotted key, kind of the decision, or name; None on a side: it is not there.
    """

    part: Part
    key: str
    before: Any
    after: Any

    def flat(self) -> dict[str, Any]:
        """One row of plain values."""
        return dict(vars(self))


@dataclass(frozen=True)
class BodyCount:
    """How many moves of a deciding body stand in both plans alike, in one alone, or in both with a difference."""

    body: str | None
    kept: int
    added: int
    dropped: int
    changed: int

    def flat(self) -> dict[str, Any]:
        """One row of plain values."""
        return dict(vars(self))


@dataclass(frozen=True, repr=False)
class Comparison:
    """What differs between two plans; `plans` are the two. `goals` and `bodies` are complete, all else only differs."""

    plans: tuple[Plan, Plan]
    goals: tuple[GoalChange, ...]
    people: tuple[PersonChange, ...]
    posts: tuple[PostChange, ...]
    units: tuple[UnitChange, ...]
    settings: tuple[SettingChange, ...]
    bodies: tuple[BodyCount, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs: neither the moves and what comes of them nor what the plans were made from."""
        rows = (self.people, self.posts, self.units, self.settings)
        is_same_status = self.plans[0].status == self.plans[1].status
        return is_same_status and not any(rows) and not any(goal.is_other for goal in self.goals)

    @property
    def kept(self) -> int:
        """How many moves stand in both plans alike."""
        return sum(count.kept for count in self.bodies)

    @property
    def by_kind(self) -> dict[str, int]:
        """How many people there are of each kind that occurs, in the order of the list."""
        found = Counter(change.kind for change in self.people)
        return {kind: found[kind] for kind in PERSON_KINDS if found[kind]}

    @property
    def measured_alike(self) -> bool:
        """Whether settings and data are the same, decisions aside: then values of goals differ by the moves alone."""
        measures = (change for change in self.settings if change.part in ("setting", "file"))
        return all(change.key == DECISIONS_FILE for change in measures)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of `goals`, `people`, `posts`, `units`, `settings` or `bodies` as plain values."""
        return [row.flat() for row in getattr(self, _table(table))]

    def to_frame(self, table: str = "people") -> pd.DataFrame:
        """The same as a data frame. Raises UsageError for another name."""
        import pandas as pd

        return pd.DataFrame(self.rows(table), columns=list(_EMPTY[_table(table)].flat()))

    def __repr__(self) -> str:
        statuses = ", ".join(plan.status for plan in self.plans)
        if self.is_empty:
            return f"Comparison({statuses}: no difference, {self.kept} moves)"
        counts = [f"{number} {kind}" for kind, number in {"kept": self.kept, **self.by_kind}.items()]
        goals = [f"{goal.name} {goal.difference:+}" for goal in self.goals if goal.difference]
        return f"Comparison({statuses}: {', '.join([*counts, *goals])})"


_EMPTY: Final[Mapping[str, Any]] = {  # one row of each table, for its columns
    "goals": GoalChange("", None, None),
    "people": PersonChange("", "added", None, None),
    "posts": PostChange("", "", 0, 0, (), ()),
    "units": UnitChange("", "", None, None),
    "settings": SettingChange("setting", "", None, None),
    "bodies": BodyCount(None, 0, 0, 0, 0),
}


def _table(name: str) -> str:
    if name not in _EMPTY:
        raise UsageError(T("there is no table '{name}'; there are {known}", name=name, known=", ".join(_EMPTY)))
    return name
