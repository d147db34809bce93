"""What is exported: a plan in words for one tier and language, the same for every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from optimizer.plan import ChangedRow, Plan, Status
from optimizer.reporting import reports_for
from optimizer.reporting.changed import changed_sheet
from optimizer.reporting.naming import Names, Tier
from optimizer.reporting.overview import status_words
from optimizer.reporting.tables import Sheet, Table
from optimizer.scenario.scenario import Scenario
from optimizer.texts import T, Text, current_language

WORDS_OF_TIERS: dict[Tier, Text] = {
    "planner": T("For planners only: nothing is left out"),
    "leader": T("For those who decide: names, without anybody's reasons for exemption"),
    "public": T("For the public: counts only, small ones left out"),
}


@dataclass(frozen=True)
class Content:
    """A plan with the words and sheets of its tier, in the language in which it was gathered."""

    plan: Plan
    scenario: Scenario
    names: Names
    sheets: tuple[Sheet, ...]
    language: str

    @property
    def tier(self) -> Tier:
        """For whom it is."""
        return self.names.tier

    def tables(self) -> Iterator[tuple[str, Sheet, Table]]:
        """(name, sheet, table) of every table; the name is the sheet's, with a number where it has several."""
        for sheet in self.sheets:
            for at, table in enumerate(sheet.tables, start=1):
                yield sheet.name if len(sheet.tables) == 1 else f"{sheet.name}-{at}", sheet, table


def gather(
    plan: Plan, scenario: Scenario, tier: Tier, *, mask_ids: bool, changed: Sequence[ChangedRow] | None = None
) -> Content:
    """All sheets of a tier that have something to say, in the current language.

    `changed`: what a plan made anew changes of the one before its meeting, told after the first sheet.
    """
    names = Names(scenario, tier=tier, mask_ids=mask_ids)
    sheets = (report(plan, names) for report in reports_for(tier))
    first, *others = (_with_status(sheet, plan) for sheet in sheets if sheet.stands)
    changes = () if changed is None else (changed_sheet(plan, changed, names),)
    return Content(plan, scenario, names, (first, *changes, *others), current_language())


def _with_status(sheet: Sheet, plan: Plan) -> Sheet:
    """The sheet; where the plan is not proven, it says so under its title, as sheets are read and passed on alone."""
    status = status_words(plan)
    if plan.status is Status.OPTIMAL or status in sheet.lines:
        return sheet
    return replace(sheet, lines=(status, *sheet.lines))
