"""Limit: a seat whose holder comes back is not given away for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.arrays import FULL_TERM_MONTHS
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.facts import FULL_TERM, Facts
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.scenario.schema import Person, Post

FOR_GOOD: Final = frozenset({"transfer", "rotation"})


class TemporaryCover(Limit):
    """The seat of someone seconded away for less than 36 months is covered by internal or secondment only.

    What: in a post with such a holder, people who are there for good (those who stay, those who come back, those
    who arrive by transfer or rotation) are at most the seats; where they are more already today, nobody arrives by
    transfer or rotation.
    Why: the secondee returns to the seat.
    Formula: held + away - (out by transfer, internal, rotation, or secondment of 36 months) + (in by transfer,
    rotation) <= seats, where away counts holders seconded beyond the horizon with less than 36 months left who
    do not leave the service by then.
    Data: posts.seats, people.post_id, people.seconded_until, pools.max_months.
    Source: the planner's choice; Decree 170/2025/NĐ-CP, Article 26: the secondee stays on the sender's payroll.
    Relax: waive for a post or a unit.
    """

    name = "temporary_cover"
    title = T("The seat of a secondee stays theirs")
    source = Source("Lựa chọn của cơ quan lập phương án; Nghị định 170/2025/NĐ-CP, Điều 26", "planner")
    waived_by = frozenset({"post_id", "unit_id"})
    kinds = COMMUNE_KINDS

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per post that has, or may get, a holder who comes back."""
        short = moves.is_form("secondment") & (moves.months < FULL_TERM_MONTHS)
        returning = a.post_away > 0
        returning[moves.from_post[short & (moves.from_post >= 0)]] = True
        room = a.post_seats - a.post_held - a.post_away
        for_good = moves.is_form("transfer") | moves.is_form("rotation")
        posts = np.flatnonzero(returning)
        row = np.full(a.n_posts + 1, -1, dtype=np.int32)
        row[posts] = np.arange(len(posts))
        leaving_row = row.copy()
        leaving_row[:-1][room < 0] = -1
        arriving = np.where(for_good, row[moves.post], -1).astype(np.int32)
        leaving = np.where(short, -1, leaving_row[moves.from_post]).astype(np.int32)
        return rows_over(
            (Term(arriving, 1), Term(leaving, -1)),
            n=len(posts),
            upper=np.maximum(room[posts], 0),
            unit=a.post_unit[posts],
            post=posts,
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        for post_id in sorted(after.arrivals):
            post = facts.posts[post_id]
            arriving = sum(move.form in FOR_GOOD for move in after.into(post))
            if not arriving or facts.is_waived(self.name, post_id=post_id, unit_id=post.unit_id):
                continue
            returning = self._returning(facts, post)
            today = facts.held[post_id] + returning
            leaving = sum(self._gives_up_the_seat(facts, move) for move in after.out_of(post))
            if returning == 0 and leaving == len(after.out_of(post)):
                continue
            if today > post.seats or today - leaving + arriving > post.seats:
                yield T("{post}: the seat of someone who comes back from secondment is given away", post=post_id)

    def _returning(self, facts: Facts, post: Post) -> int:
        limit = add_months(facts.today, FULL_TERM)
        away = [person for person in facts.holders.get(post.post_id, []) if facts.is_away(person)]
        return sum(self._comes_back(person, limit) for person in away)

    def _comes_back(self, person: Person, limit: date) -> bool:
        end = person.seconded_until
        return end is not None and end < limit and (person.leaves_on is None or person.leaves_on > end)

    def _gives_up_the_seat(self, facts: Facts, move: Placement) -> bool:
        return move.form != "secondment" or facts.months(move.person) >= FULL_TERM
