"""Many workbooks, one per unit, gathered into one scenario, with a finding for everything that is wrong."""

from optimizer.scenario.gathering.finding_files import find_workbooks
from optimizer.scenario.gathering.gathering import Finding, Gathered, UnitCount, gather

__all__ = ["Finding", "Gathered", "UnitCount", "find_workbooks", "gather"]
