"""Fixtures that several files share."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer as so
from optimizer.plan import Plan
from optimizer.scenario.scenario import Scenario


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """The example of four communes."""
    return so.read(Path(__file__).parents[1] / "scenarios" / "example")


@pytest.fixture(scope="session")
def plan(scenario: Scenario) -> Plan:
    """Its best plan."""
    return so.solve(scenario)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """`solve` runs the engine in this process."""
    from engines import run_here

    monkeypatch.setattr("optimizer.solving.run", run_here)
    monkeypatch.setattr("optimizer.conflicts.run", run_here)
