"""What the public gets: counts alone, none below 3, no name, no id, and no row about fewer than three units."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from optimizer.plan import Plan, UnitBalance
from optimizer.reporting.districts import FEWEST_UNITS, Districts, merged
from optimizer.reporting.naming import Names, heading, label
from optimizer.reporting.open_seats import SeatSums, seat_sums, shortages
from optimizer.reporting.overview import (
    NARROW,
    SIDE,
    WIDE,
    assumptions_table,
    categories_table,
    coverage_by_field,
    fields_table,
    goals_table,
    horizon_words,
    parts_of_province,
    status_words,
    title_words,
)
from optimizer.reporting.suppression import Sums, shown_counts, suppress
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.reporting.temporary import terms_of_secondments
from optimizer.reporting.waivers import public_waivers
from optimizer.rulebook.facts import Facts
from optimizer.scenario.schema import Unit
from optimizer.scenario.vocabulary import CATEGORY, DECIDED_BY, FORM
from optimizer.texts import T


def public_overview(plan: Plan, names: Names) -> Sheet:
    """Status, goals, moves and shortages, counted by form, body, kind of seat, bloc and former district."""
    forms = _forms(plan)
    tables = [goals_table(plan, names), forms, _bodies(plan), *_terms(plan, forms), *public_waivers(plan, WIDE, NARROW)]
    if names.scenario is None:
        tables.append(_province(plan, names))
    else:
        seats = seat_sums(plan, Facts(names.scenario))
        categories = _categories(seats)
        tables += [suppress(categories, _all_but_last(categories)), _fields(seats, names, beside=3)]
        tables += [_province(plan, names), _districts(plan, names, seats)]
    tables.append(_coverage(plan, names))
    rule = T("<3: 0, 1 or 2. –: withheld, so that no number below 3 can be computed.")
    return Sheet("TongHop", title_words(plan), (*tables, assumptions_table(plan)), (status_words(plan), str(rule)))


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
    return suppress(counts, _all_but_last(counts))


def _terms(plan: Plan, forms: Table) -> list[Table]:
    """Secondments by when they end, so that their seats open again; only where their number is told, as it follows."""
    if not any(row[0] == label(FORM, "secondment") and isinstance(row[1], int) for row in forms.rows):
        return []
    columns = [Column(str(T("Secondments that end")), WIDE), Column(str(T("This plan")), NARROW, "whole")]
    counts = table(str(T("Secondments by their end")), columns, terms_of_secondments(plan))
    return [suppress(counts, {len(counts.rows): range(len(counts.rows))})]


def _bodies(plan: Plan) -> Table:
    """Moves by deciding body, every body listed."""
    found = Counter(move.decided_by for move in plan.moves)
    rows = [(label(DECIDED_BY, body) or str(T("not named")), found[body]) for body in (*DECIDED_BY, None)]
    rows.append((str(T("All moves")), len(plan.moves)))
    columns = [Column(str(T("Deciding body")), WIDE), Column(str(T("This plan")), NARROW, "whole")]
    counts = table(str(T("Moves by deciding body")), columns, rows)
    return suppress(counts, _all_but_last(counts))


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
    *blocs, total = _blocs(plan, names)
    bodies = [row for row in plan.units if not names.is_commune(row.unit_id)]
    rows = [*blocs, total]
    if len({row.unit_id for row in bodies}) >= FEWEST_UNITS:
        rows.append((str(T("provincial bodies")), bodies))
    counts = table(
        str(T("The province before and after")),
        columns,
        [(name, sum(unit.quota for unit in units), *shortages(units)) for name, units in rows],
        horizon_words(plan),
    )
    return suppress(counts, {len(blocs): range(len(blocs))})


def _blocs(plan: Plan, names: Names) -> list[tuple[str, list[UnitBalance]]]:
    """The communes by bloc, those of a few communes together, and all of them."""
    has_bodies = not all(names.is_commune(row.unit_id) for row in plan.units)
    *blocs, total = parts_of_province(plan, names)[: -1 if has_bodies else None]
    small = merged({name: {row.unit_id for row in rows} for name, rows in blocs})
    others = [row for name, rows in blocs if name in small for row in rows]
    found = [(name, rows) for name, rows in blocs if name not in small]
    return [*found, *([(str(T("other blocs")), others)] if others and found else []), total]


def _categories(seats: SeatSums) -> Table:
    """Open seats by category, with their sum, before anything is withheld."""
    of = categories_table(seats)
    total = tuple(sum(pair[k] for pair in seats.by_category.values()) for k in (0, 1))
    return table(of.title, of.columns, [*of.rows, (str(T("All open seats")), *total)], of.note)


def _fields(seats: SeatSums, names: Names, *, beside: int) -> Table:
    """Open seats by field, every field listed.

    Where each seat has one field, their sum is that of the specialists: where it is withheld among the categories,
    it does not follow from here either, and what is withheld there stands in one group with the fields.
    """
    of = fields_table(seats, names, beside=beside, every=True)
    categories = list(CATEGORY)
    columns = []
    for at in (0, 1):
        by_category = [seats.by_category.get(code, (0, 0))[at] for code in categories]
        shown = dict(zip(categories, shown_counts(by_category), strict=True))
        others = [
            count for code, count in zip(categories, by_category, strict=True)
            if isinstance(shown["specialist"], str) and isinstance(shown[code], str) and code != "specialist"
        ]  # fmt: skip
        fields = [seats.by_field.get(code, (0, 0))[at] for code in names.fields]
        columns.append(shown_counts([*others, *fields])[len(others) :])
    return replace(of, rows=tuple((row[0], *pair) for row, *pair in zip(of.rows, *columns, strict=True)))


def _coverage(plan: Plan, names: Names) -> Table:
    """Communes without anybody by field, beside the table before where there is a scenario.

    How many need it is left out: the difference would tell who has somebody.
    """
    of = coverage_by_field(plan, names, every=True)
    rows = tuple((row[0], *row[2:]) for row in of.rows)
    field = replace(of.columns[0], width=2 * NARROW, span=2)
    place: dict[str, Any] = {} if names.scenario is None else {"at": SIDE + 1, "beside": 1}
    counts = table(of.title, (field, *of.columns[2:]), rows, **place)
    return suppress(counts, _all_but_last(counts))


def _districts(plan: Plan, names: Names, seats: SeatSums) -> Table:
    """Moves, open seats and missing people by former district, each district with all its units."""
    columns = [
        Column(heading(Unit, "former_district"), WIDE),
        Column(str(T("Moves to its units")), NARROW, "whole"),
        Column(str(T("Open seats before")), NARROW, "whole"),
        Column(str(T("Open seats after")), NARROW, "whole"),
        Column(str(T("Missing before")), NARROW, "whole"),
        Column(str(T("Missing after")), NARROW, "whole"),
    ]
    moves = Counter(move.to_unit_id for move in plan.moves)
    rows = []
    for district, communes in Districts(names).communes.items():
        open_before, open_after = (sum(seats.by_unit.get(unit, (0, 0))[at] for unit in communes) for at in (0, 1))
        units = [row for row in plan.units if row.unit_id in communes]
        rows.append((district, sum(moves[unit] for unit in communes), open_before, open_after, *shortages(units)[:2]))
    total = (str(T("all communes")), *(sum(int(row[k]) for row in rows) for k in range(1, len(columns))))
    counts = table(str(T("By former district")), columns, [*rows, total] if len(rows) > 1 else [total])
    return suppress(counts, _all_but_last(counts))
