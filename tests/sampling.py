"""Which values of a parameter the quick run takes: the others wait for the longer run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest


def first(few: int, values: Sequence[Any]) -> list[Any]:
    """The values, all but the first few of them for the longer run."""
    return [*values[:few], *(pytest.param(value, marks=pytest.mark.slow) for value in values[few:])]


def but(values: Sequence[Any], dear: Collection[Any]) -> list[Any]:
    """The values, those of `dear` for the longer run."""
    return [pytest.param(value, marks=pytest.mark.slow) if value in dear else value for value in values]
