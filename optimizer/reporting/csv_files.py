"""CSV: a folder with one file per table, and an index that says what each of them is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from optimizer.reporting.content import Content
from optimizer.reporting.tables import Cell
from optimizer.spreadsheet import RISKY
from optimizer.texts import T

INDEX: Final = "MucLuc.csv"
PREFIX: Final = "'"  # as a spreadsheet itself marks text


def csv_files(content: Content) -> dict[str, bytes]:
    """Bytes by file name: UTF-8 with a BOM, by which Excel knows Vietnamese letters, and lines that end as in RFC 4180.

    Dates are ISO, numbers plain. A text that begins with = + - @, a tab or a return gets an apostrophe before it,
    so that no spreadsheet takes it for a formula; programs that read the file take that one character off.
    """
    first = [(str(T("File")), str(T("Table")), str(T("Note")))]
    index = [
        (f"{name}.csv", table.title or sheet.title, " ".join([*sheet.lines, table.note]).strip())
        for name, sheet, table in content.tables()
    ]
    files = {
        f"{name}.csv": _bytes([[column.heading for column in table.columns], *table.rows])
        for name, _, table in content.tables()
    }
    return {INDEX: _bytes([*first, *index]), **files}


def _bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_plain(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Cell) -> str | int | float | None:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        text = value.replace("\0", "")
        return PREFIX + text if text.startswith((*RISKY, "\n")) else text
    return value
