"""TongHop: status, goals, the province before and after, what is assumed, and from what data it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from optimizer.plan import FieldCover, Plan, Status, UnitBalance
from optimizer.reporting.coverage import sums
from optimizer.reporting.goal_figures import goal_figures
from optimizer.reporting.naming import GOAL_UNITS, Names, Tier, goal, heading, label
from optimizer.reporting.open_seats import SeatSums, seat_sums, shortages
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.reporting.temporary import reopening_words
from optimizer.reporting.waivers import waiver_words, waivers_of, waivers_table
from optimizer.rulebook.facts import Facts
from optimizer.scenario.months import add_months
from optimizer.scenario.vocabulary import CATEGORY, DECIDED_BY, FORM
from optimizer.texts import T, Text
from optimizer.wording import ASSUMPTIONS

WIDE, NARROW = 36, 15  # widths of the sheet's first column and of all others
SIDE = 7  # the column of the sheet where the tables on the right begin


def overview(plan: Plan, names: Names) -> Sheet:
    """The first page of a plan."""
    tables = [goals_table(plan, names), province_table(plan, names), forms_table(plan), bodies_table(plan)]
    if names.scenario is not None:
        seats = seat_sums(plan, Facts(names.scenario))
        tables += [categories_table(seats), fields_table(seats, names, beside=3)]
    tables += [coverage_by_field(plan, names)] if plan.coverage else []
    tables.append(_inputs(plan, beside=1 if plan.coverage else 0))
    if waivers_of(plan):
        tables.append(waivers_table(plan, names, widths=(WIDE, NARROW)))
    tables.append(assumptions_table(plan))
    lines = (status_words(plan), *reopening_words(plan), *waiver_words(plan))
    return Sheet("TongHop", title_words(plan), tuple(tables), lines)


def title_words(plan: Plan) -> str:
    """The name of the plan, with the date of its data."""
    return str(T("Staffing plan: {name}, {day}", name=plan.scenario, day=plan.date.strftime("%d/%m/%Y")))


def status_words(plan: Plan) -> str:
    """The status in words: what is proven, before any number."""
    if plan.status is Status.OPTIMAL:
        spent = ", ".join(goal(result.name) for result in plan.goals if result.value != result.bound)
        if spent:
            return str(T("Status: OPTIMAL. Every goal is proven, these within their tolerance: {goals}", goals=spent))
        return str(T("Status: OPTIMAL. Every goal is proven: no plan under these rules and weights is better."))
    open_goals = ", ".join(goal(result.name) for result in plan.goals if not result.proven)
    return str(T("Status: FEASIBLE. The plan keeps every rule; not proven to be the best: {goals}", goals=open_goals))


def status_word(plan: Plan) -> str:
    """The status in a word or two, for where a sentence has no room."""
    if plan.status is Status.OPTIMAL:
        return str(T("OPTIMAL"))
    return str(T("FEASIBLE, not proven to be the best"))


def goals_table(plan: Plan, names: Names) -> Table:
    """Every goal: today, after the plan, the bound, what it proves, and the greedy hand method beside it.

    For the public as far as it tells of no fewer than three seats, people or moves.
    """
    columns = [
        Column(str(T("Goal, in order of priority")), WIDE),
        Column(str(T("Before")), NARROW, "whole"),
        Column(str(T("After the plan")), NARROW, "whole"),
        Column(str(T("Lower bound")), NARROW, "whole"),
        Column(str(T("By hand (greedy)")), NARROW, "whole"),
        Column(str(T("Proof")), 3 * NARROW, span=3),
        Column(str(T("Unit of measure")), 3 * NARROW, span=3),
    ]
    rows = [
        (
            goal(found.name),
            found.before,
            found.value,
            found.bound,
            found.greedy,
            found.proof,
            str(GOAL_UNITS.get(found.name, "")),
        )
        for found in goal_figures(plan, names)
    ]
    return table(str(T("Goals")), columns, rows, str(goals_note(plan, names.tier)), brief=(0, 1, 2, 3, 4, 5))


def goals_note(plan: Plan, tier: Tier) -> Text:
    """How values of goals are read, and whether those of the greedy method may stand beside the plan's."""
    if plan.baseline.pins_missed and tier == "public":
        return T(
            "Smaller is better. The greedy method keeps the same rules, but misses some of the pins: do not compare."
        )
    if plan.baseline.pins_missed:
        return T(
            "Smaller is better. The greedy method keeps the same rules, but misses {n} of the pins: do not compare.",
            n=plan.baseline.pins_missed,
        )
    return T("Smaller is better. Each goal counts before all those below it; the greedy method keeps the same rules.")


def forms_table(plan: Plan) -> Table:
    """Moves by form, in all, and their kilometres."""
    columns = [
        Column(str(T("Moves by form")), WIDE),
        Column(str(T("This plan")), NARROW, "whole"),
        Column(str(T("By hand (greedy)")), NARROW, "whole"),
    ]
    rows: list[Sequence[object]] = [
        (label(FORM, form), plan.totals.get(form, 0), None) for form in FORM if plan.totals.get(form)
    ]
    rows.append((str(T("All moves")), len(plan.moves), plan.baseline.moves))
    km = round(sum(move.km or 0 for move in plan.moves))
    rows.append((str(T("Kilometres between units, all moves")), km, round(plan.baseline.km)))
    rows.append((str(T("Cost of all moves, thousand dong")), plan.totals.get("cost"), None))
    return table(str(T("Moves")), columns, rows)


