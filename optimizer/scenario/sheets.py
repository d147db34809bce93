"""Sheets of a workbook into raw tables: which table a sheet is, where its header stands, what its headings mean.

Headings match whatever their case, accents, line breaks and punctuation, in Vietnamese or as column names.
Whatever stands above the header (titles, an example row) is not data. The columns `STT` (`TT`) and `Ghi chú` are
for people and are not read; so are the sheets of the template that guide and list (`HuongDan`, `DanhMuc`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Final

from pydantic.fields import FieldInfo

from optimizer.errors import Problem
from optimizer.scenario.cells import LARGEST, Fault, Lists, cell_text, columns_of, iso_day, shape_of
from optimizer.scenario.grids import Digits, Grid, Merge
from optimizer.scenario.names import bare, nearest, shown
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Bounds, Person, Row, column
from optimizer.scenario.tables import RawTable
from optimizer.scenario.template_examples import EXAMPLES
from optimizer.texts import T

GUIDE_SHEET: Final = "HuongDan"
LISTS_SHEET: Final = "DanhMuc"
ORDINAL: Final = "STT"
REMARK: Final = "Ghi chú"
FOR_PEOPLE: Final = (ORDINAL, "TT", "Số TT", "Số thứ tự", REMARK)
USUAL: Final[Mapping[str, tuple[str, ...]]] = {  # other headings that lists of people have for a column
    "name": ("Họ tên", "Họ và tên cán bộ", "Họ và tên công chức"),
    "birth_date": ("Ngày tháng năm sinh", "Năm sinh"),
    "degree": ("Trình độ chuyên môn", "Trình độ đào tạo"),
    "majors": ("Chuyên ngành", "Chuyên ngành đào tạo"),
    "theory": ("Trình độ lý luận chính trị", "LLCT"),
    "joined_on": ("Ngày tuyển dụng",),
    "native_unit_id": ("Quê",),
    "residence_unit_id": ("Nơi ở hiện nay",),
}
MOST_STRAYS: Final = 3  # that are told one by one
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
_KEY: Final = re.compile(r"[A-Za-z_]+(\.[A-Za-z0-9_]+)*")
MOST_ROWS_ABOVE: Final = 30  # rows among which the header is looked for


class SettingRow(Row):
    """A key of scenario.toml in a workbook."""

    table = "settings"
    sheet = "ThamSo"
    key = ("key_",)

    key_: str = column("Khóa", "key of scenario.toml, with dots", required=True)
    value: str | None = column("Giá trị", "value as in scenario.toml; a bare word is text")
    meaning: str | None = column("Ý nghĩa", "what the key means; for people, not read")


SHEETS: Final[tuple[type[Row], ...]] = (SettingRow, *TABLES)


@lru_cache(maxsize=1 << 16)
def plain(heading: str) -> str:
    """What a heading or the name of a sheet is compared by: its letters and digits, without accents."""
    return "".join(c for c in bare(heading) if c.isalnum())


@cache
def headings_of(model: type[Row]) -> Mapping[str, str]:
    """Column by heading, in the form in which headings are compared."""
    return {
        plain(heading): name
        for name, info in model.columns().items()
        for heading in (name, info.title or name, *(USUAL.get(name, ()) if model is Person else ()))
    }


@cache
def for_people(model: type[Row]) -> frozenset[str]:
    """The headings of columns that are for people, in the same form; the table's own are not among them."""
    return frozenset(plain(heading) for heading in FOR_PEOPLE) - headings_of(model).keys()


@cache
def _sheet_names() -> Mapping[str, type[Row]]:
    return {plain(name): model for model in SHEETS for name in (model.sheet, model.table)}


def table_of(grid: Grid) -> type[Row] | None:
    """The table that a sheet holds, by its name; None for a sheet that is no table."""
    return _sheet_names().get(plain(grid.name))


def is_for_people(grid: Grid) -> bool:
    """True for sheets without data: empty ones, and those of the template that guide and list."""
    return not grid.rows or plain(grid.name) in (plain(GUIDE_SHEET), plain(LISTS_SHEET))


