"""Two plans at a glance: every goal in both with its bound, and how many moves of each deciding body differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from optimizer.comparison import BodyCount, Comparison, GoalChange
from optimizer.plan import GoalResult
from optimizer.reporting.comparison_sheets import PlanNames, goals_notes, in_order, plan_words, title_of, verdict
from optimizer.reporting.differences import PLANS
from optimizer.reporting.figures.page import (
    A4,
    BEFORE,
    BODY,
    BY_HAND,
    EMPTY,
    FAINT,
    INK,
    LINE,
    MARK,
    SMALL,
    SUBTITLE,
    THE_PLAN,
    Page,
    lay_rows,
    legend_above,
    set_ticks,
    wrapped,
)
from optimizer.reporting.naming import GOAL_UNITS, goal, label
from optimizer.scenario.vocabulary import DECIDED_BY
from optimizer.texts import T, Text, words

LABELS: Final = 3.1  # inches for the words beside the bars
GOAL_ROW, BODY_ROW = 0.72, 0.45  # inches of a goal, and of a body, at least
BETWEEN: Final = 0.16  # inches between the words of two rows
ABOVE, BELOW = 0.55, 0.65  # inches of a panel's heading with its legend, and of its axis
BAR: Final = 0.34  # of a row
BESIDE_BARS: Final = 1.3  # inches for the numbers at the ends of the bars
Line = tuple[str, float, dict[str, str]]  # words, size, look
Segment = tuple[str, Text, str, str]  # field of BodyCount, words, colour, hatch: told apart without colours too
SEGMENTS: Final[tuple[Segment, ...]] = (
    ("changed", T("changed"), BY_HAND, "////"),
    ("added", T("added"), THE_PLAN, ""),
    ("dropped", T("dropped"), "#FFFFFF", "...."),
)


def draw(found: Comparison, called: PlanNames) -> Figure:
    """Goals above, deciding bodies below; a sentence where nothing differs."""
    notes = [*goals_notes(found), _source(found)]
    told = [*(plan_words(found, at, called) for at in (0, 1)), str(verdict(found))]
    if found.is_empty:
        return Page(title_of(found), told[:2], notes, EMPTY).say(verdict(found))
    bodies = [_count(found, body) for body in in_order(found)]
    of_goals = [_lines(f"{at}. {goal(change.name)}", _goal_words(change)) for at, change in enumerate(found.goals, 1)]
    of_bodies = [_lines(_body_name(count), _kept_words(count)) for count in bodies]
    goals, below = _height(of_goals, GOAL_ROW), _height(of_bodies, BODY_ROW)
    page = Page(title_of(found), told, notes, (0, goals + below + 2 * (ABOVE + BELOW)), A4)
    left, right = page.left + LABELS, page.right - 0.1
    top = page.top - ABOVE
    axes = page.axes(left, top - goals, right, top)
    _draw_goals(page, axes, found.goals)
    _draw_labels(page, axes, of_goals)
    top -= goals + BELOW + ABOVE
    if bodies:
        axes = page.axes(left, top - below, right, top)
        _draw_bodies(page, axes, bodies)
        _draw_labels(page, axes, of_bodies)
    return page.figure


def _source(found: Comparison) -> Text:
    first, other = (plan.status.value for plan in found.plans)
    return T("Source: scenario {name}; status of plan 1 {first}, of plan 2 {other}.",
             name=found.plans[1].scenario, first=first, other=other)  # fmt: skip


def _count(found: Comparison, body: str | None) -> BodyCount:
    return next(count for count in found.bodies if count.body == body)


def whole_of(change: GoalChange) -> int:
    """What 100 per cent of a goal is: the larger of its values, so that no goal dwarfs the others; at least 1."""
    return max(1, *(side.value for side in (change.before, change.after) if side is not None))


def _draw_goals(page: Page, axes: Axes, goals: Sequence[GoalChange]) -> None:
    for at, change in enumerate(goals):
        for side, middle, colour in ((change.before, -at + BAR / 2, BEFORE), (change.after, -at - BAR / 2, THE_PLAN)):
            if side is not None:
                _draw_bar(axes, side, whole_of(change), middle, colour)
    _finish(page, axes, 100.0, len(goals))
    set_ticks(axes.xaxis, (0, 100), 6, lambda value: f"{words(round(value))}%")
    axes.set_xlabel(str(T("Value of the goal, per cent of the larger of both plans")), fontsize=SMALL)
    mark = Line2D([], [], color=MARK, linewidth=0, marker="|", markersize=10, markeredgewidth=2.0,
                  label=str(T("Lower bound")))  # fmt: skip
    patches = [Patch(color=colour, label=str(plan)) for plan, colour in zip(PLANS, (BEFORE, THE_PLAN), strict=True)]
    _head(page, axes, T("Goals"), [*patches, mark])


def _draw_bar(axes: Axes, side: GoalResult, whole: int, middle: float, colour: str) -> None:
    """The bar of a goal in one plan, with its bound."""
    share = 100.0 * side.value / whole
    axes.barh(middle, share, BAR * 0.9, color=colour, linewidth=0)
    if side.bound is not None:
        mark = 100.0 * side.bound / whole
        axes.plot([mark] * 2, [middle - BAR * 0.45, middle + BAR * 0.45], color=MARK, linewidth=2.0,
                  solid_capstyle="butt", clip_on=False)  # fmt: skip
    axes.annotate(words(side.value), (share, middle), xytext=(5, 0), textcoords="offset points", va="center",
                  fontsize=SMALL)  # fmt: skip


def _goal_words(change: GoalChange) -> list[str]:
    """The difference, what is proven in either plan, and the unit."""
    difference = change.difference
    if difference is None:
        first = str(T("only in plan 1") if change.after is None else T("only in plan 2"))
    else:
        first = str(T("difference: {n}", n=f"{'+' if difference > 0 else ''}{words(difference)}"))
    unit = str(T("unit: {unit}", unit=GOAL_UNITS.get(change.name, "")))
    return [f"{first}; {unit}", _proof_words(change)]


def _proof_words(change: GoalChange) -> str:
    """Whether each plan's value is proven, in one line."""
    proofs = {at: T("proven") if side.proven else T("not proven")
              for at, side in enumerate((change.before, change.after), start=1) if side is not None}  # fmt: skip
    if len(proofs) == len(PLANS) and proofs[1] == proofs[2]:
        return str(T("both plans: {proof}", proof=proofs[1]))
    return "; ".join(str(T("plan {n}: {proof}", n=at, proof=proof)) for at, proof in proofs.items())


