"""Map: communes at their places, who is short of people and who is over the quota, before and after the plan."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from optimizer.plan import Plan
from optimizer.reporting.disclosure import LEAST_SHOWN, count_words
from optimizer.reporting.figures.counts import Classes
from optimizer.reporting.figures.drawing import NEEDS_SCENARIO, Drawing
from optimizer.reporting.figures.map_area import MapArea, Point, placed_names
from optimizer.reporting.figures.page import A4, BODY, EMPTY, FAINT, INK, MARGIN, TINY, Page
from optimizer.reporting.naming import Names
from optimizer.scenario.schema import Unit
from optimizer.texts import T, Text, words

TITLE: Final = T("Shortage of people by commune, before and after the plan")
CLASSES: Final = Classes((1, 3, 6, 10))
LEAST: Final = -1  # the class of what is below the first
OVER: Final = "#D55E00"  # vermilion of Okabe and Ito
PLAIN_EDGE: Final = "#8A8A8A"
SMALLEST, LARGER = 4.5, 2.7  # points across the circle of the first class, and more for each further one
NOBODY: Final = 3.0  # points across the circle of the least class
BETWEEN, BESIDE, ABOVE, BELOW = 0.2, 0.5, 0.3, 1.0  # inches: panels, labels of latitude, heading, longitude and legend
_KIND_OF_DISTRICT = re.compile(r"^(huyện|thị xã|thành phố|quận)\s+(?=\D)", re.IGNORECASE)


@dataclass(frozen=True)
class Standing:
    """A commune: people missing on site and people over the quota on the payroll, over its blocs, before and after.

    These are the figures of the first page of the plan, unit by unit. A unit may miss people in one bloc and have
    too many in another. `point`: longitude and latitude, None where the unit has none.
    """

    unit: Unit
    point: Point | None
    missing: tuple[int, int]
    over: tuple[int, int]

    @property
    def is_hard(self) -> bool:
        """In the mountains or in region III."""
        return self.unit.mountain is True or self.unit.region_class == "III"


def standings(plan: Plan, names: Names) -> list[Standing]:
    """Every commune of the scenario, in the order of its table."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in plan.units:
        sums = counts[row.unit_id]
        sums[0] += max(0, row.quota - row.strength_before)
        sums[1] += max(0, row.quota - row.strength_after)
        sums[2] += max(0, row.payroll_before - row.quota)
        sums[3] += max(0, row.payroll_after - row.quota)
    communes = [unit for unit in names.scenario.units if unit.is_commune] if names.scenario is not None else []
    found = []
    for unit in communes:
        point = None if unit.lon is None or unit.lat is None else (unit.lon, unit.lat)
        missing_before, missing_after, over_before, over_after = counts[unit.unit_id]
        found.append(Standing(unit, point, (missing_before, missing_after), (over_before, over_after)))
    return found


def draw(plan: Plan, names: Names) -> Figure:
    """Two maps of the same extent; units without coordinates are counted in a note."""
    if names.scenario is None:
        return Page(plan, TITLE, EMPTY).say(NEEDS_SCENARIO)
    found = standings(plan, names)
    placed = [standing for standing in found if standing.point is not None]
    if not placed:
        return Page(plan, TITLE, EMPTY).say(T("No commune of this scenario has coordinates: no map can be drawn."))
    wide = (A4[1] - 2 * MARGIN - BETWEEN) / 2 - BESIDE
    area = MapArea.around(_points(placed), wide)
    page = Page(plan, TITLE, (0.0, ABOVE + area.high + BELOW), _notes(len(found) - len(placed)), (A4[1], 0.0))
    marks, districts = Marks.of(found, names), placed_names(_by_district(placed), area)
    for at, heading in enumerate(_headings(found, names)):
        left, bottom = page.left + BESIDE + at * (wide + BESIDE + BETWEEN), page.bottom + BELOW
        page.text(left, page.top, str(heading), BODY, weight="bold", va="top")
        axes = page.axes(left, bottom, left + wide, bottom + area.high)
        area.frame(axes)
        for name, point in districts:
            axes.text(*point, name, fontsize=TINY, color=FAINT, ha="center", va="center_baseline")
        marks.draw(axes, placed, at)
    marks.draw_legend(page)
    return page.figure


def _headings(found: Sequence[Standing], names: Names) -> tuple[Text, Text]:
    """What the province misses, before and after."""
    sums = [
        {
            "missing": count_words(sum(standing.missing[at] for standing in found), names.tier),
            "over": count_words(sum(standing.over[at] for standing in found), names.tier),
        }
        for at in (0, 1)
    ]
    return (
        T("Before: {missing} people missing, {over} over the quota", **sums[0]),
        T("After the plan: {missing} people missing, {over} over the quota", **sums[1]),
    )


