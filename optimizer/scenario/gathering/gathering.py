"""Many workbooks, one per unit, into one scenario, with every finding on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from optimizer.errors import Problem
from optimizer.scenario.cells import Lists, columns_of
from optimizer.scenario.config import Registry
from optimizer.scenario.gathering.books import Book, Part, open_book
from optimizer.scenario.gathering.coverage import check_files, check_tables, check_units
from optimizer.scenario.gathering.finding_files import names_of
from optimizer.scenario.gathering.gathered import GatheredTable, check_quota_days, gathered_table, merge
from optimizer.scenario.gathering.homes import home_of, what_it_says
from optimizer.scenario.gathering.keys_of_files import settings_of
from optimizer.scenario.gathering.persons import (
    check_ages,
    check_foreign_rows,
    check_persons,
    take_once,
    units_twice,
)
from optimizer.scenario.gathering.resolving import OWNED, resolve
from optimizer.scenario.gathering.unit_names import Known, UnitNames
from optimizer.scenario.reading import put_together
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import MILITARY, TABLES, Quota, Unit
from optimizer.scenario.settings import SettingsRead
from optimizer.scenario.tables import Table, check_keys, check_references, parse_table
from optimizer.scenario.validating import check_consistency

OF_SHEETS: Final = frozenset({"E115", "E120"})  # problems of a workbook whose value is the name of a sheet


@dataclass(frozen=True)
class Finding:
    """A problem of the data with the file and the sheet in which it stands, and the unit whose file it is."""

    problem: Problem
    file: str
    sheet: str | None
    unit_id: str | None


@dataclass(frozen=True)
class UnitCount:
    """What came of one unit: its files, how many rows of people they have, who of them is listed, by bloc.

    `present` and `quota` are what the sheet of quotas says, None where it does not.
    """

    unit_id: str
    name: str
    files: tuple[str, ...]
    rows: int
    listed: Mapping[str, int]
    present: int | None
    quota: int | None


@dataclass(frozen=True)
class Gathered:
    """What many files say together. `scenario` is None where a finding is an error; `day` is the scenario's date."""

    scenario: Scenario | None
    findings: tuple[Finding, ...]
    units: tuple[UnitCount, ...]
    files: tuple[str, ...]
    day: date | None = None
    language: object = None

    @property
    def errors(self) -> int:
        """How many findings stop the scenario."""
        return sum(finding.problem.severity == "error" for finding in self.findings)


def gather(paths: Sequence[Path], registry: Registry, before: Sequence[Problem] = ()) -> Gathered:
    """The scenario that the workbooks at `paths` make together, or everything that is wrong with them.

    `before`: what was found while the files were looked for.
    """
    problems = list(before)
    called = names_of(paths)
    books = [open_book(path, called[path], problems) for path in paths]
    read, language = settings_of(books, registry, problems)
    names = _resolve_units(books, read.lists, problems)
    tables = _tables(books, read.lists, names, problems)
    problems += _judge_files(books, tables, read)
    problems += _references(books, tables)
    problems += [problem for table in tables.values() for problem in check_keys(table)]
    if read.config is not None:
        problems += check_ages(tables["people"], read.config.date)
        problems += check_consistency(read, registry, tables)
    problems = list(dict.fromkeys(problems))
    scenario = None
    if read.config is not None and all(problem.severity == "warning" for problem in problems):
        inputs = tuple(book.input for book in books if book.input is not None)
        scenario = put_together(read, tables, inputs, problems, language)
    return Gathered(
        scenario=scenario,
        findings=tuple(_findings(books, problems)),
        units=tuple(_counts(books, tables, read)),
        files=tuple(book.called for book in books),
        day=read.config.date if read.config else None,
        language=language,
    )


def _resolve_units(books: Sequence[Book], lists: Lists, problems: list[Problem]) -> UnitNames:
    """Find out whose file each is, and put the codes of units in place of their names, which are returned."""
    lists_of_units = [book.parts["units"] for book in books if book.rows("units") > 1]
    sources = lists_of_units or [book.parts["units"] for book in books if book.rows("units")]
    names = UnitNames(unit for part in sources for unit in _known(part, lists))
    for book in books if names.units else ():
        said = what_it_says(book, names)
        book.home = home_of(book, names, said)
        resolve(book, names, said, problems, listed=bool(lists_of_units))
    return names


def _known(part: Part, lists: Lists) -> Iterator[Known]:
    """The units of a sheet, as far as a row says its code and name."""
    raw = part.raw
    if not {"unit_id", "name"} <= set(raw.header):
        return
    kinds = columns_of(Unit, lists)["kind"]
    for _, cells in raw.rows:
        unit_id, name = (cells[raw.header.index(column)].strip() for column in ("unit_id", "name"))
        kind = kinds.read(cells[raw.header.index("kind")]) if "kind" in raw.header else None
        if unit_id:
            yield Known(unit_id, name, kind if isinstance(kind, str) else None)


