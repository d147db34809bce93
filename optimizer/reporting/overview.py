"""TongHop: status, goals, the province before and after, what is assumed, and from what data it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from optimizer.plan import GoalResult, Plan, Status, UnitBalance
from optimizer.reporting.naming import GOAL_UNITS, Names, goal, heading, label
from optimizer.reporting.open_seats import open_seats
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.rulebook.facts import Facts
from optimizer.scenario.vocabulary import CATEGORY, FORM
from optimizer.texts import T, Text
from optimizer.wording import ASSUMPTIONS


def overview(plan: Plan, names: Names) -> Sheet:
    """The first page of a plan."""
    tables = [goals_table(plan), _forms(plan), _province(plan, names)]
    if names.scenario is not None:
        tables += [*_open_seats(plan, names, Facts(names.scenario))]
    tables += [_assumptions(plan), _inputs(plan)]
    title = T("Staffing plan: {name}, {day}", name=plan.scenario, day=plan.date.strftime("%d/%m/%Y"))
    return Sheet("TongHop", str(title), tuple(tables), (status_words(plan),))


def status_words(plan: Plan) -> str:
    """The status in words: what is proven, before any number."""
    if plan.status is Status.OPTIMAL:
        spent = ", ".join(goal(result.name) for result in plan.goals if result.value != result.bound)
        if spent:
            return str(T("Status: OPTIMAL. Every goal is proven, these within their tolerance: {goals}", goals=spent))
        return str(T("Status: OPTIMAL. Every goal is proven: no plan under these rules and weights is better."))
    open_goals = ", ".join(goal(result.name) for result in plan.goals if not result.proven)
    return str(T("Status: FEASIBLE. The plan keeps every rule; not proven to be the best: {goals}", goals=open_goals))


def goals_table(plan: Plan) -> Table:
    """Every goal: today, after the plan, the bound, what it proves, and the greedy hand method beside it."""
    columns = [
        Column(str(T("Goal, in order of priority")), 34),
        Column(str(T("Before")), 12, "whole"),
        Column(str(T("After the plan")), 12, "whole"),
        Column(str(T("Lower bound")), 12, "whole"),
        Column(str(T("By hand (greedy)")), 12, "whole"),
        Column(str(T("Proof")), 36, span=3),
        Column(str(T("Unit of measure")), 36, span=3),
    ]
    rows = [
        (
            goal(result.name),
            plan.before.get(result.name),
            result.value,
            result.bound,
            plan.baseline.goals.get(result.name),
            proof(result),
            str(GOAL_UNITS.get(result.name, "")),
        )
        for result in plan.goals
    ]
    return table(str(T("Goals")), columns, rows, str(goals_note(plan)), brief=(0, 1, 2, 3, 4, 5))


def goals_note(plan: Plan) -> Text:
    """How values of goals are read, and whether those of the greedy method may stand beside the plan's."""
    if plan.baseline.pins_missed:
        return T(
            "Smaller is better. The greedy method keeps the same rules, but misses {n} of the pins: do not compare.",
            n=plan.baseline.pins_missed,
        )
    return T("Smaller is better. Each goal counts before all those below it; the greedy method keeps the same rules.")


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


def _forms(plan: Plan) -> Table:
    columns = [
        Column(str(T("Moves by form")), 34),
        Column(str(T("This plan")), 12, "whole"),
        Column(str(T("By hand (greedy)")), 12, "whole"),
    ]
    rows: list[Sequence[object]] = [
        (label(FORM, form), plan.totals.get(form, 0), None) for form in FORM if plan.totals.get(form)
    ]
    rows.append((str(T("All moves")), len(plan.moves), plan.baseline.moves))
    km = round(sum(move.km or 0 for move in plan.moves))
    rows.append((str(T("Kilometres between units, all moves")), km, round(plan.baseline.km)))
    return table(str(T("Moves")), columns, rows)


