"""Why posts stay open after a plan, and what would fill them: reasons in numbers, who is needed elsewhere, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from optimizer.arrays import Arrays, IntArray
from optimizer.certificate import Certificate, ReducedCosts, reduced_costs
from optimizer.errors import UsageError
from optimizer.explaining.case import Case, told_case
from optimizer.explaining.changes import Change
from optimizer.explaining.filling import Candidates, Fills, candidates
from optimizer.explaining.misses import Missed, missed
from optimizer.explaining.trying import Trials, Values, priced_groups, values_of, values_with
from optimizer.explaining.widening import is_exact
from optimizer.goals.leadership import Leadership
from optimizer.goals.specialists import Specialists
from optimizer.plan import OpenPost, Plan
from optimizer.program_goals import PINS
from optimizer.scenario.names import nearest
from optimizer.scenario.scenario import Scenario
from optimizer.solving import require_seconds
from optimizer.swaps import NO_MOVE
from optimizer.texts import T, Text
from optimizer.verbs import scenario_of

if TYPE_CHECKING:
    import pandas as pd

Differences = tuple[tuple[str, int], ...]
Certainty = Literal["verified", "found", "equal", "bound", "none"]
Teller = Callable[[Text], None]
VERIFIED: Final = 20  # posts of the ranking, and levers, that are solved again
SECONDS: Final = 30.0  # of each question
MOST_ELSEWHERE: Final = 3
MOST_JUDGED: Final = 3  # changes of one post whose plan is judged in the changed scenario
CERTAINTIES: Final[dict[str, Text]] = {
    "verified": T("verified: solved again, and no cheaper one of the changes considered fills it"),
    "found": T("found: a plan fills it; whether a cheaper change does too was not verified"),
    "cheapest": T("found: a plan fills it, and none of the changes considered is cheaper"),
    "equal": T("verified: another plan that is no worse fills it without any change"),
    "bound": T("no plan found; none of the changes considered is ruled out from this price on"),
    "none": T("none of the changes considered fills it"),
}
CONSIDERED: Final = T(
    "Considered is each change of the four kinds that brings somebody into this post, or into a post whose holder "
    "after the plan could come here: a list place, a waiver or a course where nothing else keeps the person away; a "
    "quota seat, or a waiver of a limit for a person, where that limit stands against the move while all else stays. "
    "Waivers of rules on somebody's own circumstances are not considered, nor is what would help only over more steps "
    "or by way of other limits."
)


@dataclass(frozen=True)
class Elsewhere:
    """An admissible candidate whom the plan needs elsewhere, and the price of having them here.

    `differences`: of every goal when they come and all else stays: no more than this needs to be paid; None where a
    limit would be broken. `at_least`: the first goal that is proven to get worse in every plan in which they come, as
    long as the goals before keep their values, and by how much; None: nothing is proven.
    """

    person_id: str
    form: str
    post_id: str
    differences: Differences | None
    at_least: tuple[str, int] | None


@dataclass(frozen=True)
class Gap:
    """An open post: why it is open, and the cheapest single change known to fill it.

    `used`, `idle`: admissible candidates who move elsewhere in the plan, and who stay where they are. `price`: of
    `change`, units of effort, 0 where a plan that is no worse fills the post without any; `at_least`: none of the
    changes considered (CONSIDERED) that is cheaper than this fills the post; None where none does at all.
    `differences`: of every goal with the change.
    """

    row: OpenPost
    missed: Missed
    used: int
    idle: int
    elsewhere: tuple[Elsewhere, ...]
    change: Change | None
    price: int | None
    at_least: int | None
    differences: Differences
    certainty: Certainty

    @property
    def certainty_words(self) -> Text:
        """How sure the change is."""
        is_least = self.certainty == "found" and self.price == self.at_least
        return CERTAINTIES["cheapest" if is_least else self.certainty]

    def document(self) -> dict[str, Any]:
        """The answer in plain values."""
        row = self.row.model_dump()
        del row["other_route"]
        return {
            **row,
            "admitted": self.missed.admitted, "used_elsewhere": self.used, "idle": self.idle,
            "refused": dict(self.missed.refused), "refused_only": dict(self.missed.only),
            "nearest": [vars(miss) for miss in self.missed.nearest],
            "elsewhere": [
                {**vars(other), "differences": None if other.differences is None else dict(other.differences)}
                for other in self.elsewhere
            ],
            "change": None if self.change is None else self.change.kind,
            "change_ids": None if self.change is None else list(self.change.ids[1:]),
            "change_words": None if self.change is None else str(self.change.words),
            "price": self.price, "price_at_least": self.at_least, "certainty": self.certainty,
            "differences": dict(self.differences),
        }  # fmt: skip


@dataclass(frozen=True)
class Gaps:
    """The open posts of a plan in their ranking: leadership first, then specialists, by weight in their goal, by id."""

    plan: Plan
    scenario: Scenario
    rows: tuple[Gap, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row per post."""
        import pandas as pd

        return pd.DataFrame([row.document() for row in self.rows])


