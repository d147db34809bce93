"""Answers to questions on a plan: why this move, why not that one, why is somebody or some post left as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from optimizer.errors import UsageError
from optimizer.plan import Candidate, ChangedRow, MovedPerson, Status
from optimizer.scenario.schema import Row
from optimizer.texts import T, Text

if TYPE_CHECKING:
    import pandas as pd

OWN_CASE: Final = "own_circumstances"  # stands for whatever only the planner reads of a person
Outcome = Literal["passes", "warns", "waived", "off"]
Certain = Literal["proven", "at_most", "found"]


@dataclass(frozen=True)
class GoalPrice:
    """What a choice does to one goal: its value in the plan, and `after` in the best plan known with the choice.

    `status`: `proven`, no plan with the choice does better; `at_most`, one may, but not below `at_least` (None: nothing
    is known); `found`, a goal before this one is not proven, so that with its best value this one may be any.
    """

    goal: str
    before: int
    after: int
    at_least: int | None
    status: Certain

    @property
    def difference(self) -> int:
        """By how much the goal gets worse; below 0 where it gets better."""
        return self.after - self.before

    def flat(self) -> dict[str, Any]:
        """One row of plain values."""
        return {**vars(self), "difference": self.difference}


@dataclass(frozen=True)
class Choice:
    """The best plan with another choice, by solving again: its price goal by goal and the rows that it changes.

    `status`: `optimal`, or `feasible` where the time ran out before all was proven; `impossible`, proven that no plan
    makes the choice; `unknown`, none was found in time. Both have neither prices nor rows. `against`: names of the
    rules that make it impossible. `changed`: everybody of whom that plan says something else.
    """

    status: Literal["optimal", "feasible", "impossible", "unknown"]
    prices: tuple[GoalPrice, ...] = ()
    changed: tuple[ChangedRow, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether every goal keeps its value."""
        return bool(self.prices) and all(price.difference == 0 for price in self.prices)

    def __str__(self) -> str:
        differences = ", ".join(f"{price.goal} {price.difference:+}" for price in self.prices if price.difference)
        return f"{self.status}: {differences or 'every goal as it is'}" if self.prices else self.status


@dataclass(frozen=True)
class GatePassed:
    """What a gate says of a move that is made: `passes`, `warns`, `waived` by a decision, or `off` where it is.

    `certainty` is how sure the source is: A, B, C, NV, `logic` or `planner`.
    """

    rule: str
    outcome: Outcome
    source: str
    certainty: str


@dataclass(frozen=True)
class Cause:
    """Disruption points of a move by cause: the key of `[disruption]`, or OWN_CASE for all that is the person's own."""

    cause: str
    points: int


@dataclass(frozen=True)
class Refusal:
    """A rule and how many posts it refuses a person, by every form of which they could be a candidate."""

    rule: str
    posts: int


@dataclass(frozen=True)
class FormRefused:
    """A form by which somebody might take a post: names of the gates against it (OWN_CASE for private ones).

    `decisions`: those that rule it out.
    """

    form: str
    gates: tuple[str, ...]
    decisions: tuple[Text, ...]

    @property
    def n(self) -> int:
        """How much stands against it."""
        return len(self.gates) + len(self.decisions)

    def flat(self) -> dict[str, Any]:
        """One row of plain values; decisions in the words of the current language."""
        return {"form": self.form, "gates": list(self.gates), "decisions": [str(words) for words in self.decisions]}


