"""Pictures of a plan, in order. A picture is added by its file and one line here.

Figures are drawn without pyplot, without a screen and without the user's settings; the same plan gives the same
bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from optimizer.plan import Plan
from optimizer.reporting.figures.communes import COMMUNES
from optimizer.reporting.figures.drawing import PICTURE_FORMS, Drawing, Form, Picture, rendered
from optimizer.reporting.figures.fields import FIELDS
from optimizer.reporting.figures.flows import FLOWS
from optimizer.reporting.figures.goal_bars import GOAL_BARS
from optimizer.reporting.figures.page import our_look
from optimizer.reporting.naming import Names

__all__ = ["FIGURES", "PICTURE_FORMS", "Drawing", "Form", "Picture", "pictures"]

FIGURES: Final[tuple[Drawing, ...]] = (COMMUNES, FLOWS, FIELDS, GOAL_BARS)


def pictures(
    plan: Plan, names: Names, form: Form = "svg", *, figures: Iterable[Drawing] = FIGURES
) -> tuple[Picture, ...]:
    """Every picture of a plan as png or svg, in the current language and for the readers of `names.tier`."""
    drawn = []
    for drawing in figures:
        with our_look():
            data = rendered(drawing.draw(plan, names), str(drawing.title), form)
        drawn.append(Picture(drawing.name, str(drawing.title), data))
    return tuple(drawn)
