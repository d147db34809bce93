"""Random samples in two parts: a few seeds in the quick run, the others in the slow one."""

from __future__ import annotations

import pytest


def each_part(quick: int, whole: int) -> pytest.MarkDecorator:
    """Parametrises `seeds`: the first `quick` of the `whole`, and the rest of them as a slow test."""
    parts = [range(quick), pytest.param(range(quick, whole), marks=pytest.mark.slow)]
    return pytest.mark.parametrize("seeds", parts, ids=["a few", "the others"])