def bodies_table(plan: Plan) -> Table:
    """Moves by the body that decides on them, each form in a column."""
    forms = [form for form in FORM if plan.totals.get(form)]
    columns = [
        Column(str(T("Deciding body")), WIDE),
        Column(str(T("This plan")), NARROW, "whole"),
        *(Column(label(FORM, form), NARROW, "whole") for form in forms),
    ]
    counts = Counter((move.decided_by, move.form) for move in plan.moves)
    rows = [
        (label(DECIDED_BY, body) or str(T("not named")), sum(by_form), *by_form)
        for body in (*DECIDED_BY, None)
        if any(by_form := [counts[body, form] for form in forms])
    ]
    return table(str(T("Moves by deciding body")), columns, rows)


def province_table(plan: Plan, names: Names) -> Table:
    """Quota, payroll and people on site of all communes by bloc, and of the provincial bodies together."""
    columns = [
        Column(heading(UnitBalance, "bloc"), WIDE),
        Column(heading(UnitBalance, "quota"), NARROW, "whole"),
        *(
            Column(heading(UnitBalance, column), NARROW, "whole")
            for column in ("payroll_before", "payroll_after", "strength_before", "strength_after")
        ),
        Column(str(T("Missing before")), NARROW, "whole"),
        Column(str(T("Missing after")), NARROW, "whole"),
        Column(str(T("Over quota before")), NARROW, "whole"),
        Column(str(T("Over quota after")), NARROW, "whole"),
        Column(str(T("Worst shortage after")), NARROW, "percent"),
    ]
    rows = [(name, *_sums(units)) for name, units in parts_of_province(plan, names)]
    return table(
        str(T("The province before and after")), columns, rows, horizon_words(plan), brief=(0, 1, 6, 7, 8, 9, 10)
    )


def horizon_words(plan: Plan) -> str:
    """Who counts as gone; empty where the plan does not say."""
    months = plan.parameters.get("horizon_months")
    if months is None:
        return ""
    day = add_months(plan.date, months)
    return str(T("Whoever leaves before {day} counts as gone, before and after.", day=f"{day:%d/%m/%Y}"))


def parts_of_province(plan: Plan, names: Names) -> list[tuple[str, list[UnitBalance]]]:
    """The communes by bloc, the communes together, and the provincial bodies where there are any."""
    communes = [u for u in plan.units if names.is_commune(u.unit_id)]
    bodies = [u for u in plan.units if not names.is_commune(u.unit_id)]
    parts = [
        (names.bloc(bloc), [u for u in communes if u.bloc == bloc]) for bloc in dict.fromkeys(u.bloc for u in communes)
    ]
    parts.append((str(T("all communes") if names.scenario is not None else T("all units")), communes))
    return [*parts, (str(T("provincial bodies")), bodies)] if bodies else parts


def _sums(units: Sequence[UnitBalance]) -> tuple[int | float, ...]:
    return (
        sum(u.quota for u in units),
        sum(u.payroll_before for u in units),
        sum(u.payroll_after for u in units),
        sum(u.strength_before for u in units),
        sum(u.strength_after for u in units),
        *shortages(units),
        max((u.shortage_rate for u in units), default=0.0),
    )


def categories_table(seats: SeatSums) -> Table:
    """Open seats by category."""
    rows = [(label(CATEGORY, code), *seats.by_category.get(code, (0, 0))) for code in CATEGORY]
    return table(str(T("Open seats of communes by category")), _before_after(WIDE, 1), rows)


def fields_table(seats: SeatSums, names: Names, *, beside: int, every: bool = False) -> Table:
    """Open seats of specialists by field, beside so many tables; `every` field, or those that miss anybody."""
    found = {code: seats.by_field.get(code, (0, 0)) for code in names.fields}
    rows = [(label(names.fields, code), *pair) for code, pair in found.items() if every or any(pair)]
    note = str(T("A seat that names several fields counts for each of them.")) if rows else ""
    title = str(T("Open specialist seats of communes by field"))
    return table(title, _before_after(3 * NARROW, 3), rows, note, at=SIDE, beside=beside)


def coverage_by_field(plan: Plan, names: Names, *, every: bool = False) -> Table:
    """How many communes need a field, and in how many nobody on site covers it; `every` field, or those needed."""
    columns = [
        Column(heading(FieldCover, "field"), WIDE),
        Column(str(T("Communes that need it")), NARROW, "whole"),
        Column(str(T("Without anybody before")), NARROW, "whole"),
        Column(str(T("Without anybody after")), NARROW, "whole"),
    ]
    found = {code: sums(row for row in plan.coverage if row.field == code) for code in names.fields}
    rows = [(label(names.fields, code), *counts) for code, counts in found.items() if every or counts[0]]
    rows.append((str(T("all fields")), *sums(plan.coverage)))
    return table(str(T("Communes without anybody on site, by field")), columns, rows, new_page=True)


def _before_after(width: int, span: int) -> list[Column]:
    return [
        Column(str(T("Open seats")), width, span=span),
        Column(str(T("Before")), NARROW, "whole"),
        Column(str(T("After")), NARROW, "whole"),
    ]


def assumptions_table(plan: Plan) -> Table:
    """What is assumed."""
    rows = [(str(ASSUMPTIONS.get(name, name)),) for name in plan.assumptions]
    columns = [Column(str(T("Assumption")), WIDE + 10 * NARROW, span=11)]
    return table(str(T("What is assumed")), columns, rows)


def _inputs(plan: Plan, *, beside: int) -> Table:
    """From what the plan was made; beside so many tables, or on a page of its own."""
    columns = [Column(str(T("File")), NARROW), Column(str(T("SHA-256 or version")), 5 * NARROW, span=5)]
    rows = [(file.name, file.sha256) for file in plan.inputs]
    versions = [(name, version) for name, version in plan.versions.items()]
    title = str(T("Data and programs that this plan was made from"))
    place = {"at": SIDE - 1, "beside": beside} if beside else {"new_page": True}
    return table(title, columns, [*rows, *versions], **place)
