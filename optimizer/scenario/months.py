"""Calendar months: a day past the end of a month is clipped to it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=1 << 16)  # people share birth days, and a pair of person and post asks for several
def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later (31 January + 1 month = 28 or 29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