def gaps(
    plan: Plan,
    scenario: Scenario | None = None,
    *,
    posts: Sequence[str] = (),
    verified: int | None = None,
    seconds: float = SECONDS,
    tell: Teller = lambda step: None,
) -> Gaps:
    """Why each post that a plan leaves short is open, and the cheapest single change that would fill it.

    `scenario`: by default where the plan says. `posts`: ids of those asked about, by default all. Of the first
    `verified` posts (by default all that are asked about, else VERIFIED) the change is solved again, at most `seconds`
    for each question. Raises UsageError for a post that the plan does not leave open and for numbers below 0,
    FalseClaimError for a plan that is none of the scenario or whose tables are not those of its moves, and what
    `scenario_of` raises.
    """
    require_limits(seconds, verified=VERIFIED if verified is None else verified)
    known = scenario or scenario_of(plan)
    _refuse_unknown(plan, posts)
    tell(T("Reading the rules into moves"))
    case = told_case(known, plan)
    order = ranked(case.arrays, [row for row in plan.gaps if not posts or row.post_id in posts])
    if not order:
        return Gaps(plan, known, ())
    tell(T("Everybody against every open post"))
    places = np.array([case.arrays.post_at[row.post_id] for row in order], dtype=np.int64)
    found = candidates(case, places)
    costs = reduced_costs(case.program, case.chosen, plan.certificate or Certificate({}))
    rows = []
    for post, row in zip(places.tolist(), order, strict=True):
        told = missed(case.arrays, found.refused, int(np.searchsorted(found.refused.posts, post)))
        rows.append(_with_change(case, found, _told(case, found.fills, costs, row, told), post))
    most = (len(rows) if posts else VERIFIED) if verified is None else verified
    checked = rows[:most]
    sure = _verified(case, found, costs, checked, seconds, tell)
    return Gaps(plan, known, (*sure, *rows[len(checked) :]))


def require_limits(seconds: float, **counts: int) -> None:
    """Refuse seconds and counts that are no numbers from 0 up. Raises UsageError."""
    require_seconds(seconds)
    for name, count in counts.items():
        if count < 0:
            raise UsageError(
                T("{option}: '{value}' is not a number from {least} up", option=name, value=count, least=0)
            )


def _refuse_unknown(plan: Plan, posts: Sequence[str]) -> None:
    known = [row.post_id for row in plan.gaps]
    for post in posts:
        if post not in known:
            near = nearest(post, known)
            if near is None:
                raise UsageError(T("the plan leaves no seat of {post} open", post=post))
            raise UsageError(T("the plan leaves no seat of {post} open; did you mean {near}?", post=post, near=near))


def ranked(a: Arrays, rows: Sequence[OpenPost]) -> list[OpenPost]:
    """Open posts by what a seat of them weighs: leadership first, then specialists, then the others; by id."""
    weights = {"leadership": Leadership().weights(a), "specialist": Specialists().weights(a)}
    categories = [*weights, "general"]

    def key(row: OpenPost) -> tuple[int, int, str]:
        post = a.post_at[row.post_id]
        weight = int(weights[row.category][post] * a.hardship[a.post_unit[post]]) if row.category in weights else 0
        return categories.index(row.category), -weight, row.post_id

    return sorted(rows, key=key)


def _told(case: Case, fills: Fills, costs: ReducedCosts, row: OpenPost, told: Missed) -> Gap:
    """The post with its candidates, those used elsewhere cheapest first, and no change yet."""
    moves = fills.case.moves
    post = case.arrays.post_at[row.post_id]
    here = np.flatnonzero((moves.post[fills.move] == post) & fills.admissible)
    moved = here[fills.entries.dropped[here] != NO_MOVE]
    people = moves.person[fills.move]
    used = len(np.unique(people[moved]))
    idle = len(np.unique(people[here])) - used
    order = moved[np.lexsort([fills.move[moved], *reversed(fills.costs[:, moved]), fills.broken[moved] != 0])]
    first = dict.fromkeys(people[order].tolist())
    of_person = {
        person: next(at for at in order.tolist() if people[at] == person) for person in [*first][:MOST_ELSEWHERE]
    }
    others = tuple(_elsewhere(case, fills, costs, at) for at in of_person.values())
    return Gap(row, told, used, idle, others, None, None, None, (), "none")


def _elsewhere(case: Case, fills: Fills, costs: ReducedCosts, at: int) -> Elsewhere:
    a, moves = case.arrays, fills.case.moves
    move, dropped = int(fills.move[at]), int(fills.entries.dropped[at])
    person_id, post_id, form = fills.case.program.identity(move)
    own = case.moves.row_of(person_id, post_id, form)
    number = -1 if own is None else int(costs.goal[own])
    at_least = None if own is None or number < 0 else (case.program.goals[number].name, int(costs.by[own]))
    differences = None if fills.broken[at] else named_differences(case, fills.costs[:, at].tolist())
    return Elsewhere(person_id, form, a.posts[moves.post[dropped]].post_id, differences, at_least)


