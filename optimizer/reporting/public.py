"""What the public gets: counts alone, none below 3, no name, no id, and no row about a single unit or person."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from optimizer.plan import Plan
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import Names, heading, label
from optimizer.reporting.overview import (
    NARROW,
    WIDE,
    OpenSeats,
    assumptions_table,
    categories_table,
    fields_table,
    goals_table,
    horizon_words,
    open_seats,
    parts_of_province,
    shortages,
    status_words,
    title_words,
)
from optimizer.reporting.suppression import FEWEST, WITHHELD, Sums, suppress
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.rulebook.facts import Facts
from optimizer.scenario.schema import Unit
from optimizer.scenario.vocabulary import DECIDED_BY, FORM
from optimizer.texts import T


def public_overview(plan: Plan, names: Names) -> Sheet:
    """Status, goals, moves and shortages, counted by form, body, kind of seat, bloc and former district."""
    tables = [_forms(plan), _bodies(plan)]
    if names.scenario is None:
        tables = [suppress(goals_table(plan)), *tables, _province(plan, names)]
    else:
        seats = open_seats(plan, names, Facts(names.scenario))
        tables = [_goals(plan, names, seats), *tables, _categories(seats), _fields(seats, names, beside=3)]
        tables += [_province(plan, names), _districts(plan, names, seats)]
    rule = T("<3: 0, 1 or 2. –: withheld, so that no number below 3 can be computed.")
    return Sheet("TongHop", title_words(plan), (*tables, assumptions_table(plan)), (status_words(plan), str(rule)))


def _goals(plan: Plan, names: Names, seats: OpenSeats) -> Table:
    """The goals; a value that tells of fewer than three seats, people or moves is withheld with its bound."""
    counts = {
        "leadership": seats.by_category.get("leadership", (0, 0)),
        "specialists": seats.by_category.get("specialist", (0, 0)),
        "headcount": shortages([unit for unit in plan.units if names.is_commune(unit.unit_id)])[:2],
    }
    of = goals_table(plan)
    rows = []
    for result, row in zip(plan.goals, of.rows, strict=True):
        before, after = counts.get(result.name, (FEWEST, len(plan.moves)))
        name, first, value, bound, *more = row
        if before < FEWEST:
            first = WITHHELD
        if after < FEWEST:
            value = bound = WITHHELD
        rows.append((name, first, value, bound, *more))
    return suppress(replace(of, rows=tuple(rows)))


def _all_but_last(of: Table) -> Sums:
    """The last row is the sum of all others."""
    return {len(of.rows) - 1: range(len(of.rows) - 1)}


def _forms(plan: Plan) -> Table:
    """Moves by those forms that the settings open."""
    is_open = plan.parameters.get("forms", {})
    rows = [
        (label(FORM, form), plan.totals.get(form, 0)) for form in FORM if is_open.get(form) or plan.totals.get(form)
    ]
    rows.append((str(T("All moves")), len(plan.moves)))
    columns = [Column(str(T("Moves by form")), WIDE), Column(str(T("This plan")), NARROW, "whole")]
    counts = table(str(T("Moves")), columns, rows)
    return suppress(counts, _all_but_last(counts), known=True)


def _bodies(plan: Plan) -> Table:
    """Moves by deciding body, every body listed."""
    found = Counter(move.decided_by for move in plan.moves)
    rows = [(label(DECIDED_BY, body) or str(T("not named")), found[body]) for body in (*DECIDED_BY, None)]
    rows.append((str(T("All moves")), len(plan.moves)))
    columns = [Column(str(T("Deciding body")), WIDE), Column(str(T("This plan")), NARROW, "whole")]
    counts = table(str(T("Moves by deciding body")), columns, rows)
    return suppress(counts, _all_but_last(counts), known=True)


def _province(plan: Plan, names: Names) -> Table:
    """Quota and shortages by bloc. Payroll and people on site are left out: their differences would tell the rest."""
    columns = [
        Column(str(T("Bloc")), WIDE),
        Column(str(T("Quota")), NARROW, "whole"),
        Column(str(T("Missing before")), NARROW, "whole"),
        Column(str(T("Missing after")), NARROW, "whole"),
        Column(str(T("Over quota before")), NARROW, "whole"),
        Column(str(T("Over quota after")), NARROW, "whole"),
    ]
    parts = parts_of_province(plan, names)
    counts = table(
        str(T("The province before and after")),
        columns,
        [(name, sum(unit.quota for unit in units), *shortages(units)) for name, units in parts],
        horizon_words(plan),
    )
    communes = len({unit.bloc for unit in plan.units if names.is_commune(unit.unit_id)})
    return suppress(counts, {communes: range(communes)}, known=True)


def _categories(seats: OpenSeats) -> Table:
    """Open seats by category, with their sum."""
    of = categories_table(seats)
    total = tuple(sum(pair[k] for pair in seats.by_category.values()) for k in (0, 1))
    counts = table(of.title, of.columns, [*of.rows, (str(T("All open seats")), *total)], of.note)
    return suppress(counts, _all_but_last(counts), known=True)


def _fields(seats: OpenSeats, names: Names, *, beside: int) -> Table:
    """Open seats by field; where each has one field, their sum stands among the categories."""
    of = fields_table(seats, names, beside=beside, every=True)
    total = tuple(sum(pair[k] for pair in seats.by_field.values()) for k in (0, 1))
    counts = suppress(replace(of, rows=(*of.rows, ("", *total))), {len(of.rows): range(len(of.rows))}, known=True)
    return replace(counts, rows=counts.rows[:-1])


def _districts(plan: Plan, names: Names, seats: OpenSeats) -> Table:
    """Moves, open seats and missing people by former district, each district with all its units."""
    columns = [
        Column(heading(Unit, "former_district"), WIDE),
        Column(str(T("Moves to its units")), NARROW, "whole"),
        Column(str(T("Open seats before")), NARROW, "whole"),
        Column(str(T("Open seats after")), NARROW, "whole"),
        Column(str(T("Missing before")), NARROW, "whole"),
        Column(str(T("Missing after")), NARROW, "whole"),
    ]
    moves = Counter(names.district(move.to_unit_id or "") for move in plan.moves)
    communes = [unit for unit in plan.units if names.is_commune(unit.unit_id)]
    rows = []
    for district in sorted({names.district(unit.unit_id) for unit in communes}, key=vietnamese_key):
        units = [unit for unit in communes if names.district(unit.unit_id) == district]
        counted = (moves[district], *seats.by_district.get(district, (0, 0)), *shortages(units)[:2])
        rows.append((district or str(T("not known")), *counted))
    total = tuple(sum(int(row[k]) for row in rows) for k in range(1, len(columns)))
    counts = table(str(T("By former district")), columns, [*rows, (str(T("all communes")), *total)])
    return suppress(counts, _all_but_last(counts), known=True)
