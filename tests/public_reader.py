"""A reader of everything that is published of one plan, who works out what each hidden cell may be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

import optimizer as so
from optimizer.plan import Plan
from optimizer.reporting.naming import Names
from optimizer.reporting.public import public_overview
from optimizer.reporting.tables import Table
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking

MOST = 1000
Cells = dict[str, tuple[object, ...]]


@dataclass
class Reader:
    """Published numbers as equations over whole numbers that nobody sees."""

    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    hidden: dict[str, cp_model.IntVar] = field(default_factory=dict)
    small: set[str] = field(default_factory=set)

    def unknown(self, name: str) -> cp_model.IntVar:
        return self.model.new_int_var(0, MOST, name)

    def reads(self, name: str, cell: object, parts: list[cp_model.IntVar]) -> None:
        """A published cell is the sum of its parts."""
        value = self.unknown(name)
        self.model.add(value == sum(parts))
        text = str(cell).replace(",", "").replace(".", "")
        if text.isdigit():
            self.model.add(value == int(text))
            return
        assert text in {"<3", "–"}, text
        self.hidden[name] = value
        if text == "<3":
            self.small.add(name)
            self.model.add(value <= 2)

    def knows(self) -> dict[str, tuple[int, int]]:
        """Small cells that cannot be 0, 1 and 2 alike, and withheld ones that can only be one number below 3."""
        found = {}
        for name, value in self.hidden.items():
            low, high = (self._extreme(value, largest) for largest in (False, True))
            if (low, high) != (0, 2) if name in self.small else low == high < 3:
                found[name] = (low, high)
        return found

    def _extreme(self, value: cp_model.IntVar, largest: bool) -> int:
        self.model.clear_objective()
        (self.model.maximize if largest else self.model.minimize)(value)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(self.model) == cp_model.OPTIMAL
        return round(solver.objective_value)


def tables_of(plan: Plan, scenario: Scenario) -> dict[str, Table]:
    with speaking("en"):
        return {table.title: table for table in public_overview(plan, Names(scenario, tier="public")).tables}


def rows_of(table: Table) -> Cells:
    return {str(row[0]): row[1:] for row in table.rows}


def panels_of(plan: Plan, scenario: Scenario, picture: str) -> list[list[str]]:
    """The words in the cells of each matrix of a picture, row by row."""
    figure = so.figure(plan, scenario, picture, tier="public", language="en")
    return [[text.get_text() for text in axes.texts] for axes in figure.axes]


def seats_known(plan: Plan, scenario: Scenario, at: int) -> dict[str, tuple[int, int]]:
    """What is known of open seats, before (0) or after (1) the plan, from all tables and pictures together.

    Every seat of a specialist has one field, as readers may suppose.
    """
    tables, reader = tables_of(plan, scenario), Reader()
    categories = rows_of(tables["Open seats of communes by category"])
    fields = rows_of(tables["Open specialist seats of communes by field"])
    districts = rows_of(tables["By former district"])
    names = [name for name in districts if name != "all communes"] or ["all communes"]
    seats = {
        (kind, name): reader.unknown(f"{kind} {name}") for kind in ("leadership", "general", *fields) for name in names
    }
    for kind in ("leadership", "general"):
        reader.reads(kind, categories[kind][at], [seats[kind, name] for name in names])
    specialists = [seats[kind, name] for kind in fields for name in names]
    reader.reads("specialist", categories["specialist"][at], specialists)
    reader.reads("all", categories["All open seats"][at], list(seats.values()))
    for kind, row in fields.items():
        reader.reads(kind, row[at], [seats[kind, name] for name in names])
    for name in names:
        reader.reads(name, districts[name][1 + at], [found for (_, other), found in seats.items() if other == name])
    cells = panels_of(plan, scenario, "fields")[at]
    assert len(cells) == len(names) * len(fields)
    places = [(kind, name) for name in names for kind in fields]
    for place, cell in zip(places, cells, strict=True):
        reader.reads(" in ".join(place), cell, [seats[place]])
    return reader.knows()


def moves_known(plan: Plan, scenario: Scenario) -> dict[str, tuple[int, int]]:
    """What is known of moves from all tables and pictures together; those within a unit are the internal ones."""
    tables, reader = tables_of(plan, scenario), Reader()
    forms, bodies = rows_of(tables["Moves"]), rows_of(tables["Moves by deciding body"])
    districts = rows_of(tables["By former district"])
    names = [name for name in districts if name != "all communes"] or ["all communes"]
    (cells,) = panels_of(plan, scenario, "flows")
    senders = list(range(len(cells) // len(names)))
    leaving = {(sender, name): reader.unknown(f"{sender} {name}") for sender in senders for name in names}
    within = {name: reader.unknown(f"within {name}") for name in names}
    everything = [*leaving.values(), *within.values()]
    by_form = {form: reader.unknown(form) for form in forms if form != "All moves"}
    by_body = {body: reader.unknown(body) for body in bodies if body != "All moves"}
    for found, published in ((by_form, forms), (by_body, bodies)):
        reader.model.add(sum(found.values()) == sum(everything))
        for name, value in found.items():
            reader.reads(f"by {name}", published[name][0], [value])
        reader.reads("all", published["All moves"][0], everything)
    reader.model.add(by_form["internal assignment"] == sum(within.values()))
    ends = rows_of(tables["Secondments by their end"]) if "Secondments by their end" in tables else {}
    by_end = {end: reader.unknown(f"ends {end}") for end in ends}
    if ends:
        reader.model.add(sum(by_end.values()) == by_form["secondment"])
    for end, value in by_end.items():
        reader.reads(f"ends {end}", ends[end][0], [value])
    for name in names:
        reader.reads(name, districts[name][0], [within[name], *(leaving[sender, name] for sender in senders)])
    for place, cell in zip([(sender, name) for sender in senders for name in names], cells, strict=True):
        reader.reads(f"{place[0]} to {place[1]}", cell, [leaving[place]])
    return reader.knows()


def covers_known(plan: Plan, scenario: Scenario, at: int) -> dict[str, tuple[int, int]]:
    """What is known of communes without anybody, before (0) or after (1), from their table and the goal's value."""
    tables, reader = tables_of(plan, scenario), Reader()
    rows = rows_of(tables["Communes without anybody on site, by field"])
    fields = {name: reader.unknown(name) for name in rows if name != "all fields"}
    for name, value in fields.items():
        reader.reads(name, rows[name][at], [value])
    reader.reads("all", rows["all fields"][at], list(fields.values()))
    value = rows_of(tables["Goals"])["Fields without anybody"][at]
    if isinstance(value, int):
        reader.reads("goal", value, list(fields.values()))
    return reader.knows()


def shown_counts_of(plan: Plan, scenario: Scenario) -> Counter[str]:
    """How many cells of the tables are shown, small and withheld."""
    cells = [cell for table in tables_of(plan, scenario).values() for row in table.rows for cell in row[1:]]
    return Counter(
        "number" if isinstance(cell, int) else str(cell)
        for cell in cells
        if isinstance(cell, int) or cell in {"<3", "–"}
    )
