"""A comparison as a file: a workbook for the meeting, or a picture of what differs at a glance."""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

from optimizer.comparison import Comparison
from optimizer.errors import UsageError
from optimizer.files import place_of, replace_file
from optimizer.plan import Status
from optimizer.plan_files import require_outside
from optimizer.reporting.comparison_sheets import PlanNames, comparison_sheets, title_of
from optimizer.reporting.figures.changes import draw
from optimizer.reporting.figures.drawing import PICTURE_FORMS, Form, rendered
from optimizer.reporting.figures.page import our_look
from optimizer.reporting.naming import Names
from optimizer.reporting.workbook import draw_sheet
from optimizer.scenario.scenario import Scenario
from optimizer.spreadsheet import new_book, to_bytes
from optimizer.texts import T, current_language, speaking

BOOK: Final = "xlsx"
ENDINGS: Final = (BOOK, *PICTURE_FORMS)
NAME_IN_FOOTER: Final = 12  # letters of a scenario's name, so that neither status is cut off


def write_comparison(
    found: Comparison,
    path: str | Path,
    scenario: Scenario | None = None,
    *,
    former: Scenario | None = None,
    called: PlanNames = ("", ""),
    language: str | None = None,
) -> None:
    """Write a comparison as `.xlsx`, `.png` or `.svg`, whole or not at all; the same plans give the same bytes.

    `scenario` gives names to ids, and `former` to those that it does not know; without them ids stand for themselves.
    `called`: how each plan is called. `language`: `vi` or `en`, by default the current one. Raises UsageError for
    another ending, for a place in the folder of a plan or scenario, and where the file cannot be written.
    """
    form = require_form(path, scenario)
    with speaking(language or current_language()):
        if form == BOOK:
            data = comparison_book(found, Names(scenario, former=former), called)
        else:
            with our_look():
                data = rendered(draw(found, called), str(title_of(found)), cast(Form, form))
    replace_file(path, data)


def require_form(path: str | Path, scenario: Scenario | None = None, forms: tuple[str, ...] = ENDINGS) -> str:
    """The form that the ending of `path` asks for. Raises UsageError for others, and for a place that is taken."""
    form = Path(path).suffix.lower().removeprefix(".")
    if form not in forms:
        endings = ", ".join(f".{known}" for known in forms)
        raise UsageError(T("{file}: the name has to end with {endings}", file=path, endings=endings))
    require_outside(place_of(path), None if scenario is None else scenario.origin)
    return form


def comparison_book(found: Comparison, names: Names, called: PlanNames = ("", "")) -> bytes:
    """The sheets as a workbook in the current language; the status of both plans stands on every printed page."""
    book = new_book()
    name = found.plans[1].scenario[:NAME_IN_FOOTER]
    first, other = (
        T("OPTIMAL") if plan.status is Status.OPTIMAL else T("FEASIBLE, not proven") for plan in found.plans
    )
    footer = f"{name}; 1: {first}; 2: {other}"
    for sheet in comparison_sheets(found, names, called):
        draw_sheet(book.create_sheet(sheet.name), sheet, footer)
    return to_bytes(book, found.plans[1].date)
