"""What a report is made of: a sheet of tables, each with typed columns and rows of plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from optimizer.plan import Plan
from optimizer.reporting.naming import Names
from optimizer.texts import T

if TYPE_CHECKING:
    import pandas as pd

Cell = str | int | float | date | None
Kind = Literal["text", "whole", "number", "km", "date", "percent"]


@dataclass(frozen=True)
class Column:
    """A column as it is shown: heading in the current language, width in characters, kind of its values.

    `span`: how many columns of the sheet it covers, where tables of different shapes share a sheet; the width
    of a column that covers several is theirs. `bar`: its numbers are drawn as bars on the scale of that name.
    `printed`: False for what is looked up on the screen alone; such columns stand last. `choices`: the words among
    which readers choose, for a column that they fill in.
    """

    heading: str
    width: int
    kind: Kind = "text"
    span: int = 1
    bar: str = ""
    printed: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows under headings. `title` may be empty where the sheet's own title says it all.

    `brief`: places of the columns that are enough on a screen; all where it is empty. `grouped_by`: the column by
    whose values rows are grouped; a line parts the groups, and a new page where the last is more than half full.
    `at`: the column of the sheet where it begins; `beside`: how many of the tables before it stand to its left;
    `new_page`: it begins a page, if it has rows and more than half of the last is filled.
    `is_list`: its heading filters and repeats on every page; the only table of a sheet always is one, of several the
    last may be.
    `bar_rows`: how many of the first rows have bars, all where it is None.
    `asked`: columns for readers to fill in; a workbook alone has them, see `Sheet.to_fill_in`.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    brief: tuple[int, ...] = ()
    grouped_by: int | None = None
    at: int = 1
    beside: int = 0
    new_page: bool = False
    bar_rows: int | None = None
    is_list: bool = False
    asked: tuple[Column, ...] = ()

    def with_asked(self) -> Table:
        """The table with its columns to fill in, empty, after the last that is printed."""
        at = sum(column.printed for column in self.columns)
        columns = (*self.columns[:at], *self.asked, *self.columns[at:])
        rows = tuple((*row[:at], *(None for _ in self.asked), *row[at:]) for row in self.rows)
        return replace(self, columns=columns, rows=rows)

    def to_frame(self) -> pd.DataFrame:
        """The table as a data frame, its headings as columns."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=[column.heading for column in self.columns])


@dataclass(frozen=True)
class Sheet:
    """One sheet of the workbook: a title, lines of words under it, tables one below the other.

    `optional`: it is left out where no table has a row, so that nobody prints an empty page.
    `guide`: how its columns to fill in are filled in; it stands where they do.
    """

    name: str
    title: str
    tables: tuple[Table, ...]
    lines: tuple[str, ...] = ()
    optional: bool = False
    guide: str = ""

    def to_fill_in(self) -> Sheet:
        """The sheet as a workbook has it, with the columns that readers fill in."""
        return replace(self, tables=tuple(table.with_asked() for table in self.tables))

    @property
    def stands(self) -> bool:
        """Whether it belongs among the sheets that are handed out."""
        return not self.optional or any(table.rows for table in self.tables)

    @property
    def kept(self) -> Table | None:
        """The table whose heading filters and repeats on every page; of several the last, if it is a list with rows."""
        last = self.tables[-1]
        return last if len(self.tables) == 1 or (last.is_list and last.rows) else None


Report = Callable[[Plan, Names], Sheet]


def table(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    note: str = "",
    brief: tuple[int, ...] = (),
    **layout: Any,
) -> Table:
    """A table from any sequences; every row has one value per column. `layout`: the further fields of `Table`.

    One without rows says so in its note.
    """
    told = note if rows or note else str(T("None."))
    return Table(title, tuple(columns), tuple(tuple(row) for row in rows), told, brief, **layout)