def _draw_bodies(page: Page, axes: Axes, bodies: Sequence[BodyCount]) -> None:
    reach = 1.0
    for at, count in enumerate(bodies):
        start = 0
        numbers = [(getattr(count, field), colour, hatch) for field, _, colour, hatch in SEGMENTS]
        for number, colour, hatch in numbers:
            axes.barh(-at, number, 0.6, left=start, facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.6)
            start += number
        told = " + ".join(words(number) for number, _, _ in numbers if number)
        axes.annotate(words(start) + (f" = {told}" if " " in told else ""), (start, -at), xytext=(5, 0),
                      textcoords="offset points", va="center", fontsize=SMALL)  # fmt: skip
        reach = max(reach, start)
    _finish(page, axes, reach, len(bodies))
    set_ticks(axes.xaxis, axes.get_xlim(), 6, lambda value: words(round(value)) if value == round(value) else "")
    axes.set_xlabel(str(T("People whom the plans treat differently")), fontsize=SMALL)
    handles = [Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, label=str(text))
               for _, text, colour, hatch in SEGMENTS]  # fmt: skip
    _head(page, axes, T("Moves by deciding body"), handles)


def _head(page: Page, axes: Axes, title: Text, handles: Sequence[Patch | Line2D]) -> None:
    """The heading of a panel at the left, its legend above the bars."""
    place = axes.get_position()
    page.text(page.left, place.y1 * page.height + 0.12, str(title), SUBTITLE, weight="bold")
    legend_above(axes, handles, SMALL)


def _finish(page: Page, axes: Axes, most: float, rows: int) -> None:
    width = axes.get_position().width * page.width
    lay_rows(axes, most * width / (width - BESIDE_BARS), rows)


def _body_name(count: BodyCount) -> str:
    return label(DECIDED_BY, count.body) or str(T("not named"))


def _kept_words(count: BodyCount) -> list[str]:
    return [str(T("the same in both plans: {n}", n=words(count.kept)))]


def _lines(name: str, told: Sequence[str]) -> list[Line]:
    """The words of a row: its name, and what is told of it, as wide as there is room beside the bars."""
    lines: list[Line] = [(line, BODY, {"weight": "bold"}) for line in wrapped(name, LABELS - 0.2, BODY, "bold")]
    return [*lines, *((line, SMALL, {"color": FAINT}) for text in told for line in wrapped(text, LABELS - 0.2, SMALL))]


def _height(rows: Sequence[Sequence[Line]], least: float) -> float:
    """Inches of a panel whose rows are all as high as the one with most words."""
    highest = max((sum(size for _, size, _ in lines) * LINE + BETWEEN for lines in rows), default=0.0)
    return max(least, highest) * len(rows)


def _draw_labels(page: Page, axes: Axes, rows: Sequence[Sequence[Line]]) -> None:
    """The words of every row, in the middle of its height."""
    place = axes.get_position()
    height = (place.y1 - place.y0) * page.height / len(rows)
    for at, lines in enumerate(rows):
        y = place.y1 * page.height - (at + 0.5) * height + sum(size for _, size, _ in lines) * LINE / 2
        for line, size, look in lines:
            page.text(page.left, y, line, size, va="top", **look)
            y -= size * LINE
