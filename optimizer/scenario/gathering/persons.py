"""Who stands where: the same person twice, two people with one id, one person with two; rows in a foreign file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from optimizer.errors import Problem
from optimizer.scenario.gathering.books import Book
from optimizer.scenario.gathering.gathered import GatheredTable, Origin
from optimizer.scenario.gathering.unit_names import UnitNames
from optimizer.scenario.months import add_months
from optimizer.scenario.names import fold, shown
from optimizer.scenario.schema import Person
from optimizer.texts import T, Text

MOST_NAMES: Final = 3  # in one message
YOUNGEST, OLDEST = 18, 70  # years; nobody on a payroll is younger or older
_EVIDENCE: Final = ("native_unit_id", "joined_on", "party_joined_on")
_TRAITS: Final = ("sex", "degree", "majors")  # what tells people apart where all evidence is blank


@dataclass(frozen=True)
class Twice:
    """Two files that both bring people of one unit: the first is kept."""

    unit_id: str
    first: Book
    second: Book
    problem: Problem
    keeps_both: bool


def units_twice(table: GatheredTable) -> list[Twice]:
    """Units whose own people come in two files: the same, some of them, or others altogether."""
    by_unit: dict[str, dict[int, dict[str, Person]]] = {}
    books = {id(origin.book): origin.book for origin in table.origins}
    sheets = {id(origin.book): origin.part.label for origin in table.origins}
    for line, row in table.numbered():
        book = table.origins[line].book
        if book.home == row.unit_id:
            by_unit.setdefault(row.unit_id, {}).setdefault(id(book), {})[row.person_id] = row
    found = []
    for unit_id, files in by_unit.items():
        (first, people), *others = files.items()
        for second, rows in others:
            unit = table.names.label(unit_id)
            code, message, mend = _twice(unit, books[first].called, people, rows)
            problem = Problem(sheets[second], code, message, mend, value=unit_id)
            found.append(Twice(unit_id, books[first], books[second], problem, code == "W604"))
    return found


def _twice(unit: str, first: str, people: dict[str, Person], rows: dict[str, Person]) -> tuple[str, Text, Text]:
    """(code, message, mend) of a second file with people of a unit."""
    known = {(fold(row.name), row.birth_date) for row in people.values()}
    if rows == people:
        message = T("{file} holds the same people of {unit}; they were taken once", file=first, unit=unit)
        return "W603", message, T("Delete one of the two files")
    shared = [row for row in rows.values() if row.person_id in people or (fold(row.name), row.birth_date) in known]
    if not shared:
        message = T("{file} brings other people of {unit}; both were taken", file=first, unit=unit)
        return (
            "W604",
            message,
            T("Right where a unit sends a file for each bloc; otherwise delete the file that is not wanted"),
        )
    message = T(
        "{file} brings people of {unit} too and differs: {same} of {all} people stand in both. Different: {names}",
        file=first, unit=unit, same=len(shared), all=len(people.keys() | rows.keys()), names=_different(people, rows),
    )  # fmt: skip
    return "E606", message, T("Ask which of the two files holds, and delete the other")


def _different(people: dict[str, Person], rows: dict[str, Person]) -> str:
    """Names of the first people who stand in one of two files alone, or otherwise in the other."""
    ids = [person_id for person_id in {**people, **rows} if people.get(person_id) != rows.get(person_id)]
    names = list(dict.fromkeys(shown((people.get(person_id) or rows[person_id]).name) for person_id in ids))
    return ", ".join([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])])


def take_once(table: GatheredTable, twice: Sequence[Twice]) -> None:
    """Leave out the people of files that come second."""
    second = {(id(pair.second), pair.unit_id) for pair in twice if not pair.keeps_both}
    for pair in twice:
        if pair.problem.severity == "error":
            table.doubt(pair.unit_id)
    table.keep({line for line, row in table.numbered() if (id(table.origins[line].book), row.unit_id) not in second})


def check_persons(table: GatheredTable) -> list[Problem]:
    """People who stand twice; of each id the row in the file of its own unit is kept, else the first."""
    problems: list[Problem] = []
    groups: dict[str, list[tuple[int, Person]]] = {}
    for line, row in table.numbered():
        groups.setdefault(row.person_id, []).append((line, row))
    kept_lines: set[int] = set()
    for rows in groups.values():
        (first, kept), *others = sorted(rows, key=lambda pair: table.origins[pair[0]].book.home != pair[1].unit_id)
        kept_lines.add(first)
        for line, row in others:
            table.doubt(row.unit_id, kept.unit_id)
            problems.append(_again(table, line, row, first, kept))
    table.keep(kept_lines)
    return [*problems, *check_foreign_rows(table), *_two_ids(table)]


def _again(table: GatheredTable, line: int, row: Person, first: int, kept: Person) -> Problem:
    births = {row.birth_date, kept.birth_date} - {None}
    where = table.named(first)
    if fold(row.name) != fold(kept.name) or len(births) > 1:
        message = T("another person has this id in row {row}", row=where)
        return table.problem(line, "person_id", "E610", message, T("Give one of the two another id"), row.person_id)
    code = "E609" if table.origins[line].book is table.origins[first].book else "E608"
    message = T("the same person stands in row {row}", row=where)
    mend = T("Delete one of the two rows: a person stands where the payroll is")
    return table.problem(line, "person_id", code, message, mend, row.person_id)


def check_foreign_rows(table: GatheredTable) -> list[Problem]:
    """Rows of another unit in a unit's file, which are left out; not those that another file has as well.

    A file all of whose rows are of one other unit is told as a whole.
    """
    files: dict[int, list[tuple[int, str]]] = {}
    for line, row in table.numbered():
        if table.origins[line].book.home is not None and line not in table.copied:
            files.setdefault(id(table.origins[line].book), []).append((line, row.unit_id))
    problems: list[Problem] = []
    foreign: set[int] = set()
    for rows in files.values():
        origin = table.origins[rows[0][0]]
        home, units = str(origin.book.home), {unit for _, unit in rows}
        others = {line: unit for line, unit in rows if unit != home}
        if others:
            foreign |= others.keys()
            table.doubt(home, *units)
        if len(units) == 1 and len(others) > 1:
            problems.append(_wholly_foreign(table.names, origin, home, rows[0][1]))
            table.claimed |= units
            continue
        for line, unit in others.items():
            message = T("the row is of {unit}, the file of {other}", unit=table.names.label(unit),
                        other=table.names.label(home))  # fmt: skip
            mend = T("Correct the unit, or move the row to that unit's file")
            problems.append(table.problem(line, "unit_id", "E607", message, mend, unit))
    table.keep(set(table.lines) - foreign)
    return problems


def _wholly_foreign(names: UnitNames, origin: Origin, home: str, other: str) -> Problem:
    message = T("the file says that it is of {unit}; its rows are of {other}", unit=names.label(home),
                other=names.label(other))  # fmt: skip
    mend = T("Correct the file's name and the lines above the headings, or the units in the rows")
    return Problem(origin.part.label, "E615", message, mend, value=home)


def _two_ids(table: GatheredTable) -> list[Problem]:
    """One name, one birth date and one more thing in common, under two ids.

    Where nothing of that is known of either, sex, degree and majors decide together.
    """
    problems = []
    groups: dict[tuple[str, date], list[tuple[int, Person]]] = {}
    for line, row in table.numbered():
        if row.birth_date is not None:
            groups.setdefault((fold(row.name), row.birth_date), []).append((line, row))
    for (first, kept), *others in groups.values():
        for line, row in others:
            if _may_be_one(row, kept):
                message = T("somebody of this name and birth date has the id '{id}' in row {row}", id=kept.person_id,
                            row=table.named(first))  # fmt: skip
                mend = T("If it is one person, delete one of the two rows")
                problems.append(table.problem(line, "person_id", "W605", message, mend, row.person_id))
    return problems


def _may_be_one(row: Person, other: Person) -> bool:
    evidence = [(getattr(row, column), getattr(other, column)) for column in _EVIDENCE]
    if all(pair == (None, None) for pair in evidence):
        return all(getattr(row, column) == getattr(other, column) for column in _TRAITS)
    return any(one is not None and one == two for one, two in evidence)


def check_ages(table: GatheredTable, day: date) -> list[Problem]:
    """Birth dates that cannot be those of people on a payroll; those after the date are told by the usual checks."""
    problems = []
    for line, row in table.numbered():
        born = row.birth_date
        if born is None or born > day or add_months(born, 12 * YOUNGEST) <= day < add_months(born, 12 * (OLDEST + 1)):
            continue
        message = T("on {day} the person would be younger than {young} or older than {old}", day=day.isoformat(),
                    young=YOUNGEST, old=OLDEST)  # fmt: skip
        problems.append(table.problem(line, "birth_date", "W606", message, T("Check the birth date"), born))
    return problems
