"""Fixtures that several files share, and the engine without its child process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import CALLS, QUESTIONS, ChildHere, run_here

import optimizer as so
from optimizer.engine import process
from optimizer.plan import Plan
from optimizer.scenario.scenario import Scenario


@pytest.fixture(scope="session", autouse=True)
def _in_process() -> Iterator[None]:
    """The engine runs in this process: to start a child takes longer than to solve a tiny province."""
    with pytest.MonkeyPatch.context() as patched:
        for call in CALLS:
            patched.setattr(call, run_here)
        patched.setattr(QUESTIONS, ChildHere)
        yield


@pytest.fixture
def child_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine runs in a child, as it does for users."""
    for call in CALLS:
        monkeypatch.setattr(call, process.run)
    monkeypatch.setattr(QUESTIONS, process.Child)


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """The example of four communes."""
    return so.read(Path(__file__).parents[1] / "scenarios" / "example")


@pytest.fixture(scope="session")
def plan(scenario: Scenario) -> Plan:
    """Its best plan."""
    return so.solve(scenario)
