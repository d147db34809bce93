"""Flows: who sends people to whom, provincial bodies and former districts by former districts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
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
from optimizer.reporting.figures.page import EMPTY, INK, SMALL, Page, page_of, width_of
from optimizer.reporting.naming import Names, label
from optimizer.reporting.suppression import hidden_notes
from optimizer.scenario.vocabulary import FORM
from optimizer.texts import T, Text, words

TITLE: Final = T("Who sends people to whom")
CELL: Final = (0.225, 0.19)  # inches
LONGEST_LABEL: Final = 2.4  # inches
SUM: Final = 0.28  # inches of a column of sums
GAP: Final = 0.08  # between the matrix and its sums


@dataclass(frozen=True)
class Flows:
    """Moves that leave their unit. `counts`: integer array (origins, destinations); `by_form`: (origins, forms).

    The first `bodies` origins are provincial bodies, all others former districts. `within` counts the moves that
    stay in their unit and are no flows.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    forms: tuple[str, ...]
    counts: IntArray
    by_form: IntArray
    bodies: int
    within: int


def flows(plan: Plan, names: Names) -> Flows:
    """Count them, by provincial body and former district."""
    leaving = [move for move in plan.moves if move.from_unit_id != move.to_unit_id]
    pairs = Counter((_origin(move.from_unit_id, names), names.district_words(move.to_unit_id)) for move in leaving)
    forms = Counter((_origin(move.from_unit_id, names), move.form) for move in leaving)
    origins = sorted({origin for origin, _ in pairs}, key=lambda origin: (origin[0], vietnamese_key(origin[1])))
    destinations = sorted({destination for _, destination in pairs}, key=vietnamese_key)
    used = [form for form in FORM if any(form == other for _, other in forms)]
    return Flows(
        tuple(name for _, name in origins),
        tuple(destinations),
        tuple(used),
        np.array([[pairs[origin, destination] for destination in destinations] for origin in origins], np.int64),
        np.array([[forms[origin, form] for form in used] for origin in origins], np.int64),
        sum(not is_district for is_district, _ in origins),
        len(plan.moves) - len(leaving),
    )


def public_flows(plan: Plan, names: Names) -> Flows:
    """Count them for the public: every district has its row and column, as to be listed would tell of a move.

    Nothing is counted by form.
    """
    districts = Districts(names)
    leaving = [move for move in plan.moves if move.from_unit_id != move.to_unit_id]
    pairs = Counter((districts.sender(move.from_unit_id), districts.receiver(move.to_unit_id)) for move in leaving)
    origins, destinations = districts.senders, tuple(districts.communes)
    return Flows(
        origins,
        destinations,
        (),
        np.array([[pairs[origin, destination] for destination in destinations] for origin in origins], np.int64),
        np.zeros((len(origins), 0), np.int64),
        int(districts.has_bodies),
        len(plan.moves) - len(leaving),
    )


def _origin(unit: str | None, names: Names) -> tuple[bool, str]:
    """Whether a former district sends, and the name of the sender."""
    return (True, names.district_words(unit)) if names.is_commune(unit or "") else (False, names.unit(unit))


def draw(plan: Plan, names: Names) -> Figure:
    """A matrix with the numbers in its cells, and sums by origin, form and destination where they may be told."""
    if names.scenario is None:
        return page_of(plan, TITLE, EMPTY).say(NEEDS_SCENARIO)
    public = names.tier == "public"
    found = public_flows(plan, names) if public else flows(plan, names)
    if not found.origins:
        return page_of(plan, TITLE, EMPTY, _notes(found, names)).say(T("No move of this plan leaves its unit."))
    labels = min(LONGEST_LABEL, max(width_of(name, SMALL) for name in found.origins)) + 0.1
    above = max(width_of(name, SMALL) for name in (*found.destinations, *_sum_labels(found))) + 0.6
    rows, columns = found.counts.shape
    with_sums = not public
    width = labels + CELL[0] * columns + with_sums * (GAP + SUM * (len(found.forms) + 1))
    height = above + CELL[1] * rows + with_sums * (GAP + CELL[1])
    texts, shown = public_cells(found.counts) if public else all_cells(found.counts)
    hidden = [] if with_sums else hidden_notes({text for row in texts for text in row})
    page = page_of(plan, TITLE, (width, height), [*_notes(found, names), *hidden])
    top, left = page.top - above, page.left + labels
    right, bottom = left + CELL[0] * columns, top - CELL[1] * rows
    classes = COUNTS.for_readers(names.tier, int(shown.max()))
    page.legend(classes.legend(), page.left, page.top, str(T("People in a cell")))
    axes = page.axes(left, bottom, right, top)
    draw_cells(axes, shown, texts, classes, SMALL)
    if 0 < found.bodies < rows:
        axes.axhline(found.bodies, color=INK, linewidth=1.0)
    label_rows(page, left, top, CELL[1], found.origins, labels)
    label_columns(page, left, top, CELL[0], found.destinations)
    if with_sums:
        _draw_sums(page, found, (left, bottom, right, top))
    return page.figure


def _sum_labels(found: Flows) -> list[str]:
    return [*(label(FORM, form) for form in found.forms), str(T("total"))]


def _draw_sums(page: Page, found: Flows, matrix: tuple[float, float, float, float]) -> None:
    """Sums by form and in all to the right of the matrix, by destination below it."""
    left, bottom, right, top = matrix
    by_origin = np.column_stack([found.by_form, found.counts.sum(1)])
    below = bottom - GAP
    start, end = right + GAP, right + GAP + SUM * by_origin.shape[1]
    for counts, place in (
        (by_origin, (start, bottom, end, top)),
        (found.counts.sum(0)[None, :], (left, below - CELL[1], right, below)),
        (by_origin.sum(0)[None, :], (start, below - CELL[1], end, below)),
    ):
        draw_sums(page, counts, place)
    label_columns(page, start, top, SUM, _sum_labels(found))
    label_rows(page, left, below, CELL[1], [str(T("total"))], left - page.left)


def _notes(found: Flows, names: Names) -> list[Text]:
    notes = [T("Rows send, columns receive. Moves within one unit are not shown: {n}.", n=words(found.within))]
    if names.tier == "public":  # how many there are stands among the forms, where it may be withheld
        notes = [T("Rows send, columns receive. Moves within one unit are not shown.")]
    if 0 < found.bodies < len(found.origins):
        notes.insert(0, T("Provincial bodies stand above the thick line, former districts below it."))
    return notes


FLOWS: Final = Drawing("flows", TITLE, draw)