def _tables(books: Sequence[Book], lists: Lists, names: UnitNames, problems: list[Problem]) -> dict[str, GatheredTable]:
    """Every table out of all files."""
    for part in (part for book in books for part in book.parts.values()):
        part.table, found = parse_table(part.model, part.raw, lists)
        without_unit = part.model.table in OWNED and not _names_units(part)
        heading = part.raw.name_of(part.model, "unit_id") if without_unit else None
        problems += [p for p in found if not (without_unit and p.code in ("E110", "E201") and p.column == heading)]
    return {model.table: gathered_table(model, books, names) for model in TABLES}


def _names_units(part: Part) -> bool:
    """False where nothing says to which unit the rows belong, which is told for the sheet as a whole."""
    raw = part.raw
    return "unit_id" in raw.header and any(cells[raw.header.index("unit_id")] for _, cells in raw.rows)


def _judge_files(books: Sequence[Book], tables: Mapping[str, GatheredTable], read: SettingsRead) -> Iterator[Problem]:
    """What the files say of one another, table by table."""
    people = tables["people"]
    twice = units_twice(people)
    yield from (pair.problem for pair in twice)
    take_once(people, twice)
    apart = {frozenset((id(pair.first), id(pair.second))) for pair in twice if not pair.keeps_both}
    for name, table in tables.items():
        if name != "people":
            yield from merge(table, apart)
        if name == "quotas":
            yield from check_quota_days(table)
        if name in OWNED - {"people"}:
            yield from check_foreign_rows(table)
    yield from check_persons(people)
    yield from check_files(books, people)
    yield from check_units(books, tables, read.config.date if read.config else None)
    yield from check_tables(books)


def _references(books: Sequence[Book], tables: Mapping[str, GatheredTable]) -> Iterator[Problem]:
    """References that lead nowhere, file by file: what is lost in one hides nothing in another."""
    for book in books:
        for part in book.parts.values():
            known = {name: _target(book, part, books, table) for name, table in tables.items()}
            yield from check_references(part.table, known)


def _target(book: Book, part: Part, books: Sequence[Book], table: GatheredTable) -> Table[Any]:
    """A table as the references of a sheet see it; not readable where what they name may be what is missing.

    The rows of a unit's own tables name people and posts of that unit, which stand in the same file.
    """
    name = table.model.table
    is_own = name in book.parts and part.model.table in (*OWNED, "wishes")
    lost = sum(other.parts[name].table.lost for other in ([book] if is_own else books) if name in other.parts)
    readable = bool(table.ids) and (name not in book.broken if is_own else table.is_whole)
    return Table(table.model, table.file, ids=table.ids, lost=lost, readable=readable)


def _findings(books: Sequence[Book], problems: Sequence[Problem]) -> Iterator[Finding]:
    sheets = {label: (book, sheet) for book in books for label, sheet in book.sheets.items()}
    by_name = {book.called: book for book in books}
    for problem in problems:
        if problem.file in sheets:
            book, sheet = sheets[problem.file]
            yield Finding(problem, book.called, sheet, problem.value if problem.code == "E605" else book.home)
        elif problem.file in by_name:
            book = by_name[problem.file]
            yield Finding(problem, book.called, problem.value if problem.code in OF_SHEETS else None, book.home)
        elif problem.code == "W508":
            yield Finding(problem, problem.file, None, None)
        else:  # what no file has: only the sheet is known where it should stand
            yield Finding(problem, "", problem.file, None)


def _counts(books: Sequence[Book], tables: Mapping[str, GatheredTable], read: SettingsRead) -> Iterator[UnitCount]:
    day = read.config.date if read.config else date.max
    people: dict[str, Counter[str]] = {}
    for row in tables["people"].rows:
        people.setdefault(row.unit_id, Counter())[row.bloc] += 1
    current: dict[tuple[str, str], Quota] = {}
    for row in sorted(tables["quotas"].rows, key=lambda row: row.effective_from):
        if row.effective_from <= day:
            current[row.unit_id, row.bloc] = row
    files: dict[str, list[Book]] = {}
    for book in books:
        files.setdefault(book.home or "", []).append(book)
    for unit in {unit.unit_id: unit for unit in tables["units"].rows}.values():
        rows = [row for (unit_id, _), row in current.items() if unit_id == unit.unit_id]
        present = [row.present for row in rows if row.present is not None]
        own, listed = files.get(unit.unit_id, ()), people.get(unit.unit_id, Counter())
        yield UnitCount(
            unit.unit_id,
            unit.name,
            files=tuple(book.called for book in own),
            rows=sum(book.rows("people") for book in own) or listed.total(),
            listed=listed,
            present=sum(present) if present else None,
            quota=sum(row.quota for row in rows if row.bloc != MILITARY) if rows else None,
        )
