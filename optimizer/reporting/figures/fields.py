"""Fields: where specialists are missing, units by fields, before and after the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from optimizer.arrays import IntArray
from optimizer.plan import Plan
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.districts import Districts
from optimizer.reporting.figures.counts import (
    COUNTS,
    all_cells,
    draw_cells,
    draw_sums,
    label_columns,
    label_rows,
    public_cells,
)
from optimizer.reporting.figures.drawing import NEEDS_SCENARIO, Drawing
from optimizer.reporting.figures.page import BODY, EMPTY, FAINT, SMALL, TINY, Page, page_of, shortened, width_of
from optimizer.reporting.naming import Names, label
from optimizer.reporting.open_seats import open_seats
from optimizer.reporting.suppression import hidden_notes
from optimizer.rulebook.facts import Facts
from optimizer.texts import T, words

TITLE: Final = T("Open specialist seats by field, before and after the plan")
CELL: Final = 0.215  # inches, width
SHORT: Final = 40  # rows up to which a list is short
SHORT_ROW, LONG_ROW = 0.2, 0.094  # inches, height
LONGEST: Final = 1.6  # inches for the name of a district or unit
BETWEEN: Final = 0.12  # inches between before and after
HEADINGS: Final = 0.78  # inches for the legend and the headings of both matrices
Place = tuple[str, str, str]  # former district, name and id of the unit, both empty where the district stands for all


@dataclass(frozen=True)
class FieldGaps:
    """Open specialist seats: `before`, `after`: integer arrays (places, fields); `seats`: in all, before and after.

    A seat that names several fields counts for each of them in the arrays, and once in `seats`.
    """

    places: tuple[Place, ...]
    fields: tuple[str, ...]
    before: IntArray
    after: IntArray
    seats: tuple[int, int]


def field_gaps(plan: Plan, names: Names, facts: Facts) -> FieldGaps:
    """Count them by former district and unit; places and fields without any open seat are left out."""
    rows = [row for row in open_seats(plan, facts) if row.post.category == "specialist"]
    before: Counter[tuple[Place, str]] = Counter()
    after: Counter[tuple[Place, str]] = Counter()
    for row in rows:
        place = (names.district_words(row.post.unit_id), names.unit(row.post.unit_id), row.post.unit_id)
        for field in row.post.fields:
            before[place, field] += row.before
            after[place, field] += row.after
    found = {key for key in before if before[key] or after[key]}
    places = sorted({place for place, _ in found}, key=lambda place: [vietnamese_key(part) for part in place])
    fields = [field for field in names.fields if any(field == other for _, other in found)]

    def matrix(counts: Counter[tuple[Place, str]]) -> IntArray:
        return np.array([[counts[place, field] for field in fields] for place in places], np.int64)

    seats = sum(row.before for row in rows), sum(row.after for row in rows)
    return FieldGaps(tuple(places), tuple(fields), matrix(before), matrix(after), seats)


def public_gaps(plan: Plan, names: Names, facts: Facts) -> FieldGaps:
    """Count them for the public: every former district and every field, as to be listed would tell of an open seat."""
    districts = Districts(names)
    fields, places = list(names.fields), list(districts.communes)
    before, after = (np.zeros((len(places), len(fields)), np.int64) for _ in (0, 1))
    seats = [row for row in open_seats(plan, facts) if row.post.category == "specialist"]
    for row in seats:
        place = places.index(districts.receiver(row.post.unit_id))
        for field in row.post.fields:
            before[place, fields.index(field)] += row.before
            after[place, fields.index(field)] += row.after
    return FieldGaps(
        tuple((place, "", "") for place in places),
        tuple(fields),
        before,
        after,
        (sum(row.before for row in seats), sum(row.after for row in seats)),
    )


def draw(plan: Plan, names: Names) -> Figure:
    """Two matrices beside one another, the places on the left by their former districts, sums below."""
    if names.scenario is None:
        return page_of(plan, TITLE, EMPTY).say(NEEDS_SCENARIO)
    public = names.tier == "public"
    found = (public_gaps if public else field_gaps)(plan, names, Facts(names.scenario))
    if not found.places:
        return page_of(plan, TITLE, EMPTY).say(T("No specialist seat is open, before or after the plan."))
    panels = [public_cells(counts) if public else all_cells(counts) for counts in (found.before, found.after)]
    notes = [T("A seat that names several fields counts for each of them.")]
    if public:
        notes += hidden_notes({text for texts, _ in panels for line in texts for text in line})
    else:
        notes.insert(0, T("Only units and fields with an open seat are listed."))
    fields = [label(names.fields, field) for field in found.fields]
    headings = _headings(found, public)
    row, size = (SHORT_ROW, SMALL) if len(found.places) <= SHORT else (LONG_ROW, TINY)
    districts, units = _label_widths(found.places, size)
    above = max(width_of(name, SMALL) for name in fields) + HEADINGS
    panel = max(CELL * len(fields) + BETWEEN, *(width_of(heading, BODY, "bold") + 2 * BETWEEN for heading in headings))
    height = above + row * len(found.places) + (not public) * (BETWEEN + SHORT_ROW)
    page = page_of(plan, TITLE, (districts + units + 2 * panel, height), notes)
    classes = COUNTS.for_readers(names.tier, max(int(shown.max()) for _, shown in panels))
    page.legend(classes.legend(), page.left, page.top, str(T("Open seats in a cell")))
    top, left = page.top - above, page.left + districts + units
    _label_places(page, found.places, (left, top), (districts, units), row, size)
    for heading, (texts, shown) in zip(headings, panels, strict=True):
        page.text(left, page.top - 0.38, heading, BODY, weight="bold", va="top")
        label_columns(page, left, top, CELL, fields)
        right, bottom = left + CELL * len(fields), top - row * len(found.places)
        axes = page.axes(left, bottom, right, top)
        draw_cells(axes, shown, texts, classes, size)
        axes.hlines(_borders(found.places), 0, len(fields), color=FAINT, linewidth=0.8)
        if not public:
            draw_sums(page, shown.sum(0)[None, :], (left, bottom - BETWEEN - SHORT_ROW, right, bottom - BETWEEN))
        left += panel
    if not public:
        label_rows(page, left - 2 * panel, bottom - BETWEEN, SHORT_ROW, [str(T("total"))], units)
    return page.figure


def _headings(found: FieldGaps, public: bool) -> list[str]:
    """Before and after, with the sums for those who may know them: among the categories they may be withheld."""
    if public:
        return [str(T("Open seats before")), str(T("Open seats after"))]
    before, after = found.seats
    return [str(T("Open seats before: {n}", n=words(before))), str(T("Open seats after the plan: {n}", n=words(after)))]


def _label_widths(places: Sequence[Place], size: float) -> tuple[float, float]:
    """Inches for the names of former districts and of units; none for units where districts stand for them."""
    if not places[0][1]:
        return min(LONGEST, max(width_of(place[0], size) for place in places)) + 0.1, 0.0
    districts = max(width_of(place[0], SMALL, "bold") for place in places)
    return min(LONGEST, districts) + 0.15, min(LONGEST, max(width_of(place[1], size) for place in places)) + 0.1


def _borders(places: Sequence[Place]) -> list[int]:
    """The rows on which another former district begins."""
    return [at for at in range(1, len(places)) if places[at][0] != places[at - 1][0] and places[at][1]]


def _label_places(
    page: Page,
    places: Sequence[Place],
    corner: tuple[float, float],
    widths: tuple[float, float],
    row: float,
    size: float,
) -> None:
    """Names of units beside their rows, and of former districts once beside theirs."""
    left, top = corner
    if not widths[1]:
        label_rows(page, left, top, row, [district for district, _, _ in places], widths[0], size)
        return
    label_rows(page, left, top, row, [name for _, name, _ in places], widths[1], size)
    for start, end in pairwise([0, *_borders(places), len(places)]):
        text = shortened(places[start][0], widths[0] - 0.05, SMALL, "bold")
        page.text(page.left, top - row * (start + end) / 2, text, SMALL, va="center_baseline", weight="bold")
        if start:
            page.line(page.left, left, top - row * start)


FIELDS: Final = Drawing("fields", TITLE, draw)
