"""Tables: bytes or memory -> a raw table of cells -> rows of a class, with every problem located."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from optimizer.errors import Problem
from optimizer.scenario.cells import BLANK, Column, Fault, Lists, cell_text, columns_of
from optimizer.scenario.names import nearest, normal, shown
from optimizer.scenario.schema import Row
from optimizer.texts import T, Text

R = TypeVar("R", bound=Row)
HEADER_ROW: Final = 1
ALIKE: Final = 0.72  # headings less alike than this are not suggested: a wrong guess moves a column of data
_SUGGESTIONS: Final = 20  # a suggestion compares with every id


@dataclass(frozen=True)
class RawTable:
    """A table as it stands: header and cells are text. `rows`: (row number, cells).

    A sheet of a workbook gives more: the row of its header, by place the `letters` of the columns and their
    `headings` as they stand there, and by (row number, place) the `faults` of cells that hold no value.
    """

    file: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    header_row: int = HEADER_ROW
    letters: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    faults: Mapping[tuple[int, int], Fault] = field(default_factory=dict)

    def name_of(self, model: type[Row], column: str) -> str:
        """A column as readers of this table know it: in a workbook by its heading, as it stands or should stand."""
        if not self.letters:
            return column
        if column in self.header:
            return self.headings[self.header.index(column)]
        return model.columns()[column].title or column

    def cell(self, line: int, at: int) -> str | None:
        """The cell of a workbook, such as `E14`; None for a column that does not stand there."""
        return f"{self.letters[at]}{line}" if self.letters and self.letters[at] else None


@dataclass
class Table(Generic[R]):
    """A table as it was read.

    `rows` and `lines` (row numbers) run in parallel and hold the rows without a problem in their cells.
    `ids` are all ids that stand in the file, also of bad rows; `lost` counts rows whose id could not be read.
    `sound` is False where rows or columns could not be read: then nothing follows from what is absent.
    """

    model: type[R]
    file: str
    raw: RawTable | None = None
    rows: list[R] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    references: list[tuple[str, int, str, object]] = field(default_factory=list)
    lost: int = 0
    readable: bool = True
    sound: bool = True

    def numbered(self) -> Iterable[tuple[int, R]]:
        """Row numbers with rows."""
        return zip(self.lines, self.rows, strict=True)

    def named(self, line: int) -> int | Text:
        """A row as messages about another row name it."""
        return line

    def sound_for(self, unit_id: str) -> bool:
        """True where nothing is missing that the files give for this unit."""
        return self.sound

    def heading(self, line: int, column: str) -> str:
        """A column as readers of the row know it."""
        return self.raw.name_of(self.model, column) if self.raw is not None else column

    def problem(self, line: int, column: str, code: str, message: Text, mend: Text, value: object = None) -> Problem:
        """A problem in one cell of this table; `value` is shown unless the column is sensitive."""
        hidden = column in self.model.sensitive_columns()
        text = None if hidden else cell_text(value) or None
        name, cell = self.heading(line, column), None
        if self.raw is not None and self.raw.letters:
            cell = self.raw.cell(line, self.raw.header.index(column)) if column in self.raw.header else None
        return Problem(self.file, code, message, mend, line, name, text and shown(text), cell, hidden)


def text_of(file: str, data: bytes) -> tuple[str, list[Problem]]:
    """The text of a file, NFC and without a BOM, or the problem that stops its reading."""
    try:
        text = data.decode("utf-8-sig")
        at = text.find("\0")
        byte = len(text[:at].encode()) if at >= 0 else -1
    except UnicodeDecodeError as error:
        text, byte = "", error.start
    if byte >= 0:
        line = data[:byte].count(b"\n") + 1
        message = T("byte {byte} of the file is not UTF-8 text", byte=byte + 1)
        return "", [Problem(file, "E102", message, T("Save the file as 'CSV UTF-8'"), line)]
    if not text.strip():
        return "", [
            Problem(file, "E103", T("the file is empty"), T("Restore it, or delete it if its table is optional"))
        ]
    return normal(text), []


def raw_from_csv(file: str, data: bytes, may_be_bare: bool = True) -> tuple[RawTable | None, list[Problem]]:
    """The cells of a CSV file. Blank lines are passed over; `may_be_bare`: a header alone is a table."""
    text, problems = text_of(file, data)
    if problems:
        return None, problems
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    begins = HEADER_ROW
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        message = T("the row cannot be split into cells")
        mend = T('Look for a quote (") that is not closed or not doubled')
        return None, [Problem(file, "E114", message, mend, begins)]
    if not lines:
        return None, [Problem(file, "E103", T("the file is empty"), T("Give it a header and rows"))]
    if len(lines) == 1 and not may_be_bare:
        return None, [Problem(file, "E103", T("the table has a header and no rows"), T("Give it rows"))]
    header = [cell.strip() for cell in lines[0][1]]
    return RawTable(file, header, lines[1:]), []


def raw_from_memory(model: type[Row], rows: Sequence[Mapping[str, object]]) -> RawTable:
    """The cells of a table given as mappings; a missing key is a blank cell. Rows count as in a file."""
    header = list(dict.fromkeys(key for row in rows for key in row)) or list(model.columns())
    cells = [[cell_text(row.get(name)) for name in header] for row in rows]
    return RawTable(f"{model.table}.csv", header, list(enumerate(cells, HEADER_ROW + 1)))


def parse_table(model: type[R], raw: RawTable, lists: Lists) -> tuple[Table[R], list[Problem]]:
    """The rows of `raw`, and every problem in its header and its cells."""
    table = Table(model, raw.file, raw)
    problems = _check_header(model, raw) or _check_width(raw)
    table.sound = not problems
    columns = columns_of(model, lists)
    places = [columns.pop(name, None) for name in raw.header]
    own_id = model.key[0] if len(model.key) == 1 and model.columns()[model.key[0]].is_required() else None
    id_place = raw.header.index(own_id) if own_id in raw.header else None
    table.lost = len(raw.rows) if id_place is None else 0
    complete = model.required_columns() <= set(raw.header)
    for line, cells in raw.rows:
        if id_place is not None:
            name = cells[id_place].strip() if id_place < len(cells) else ""
            table.ids.add(name)
            table.lost += not name
        if len(cells) != len(raw.header):
            table.sound = False
            continue
        values, faults = _read_row(table, raw, line, places, cells)
        problems += faults
        if faults or not complete:
            table.sound = False
            continue
        table.rows.append(model.model_validate(values))
        table.lines.append(line)
    table.ids.discard("")
    return table, problems


def _read_row(
    table: Table[R], raw: RawTable, line: int, places: Sequence[Column | None], cells: Sequence[str]
) -> tuple[dict[str, object], list[Problem]]:
    values: dict[str, object] = {}
    faults: list[Problem] = []
    for at, (column, cell) in enumerate(zip(places, cells, strict=True)):
        if column is None:
            continue
        value = raw.faults.get((line, at)) or column.read(cell)
        if value is BLANK:
            continue
        if isinstance(value, Fault):
            faults.append(table.problem(line, column.name, value.code, value.message, value.mend, cell))
            continue
        values[column.name] = value
        if column.refers:
            table.references.append((column.refers.table, line, column.name, value))
    return values, faults


def _check_width(raw: RawTable) -> list[Problem]:
    """Rows with more or fewer cells than the header; if all rows agree, it is the header that is wrong."""
    expected = len(raw.header)
    widths = [len(cells) for _, cells in raw.rows]
    mend = T("Look for a comma too many or too few; text with a comma stands in quotes")
    if len(widths) > 1 and len(set(widths)) == 1 and widths[0] != expected:
        message = T("the header has {found} cells, every row {expected}", found=expected, expected=widths[0])
        return [Problem(raw.file, "E113", message, mend, raw.header_row)]
    return [
        Problem(
            raw.file,
            "E113",
            T("the row has {found} cells, the header {expected}", found=width, expected=expected),
            mend,
            line,
        )
        for (line, _), width in zip(raw.rows, widths, strict=True)
        if width != expected
    ]


def _check_header(model: type[Row], raw: RawTable) -> list[Problem]:
    """Unknown, double and missing columns; a missing one that an unknown one resembles is named once."""
    if len(raw.header) == 1 and (";" in raw.header[0] or "\t" in raw.header[0]):
        message = T("the cells are not separated by commas")
        return [Problem(raw.file, "E114", message, T("Save the file as CSV with commas"), raw.header_row)]
    known = set(model.columns())
    names = {title: name for name, info in model.columns().items() for title in (name, info.title or name)}
    problems, meant = [], set()
    for at, name in enumerate(raw.header):
        if name in known:
            if name in raw.header[:at]:
                label = raw.headings[at] if raw.headings else name
                message = T("the column '{name}' stands twice", name=shown(label))
                problems.append(_header_problem(raw, "E112", message, T("Delete one of them"), label, at))
            continue
        near = nearest(name, names, cutoff=ALIKE)
        meant.add(names[near] if near else "")
        problems.append(_unknown_column(raw, name, at, raw.name_of(model, names[near]) if near else None))
    for name in model.columns():
        if name in model.required_columns() and name not in raw.header and name not in meant:
            label = raw.name_of(model, name)
            message = T("the required column '{name}' is missing", name=label)
            problems.append(_header_problem(raw, "E110", message, T("Add it to the header and fill it in"), label))
    return problems


def _unknown_column(raw: RawTable, name: str, at: int, near: str | None) -> Problem:
    if not name:
        message, mend = T("a column has no name"), T("Name it, or delete the column")
    else:
        message = T("the column '{name}' is unknown", name=shown(name))
        mend = T("Did you mean '{name}'?", name=near) if near else T("Give it a heading of the template, or delete it")
    return _header_problem(raw, "E111", message, mend, name, at)


def _header_problem(raw: RawTable, code: str, message: Text, mend: Text, column: str, at: int | None = None) -> Problem:
    """A problem of the header; `at` is the place of the column that stands there."""
    cell = None if at is None else raw.cell(raw.header_row, at)
    name = shown(column) or None
    return Problem(raw.file, code, message, mend, raw.header_row, name, name, cell)


def check_references(table: Table[R], known: Mapping[str, Table[Row]]) -> list[Problem]:
    """References that lead nowhere; none where the target's own rows are what could not be read."""
    problems = []
    for target_name in dict.fromkeys(target for target, *_ in table.references):
        target = known.get(target_name)
        if target is None or not target.readable:
            continue
        wrong = [
            (line, column, name)
            for at, line, column, value in table.references
            if at == target_name
            for name in (value if isinstance(value, tuple) else (value,))
            if name not in target.ids
        ]
        absent = list(dict.fromkeys(name for *_, name in wrong))
        if len(absent) <= target.lost:
            continue
        near = {name: nearest(name, target.ids) for name in absent[:_SUGGESTIONS]}
        for line, column, name in wrong:
            message = T("'{value}' does not stand in {file}", value=shown(name), file=target.file)
            mend = T("Correct the id or add its row to {file}", file=target.file)
            if near.get(name):
                mend = T("Did you mean '{name}'?", name=near[name])
            problems.append(table.problem(line, column, "E301", message, mend, name))
    return problems


def in_order_of_keys(model: type[R], rows: Iterable[R]) -> tuple[R, ...]:
    """The rows by their key, so that their order in a file never matters."""
    return tuple(sorted(rows, key=lambda row: [(v is not None, v) for v in (getattr(row, k) for k in model.key)]))


def check_keys(table: Table[R]) -> list[Problem]:
    """Rows whose key stands already."""
    key = table.model.key
    first: dict[tuple[object, ...], int] = {}
    problems = []
    for line, row in table.numbered():
        values = tuple(getattr(row, name) for name in key)
        if first.setdefault(values, line) != line:
            names = " + ".join(table.heading(line, name) for name in key)
            message = T("{key} stands already in row {row}", key=names, row=table.named(first[values]))
            mend = T("Delete one of the two rows or correct its key")
            problems.append(table.problem(line, key[0], "E302", message, mend, values[0]))
    return problems
