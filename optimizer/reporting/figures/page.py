"""The sheet of paper under every picture: title, status, notes and source around a room for drawing, in inches.

Everything is placed by measured text, so that nothing depends on fonts of the machine or on settings of the user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from optimizer.plan import Plan
from optimizer.reporting.overview import status_words
from optimizer.texts import T, Text, words

FONT: Final = "DejaVu Sans"  # comes with matplotlib and has every Vietnamese letter
A4: Final = (8.27, 11.69)
A3: Final = (11.69, 16.54)
MARGIN: Final = 0.5
EMPTY: Final = (0.0, 2.0)  # inches of room for a sentence where there is nothing to draw
TITLE, SUBTITLE, BODY, SMALL, TINY = 16.0, 10.5, 9.0, 8.0, 6.2  # points
LINE: Final = 1.35 / 72  # inches of a line of text per point of its size
INK, FAINT, HAIRLINE = "#222222", "#5F5F5F", "#C9C9C9"
BEFORE, BY_HAND, THE_PLAN, MARK = "#BDBDBD", "#E69F00", "#0072B2", "#000000"  # of Okabe and Ito, and grey
LOOK: Final[dict[str, Any]] = {
    "font.family": FONT,
    "font.size": BODY,
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a name is a dollar
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "path",  # the letters are drawn: the file needs no font where it is opened
    "svg.hashsalt": "staffing-optimizer",
}


@contextmanager
def our_look() -> Iterator[None]:
    """Draw with our settings alone: what a user's matplotlibrc says changes no picture."""
    with style.context(["default", LOOK]):
        yield


class Page:
    """A figure with its words in place; `left`, `bottom`, `right`, `top` bound the room for drawing, in inches.

    The room is at least `room` (width, height) inches, and the page at least `least`. `told` stands under the title,
    with the status of what is drawn; `notes` stand at the bottom, the source as the last of them.
    """

    def __init__(
        self,
        title: Text,
        told: Sequence[str],
        notes: Sequence[Text],
        room: tuple[float, float],
        least: tuple[float, float] = (A4[0], 0.0),
    ) -> None:
        self.width = max(least[0], room[0] + 2 * MARGIN)
        self.left, self.right = MARGIN, self.width - MARGIN
        head = self._lines(str(title), TITLE, "bold") + [line for text in told for line in self._lines(text, SUBTITLE)]
        foot = [line for note in notes for line in self._lines(str(note), SMALL)]
        taken = sum(size for _, size in (*head, *foot)) * LINE + 2 * MARGIN + 0.45
        self.height = max(least[1], room[1] + taken)
        self.figure = Figure(figsize=(self.width, self.height), facecolor="white")
        self.bottom, self.top = MARGIN, self.height - MARGIN
        for line, size in head:
            look: dict[str, Any] = {"weight": "bold"} if size == TITLE else {"color": FAINT}
            self.text(self.left, self.top, line, size, va="top", **look)
            self.top -= size * LINE
        for line, size in reversed(foot):
            self.text(self.left, self.bottom, line, size, va="bottom", color=FAINT)
            self.bottom += size * LINE
        self.top, self.bottom = self.top - 0.25, self.bottom + 0.2

    def _lines(self, text: str, size: float, weight: str = "normal") -> list[tuple[str, float]]:
        return [(line, size) for line in wrapped(text, self.right - self.left, size, weight)]

    def text(self, x: float, y: float, text: str, size: float = BODY, **look: Any) -> None:
        """Words at a place of the page, in inches from its lower left corner."""
        self.figure.text(x / self.width, y / self.height, text, fontsize=size, **look)

    def line(self, left: float, right: float, y: float) -> None:
        """A level hairline between two places of the page, in inches."""
        ends = [left / self.width, right / self.width], [y / self.height, y / self.height]
        self.figure.add_artist(Line2D(*ends, color=FAINT, linewidth=0.8))

    def axes(self, left: float, bottom: float, right: float, top: float) -> Axes:
        """Axes between four edges, in inches from the lower left corner."""
        place = (left / self.width, bottom / self.height, (right - left) / self.width, (top - bottom) / self.height)
        axes = self.figure.add_axes(place)
        axes.tick_params(labelsize=SMALL, length=2.5, width=0.6)
        return axes

    def legend(self, handles: Sequence[Artist], x: float, y: float, title: str) -> float:
        """A legend in one line with its upper left corner at a place of the page; returns its width, all in inches."""
        drawn = self.figure.legend(
            handles=list(handles), title=title, loc="upper left", bbox_to_anchor=(x / self.width, y / self.height),
            ncols=len(handles), frameon=False, fontsize=SMALL, title_fontsize=SMALL, alignment="left",
            borderaxespad=0, borderpad=0, columnspacing=1.4, handletextpad=0.6, handlelength=1.6,
        )  # fmt: skip
        return float(drawn.get_window_extent().width) / self.figure.dpi

    def say(self, text: Text) -> Figure:
        """The page with words in place of a picture, where there is nothing to draw."""
        middle = (self.left + self.right) / 2
        for at, line in enumerate(wrapped(str(text), (self.right - self.left) * 0.8, SUBTITLE)):
            self.text(middle, self.top - 1.0 - at * SUBTITLE * LINE, line, SUBTITLE, ha="center")
        return self.figure


def page_of(
    plan: Plan,
    title: Text,
    room: tuple[float, float],
    notes: Sequence[Text] = (),
    least: tuple[float, float] = (A4[0], 0.0),
) -> Page:
    """The page of a picture of one plan: its status under the title, its scenario as the source."""
    source = T("Source: scenario {name}, {day}; status {status}.", name=plan.scenario, day=words(plan.date),
               status=plan.status.value)  # fmt: skip
    return Page(title, [status_words(plan)], [*notes, source], room, least)


def set_ticks(axis: Axis, limits: tuple[float, float], most: int, say: Callable[[float], str]) -> None:
    """At most so many round marks within limits, put into words now and not when the figure is drawn."""
    found = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(*limits)
    ticks = [float(tick) for tick in found if limits[0] <= tick <= limits[1]]
    axis.set_ticks(ticks, labels=[say(tick) for tick in ticks])


def lay_rows(axes: Axes, most: float, rows: int) -> None:
    """The frame of horizontal bars, row 0 at the top at height 0: `most` at its right end, a line between the rows."""
    axes.set_xlim(0, most)
    axes.set_ylim(-rows + 0.5, 0.5)
    axes.set_yticks([])
    axes.grid(axis="x", color=HAIRLINE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    for at in range(1, rows):
        axes.axhline(0.5 - at, color=HAIRLINE, linewidth=0.8)


def legend_above(axes: Axes, handles: Sequence[Artist], size: float) -> None:
    """A legend in one line above the axes; `size` of its words in points."""
    axes.legend(handles=list(handles), loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(handles), frameon=False,
                fontsize=size, borderaxespad=0.2, columnspacing=1.6)  # fmt: skip


@lru_cache(maxsize=1 << 14)
def width_of(text: str, size: float, weight: str = "normal") -> float:
    """The width of a line of words, in inches."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 72


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """The lines of `text` that fit `width` inches; a longer word stands on a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shortened(text: str, width: float, size: float, weight: str = "normal") -> str:
    """`text`, cut with an ellipsis where it is wider than `width` inches."""
    if width_of(text, size, weight) <= width:
        return text
    end = len(text)
    while end and width_of(text[:end].rstrip() + "…", size, weight) > width:
        end -= 1
    return text[:end].rstrip() + "…"