@dataclass(frozen=True, repr=False)
class Explanation:
    """An answer with its tables; `plan_status` is that of the plan asked about."""

    plan_status: Status
    TABLES: ClassVar[tuple[str, ...]]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table of the answer as plain values. Raises UsageError for another name."""
        if table not in self.TABLES:
            known = ", ".join(self.TABLES)
            raise UsageError(T("there is no table '{name}'; there are {known}", name=table, known=known))
        return [plain(row) for row in self._table(table)]

    def to_frame(self, table: str | None = None) -> pd.DataFrame:
        """The same as a data frame; by default the first of `TABLES`."""
        import pandas as pd

        return pd.DataFrame(self.rows(table or self.TABLES[0]))

    def _table(self, table: str) -> tuple[Any, ...]:
        choice: Choice | None = getattr(self, "choice", None)
        if table in ("prices", "changed"):
            return () if choice is None else getattr(choice, table)
        found: tuple[Any, ...] = getattr(self, table)
        return found


def plain(value: Any) -> Any:
    """A row of a plan or of an answer as plain values; anything else as it is."""
    if isinstance(value, Row):
        return value.model_dump()
    if isinstance(value, (GoalPrice, FormRefused)):
        return value.flat()
    return dict(vars(value)) if isinstance(value, (GatePassed, Cause, Refusal)) else value


@dataclass(frozen=True, repr=False)
class ExplainedMove(Explanation):
    """Why somebody moves as the plan says.

    `move`: the row of the plan. `seats`, `held`: of its post, before the plan. `gates`: what every gate says of it, in
    order. `disruption`: its points by cause, which sum to those of the row. `candidates`: those for this seat, from the
    best: who keeps the limits first, then goal by goal by the exact difference of the one swap while all else stays,
    then by points and ids; `rank` is the place of the move among them. `runner_up`: the best of the others, and
    `choice` the best plan in which they take the seat and this person does not. `chain`: the moves that depend on one
    another, in the order in which they are carried out.
    """

    TABLES = ("candidates", "gates", "disruption", "prices", "changed", "chain")
    move: MovedPerson
    seats: int
    held: int
    gates: tuple[GatePassed, ...]
    disruption: tuple[Cause, ...]
    candidates: tuple[Candidate, ...]
    rank: int
    runner_up: str | None = None
    choice: Choice | None = None
    chain: tuple[MovedPerson, ...] = ()

    def __repr__(self) -> str:
        row = self.move
        other = "nobody else" if self.runner_up is None else f"instead {self.runner_up}: {self.choice}"
        place = f"{self.rank} of {len(self.candidates)}"
        return f"ExplainedMove({row.person_id} to {row.to_post_id} by {row.form}, candidate {place}; {other})"


@dataclass(frozen=True, repr=False)
class ExplainedStay(Explanation):
    """Why somebody does not move.

    `reason`: a code of STAY_REASONS. `refusals`: which rules refuse them how many posts, where none may be taken.
    `options`: the posts that they may take, from the best swap, with what stands against each. `choice`: the best plan
    in which they move, and `best` their move in it.
    """

    TABLES = ("options", "refusals", "prices", "changed")
    person_id: str
    reason: str
    refusals: tuple[Refusal, ...] = ()
    options: tuple[Candidate, ...] = ()
    choice: Choice | None = None
    best: ChangedRow | None = None

    def __repr__(self) -> str:
        told = f"{self.person_id} stays: {self.reason}, {len(self.options)} moves possible"
        return f"ExplainedStay({told})" if self.choice is None else f"ExplainedStay({told}; moved {self.choice})"


@dataclass(frozen=True, repr=False)
class ExplainedPost(Explanation):
    """Who takes a post and who could, or why it stays open.

    `held`, `filled`: people in it before and after the plan. `reason`: why it stays open, a code of GAP_REASONS; None
    where it does not, or is no seat that counts. `coming`, `leaving`: rows of the plan. `candidates`: the plan's own,
    then the others from the best swap. `choice`: of a post that stays open and has candidates, the best plan in which
    one more of them takes a seat.
    """

    TABLES = ("candidates", "coming", "leaving", "prices", "changed")
    post_id: str
    seats: int
    held: int
    filled: int
    reason: str | None = None
    coming: tuple[MovedPerson, ...] = ()
    leaving: tuple[MovedPerson, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    choice: Choice | None = None

    def __repr__(self) -> str:
        told = f"{self.post_id}: {self.filled} of {self.seats} seats filled, {len(self.candidates)} candidates"
        if self.reason is None:
            return f"ExplainedPost({told})"
        price = "" if self.choice is None else f"; filled {self.choice}"
        return f"ExplainedPost({told}, open: {self.reason}{price})"


@dataclass(frozen=True, repr=False)
class ExplainedPair(Explanation):
    """Why not this person for that post.

    `outcome`: `chosen`, the plan does just that; `holds`, they hold it today; `refused`, no form of it is admissible,
    and `forms` tell why, that which comes closest first; `priced`, it is, and `choice` is the best plan that makes it.
    """

    TABLES = ("forms", "prices", "changed")
    person_id: str
    post_id: str
    outcome: Literal["chosen", "holds", "refused", "priced"]
    forms: tuple[FormRefused, ...] = ()
    choice: Choice | None = None

    def __repr__(self) -> str:
        pair = f"{self.person_id} for {self.post_id}"
        if self.outcome == "refused":
            closest = self.forms[0]
            against = ", ".join(map(str, (*closest.gates, *closest.decisions)))
            return f"ExplainedPair({pair}: refused, by {closest.form} {against})"
        return f"ExplainedPair({pair}: {self.outcome if self.choice is None else self.choice})"


Answer = ExplainedMove | ExplainedStay | ExplainedPost | ExplainedPair
KINDS: Final[Mapping[type[Explanation], str]] = {
    ExplainedMove: "move",
    ExplainedStay: "stay",
    ExplainedPost: "post",
    ExplainedPair: "why_not",
}