def unknown_sheet(file: str, grid: Grid) -> Problem:
    """The problem of a sheet that holds something and is no table."""
    meant = meant_by(grid)
    mend = T("Did you mean '{name}'?", name=meant.sheet) if meant else T("Delete the sheet")
    return Problem(
        file, "E115", T("the sheet '{name}' is unknown", name=shown(grid.name)), mend, value=shown(grid.name)
    )


def meant_by(grid: Grid) -> type[Row] | None:
    """The table that a sheet of an unknown name may hold: the one whose headings it has, else of the nearest name."""
    for model in SHEETS:
        top = header_place(grid, model)
        if top is not None:
            found = {headings_of(model).get(plain(text)) for text in grid.rows[top][1]}
            needed = model.required_columns() - {"unit_id"}  # that one may stand in a line above
            if len(needed) > 1 and needed <= found:
                return model
    by_name = {name: model for model in SHEETS for name in (model.sheet, model.table)}
    near = nearest(grid.name, by_name)
    return by_name[near] if near else None


def raw_from_grid(
    model: type[Row], grid: Grid, file: str, *, may_be_bare: bool = False
) -> tuple[RawTable | None, list[Problem]]:
    """The cells of a sheet as a table of `model`, and what stops or disturbs its reading.

    `may_be_bare`: a header alone is a table; it always is for optional tables.
    """
    from openpyxl.utils import get_column_letter

    top = header_place(grid, model)
    if top is None:
        message = T("no row of headings was found among the first {n} rows", n=MOST_ROWS_ABOVE)
        mend = T("Give the columns the headings of the template, for example {names}", names=_some_headings(model))
        return None, [Problem(file, "E119", message, mend)]
    header_row, cells = grid.rows[top]
    below = grid.rows[top + 1 :]
    kept = [at for at in range(len(cells)) if _is_column(model, at, cells, below, grid.faults)]
    names = headings_of(model)
    header = [names.get(plain(cells[at]), " ".join(cells[at].split())) for at in kept]
    kinds = [shape_of(model.columns()[name].annotation)[0] if name in model.columns() else None for name in header]
    rows = [
        (line, [iso_day(texts[at]) if kind is date else texts[at] for kind, at in zip(kinds, kept, strict=True)])
        for line, texts in below
    ]
    faults = {(line, kept.index(at)): fault for (line, at), fault in grid.faults.items() if at in kept}
    most = [_most(model.columns()[name]) if name in model.columns() else LARGEST for name in header]
    faults |= _doubtful_numbers(kinds, most, rows)
    rows = [(line, texts) for line, texts in rows if any(texts) or any((line, at) in grid.faults for at in kept)]
    raw = RawTable(
        file, header, rows, header_row,
        letters=tuple(get_column_letter(at + 1) for at in kept),
        headings=tuple(" ".join(cells[at].split()).removesuffix("*").rstrip() for at in kept),
        faults=faults,
    )  # fmt: skip
    problems = [_merged(file, merge) for merge in grid.merges if merge.last_row > header_row and rows]
    problems += [_stray(file, f"{get_column_letter(at + 1)}{line}") for line, at in grid.strays[:MOST_STRAYS]]
    problems += _data_above(model, file, header, kept, grid.rows[:top])
    if not rows and not may_be_bare and model.table not in OPTIONAL_TABLES:
        message = T("the table has a header and no rows")
        return None, [*problems, Problem(file, "E103", message, T("Give it rows"))]
    return raw, problems


def header_place(grid: Grid, model: type[Row]) -> int | None:
    """The place among the grid's rows of the one with the most known headings; None where none has any."""
    known = headings_of(model)
    counts = [len({plain(text) for text in texts} & known.keys()) for _, texts in grid.rows[:MOST_ROWS_ABOVE]]
    most = max(counts, default=0)
    return counts.index(most) if most else None


def _is_column(
    model: type[Row],
    at: int,
    cells: Sequence[str],
    below: Sequence[tuple[int, list[str]]],
    faults: Mapping[tuple[int, int], Fault],
) -> bool:
    """False for columns for people, and for those without a heading in which nothing stands."""
    if plain(cells[at]) in for_people(model):
        return False
    return bool(cells[at]) or any(texts[at] or (line, at) in faults for line, texts in below)