def _notes(unplaced: int) -> list[Text]:
    notes = [
        T(
            "Missing: people on site below the quota. Over the quota: people on the payroll above it. Both are counted "
            "bloc by bloc and added up."
        )
    ]
    if unplaced:
        notes.append(T("Communes without coordinates, which are not on the map: {n}.", n=words(unplaced)))
    return notes


def _points(members: Sequence[Standing]) -> list[Point]:
    return [standing.point for standing in members if standing.point is not None]


def _by_district(placed: Sequence[Standing]) -> dict[str, list[Point]]:
    """The places of the communes of every former district, by its short name."""
    members: defaultdict[str, list[Standing]] = defaultdict(list)
    for standing in placed:
        if standing.unit.former_district:
            members[_KIND_OF_DISTRICT.sub("", standing.unit.former_district)].append(standing)
    return {name: _points(standings) for name, standings in members.items()}


@dataclass(frozen=True)
class Marks:
    """The marks of communes: circles for people missing, diamonds around them for people over the quota.

    `missing`, `over`: their classes. `least`: the words for what is below the first class.
    """

    missing: Classes
    over: Classes
    least: str

    @classmethod
    def of(cls, found: Sequence[Standing], names: Names) -> Marks:
        """Marks that tell apart what the readers may know."""
        missing = CLASSES.for_readers(names.tier, max(max(standing.missing) for standing in found))
        over = CLASSES.for_readers(names.tier, max(max(standing.over) for standing in found))
        return cls(missing, over, f"{words(0)}–{words(LEAST_SHOWN - 1)}" if names.tier == "public" else words(0))

    def draw(self, axes: Axes, placed: Sequence[Standing], at: int) -> None:
        """The marks of communes, before (0) or after (1); small ones stand above large ones, diamonds above circles."""
        circles: defaultdict[tuple[int, bool], list[Standing]] = defaultdict(list)
        diamonds: defaultdict[int, list[Standing]] = defaultdict(list)
        for standing in placed:
            circles[self.missing.of(standing.missing[at]), standing.is_hard].append(standing)
            diamonds[self.over.of(standing.over[at])].append(standing)
        for (size, hard), members in sorted(circles.items(), key=lambda item: item[0]):
            axes.plot(*zip(*_points(members), strict=True), zorder=10 - size, **self._circle(size, hard))
        for size in sorted(diamonds.keys() - {LEAST}):
            axes.plot(*zip(*_points(diamonds[size]), strict=True), zorder=20 - size, **_diamond(size))

    def draw_legend(self, page: Page) -> None:
        """What the marks mean, below the maps."""
        sizes = range(LEAST, len(self.missing.steps))
        labels = [self.least, *(self.missing.words(size) for size in sizes if size != LEAST)]
        circles = [_entry(text, self._circle(size, False)) for text, size in zip(labels, sizes, strict=True)]
        diamonds = [_entry(self.over.words(size), _diamond(size)) for size in range(len(self.over.steps))]
        hard = [_entry(str(T("dark edge: mountain or region III")), self._circle(0, True))]
        x, y = page.left, page.bottom + BELOW - 0.5
        groups = (T("People missing"), circles), (T("People over the quota"), diamonds), (T("Hard places"), hard)
        for title, handles in groups:
            x += page.legend(handles, x, y, str(title)) + 0.4

    def _circle(self, size: int, is_hard: bool) -> dict[str, Any]:
        return {
            "marker": "o",
            "linestyle": "",
            "markersize": NOBODY if size == LEAST else _across(size),
            "markerfacecolor": FAINT if size == LEAST else self.missing.colour(size),
            "markeredgecolor": INK if is_hard else PLAIN_EDGE,
            "markeredgewidth": 0.9 if is_hard else 0.4,
        }


def _diamond(size: int) -> dict[str, Any]:
    return {
        "marker": "D",
        "linestyle": "",
        "markersize": _across(size) * 0.9,
        "markerfacecolor": "none",
        "markeredgecolor": OVER,
        "markeredgewidth": 1.3,
    }


def _across(size: int) -> float:
    """Points across the circle of a class."""
    return SMALLEST + size * LARGER


def _entry(text: str, look: dict[str, Any]) -> Line2D:
    return Line2D([], [], label=text, **look)


COMMUNES: Final = Drawing("map", TITLE, draw)