def named_differences(case: Case, values: Sequence[int]) -> Differences:
    """Differences by the names of goals, pins left out."""
    names = [goal.name for goal in case.program.goals]
    return tuple((name, int(value)) for name, value in zip(names, values, strict=True) if name != PINS)


def _with_change(case: Case, found: Candidates, gap: Gap, post: int) -> Gap:
    """The post with the cheapest change of which a plan is known by putting its moves into the present plan."""
    least = found.least_price(post)
    if least is None:
        return gap
    known = next(plans_at_hand(case, found, found.ways_of(post)), None)
    if known is None:
        return replace(gap, at_least=least, certainty="bound")
    way, change, differences = known
    price = int(found.price[found.plan_row[way]])
    return replace(gap, change=change, price=price, at_least=least, differences=differences, certainty="found")


def plans_at_hand(
    case: Case, found: Candidates, ways: IntArray, *, judged: int = MOST_JUDGED
) -> Iterator[tuple[int, Change, Differences]]:
    """The ways that fill their post and are no worse, judged in the changed scenario where need be; each change once.

    `judged`: how many are at most.
    """
    present, seen = values_of(case, case.chosen), set[Change]()
    for way in ways[found.fits[ways]].tolist():
        change, entry = found.change(int(found.plan_row[way])), int(found.plan_entry[way])
        if change in seen:
            continue
        seen.add(change)
        fills = found.fills
        if is_exact(change, case.arrays):
            yield way, change, named_differences(case, fills.costs[:, entry].tolist())
        elif judged:
            judged -= 1
            made, taken_back = fills.entries.made(entry), fills.entries.taken_back(entry)
            after = values_with(fills.case, change, made, taken_back)
            if after is not None and after <= present:
                yield way, change, named_differences(case, values_less(after, present))


def _verified(
    case: Case, found: Candidates, costs: ReducedCosts, rows: Sequence[Gap], seconds: float, tell: Teller
) -> Iterator[Gap]:
    """The posts with their changes solved again."""
    groups = [_groups(case, found, gap) for gap in rows]
    every = [change for of_post in groups for group in of_post for change in group]
    with Trials(case, found.lists, every, seconds) as trials:
        return iter(
            [_solved_again(case, costs, trials, gap, of_post, tell) for gap, of_post in zip(rows, groups, strict=True)]
        )


def _groups(case: Case, found: Candidates, gap: Gap) -> list[list[Change]]:
    """The changes to be tried for a post by price, up to that of the change known to fill it, which comes first."""
    rows = found.rows_of(case.arrays.post_at[gap.row.post_id])
    rows = rows if gap.price is None else rows[found.price[rows] <= gap.price]
    groups = list(priced_groups(found.changes(rows), found.price))
    if gap.change is not None:
        groups[-1] = [gap.change]
    return groups


def _is_closed(case: Case, costs: ReducedCosts, post: int) -> bool:
    """Proven by prices alone: without a change every plan with one more seat of the post filled is worse."""
    moves, chosen = case.moves, case.chosen
    into = np.setdiff1d(np.flatnonzero(moves.into_post == post), chosen)
    is_best = all(goal.value == goal.bound for goal in case.plan.goals)
    return bool(is_best and (costs.goal[into] >= 0).all() and not (moves.from_post[chosen] == post).any())


def _solved_again(
    case: Case, costs: ReducedCosts, trials: Trials, gap: Gap, groups: Sequence[Sequence[Change]], tell: Teller
) -> Gap:
    tell(T("Solving again for {post}", post=gap.row.post_id))
    post, present = case.arrays.post_at[gap.row.post_id], values_of(case, case.chosen)
    as_it_is = None if _is_closed(case, costs, post) else trials.together(post, ())
    if as_it_is is not None and as_it_is.fills:
        differences = named_differences(case, values_less(as_it_is.values, present))
        return replace(gap, change=None, price=0, at_least=0, differences=differences, certainty="equal")
    prices = [price_of_change(case, group[0]) for group in groups]
    answer = trials.first_that_fills(post, groups)
    if answer.change is None or answer.tried is None:
        if gap.change is None and answer.refuted == len(groups):
            return replace(gap, at_least=None, certainty="none")
        return replace(gap, at_least=prices[min(answer.refuted, len(prices) - 1)]) if prices else gap
    price = price_of_change(case, answer.change)
    is_least = prices[answer.refuted] == price
    return replace(
        gap,
        change=answer.change,
        price=price,
        at_least=prices[answer.refuted],
        differences=named_differences(case, values_less(answer.tried.values, present)),
        certainty="verified" if is_least else "found",
    )


def values_less(after: Values, present: Values) -> list[int]:
    """By how much every goal's value is above the present one."""
    return [new - old for new, old in zip(after, present, strict=True)]


def price_of_change(case: Case, change: Change) -> int:
    """Units of effort of a change."""
    return int(getattr(case.scenario.config.changes, change.kind))