def _doubtful_numbers(
    kinds: Sequence[type | None], most: Sequence[float], rows: Sequence[tuple[int, list[str]]]
) -> Iterator[tuple[tuple[int, int], Fault]]:
    """Numbers that stand where text is asked for and are seen otherwise; text whose point may part thousands.

    `most`: the largest value of each column.
    """
    for line, texts in rows:
        for k, (kind, text) in enumerate(zip(kinds, texts, strict=True)):
            if kind is str and isinstance(text, Digits) and text.disguised:
                message = T("the number {value} is shown with other letters by its format", value=shown(text))
                yield (line, k), Fault("E216", message, T("Format the cell as text and type what is to be seen"))
            elif kind is float and not isinstance(text, Digits) and _may_be_thousands(text.strip(), most[k]):
                message = T("'{value}' may be thousands or a decimal number", value=shown(text))
                yield (line, k), Fault("E204", message, T("Type it again as a number"))


def _may_be_thousands(text: str, most: float) -> bool:
    return bool(_THOUSANDS.fullmatch(text)) and int(text.replace(".", "")) <= most


def _most(info: FieldInfo) -> float:
    return next((mark.high for mark in info.metadata if isinstance(mark, Bounds)), LARGEST)


def _data_above(
    model: type[Row], file: str, header: Sequence[str], kept: Sequence[int], rows: Sequence[tuple[int, list[str]]]
) -> Iterator[Problem]:
    """Rows above the headings that read as rows of the table: somebody has sorted the headings among them."""
    for line, texts in rows:
        cells = {name: iso_day(texts[at]) for name, at in zip(header, kept, strict=True)}
        if _reads_as_row(model, cells) and not _is_example(model, cells):
            message = T("a row above the headings reads as a row of the table")
            yield Problem(file, "E123", message, T("Move the row of headings above all others"), line)


def _reads_as_row(model: type[Row], cells: Mapping[str, str]) -> bool:
    """Every cell reads, and those that must be filled in are."""
    columns = columns_of(model, Lists(None))
    if model is SettingRow and not (cells.get("value") and _KEY.fullmatch(cells.get("key_", ""))):
        return False
    values = [columns[name].read(cell) for name, cell in cells.items() if name in columns]
    return model.required_columns() <= cells.keys() and not any(isinstance(value, Fault) for value in values)


def _is_example(model: type[Row], cells: Mapping[str, str]) -> bool:
    """The row that a template shows."""
    columns = columns_of(model, Lists())
    values = {name: columns[name].read(cell) for name, cell in cells.items() if name in columns and cell}
    example = EXAMPLES.get(model.table, {})
    return all(cell_text(value) == cell_text(example.get(name)) for name, value in values.items())


def _stray(file: str, cell: str) -> Problem:
    message = T("something stands far to the right of the table")
    return Problem(file, "E122", message, T("Clear the cell"), cell=cell)


def _merged(file: str, merge: Merge) -> Problem:
    message = T("the cells {cells} are merged: only the first of them holds the value", cells=merge.cells)
    return Problem(file, "E215", message, T("Unmerge them and fill in each"), merge.first_row, cell=merge.cells)


def _some_headings(model: type[Row]) -> str:
    return ", ".join(str(model.columns()[name].title) for name in list(model.columns())[:3])


def by_table(grids: Iterable[Grid], called: str) -> tuple[dict[str, tuple[Grid, str]], list[Problem]]:
    """By table, its sheet and how it is called in messages; sheets that are unknown or stand twice."""
    found: dict[str, tuple[Grid, str]] = {}
    problems = []
    for grid in grids:
        model = table_of(grid)
        if model is None:
            if not is_for_people(grid):
                problems.append(unknown_sheet(called, grid))
        elif model.table in found:
            message = T("the sheets '{one}' and '{other}' are the same table", one=found[model.table][0].name,
                        other=grid.name)  # fmt: skip
            problems.append(Problem(called, "E120", message, T("Delete one of the two sheets"), value=shown(grid.name)))
        else:
            found[model.table] = (grid, f"{called} [{grid.name}]")
    return found, problems
