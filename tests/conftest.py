"""Fixtures that several files share."""

from __future__ import annotations

import pytest


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """`solve` runs the engine in this process."""
    from engines import run_here

    monkeypatch.setattr("optimizer.solving.run", run_here)
