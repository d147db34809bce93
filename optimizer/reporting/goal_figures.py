"""What readers of a tier may know of each goal: its values, and what is proven of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.plan import GoalResult, Plan
from optimizer.reporting.naming import Names
from optimizer.reporting.open_seats import seat_sums, shortages
from optimizer.reporting.suppression import FEWEST, WITHHELD, Count
from optimizer.rulebook.facts import Facts
from optimizer.texts import T


@dataclass(frozen=True)
class GoalFigures:
    """A goal as a tier may read it: each value a number, None where nothing is known, or WITHHELD."""

    name: str
    before: Count | None
    value: Count
    bound: Count | None
    greedy: Count | None
    proof: str


def goal_figures(plan: Plan, names: Names) -> list[GoalFigures]:
    """Every goal, in order of priority.

    A value is weight times seats, or grows with people or moves: where these are fewer than three, it would tell
    them. Then the public reads neither it nor its bound, nor what the method by hand reaches, nor how far the proof
    is. Values of other goals are points and kilometres, no counts, and stand as they are.
    """
    told = [_all_of(plan, result) for result in plan.goals]
    if names.tier != "public":
        return told
    counts = _counts(plan, names)
    return [_for_the_public(found, result, *counts.get(result.name, (FEWEST, len(plan.moves))))
            for found, result in zip(told, plan.goals, strict=True)]  # fmt: skip


def _all_of(plan: Plan, result: GoalResult) -> GoalFigures:
    name = result.name
    greedy = plan.baseline.goals.get(name)
    return GoalFigures(name, plan.before.get(name), result.value, result.bound, greedy, proof(result))


def _counts(plan: Plan, names: Names) -> dict[str, tuple[int, int]]:
    """How many seats or people a goal is about, before and after; none where the scenario is not at hand."""
    missing_before, missing_after, _, _ = shortages([row for row in plan.units if names.is_commune(row.unit_id)])
    counts = {"leadership": (0, 0), "specialists": (0, 0), "headcount": (missing_before, missing_after)}
    if names.scenario is not None:
        seats = seat_sums(plan, Facts(names.scenario)).by_category
        counts["leadership"] = seats.get("leadership", (0, 0))
        counts["specialists"] = seats.get("specialist", (0, 0))
    return counts


def _for_the_public(found: GoalFigures, result: GoalResult, before: int, after: int) -> GoalFigures:
    if min(before, after) >= FEWEST:
        return found
    shown = replace(found, greedy=WITHHELD, proof=str(T("proven") if result.proven else T("not proven")))
    if before < FEWEST:
        shown = replace(shown, before=WITHHELD)
    return replace(shown, value=WITHHELD, bound=WITHHELD) if after < FEWEST else shown


def proof(result: GoalResult) -> str:
    """What is known of a goal's value."""
    if result.bound is None:
        return str(T("not proven: nothing is known about better values"))
    rest = result.value - result.bound
    if not result.proven:
        return str(T("not proven: at most {rest} better", rest=rest))
    if rest > 0:
        return str(T("proven within its tolerance: {rest} above the best value", rest=rest))
    return str(T("proven: no better value exists"))
