"""The ground of a map without a map library: degrees true to scale in its middle, a scale bar, names that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, dist, floor, hypot, log10, pi, radians
from typing import Final

from matplotlib.axes import Axes

from optimizer.reporting.figures.page import FAINT, HAIRLINE, INK, SMALL, TINY, set_ticks, width_of
from optimizer.rulebook.roads import EARTH_KM
from optimizer.texts import T, words

Point = tuple[float, float]  # longitude and latitude in degrees, or x and y in inches
AROUND: Final = 0.06  # of the extent, free on each side
LEAST_EXTENT: Final = 0.05  # degrees, where all places are one
LOWEST, HIGHEST = 0.6, 1.1  # height of a map against its width
STEP: Final = 0.1  # inches between the spots that are tried for a name
REACH: Final = 5  # steps away from the middle of its places
MARK: Final = 0.085  # inches around the centre of a mark that a name leaves free


@dataclass(frozen=True)
class MapArea:
    """Edges in degrees and size in inches; a degree of longitude is shorter than one of latitude by `narrow`."""

    west: float
    south: float
    wide: float
    high: float
    inches_per_degree: float
    narrow: float

    @classmethod
    def around(cls, points: Sequence[Point], wide: float) -> MapArea:
        """The area of `wide` inches that holds all points."""
        lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
        middle = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        narrow = cos(radians(middle[1]))
        across = max((max(lons) - min(lons)) * narrow, LEAST_EXTENT) * (1 + 2 * AROUND)
        upward = max(max(lats) - min(lats), LEAST_EXTENT) * (1 + 2 * AROUND)
        high = wide * min(HIGHEST, max(LOWEST, upward / across))
        scale = min(wide / across, high / upward)
        west, south = middle[0] - wide / scale / narrow / 2, middle[1] - high / scale / 2
        return cls(west, south, wide, high, scale, narrow)

    def inches(self, point: Point) -> Point:
        """Where a place lies, in inches from the lower left corner."""
        lon, lat = point
        return (lon - self.west) * self.narrow * self.inches_per_degree, (lat - self.south) * self.inches_per_degree

    def degrees(self, spot: Point) -> Point:
        """The longitude and latitude of a spot in inches."""
        x, y = spot
        return self.west + x / self.narrow / self.inches_per_degree, self.south + y / self.inches_per_degree

    def frame(self, axes: Axes) -> None:
        """Edges, degrees and the scale bar."""
        east, north = self.degrees((self.wide, self.high))
        axes.set_xlim(self.west, east)
        axes.set_ylim(self.south, north)
        axes.set_xlabel(str(T("Longitude, degrees")), fontsize=SMALL)
        axes.set_ylabel(str(T("Latitude, degrees")), fontsize=SMALL)
        for axis, limits in ((axes.xaxis, (self.west, east)), (axes.yaxis, (self.south, north))):
            set_ticks(axis, limits, 4, lambda value: words(round(value, 3)))
        axes.grid(color=HAIRLINE, linewidth=0.3)
        axes.set_axisbelow(True)
        axes.spines[:].set_color(FAINT)
        self._draw_scale(axes)

    def _draw_scale(self, axes: Axes) -> None:
        """A bar of a round number of kilometres, at most a quarter of the map."""
        inches_per_km = self.inches_per_degree / (EARTH_KM * pi / 180)
        most = self.wide / 4 / inches_per_km
        power = 10.0 ** floor(log10(most))
        km = max(step * power for step in (1, 2, 5) if step * power <= most)
        ends = [self.degrees((0.15 + part * km * inches_per_km, 0.15)) for part in (0, 1)]
        axes.plot(*zip(*ends, strict=True), color=INK, linewidth=2, solid_capstyle="butt")
        label = f"{words(int(km) if km >= 1 else km)} km"
        axes.annotate(label, ends[0], xytext=(0, 3), textcoords="offset points", fontsize=SMALL)


def placed_names(groups: Mapping[str, Sequence[Point]], area: MapArea) -> list[tuple[str, Point]]:
    """Names near their places, where they cover neither a mark nor another name; what finds no spot is left out.

    `groups`: the places of each name, in degrees, as are the places of the names. A spot is nearer to a place of
    its name than to any other.
    """
    marks = [(area.inches(point), name) for name, points in groups.items() for point in points]
    taken: list[tuple[Point, float]] = []
    found = []
    for name, points in groups.items():
        half = width_of(name, TINY) / 2
        for spot in _spots([area.inches(point) for point in points]):
            is_own = min((dist(spot, mark), whose) for mark, whose in marks)[1] == name
            covers = any(_covers(spot, half, mark) for mark, _ in marks)
            if is_own and not covers and _is_free(spot, half, taken, area):
                taken.append((spot, half))
                found.append((name, area.degrees(spot)))
                break
    return found


def _spots(points: Sequence[Point]) -> Iterator[Point]:
    """Spots around the middle of points, the nearest first."""
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    steps = [(across, up) for across in range(-REACH, REACH + 1) for up in range(-REACH, REACH + 1)]
    for across, up in sorted(steps, key=lambda step: (hypot(*step), step)):
        yield middle[0] + across * STEP, middle[1] + up * STEP


def _is_free(spot: Point, half: float, taken: Iterable[tuple[Point, float]], area: MapArea) -> bool:
    inside = half < spot[0] < area.wide - half and STEP < spot[1] < area.high - STEP
    return inside and not any(
        abs(spot[0] - other[0]) < half + width + STEP / 2 and abs(spot[1] - other[1]) < TINY / 72 * 1.3
        for other, width in taken
    )


def _covers(spot: Point, half: float, mark: Point) -> bool:
    return abs(spot[0] - mark[0]) < half + MARK and abs(spot[1] - mark[1]) < TINY / 144 + MARK
