"""The levers of a plan: single changes that would fill open posts, the strongest first.

A lever is ranked by its effect on the goals in their order, then by its price, then by its ids: what it does for the
first goal counts before all it does for the others, as in the plan itself, and only among equal effects the cheaper
comes first. A change may fill one post or another, in different plans: its effect is the best of them.
Effects that were solved again and effects while all else of the plan stays, which are the least that a change does, are
no match for one another: the levers of each sort are ranked among themselves, and those solved again come first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimizer.arrays import IntArray
from optimizer.explaining.case import Case, told_case
from optimizer.explaining.changes import Change
from optimizer.explaining.filling import Candidates, candidates
from optimizer.explaining.trying import Trials, values_of
from optimizer.explaining.unfilled import (
    SECONDS,
    VERIFIED,
    Certainty,
    Differences,
    Teller,
    named_differences,
    plans_at_hand,
    require_limits,
    values_less,
)
from optimizer.explaining.widening import is_exact
from optimizer.plan import Plan
from optimizer.scenario.scenario import Scenario
from optimizer.texts import T

if TYPE_CHECKING:
    import pandas as pd

MOST: Final = 40


@dataclass(frozen=True)
class Lever:
    """A single change, the open posts that it is known to fill, the best first, and what it does to every goal.

    Of a quota seat, a course and a limit waived, whose scenario is another, only the best post was judged there.
    `differences`: below 0 where a goal gets better; as solved again where `certainty` is `verified`, else while all
    else of the plan stays.
    """

    change: Change
    price: int
    posts: tuple[str, ...]
    differences: Differences
    certainty: Certainty

    def document(self) -> dict[str, Any]:
        """The lever in plain values."""
        return {
            "change": self.change.kind, "change_ids": list(self.change.ids[1:]), "change_words": str(self.change.words),
            "price": self.price, "posts": list(self.posts), "certainty": self.certainty,
            "differences": dict(self.differences),
        }  # fmt: skip


@dataclass(frozen=True)
class Levers:
    """The strongest levers of a plan, first those solved again.

    `known`: how many changes fill a post while all else stays, as far as the present scenario tells, shown or not.
    """

    plan: Plan
    scenario: Scenario
    rows: tuple[Lever, ...]
    known: int

    def to_frame(self) -> pd.DataFrame:
        """One row per lever."""
        import pandas as pd

        return pd.DataFrame([row.document() for row in self.rows])


def levers(
    scenario: Scenario,
    plan: Plan,
    *,
    most: int = MOST,
    verified: int = VERIFIED,
    seconds: float = SECONDS,
    tell: Teller = lambda step: None,
) -> Levers:
    """The `most` strongest single changes of which a plan is known that fills an open post and is no worse.

    The first `verified` are solved again, at most `seconds` each, and stand first, by what that found. Of people who
    would come into one post one step back, by one kind of change, only the likeliest are looked at. Raises UsageError
    for numbers below 0, FalseClaimError for a plan that is none of the scenario or whose tables are not those of its
    moves.
    """
    require_limits(seconds, most=most, verified=verified)
    tell(T("Reading the rules into moves"))
    case = told_case(scenario, plan)
    places = np.array([case.arrays.post_at[row.post_id] for row in plan.gaps], dtype=np.int64)
    if not len(places):
        return Levers(plan, scenario, (), 0)
    tell(T("Everybody against every open post"))
    found = candidates(case, places)
    order = _strongest(found)
    first = list(_at_hand(case, found, order, most))
    with_posts = [replace(lever, posts=_posts_filled(found, order, lever)) for lever in first]
    solved = _solved_again(case, found, with_posts[:verified], seconds, tell)
    known = sum(1 for _ in found.changes(found.plan_row[order]))
    return Levers(plan, scenario, tuple(sorted([*solved, *with_posts[verified:]], key=_rank)), known)


def _rank(lever: Lever) -> tuple[bool, tuple[int, ...], int, tuple[str, ...]]:
    effect = tuple(value for _, value in lever.differences)
    return lever.certainty != "verified", effect, lever.price, lever.change.ids


def _strongest(found: Candidates) -> IntArray:
    """The ways that fit, by effect, price and move."""
    ways = np.flatnonzero(found.fits)
    row, entry = found.plan_row[ways], found.plan_entry[ways]
    keys = [found.target[ways], found.detail[row], found.moves.keys(found.arrays)[row], found.price[row]]
    return ways[np.lexsort([*keys, *reversed(found.fills.costs[:, entry])])]


def _at_hand(case: Case, found: Candidates, order: IntArray, most: int) -> Iterator[Lever]:
    """The first levers, each with the post that it fills best."""
    for way, change, differences in islice(plans_at_hand(case, found, order, judged=most), min(most, len(order))):
        post = case.arrays.posts[found.target[way]].post_id
        yield Lever(change, int(found.price[found.plan_row[way]]), (post,), differences, "found")


def _posts_filled(found: Candidates, order: IntArray, lever: Lever) -> tuple[str, ...]:
    """The posts that a change is known to fill, the best first."""
    a = found.arrays
    if not is_exact(lever.change, a):
        return lever.posts
    row = found.plan_row[order]
    of_person = found.moves.person[row] == a.person_at[lever.change.person_id]
    near = order[of_person]
    posts = [a.posts[found.target[way]].post_id for way in near if found.change(found.plan_row[way]) == lever.change]
    return tuple(dict.fromkeys([*lever.posts, *posts]))


def _solved_again(case: Case, found: Candidates, rows: list[Lever], seconds: float, tell: Teller) -> Iterator[Lever]:
    """The levers with what solving again found, for the post that each fills best."""
    present = values_of(case, case.chosen)
    with Trials(case, found.lists, [lever.change for lever in rows], seconds) as trials:
        for lever in rows:
            tell(T("Solving again: {change}", change=lever.change.words))
            tried = trials.of(case.arrays.post_at[lever.posts[0]], lever.change)
            if tried.fills:
                differences = named_differences(case, values_less(tried.values, present))
                yield replace(lever, differences=differences, certainty="verified")
            else:
                yield lever