def _province(plan: Plan, names: Names) -> Table:
    columns = [
        Column(heading(UnitBalance, "bloc"), 34),
        Column(heading(UnitBalance, "quota"), 12, "whole"),
        *(
            Column(heading(UnitBalance, column), 12, "whole")
            for column in ("payroll_before", "payroll_after", "strength_before", "strength_after")
        ),
        Column(str(T("Missing before")), 12, "whole"),
        Column(str(T("Missing after")), 12, "whole"),
        Column(str(T("Over quota before")), 12, "whole"),
        Column(str(T("Over quota after")), 12, "whole"),
        Column(str(T("Worst shortage after")), 12, "percent"),
    ]
    rows = [
        _sums(names.bloc(bloc), [u for u in plan.units if u.bloc == bloc and names.is_commune(u.unit_id)])
        for bloc in dict.fromkeys(u.bloc for u in plan.units if names.is_commune(u.unit_id))
    ]
    everyone = T("all communes") if names.scenario is not None else T("all units")
    rows.append(_sums(str(everyone), [u for u in plan.units if names.is_commune(u.unit_id)]))
    bodies = [u for u in plan.units if not names.is_commune(u.unit_id)]
    if bodies:
        rows.append(_sums(str(T("provincial bodies")), bodies))
    return table(str(T("The province before and after")), columns, rows, brief=(0, 1, 6, 7, 8, 9, 10))


def _sums(name: str, units: Sequence[UnitBalance]) -> tuple[str | int | float, ...]:
    return (
        name,
        sum(u.quota for u in units),
        sum(u.payroll_before for u in units),
        sum(u.payroll_after for u in units),
        sum(u.strength_before for u in units),
        sum(u.strength_after for u in units),
        sum(max(0, u.quota - u.strength_before) for u in units),
        sum(max(0, u.quota - u.strength_after) for u in units),
        sum(max(0, u.payroll_before - u.quota) for u in units),
        sum(max(0, u.payroll_after - u.quota) for u in units),
        max((u.shortage_rate for u in units), default=0.0),
    )


def _open_seats(plan: Plan, names: Names, facts: Facts) -> Iterator[Table]:
    """Open seats of communes before and after, by category and, for specialists, by field."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    fields_before: Counter[str] = Counter()
    fields_after: Counter[str] = Counter()
    for seats in open_seats(plan, facts):
        before[seats.post.category] += seats.before
        after[seats.post.category] += seats.after
        if seats.post.category == "specialist":
            fields_before.update(dict.fromkeys(seats.post.fields, seats.before))
            fields_after.update(dict.fromkeys(seats.post.fields, seats.after))
    columns = [
        Column(str(T("Open seats")), 34),
        Column(str(T("Before")), 12, "whole"),
        Column(str(T("After")), 12, "whole"),
    ]
    rows = [(label(CATEGORY, code), before[code], after[code]) for code in CATEGORY]
    horizon = T("Whoever leaves before {day} counts as gone, before and after.", day=f"{facts.horizon:%d/%m/%Y}")
    yield table(str(T("Open seats of communes by category")), columns, rows, str(horizon))
    rows = [
        (label(names.fields, code), fields_before[code], fields_after[code])
        for code in names.fields
        if fields_before[code] or fields_after[code]
    ]
    note = T("A seat that names several fields counts for each of them.")
    yield table(str(T("Open specialist seats of communes by field")), columns, rows, str(note))


def _assumptions(plan: Plan) -> Table:
    rows = [(str(ASSUMPTIONS.get(name, name)),) for name in plan.assumptions]
    return table(str(T("What is assumed")), [Column(str(T("Assumption")), 154, span=11)], rows)


def _inputs(plan: Plan) -> Table:
    columns = [Column(str(T("File")), 34), Column(str(T("SHA-256 or version")), 84, span=7)]
    rows = [(file.name, file.sha256) for file in plan.inputs]
    versions = [(name, version) for name, version in plan.versions.items()]
    return table(str(T("Data and programs that this plan was made from")), columns, [*rows, *versions])
