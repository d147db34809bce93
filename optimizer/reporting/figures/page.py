"""The sheet of paper under every picture: title, status, notes and source around a room for drawing, in inches.

Everything is placed by measured text, so that nothing depends on fonts of the machine or on settings of the user.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from optimizer.plan import Plan
from optimizer.reporting.overview import status_words
from optimizer.reporting.tables import words
from optimizer.texts import T, Text

FONT: Final = "DejaVu Sans"  # comes with matplotlib and has every Vietnamese letter
A4: Final = (8.27, 11.69)
A3: Final = (11.69, 16.54)
MARGIN: Final = 0.5
TITLE, SUBTITLE, BODY, SMALL = 16.0, 10.5, 9.0, 8.0  # points
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
    """A figure of `width` x `height` inches with its words in place; `left`, `bottom`, `right`, `top` bound the room.

    `notes` stand at the bottom above the source line.
    """

    def __init__(self, plan: Plan, title: Text, size: tuple[float, float], notes: Sequence[Text] = ()) -> None:
        self.width, self.height = size
        self.figure = Figure(figsize=size, facecolor="white")
        self.left, self.right = MARGIN, self.width - MARGIN
        self.bottom, self.top = MARGIN, self.height - MARGIN
        self._head(str(title), TITLE, weight="bold")
        self._head(status_words(plan), SUBTITLE, color=FAINT)
        self.top -= 0.15
        source = T("Source: scenario {name}, {day}; status {status}.", name=plan.scenario, day=words(plan.date),
                   status=plan.status.value)  # fmt: skip
        for note in reversed([*notes, source]):
            self._foot(str(note))
        self.bottom += 0.1

    def _head(self, text: str, size: float, **look: Any) -> None:
        lines = wrapped(text, self.right - self.left, size, look.get("weight", "normal"))
        for line in lines:
            self.text(self.left, self.top, line, size, va="top", **look)
            self.top -= size * LINE
        self.top -= 0.05

    def _foot(self, text: str) -> None:
        for line in reversed(wrapped(text, self.right - self.left, SMALL)):
            self.text(self.left, self.bottom, line, SMALL, va="bottom", color=FAINT)
            self.bottom += SMALL * LINE
        self.bottom += 0.02

    def text(self, x: float, y: float, text: str, size: float = BODY, **look: Any) -> None:
        """Words at a place of the page, in inches from its lower left corner."""
        self.figure.text(x / self.width, y / self.height, text, fontsize=size, **look)

    def axes(self, left: float, bottom: float, right: float, top: float) -> Axes:
        """Axes between four edges, in inches from the lower left corner."""
        place = (left / self.width, bottom / self.height, (right - left) / self.width, (top - bottom) / self.height)
        axes = self.figure.add_axes(place)
        axes.tick_params(labelsize=SMALL, length=2.5, width=0.6)
        return axes

    def say(self, text: Text) -> Figure:
        """The page with words in place of a picture, where there is nothing to draw."""
        middle = (self.left + self.right) / 2
        for at, line in enumerate(wrapped(str(text), (self.right - self.left) * 0.8, SUBTITLE)):
            self.text(middle, self.top - 1.0 - at * SUBTITLE * LINE, line, SUBTITLE, ha="center")
        return self.figure


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


def shortened(text: str, width: float, size: float) -> str:
    """`text`, cut with an ellipsis where it is wider than `width` inches."""
    if width_of(text, size) <= width:
        return text
    end = len(text)
    while end and width_of(text[:end].rstrip() + "…", size) > width:
        end -= 1
    return text[:end].rstrip() + "…"
