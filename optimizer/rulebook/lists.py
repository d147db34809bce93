"""Gate: of a provincial body only the people on its list, as far as the share goes, once they are ready."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from optimizer.rulebook.base import Form, Gate, Index, Mask, Source
from optimizer.scenario.config import RuleSettings
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays


class ListSettings(RuleSettings):
    """`share`: part of the body's payroll that the list offers; None: the whole list. `release_cap`: see there."""

    share: Annotated[float, Field(gt=0, le=1)] | None = None
    release_cap: Annotated[float, Field(gt=0, le=1)] | None = None

    def places(self, payroll: int) -> int | None:
        """First places of a list that count for a body of this payroll, rounded up in exact arithmetic."""
        return None if self.share is None else -int(-Fraction(str(self.share)) * payroll // 1)


class Lists(Gate):
    """Of a provincial body only people on its list move, in the body's own order.

    What: with a share, the first ceil(share x payroll) places of each list are candidates, whoever holds them; a
    person who is ready only after the horizon is none.
    Why: the province asks every body to list at least 5 % of its staff; the longer list behind it is for what-ifs.
    Formula: place <= ceil(share x payroll of the body today), in exact arithmetic; ready_from <= horizon.
    Data: pools.rank, pools.ready_from, rules.lists.share.
    Source: Conclusion 586-KL/TU (August 2025): list at least 5 % of the payroll.
    Relax: a larger share, or none; waive for a person.
    """

    name = "lists"
    title = T("On the list of a provincial body")
    source = Source("Kết luận 586-KL/TU (8/2025): lập danh sách tối thiểu 5% biên chế", "A")
    settings = ListSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        return a.list_open[i] | a.unit_is_commune[a.person_unit[i]] | (j < 0)
