"""Map: who is short of people and who is over the quota at which place, before and after the plan.

A mark is a commune; for the public it is a former district, as no mark may be about fewer than three communes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from optimizer.plan import Plan, UnitBalance
from optimizer.reporting.districts import Districts
from optimizer.reporting.figures.counts import Classes
from optimizer.reporting.figures.drawing import NEEDS_SCENARIO, Drawing
from optimizer.reporting.figures.map_area import MapArea, Point, placed_names
from optimizer.reporting.figures.page import A4, BODY, EMPTY, FAINT, INK, MARGIN, TINY, Page, page_of
from optimizer.reporting.naming import Names, Tier
from optimizer.reporting.open_seats import shortages
from optimizer.reporting.suppression import FEWEST, WITHHELD, Count, number, shown_counts
from optimizer.scenario.schema import Unit
from optimizer.texts import T, Text, words

TITLE: Final = T("Shortage of people in the communes, before and after the plan")
CLASSES: Final = Classes((1, 3, 6, 10))
LEAST: Final = -1  # the class of what is below the first
HIDDEN: Final = -2  # the class of what is withheld
OVER: Final = "#D55E00"  # vermilion of Okabe and Ito
PLAIN_EDGE: Final = "#8A8A8A"
SMALLEST, LARGER = 4.5, 2.7  # points across the circle of the first class, and more for each further one
NOBODY: Final = 3.0  # points across the circle of the least class
UNKNOWN: Final = 7.0  # points across the marks of what is withheld
BETWEEN, BESIDE, ABOVE, BELOW = 0.2, 0.5, 0.3, 1.0  # inches: panels, labels of latitude, heading, longitude and legend
_KIND_OF_DISTRICT = re.compile(r"^(huyện|thị xã|thành phố|quận)\s+(?=\D)", re.IGNORECASE)


@dataclass(frozen=True)
class Standing:
    """What a mark stands for: people missing on site and people over the quota on the payroll, before and after.

    These are the figures of the first page of the plan, unit by unit, over all blocs. A unit may miss people in one
    bloc and have too many in another. `point`: longitude and latitude, None where there are none. `is_hard`: in the
    mountains or in region III; of single communes alone. For the public counts are as it may read them.
    """

    name: str
    district: str
    point: Point | None
    missing: tuple[Count, Count]
    over: tuple[Count, Count]
    is_hard: bool = False


def standings(plan: Plan, names: Names) -> list[Standing]:
    """Every commune of the scenario, in the order of its table."""
    rows: defaultdict[str, list[UnitBalance]] = defaultdict(list)
    for row in plan.units:
        rows[row.unit_id].append(row)
    communes = [unit for unit in names.scenario.units if unit.is_commune] if names.scenario is not None else []
    found = []
    for unit in communes:
        missing_before, missing_after, over_before, over_after = shortages(rows[unit.unit_id])
        district = _KIND_OF_DISTRICT.sub("", unit.former_district or "")
        is_hard = unit.mountain is True or unit.region_class == "III"
        found.append(Standing(unit.unit_id, district, _point(unit), (missing_before, missing_after),
                              (over_before, over_after), is_hard))  # fmt: skip
    return found


def public_standings(plan: Plan, names: Names) -> list[Standing]:
    """Every former district as the public reads of it, in the middle of its communes."""
    units = {} if names.scenario is None else {unit.unit_id: unit for unit in names.scenario.units}
    districts = Districts(names).communes
    sums = [shortages([row for row in plan.units if row.unit_id in communes]) for communes in districts.values()]
    shown = [shown_counts([row[at] for row in sums]) for at in range(4)]  # their sums are those of the province
    found = []
    for at, (name, communes) in enumerate(districts.items()):
        missing_before, missing_after, over_before, over_after = (column[at] for column in shown)
        points = [point for unit in sorted(communes) if (point := _point(units[unit])) is not None]
        middle = (fmean(lon for lon, _ in points), fmean(lat for _, lat in points)) if points else None
        short = _KIND_OF_DISTRICT.sub("", name)
        found.append(Standing(name, short, middle, (missing_before, missing_after), (over_before, over_after)))
    return found


def _point(unit: Unit) -> Point | None:
    return None if unit.lon is None or unit.lat is None else (unit.lon, unit.lat)


def draw(plan: Plan, names: Names) -> Figure:
    """Two maps of the same extent; units without coordinates are counted in a note."""
    if names.scenario is None:
        return page_of(plan, TITLE, EMPTY).say(NEEDS_SCENARIO)
    public = names.tier == "public"
    found = public_standings(plan, names) if public else standings(plan, names)
    placed = [standing for standing in found if standing.point is not None]
    if not placed:
        return page_of(plan, TITLE, EMPTY).say(T("No commune of this scenario has coordinates: no map can be drawn."))
    wide = (A4[1] - 2 * MARGIN - BETWEEN) / 2 - BESIDE
    area = MapArea.around(_points(placed), wide)
    page = page_of(
        plan, TITLE, (0.0, ABOVE + area.high + BELOW), _notes(len(found) - len(placed), public), (A4[1], 0.0)
    )
    marks, districts = Marks.of(found, public), placed_names(_by_district(placed), area)
    for at, heading in enumerate(_headings(found, public)):
        left, bottom = page.left + BESIDE + at * (wide + BESIDE + BETWEEN), page.bottom + BELOW
        page.text(left, page.top, str(heading), BODY, weight="bold", va="top")
        axes = page.axes(left, bottom, left + wide, bottom + area.high)
        area.frame(axes)
        for name, point in districts:
            axes.text(*point, name, fontsize=TINY, color=FAINT, ha="center", va="center_baseline")
        marks.draw(axes, placed, at)
    marks.draw_legend(page)
    return page.figure


def _headings(found: Sequence[Standing], public: bool) -> tuple[Text, Text]:
    """What the province misses, before and after, for those who may know the sums."""
    if public:
        return T("Before"), T("After the plan")
    sums = [
        {
            "missing": words(sum(number(standing.missing[at]) for standing in found)),
            "over": words(sum(number(standing.over[at]) for standing in found)),
        }
        for at in (0, 1)
    ]
    return (
        T("Before: {missing} people missing, {over} over the quota", **sums[0]),
        T("After the plan: {missing} people missing, {over} over the quota", **sums[1]),
    )


def _notes(unplaced: int, public: bool) -> list[Text]:
    notes = [
        T(
            "Missing: people on site below the quota. Over the quota: people on the payroll above it. Both are counted "
            "bloc by bloc and added up."
        )
    ]
    if public:
        text = T(
            "A mark is a former district, in the middle of its communes. Some counts are withheld, so that no number "
            "below 3 can be computed."
        )
        return [*notes, text]
    if unplaced:
        notes.append(T("Communes without coordinates, which are not on the map: {n}.", n=words(unplaced)))
    return notes


def _points(members: Sequence[Standing]) -> list[Point]:
    return [standing.point for standing in members if standing.point is not None]


def _by_district(placed: Sequence[Standing]) -> dict[str, list[Point]]:
    """The places of the communes of every former district, by its short name."""
    members: defaultdict[str, list[Standing]] = defaultdict(list)
    for standing in placed:
        members[standing.district].append(standing)
    return {name: _points(standings) for name, standings in members.items() if name}


@dataclass(frozen=True)
class Marks:
    """The marks of places: circles for people missing, diamonds around them for people over the quota.

    `missing`, `over`: their classes. `public`: whether they are districts, of which some counts are withheld.
    """

    missing: Classes
    over: Classes
    public: bool

    @classmethod
    def of(cls, found: Sequence[Standing], public: bool) -> Marks:
        """Marks that tell apart what the readers may know."""
        tier: Tier = "public" if public else "leader"
        missing = CLASSES.for_readers(tier, max(number(count) for standing in found for count in standing.missing))
        over = CLASSES.for_readers(tier, max(number(count) for standing in found for count in standing.over))
        return cls(missing, over, public)

    def draw(self, axes: Axes, placed: Sequence[Standing], at: int) -> None:
        """The marks of places, before (0) or after (1); small ones stand above large ones, diamonds above circles."""
        circles: defaultdict[tuple[int, bool], list[Standing]] = defaultdict(list)
        diamonds: defaultdict[int, list[Standing]] = defaultdict(list)
        for standing in placed:
            circles[_class(standing.missing[at], self.missing), standing.is_hard].append(standing)
            diamonds[_class(standing.over[at], self.over)].append(standing)
        for (size, hard), members in sorted(circles.items(), key=lambda item: item[0]):
            axes.plot(*zip(*_points(members), strict=True), zorder=10 - size, **self._circle(size, hard))
        for size in sorted(diamonds.keys() - {LEAST}):
            axes.plot(*zip(*_points(diamonds[size]), strict=True), zorder=20 - size, **_diamond(size))

    def draw_legend(self, page: Page) -> None:
        """What the marks mean, below the maps."""
        sizes = range(LEAST, len(self.missing.steps))
        least = f"{words(0)}–{words(FEWEST - 1)}" if self.public else words(0)
        labels = [least, *(self.missing.words(size) for size in sizes if size != LEAST)]
        circles = [_entry(text, self._circle(size, False)) for text, size in zip(labels, sizes, strict=True)]
        diamonds = [_entry(self.over.words(size), _diamond(size)) for size in range(len(self.over.steps))]
        x, y = page.left, page.bottom + BELOW - 0.5
        groups = [(T("People missing"), circles), (T("People over the quota"), diamonds)]
        if self.public:
            withheld = str(T("withheld"))
            circles.append(_entry(withheld, self._circle(HIDDEN, False)))
            diamonds.append(_entry(withheld, _diamond(HIDDEN)))
        else:
            hard = [_entry(str(T("dark edge: mountain or region III")), self._circle(0, True))]
            groups.append((T("Hard places"), hard))
        for title, handles in groups:
            x += page.legend(handles, x, y, str(title)) + 0.4

    def _circle(self, size: int, is_hard: bool) -> dict[str, Any]:
        return {
            "marker": "o",
            "linestyle": "",
            "markersize": _across(size),
            "markerfacecolor": "white" if size == HIDDEN else FAINT if size == LEAST else self.missing.colour(size),
            "markeredgecolor": INK if is_hard else PLAIN_EDGE,
            "markeredgewidth": 0.9 if is_hard else 0.4,
        }


def _diamond(size: int) -> dict[str, Any]:
    return {
        "marker": "D",
        "linestyle": "",
        "markersize": _across(size) * 0.9,
        "markerfacecolor": "none",
        "markeredgecolor": PLAIN_EDGE if size == HIDDEN else OVER,
        "markeredgewidth": 1.3,
    }


def _across(size: int) -> float:
    """Points across the circle of a class."""
    return {HIDDEN: UNKNOWN, LEAST: NOBODY}.get(size, SMALLEST + size * LARGER)


def _class(count: Count, classes: Classes) -> int:
    """The class of a count, as far as it is told."""
    if isinstance(count, int):
        return classes.of(count)
    return HIDDEN if count == WITHHELD else LEAST


def _entry(text: str, look: dict[str, Any]) -> Line2D:
    return Line2D([], [], label=text, **look)


COMMUNES: Final = Drawing("map", TITLE, draw)
