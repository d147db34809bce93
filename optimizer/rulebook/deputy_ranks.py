"""Limit: at most half of a commune's deputies of divisions are principal specialists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Final, cast

import numpy as np
from pydantic import Field

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.deputies import DEPUTIES, deputy_units, of_roles, posts_by_commune
from optimizer.rulebook.facts import Facts, exact
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.meaning import Meaning, RuleSettings, State
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.scenario.vocabulary import RANK
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.scenario.schema import Person, Post

PRINCIPAL: Final = "principal"
CITATION: Final = "Nghị định 361/2025/NĐ-CP (31/12/2025)"


class DeputyRanksSettings(RuleSettings):
    """`share`: part of a commune's deputy heads that may be principal specialists or above."""

    state: State = "flag"
    share: Annotated[
        float,
        Field(ge=0, le=1),
        Meaning(T("part of a commune's deputy heads that may be principal specialists"), CITATION, fraction=True),
    ] = 0.5


class DeputyRanks(Limit):
    """At most half of a commune's deputy heads are principal specialists or above.

    What: people in seats of deputy heads of the office, of divisions and of the centre, of one commune together, and
    those of them whose rank is principal or senior; a blank rank is neither. Where they are more than the share
    today, that excess is tolerated and may not grow.
    Why: heads are principal specialists, deputies only in part; ranks by job position are to be completed by
    1 July 2027, so that until then this only warns by default.
    Formula: d x principal - n x deputies <= max(0, the same today), after the plan, with share = n/d exactly.
    Data: posts.role, people.post_id, people.rank, rules.deputy_ranks.share.
    Source: Decree 361/2025/NĐ-CP of 31 December 2025.
    Relax: a flag by default; a larger `share`; off; waive for a unit.
    """

    name = "deputy_ranks"
    title = T("At most half of the deputies are principal specialists")
    source = Source(CITATION, "A", date(2025, 12, 31))
    settings = DeputyRanksSettings
    waived_by = frozenset({"unit_id"})
    kinds = COMMUNE_KINDS

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per commune."""
        share = Fraction(str(cast(DeputyRanksSettings, a.scenario.rules[self.name]).share))
        high = list(RANK)[list(RANK).index(PRINCIPAL) :]
        is_high = np.array([person.rank in high for person in a.people])
        weight = np.where(is_high, share.denominator, 0) - share.numerator
        seated = np.flatnonzero(a.counts_at_home & np.append(of_roles(a, DEPUTIES), False)[a.person_post])
        today = np.zeros(a.n_units, dtype=np.int64)
        np.add.at(today, a.post_unit[a.person_post[seated]], weight[seated])
        coming, going = deputy_units(a, moves)
        of_move = weight[moves.person]
        return rows_over(
            (Term(coming, of_move), Term(going, -of_move)),
            n=a.n_units,
            upper=np.maximum(-today, 0),
            unit=np.arange(a.n_units),
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        share = exact(facts.rule(self.name, DeputyRanksSettings).share)
        for unit_id, posts in posts_by_commune(facts).items():
            if facts.is_waived(self.name, unit_id=unit_id):
                continue
            deputies = [post for post in posts if post.role in DEPUTIES]
            today = [person for post in deputies for person in _sitting(facts, post)]
            coming = [move.person for post in deputies for move in after.into(post)]
            going = [move.person for post in deputies for move in after.out_of(post)]
            tolerated = max(Fraction(0), _principals(today) - share * len(today))
            reached = len(today) + len(coming) - len(going)
            principal = _principals(today) + _principals(coming) - _principals(going)
            if principal - share * reached > tolerated:
                yield T(
                    "{unit}: {principal} of {deputies} deputy heads are principal specialists or above",
                    unit=unit_id,
                    principal=principal,
                    deputies=reached,
                )


def _sitting(facts: Facts, post: Post) -> list[Person]:
    return [person for person in facts.holders.get(post.post_id, []) if not facts.is_away(person)]


def _principals(people: list[Person]) -> int:
    return sum(person.rank in {PRINCIPAL, "senior"} for person in people)
