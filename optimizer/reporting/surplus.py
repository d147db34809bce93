"""DoiDu: units and blocs over their quota before and after, and what becomes of the people without a seat."""

from __future__ import annotations

from collections import Counter
from typing import Any

from optimizer.plan import Plan, SurplusPerson, UnitBalance
from optimizer.reporting.balance import in_order
from optimizer.reporting.collation import place_in, vietnamese_key
from optimizer.reporting.naming import Names, heading, label, surplus_reason
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.rulebook.after import CHANGES_PAYROLL
from optimizer.scenario.schema import Person, Unit
from optimizer.scenario.vocabulary import FORM
from optimizer.texts import T
from optimizer.wording import SURPLUS_REASONS


def surplus(plan: Plan, names: Names) -> Sheet:
    """Where people are too many, and who of those without a seat is placed."""
    tables = (results_table(plan), surplus_table(plan, names), people_table(plan, names))
    return Sheet("DoiDu", str(T("Surplus before and after the plan")), tables)


def results_table(plan: Plan) -> Table:
    """How many of the people without a seat are placed, and how many are not, by reason."""
    columns = [
        Column(str(T("People of communes without a seat today")), 80, span=5),
        Column(str(T("People")), 15, "whole"),
    ]
    counts = Counter(row.reason for row in plan.surplus)
    rows = [(surplus_reason(code), counts[code]) for code in SURPLUS_REASONS if counts[code]]
    return table("", columns, [*rows, (str(T("in all")), len(plan.surplus))])


def surplus_table(plan: Plan, names: Names) -> Table:
    """One row per unit and bloc that is over its quota before or after the plan."""
    columns = [
        Column(heading(Unit, "name"), 23),
        Column(heading(UnitBalance, "bloc"), 14),
        Column(heading(UnitBalance, "quota"), 19, "whole"),
        Column(str(T("Over quota before")), 12, "whole"),
        Column(str(T("Over quota after")), 12, "whole"),
        Column(str(T("Who leaves the payroll")), 120, span=3),
    ]
    rows = [
        (
            names.unit(row.unit_id),
            names.bloc(row.bloc),
            row.quota,
            max(0, row.payroll_before - row.quota),
            max(0, row.payroll_after - row.quota),
            "; ".join(sorted(_leavers(plan, names, row), key=vietnamese_key)),
        )
        for row in in_order(plan.units, names)
        if max(row.payroll_before, row.payroll_after) > row.quota
    ]
    return table(str(T("Units over their quota")), columns, rows)


def people_table(plan: Plan, names: Names) -> Table:
    """One row per person without a seat today; exempt cases stand there for the planner alone."""
    columns = [
        Column(heading(Unit, "name"), 23),
        Column(heading(SurplusPerson, "bloc"), 14),
        Column(heading(Person, "name"), 19),
        Column(heading(SurplusPerson, "person_id"), 12),
        Column(heading(SurplusPerson, "form"), 12),
        Column(str(T("To unit")), 15),
        Column(str(T("To post")), 28 if names.tier == "planner" else 38),
        Column(heading(SurplusPerson, "reason"), 67),
    ]
    if names.tier == "planner":
        columns.append(Column(str(T("Exempt cases")), 10))
    rows = [_row(row, names)[: len(columns)] for row in _by_unit(plan, names)]
    title = str(T("People without a seat: placed or not, and why"))
    return table(title, columns, rows, new_page=True, is_list=True)


def _row(row: SurplusPerson, names: Names) -> tuple[Cell, ...]:
    post = names.post_row(row.to_post_id)
    return (
        names.unit(row.unit_id),
        names.bloc(row.bloc),
        names.person(row.person_id),
        names.person_id(row.person_id),
        label(FORM, row.form),
        "" if post is None else names.unit(post.unit_id),
        "" if row.to_post_id is None else names.post(row.to_post_id),
        surplus_reason(row.reason),
        names.exempt_cases(row.person_id) if row.reason == "not_eligible" else "",
    )


def _by_unit(plan: Plan, names: Names) -> list[SurplusPerson]:
    def key(row: SurplusPerson) -> Any:
        place = place_in(names.blocs, row.bloc)
        return (
            vietnamese_key(names.unit(row.unit_id)),
            row.unit_id,
            place,
            (vietnamese_key(names.person(row.person_id))),
            row.person_id,
        )

    return sorted(plan.surplus, key=key)


def _leavers(plan: Plan, names: Names, place: UnitBalance) -> list[str]:
    """Names of those who leave the unit for good, of the bloc as far as the people are known."""
    return [
        names.person(move.person_id)
        for move in plan.moves
        if move.from_unit_id == place.unit_id != move.to_unit_id
        and move.form in CHANGES_PAYROLL
        and names.bloc_of(move.person_id) in {None, place.bloc}
    ]
