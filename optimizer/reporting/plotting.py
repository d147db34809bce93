"""Pictures of a plan as files, or one of them as a figure of matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.errors import UsageError
from optimizer.files import replace_file
from optimizer.plan import Plan
from optimizer.plan_files import PLAN_FILE
from optimizer.reporting.figures import FIGURES, PICTURE_FORMS, Drawing, Form, pictures
from optimizer.reporting.figures.page import our_look
from optimizer.reporting.naming import TIERS, Names, Tier
from optimizer.scenario.names import required
from optimizer.scenario.scenario import Scenario
from optimizer.texts import T, speaking

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot(
    plan: Plan,
    scenario: Scenario,
    folder: str | Path,
    forms: Sequence[Form] = PICTURE_FORMS,
    *,
    only: Sequence[str] = (),
    tier: Tier = "leader",
    language: str | None = None,
) -> tuple[Path, ...]:
    """Write the pictures of a plan into `folder` as `NAME.png` and `NAME.svg`; returns their paths in order.

    `only`: names of pictures, all where it is empty. `language`: `vi` or `en`, by default the scenario's. Raises
    UsageError where a name, form or tier is not known, where `folder` is that of a plan (a plan's folder is
    exchanged as a whole) or where a file cannot be written.
    """
    target = Path(folder)
    drawings = _drawings(only)
    for form in forms:
        required("form", form, PICTURE_FORMS)
    if (target / PLAN_FILE).exists():
        raise UsageError(T("{folder} is the folder of a plan; pictures go into another one", folder=target))
    names = _names(scenario, tier)
    with speaking(language or scenario.config.language):
        drawn = {form: pictures(plan, names, form, figures=drawings) for form in dict.fromkeys(forms)}
    paths = []
    for of_one_drawing in zip(*drawn.values(), strict=True):
        for form, picture in zip(drawn, of_one_drawing, strict=True):
            paths.append(target / f"{picture.name}.{form}")
            replace_file(paths[-1], picture.data)
    return tuple(paths)


def figure(plan: Plan, scenario: Scenario, name: str, *, tier: Tier = "leader", language: str | None = None) -> Figure:
    """One picture by its name as a figure of matplotlib, to be shown in a notebook or changed; as `plot` otherwise."""
    (drawing,) = _drawings([name])
    with speaking(language or scenario.config.language), our_look():
        return drawing.draw(plan, _names(scenario, tier))


def _drawings(only: Sequence[str]) -> tuple[Drawing, ...]:
    known = [drawing.name for drawing in FIGURES]
    for name in only:
        required("picture", name, known)
    return tuple(drawing for drawing in FIGURES if not only or drawing.name in only)


def _names(scenario: Scenario, tier: Tier) -> Names:
    required("tier", tier, TIERS)
    return Names(scenario, tier=tier)
