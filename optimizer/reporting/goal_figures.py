"""What readers of a tier may know of each goal: its values, and what is proven of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.plan import GoalResult, Plan
from optimizer.reporting.coverage import sums
from optimizer.reporting.naming import Names
from optimizer.reporting.open_seats import seat_sums, shortages
from optimizer.reporting.suppression import FEWEST, WITHHELD, Count, shown_count, shown_counts
from optimizer.rulebook.facts import Facts
from optimizer.scenario.vocabulary import CATEGORY
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

    A value is weight times seats, or grows with people or moves: where the public is not told how many these are, it
    reads neither the value nor its bound, nor what the method by hand reaches, nor how far the proof is. Values of
    other goals are points and kilometres, no counts: they stand as they are, unless there are fewer than three moves.
    """
    told = [_all_of(plan, result) for result in plan.goals]
    if names.tier != "public":
        return told
    counts = _counts(plan, names)
    return [_for_the_public(found, result, *counts.get(result.name, (FEWEST, shown_count(len(plan.moves)))))
            for found, result in zip(told, plan.goals, strict=True)]  # fmt: skip


def _all_of(plan: Plan, result: GoalResult) -> GoalFigures:
    name = result.name
    greedy = plan.baseline.goals.get(name)
    return GoalFigures(name, plan.before.get(name), result.value, result.bound, greedy, proof(result))


def _counts(plan: Plan, names: Names) -> dict[str, tuple[Count, Count]]:
    """How many seats or people a goal is about, before and after, as the public is told.

    Those of seats only with the scenario; costs are about the people whose moves cost anything.
    """
    missing, still_missing, over, still_over = shortages([row for row in plan.units if names.is_commune(row.unit_id)])
    _, bare, still_bare = sums(plan.coverage)
    after = {result.name: result.value for result in plan.goals}
    pairs = {
        "headcount": (missing, still_missing),
        "surplus": (over, still_over),
        "coverage": (bare, still_bare),
        "wishes": (plan.before.get("wishes", FEWEST), after.get("wishes", FEWEST)),
        "temporary": (FEWEST, after.get("temporary", FEWEST)),
        "changes": (plan.before.get("changes", FEWEST), after.get("changes", FEWEST)),
        "cost": (FEWEST, sum(bool(move.cost) for move in plan.moves)),
    }
    counts = {name: (shown_count(first), shown_count(then)) for name, (first, then) in pairs.items()}
    seats = {} if names.scenario is None else seat_sums(plan, Facts(names.scenario)).by_category
    shown = [shown_counts([seats.get(code, (0, 0))[at] for code in CATEGORY]) for at in (0, 1)]
    told = dict(zip(CATEGORY, zip(*shown, strict=True), strict=True))
    return {"leadership": told["leadership"], "specialists": told["specialist"], **counts}


def _for_the_public(found: GoalFigures, result: GoalResult, before: Count, after: Count) -> GoalFigures:
    if isinstance(before, int) and isinstance(after, int):
        return found
    shown = replace(found, greedy=WITHHELD, proof=str(T("proven") if result.proven else T("not proven")))
    if not isinstance(before, int):
        shown = replace(shown, before=WITHHELD)
    return shown if isinstance(after, int) else replace(shown, value=WITHHELD, bound=WITHHELD)


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
