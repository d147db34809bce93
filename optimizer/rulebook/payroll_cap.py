"""Limit: no commune's payroll grows beyond its quota."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, in_and_out, rows_over
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class PayrollCap(Limit):
    """After all moves a commune bloc's payroll is at most its quota, or at most today's where it is over already.

    What: people on the payroll of a unit and bloc after the plan. A unit over its quota still receives people by
    secondment, which changes no payroll, and by a swap: one goes, one comes.
    Why: the quota is what the province has assigned; being over is tolerated, growing further is not.
    Formula: payroll today + in - out <= max(quota, payroll today); secondments change no payroll.
    Data: quotas (the latest on or before the date), people.unit_id, people.bloc.
    Source: Official Letter 09-CV/BCĐ of 30 May 2025 for the government bloc; the other blocs by analogy.
    Relax: a larger quota in the data; waive for a unit.
    """

    name = "payroll_cap"
    title = T("Payroll within the quota")
    source = Source("Công văn 09-CV/BCĐ (30/5/2025)", "A", date(2025, 5, 30))
    measure = "people"
    waived_by = frozenset({"unit_id"})
    kinds = COMMUNE_KINDS

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per commune bloc with a quota."""
        groups = a.commune_groups
        return rows_over(
            in_and_out(a, groups, moves.payroll_groups()),
            n=len(groups),
            upper=np.maximum(a.quota[groups] - a.payroll[groups], 0),
            unit=a.group_unit[groups],
            bloc=groups % a.n_blocs,
            today=a.payroll[groups],
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        for place, quota in facts.quota.items():
            unit_id, bloc = place
            if not facts.units[unit_id].is_commune or facts.is_waived(self.name, unit_id=unit_id):
                continue
            most, payroll = max(quota, facts.payroll[place]), after.payroll[place]
            if payroll > most:
                yield T(
                    "{unit}, {bloc}: payroll {payroll} above {most}",
                    unit=unit_id,
                    bloc=bloc,
                    payroll=payroll,
                    most=most,
                )
