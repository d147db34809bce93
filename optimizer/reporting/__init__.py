"""Reports on a plan, in the order of the workbook's sheets. A report is added by its file and one line here."""

from __future__ import annotations

from typing import Final

from optimizer.reporting.balance import balance
from optimizer.reporting.candidates import candidates
from optimizer.reporting.cautions import cautions
from optimizer.reporting.chained import chained
from optimizer.reporting.coverage import coverage
from optimizer.reporting.moved import moved
from optimizer.reporting.naming import Tier
from optimizer.reporting.overview import overview
from optimizer.reporting.parameters import parameters
from optimizer.reporting.public import public_overview
from optimizer.reporting.still_open import still_open
from optimizer.reporting.surplus import surplus
from optimizer.reporting.tables import Report
from optimizer.reporting.temporary import temporary

SHEETS: Final[tuple[Report, ...]] = (
    overview, moved, chained, candidates, balance, still_open, temporary, coverage, surplus, cautions, parameters,
)  # fmt: skip
PUBLIC_SHEETS: Final[tuple[Report, ...]] = (public_overview, parameters)


def reports_for(tier: Tier) -> tuple[Report, ...]:
    """The reports that readers of a tier get: everything, or counts alone for the public."""
    return PUBLIC_SHEETS if tier == "public" else SHEETS
