"""Goals: before, by hand, the plan and the bound of each, in per cent, with what is proven of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from optimizer.plan import Plan
from optimizer.reporting.figures.drawing import Drawing
from optimizer.reporting.figures.page import (
    A4,
    BEFORE,
    BY_HAND,
    FAINT,
    LINE,
    MARK,
    SMALL,
    SUBTITLE,
    THE_PLAN,
    Page,
    lay_rows,
    legend_above,
    page_of,
    set_ticks,
    wrapped,
)
from optimizer.reporting.goal_figures import GoalFigures, goal_figures
from optimizer.reporting.naming import GOAL_UNITS, Names, goal
from optimizer.reporting.overview import goals_note
from optimizer.reporting.suppression import WITHHELD, number
from optimizer.texts import T, words

TITLE: Final = T("Goals: what the plan reaches and how far it is proven")
LABELS: Final = 3.6  # inches for the words beside the bars
ROW: Final = 1.3  # inches of a goal
BAR: Final = 0.24  # of a row
HATCH: Final = "////"


def draw(plan: Plan, names: Names) -> Figure:
    """One group of bars per goal, in order of priority; what the readers may not know is not drawn."""
    found = goal_figures(plan, names)
    notes = [goals_note(plan, names.tier)]
    notes.append(T("100% is the value before the plan; where that is 0, the largest of the values."))
    if any(WITHHELD in (figures.before, figures.value) for figures in found):
        notes.append(T("Values that would tell how many seats, people or moves are withheld are not drawn."))
    page = page_of(plan, TITLE, (0, ROW * len(found)), notes, (A4[1], A4[0]))
    axes = page.axes(page.left + LABELS, page.bottom + 0.5, page.right - 0.2, page.top - 0.35)
    most = max((_draw_goal(axes, figures, -at) for at, figures in enumerate(found)), default=100.0)
    _finish(axes, most, len(found))
    _legend(axes)
    _labels(page, axes, found)
    return page.figure


def scale(figures: GoalFigures) -> int | None:
    """What 100 per cent of a goal is: its value before; where that is 0, the largest value there is.

    None where that is withheld.
    """
    if WITHHELD in (figures.before, figures.value) and not number(figures.before):
        return None
    return number(figures.before) or max(map(number, (figures.value, figures.bound, figures.greedy)))


def _draw_goal(axes: Axes, figures: GoalFigures, middle: int) -> float:
    """Three bars and a mark; returns how far they reach, in per cent."""
    whole = scale(figures)
    if whole is None:
        return 100.0
    whole = whole or 1
    bound = figures.bound if isinstance(figures.bound, int) else None
    bars = ((figures.before, BEFORE, ""), (figures.greedy, BY_HAND, HATCH), (figures.value, THE_PLAN, ""))
    reach = 100.0
    for at, (value, colour, hatch) in enumerate(bars):
        if not isinstance(value, int):
            continue
        share, y = 100.0 * value / whole, middle + BAR * (1 - at)
        axes.barh(y, share, BAR * 0.86, color=colour, hatch=hatch, edgecolor="white" if hatch else colour, linewidth=0)
        end = share
        if colour == THE_PLAN and bound is not None:
            end = max(end, 100.0 * bound / whole)
        axes.annotate(
            words(value), (end, y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=SMALL + 0.5
        )
        reach = max(reach, share)
    if bound is not None:
        mark, y = 100.0 * bound / whole, middle - BAR
        axes.plot(
            [mark, mark],
            [y - BAR * 0.62, y + BAR * 0.62],
            color=MARK,
            linewidth=2.2,
            solid_capstyle="butt",
            clip_on=False,
        )
    return reach


def _finish(axes: Axes, most: float, goals: int) -> None:
    lay_rows(axes, most * 1.12, goals)
    set_ticks(axes.xaxis, axes.get_xlim(), 6, lambda value: f"{words(round(value))}%")
    axes.set_xlabel(str(T("Value of the goal, per cent")), fontsize=SMALL + 0.5)


def _legend(axes: Axes) -> None:
    handles = [
        Patch(color=BEFORE, label=str(T("Before"))),
        Patch(facecolor=BY_HAND, hatch=HATCH, edgecolor="white", linewidth=0, label=str(T("By hand (greedy)"))),
        Patch(color=THE_PLAN, label=str(T("After the plan"))),
        Line2D([], [], color=MARK, linewidth=2.2, marker="|", linestyle="", markersize=11, markeredgewidth=2.2,
               label=str(T("Lower bound"))),
    ]  # fmt: skip
    legend_above(axes, handles, SMALL + 0.5)


def _labels(page: Page, axes: Axes, found: Sequence[GoalFigures]) -> None:
    """The words of each goal: its name, what is proven, and how much 100 per cent are."""
    bottom, top = axes.get_position().y0 * page.height, axes.get_position().y1 * page.height
    height = (top - bottom) / max(1, len(found))
    for at, figures in enumerate(found):
        unit, whole = GOAL_UNITS.get(figures.name, ""), scale(figures)
        told = T("unit: {unit}", unit=unit)
        if whole is not None:
            told = T("100% = {n}; unit: {unit}", n=words(whole), unit=unit)
        lines: list[tuple[str, float, dict[str, str]]] = []
        lines.append((f"{at + 1}. {goal(figures.name)}", SUBTITLE, {"weight": "bold"}))
        lines += [(line, SMALL + 0.5, {}) for line in wrapped(_first_upper(figures.proof), LABELS - 0.3, SMALL + 0.5)]
        lines += [(line, SMALL, {"color": FAINT}) for line in wrapped(str(told), LABELS - 0.3, SMALL)]
        y = top - (at + 0.5) * height + sum(size for _, size, _ in lines) * LINE / 2
        for line, size, look in lines:
            page.text(page.left, y, line, size, va="top", **look)
            y -= size * LINE


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


GOAL_BARS: Final = Drawing("goals", TITLE, draw)
