"""Lines among the rows of a sheet that are no rows: totals, headings of groups, signatures below the table.

Printed lists carry them. They are passed over, each with a warning, so that nothing vanishes unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from optimizer.errors import Problem
from optimizer.scenario.grids import Grid
from optimizer.scenario.names import shown
from optimizer.scenario.schema import Row
from optimizer.scenario.sheets import for_people, header_place, headings_of, plain
from optimizer.texts import T, Text

TOTALS: Final = frozenset({"cong", "tongcong", "tong", "tongso", "total"})
_MOST_BETWEEN, _MOST_BELOW = 2, 3  # cells of a line between rows, and below the last of them


def without_lines(grid: Grid, model: type[Row], label: str, *, meant: str = "") -> tuple[Grid, list[Problem]]:
    """The sheet without such lines and without merges within them, and a warning for each.

    `meant`: a column in which something stands in rows alone, never in such lines.
    """
    top = header_place(grid, model)
    if top is None:
        return grid, []
    places = _columns(grid.rows[top][1], model)
    people_only = {at for at, text in enumerate(grid.rows[top][1]) if plain(text) in for_people(model)}
    faulty = {row for row, _ in grid.faults}
    rows = [(row, {at: text.strip() for at, text in enumerate(texts) if text.strip()}) for row, texts in grid.rows]
    hidden = {places.get(name) for name in model.sensitive_columns()}
    own = model.key[0] if len(model.key) == 1 else ""
    last = max((row for row, cells in rows[top + 1 :] if places.get(own) in cells), default=0)
    problems: dict[int, Problem] = {}
    for row, cells in rows[top + 1 :]:
        if meant in places and places[meant] in cells:
            continue
        data = {at: text for at, text in cells.items() if at not in people_only}
        if _is_total(cells, places.get(own)):
            message = T("the line '{text}' is a total and no row of the table; it was passed over", text=_words(cells))
            mend = T("Delete the line, or move it above the headings")
            problems[row] = _problem(label, "W607", message, mend, row, min(cells))
        elif data and own in places and row not in faulty and _is_line(data, places, own, below_last=row > last):
            told = {at: text for at, text in data.items() if at not in hidden}
            message = T("the line '{text}' lacks the required columns and was not read", text=_words(told))
            mend = T("Nothing to mend in a total or a signature; of a person, fill in all required columns")
            problems[row] = _problem(label, "W608", message, mend, row, min(data))
    kept = [(row, texts) for row, texts in grid.rows if row not in problems]
    merges = [merge for merge in grid.merges if not set(range(merge.first_row, merge.last_row + 1)) <= problems.keys()]
    faults = {(row, at): fault for (row, at), fault in grid.faults.items() if row not in problems}
    return replace(grid, rows=kept, merges=merges, faults=faults), list(problems.values())


def _columns(header: Sequence[str], model: type[Row]) -> dict[str, int]:
    """The place of each known column."""
    names = headings_of(model)
    return {names[plain(text)]: at for at, text in reversed([*enumerate(header)]) if plain(text) in names}


def _words(cells: Mapping[int, str]) -> str:
    return shown(" ".join(next(iter(cells.values()), "").split()))


def _is_total(cells: Mapping[int, str], own: int | None) -> bool:
    """A row whose first words are those of a total, without an id of its own."""
    words = next((text for text in cells.values() if any(c.isalpha() for c in text)), "")
    return plain(words) in TOTALS and (own is None or own not in cells or cells[own] == words)


def _is_line(cells: Mapping[int, str], places: Mapping[str, int], own: str, *, below_last: bool) -> bool:
    """A row without an id, and with so little in it that it cannot be meant as one."""
    if places[own] in cells:
        return False
    if below_last:
        return len(cells) <= _MOST_BELOW
    named = {places[name] for name in ("name", "title") if name in places}
    return len(cells) <= _MOST_BETWEEN and not named & cells.keys()


def _problem(label: str, code: str, message: Text, mend: Text, row: int, at: int) -> Problem:
    from openpyxl.utils import get_column_letter

    return Problem(label, code, message, mend, row, cell=f"{get_column_letter(at + 1)}{row}")
