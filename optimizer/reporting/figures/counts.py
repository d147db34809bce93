"""Counts as colours and as cells with numbers: what the map and both matrices share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Patch, Rectangle

from optimizer.arrays import IntArray
from optimizer.reporting.figures.page import FAINT, HAIRLINE, INK, SMALL, Page, shortened
from optimizer.reporting.naming import Tier
from optimizer.reporting.suppression import FEWEST, WITHHELD, shown_cells
from optimizer.texts import T, words

Colour = tuple[float, float, float, float]
PALE, DARK = 0.92, 0.06  # ends of the palette that are used: yellow for few, blue-black for many
UP: Final = 0.08 / 72  # inches per point by which words stand above the middle, for the tails of their letters
DIM: Final = 0.5  # luminance below which numbers are white


@dataclass(frozen=True)
class Classes:
    """Classes of counts by their least members, in order; `end` is the first count beyond the last class."""

    steps: tuple[int, ...]
    end: int | None = None

    def of(self, count: int) -> int:
        """The class of a count; -1 for one below the first class."""
        return bisect_right(self.steps, count) - 1

    def words(self, at: int) -> str:
        """The counts of a class: `3`, `3–5` or `10 or more`."""
        least, beyond = self.steps[at], (*self.steps[1:], self.end)[at]
        if beyond is None:
            return str(T("{n} or more", n=words(least)))
        return words(least) if beyond == least + 1 else f"{words(least)}–{words(beyond - 1)}"

    def colour(self, at: int) -> Colour:
        """From cividis, which looks the same to the colour-blind, and prints in grey from light to dark."""
        share = at / max(1, len(self.steps) - 1)
        return colormaps["cividis"](PALE + share * (DARK - PALE))

    def colour_of(self, count: int) -> Colour | None:
        """The colour of a count; None for one below the first class."""
        at = self.of(count)
        return None if at < 0 else self.colour(at)

    def for_readers(self, tier: Tier, most: int) -> Classes:
        """The classes that a tier may tell apart, up to the one of the largest count."""
        steps = self.steps
        if tier == "public":
            steps = (FEWEST, *(step for step in steps if step > FEWEST))
        used = max(1, bisect_right(steps, most))
        return Classes(steps[:used], steps[used] if used < len(steps) else self.end)

    def legend(self) -> list[Patch]:
        """A swatch per class."""
        return [
            Patch(facecolor=self.colour(at), edgecolor=FAINT, linewidth=0.4, label=self.words(at))
            for at in range(len(self.steps))
        ]


COUNTS: Final = Classes((1, 2, 3, 5, 10, 20))  # of the cells of a matrix


Texts = list[list[str]]


def all_cells(counts: IntArray) -> tuple[Texts, IntArray]:
    """The words of every cell for those who may know them all, 0 left blank, and the counts that colour the cells."""
    return [[words(int(n)) if n else "" for n in row] for row in counts], counts


def public_cells(counts: IntArray) -> tuple[Texts, IntArray]:
    """The words of every cell as the public may read them, and the counts that may colour it.

    It may know the sums of rows, of columns and of the whole from elsewhere, or nearly so.
    """
    rows, width = counts.shape
    by_row = [list(range(at * width, (at + 1) * width)) for at in range(rows)]
    columns = [list(range(at, counts.size, width)) for at in range(width)]
    shown = shown_cells([int(n) for n in counts.flat], [*columns, *by_row, list(range(counts.size))])
    told = np.array([0 if count == WITHHELD else n for count, n in zip(shown, counts.flat, strict=True)], np.int64)
    return [[words(shown[place]) for place in line] for line in by_row], told.reshape(counts.shape)


def draw_cells(
    axes: Axes, counts: IntArray, texts: Sequence[Sequence[str]], classes: Classes | None, size: float
) -> None:
    """A matrix: a cell per count, coloured by its class, with its words; row 0 is on top.

    `counts`: integer array (rows, columns). Sums have no classes and no colour.
    """
    rows, columns = counts.shape
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.tick_params(length=0, labelleft=False, labelbottom=False)
    axes.spines[:].set_color(FAINT)
    axes.hlines(range(1, rows), 0, columns, color=HAIRLINE, linewidth=0.3)
    axes.vlines(range(1, columns), 0, rows, color=HAIRLINE, linewidth=0.3)
    boxes, colours = [], []
    for (row, column), count in np.ndenumerate(counts):
        colour = None if classes is None else classes.colour_of(int(count))
        if colour is not None:
            boxes.append(Rectangle((column, row), 1, 1))
            colours.append(colour)
        if text := texts[row][column]:
            ink = INK if classes is None else FAINT if colour is None else ink_on(colour)
            axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=size, color=ink)
    axes.add_collection(PatchCollection(boxes, facecolors=colours, edgecolors="white", linewidths=0.5))


def draw_sums(page: Page, sums: IntArray, place: tuple[float, float, float, float]) -> None:
    """A matrix of sums without colour, between four edges of the page in inches."""
    draw_cells(page.axes(*place), sums, [[words(int(n)) for n in row] for row in sums], None, SMALL)


def ink_on(colour: Colour) -> str:
    """The colour of words on a colour."""
    red, green, blue, _ = colour
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < DIM else INK


def label_rows(
    page: Page, right: float, top: float, height: float, names: Sequence[str], width: float, size: float = SMALL
) -> None:
    """Names to the left of a matrix whose upper left corner is (right, top), in inches; cut where too wide."""
    for at, name in enumerate(names):
        text = shortened(name, width - 0.06, size)
        y = top - (at + 0.5) * height + size * UP
        page.text(right - 0.06, y, text, size, ha="right", va="center_baseline")


def label_columns(page: Page, left: float, bottom: float, width: float, names: Sequence[str]) -> None:
    """Names above a matrix whose upper left corner is (left, bottom), in inches, read from below."""
    for at, name in enumerate(names):
        x = left + (at + 0.5) * width
        page.text(x, bottom + 0.06, name, SMALL, rotation=90, ha="center", va="bottom")
