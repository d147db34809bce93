"""Limit: deputies of divisions within the total of two per division."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, cast

import numpy as np
from pydantic import Field

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import NO_ROW, Rows, Term, rows_over
from optimizer.scenario.meaning import Meaning, RuleSettings
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Post

HEADS: Final = frozenset({"office_head", "division_head", "centre_director"})
DEPUTIES: Final = frozenset({"office_deputy", "division_deputy", "centre_deputy"})
CITATION: Final = "Nghị định 370/2025/NĐ-CP; Nghị quyết 332/NQ-CP (15/10/2025)"


class DeputiesSettings(RuleSettings):
    """`per_division`: deputies that a commune has for each of its divisions on average."""

    per_division: Annotated[
        int, Field(ge=0, le=20), Meaning(T("deputies for each division of a commune, on average"), CITATION)
    ] = 2


class Deputies(Limit):
    """A commune's deputy heads are at most two for each of its divisions, wherever the commune puts them.

    What: people in seats of deputy heads of the office, of divisions and of the centre, of one commune together. Its
    divisions are the seats of their heads, filled or not. Covering a deputy's seat besides makes nobody a deputy.
    Today's deputies are tolerated where they are more: their number may not grow. A commune without divisions has none
    beyond today's.
    Why: the total is given, its distribution is the commune's.
    Formula: deputies today - out + in <= max(per_division x seats of heads, deputies today).
    Data: posts.role, posts.seats, people.post_id, rules.deputies.per_division.
    Source: Decree 370/2025/NĐ-CP and Resolution 332/NQ-CP of 15 October 2025.
    Relax: a larger `per_division`; off, or a flag; waive for a unit.
    """

    name = "deputies"
    title = T("Deputies within the total of two per division")
    source = Source(CITATION, "A", date(2025, 10, 15))
    settings = DeputiesSettings
    waived_by = frozenset({"unit_id"})
    kinds = COMMUNE_KINDS

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per commune."""
        seats = np.where(of_roles(a, HEADS), a.post_seats, 0)
        held = np.where(of_roles(a, DEPUTIES), a.post_held, 0)
        divisions, today = (np.zeros(a.n_units, dtype=np.int64) for _ in range(2))
        np.add.at(divisions, a.post_unit, seats)
        np.add.at(today, a.post_unit, held)
        most = cast(DeputiesSettings, a.scenario.rules[self.name]).per_division * divisions
        coming, going = deputy_units(a, moves)
        return rows_over(
            (Term(coming, 1), Term(going, -1)),
            n=a.n_units,
            upper=np.maximum(most - today, 0),
            unit=np.arange(a.n_units),
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        per_division = facts.rule(self.name, DeputiesSettings).per_division
        for unit_id, posts in posts_by_commune(facts).items():
            if facts.is_waived(self.name, unit_id=unit_id):
                continue
            deputies = [post for post in posts if post.role in DEPUTIES]
            today = sum(facts.held[post.post_id] for post in deputies)
            most = max(per_division * sum(post.seats for post in posts if post.role in HEADS), today)
            reached = sum(after.filled(post) for post in deputies)
            if reached > most:
                yield T("{unit} has {deputies} deputy heads, at most {most}", unit=unit_id, deputies=reached, most=most)


def of_roles(a: Arrays, roles: frozenset[str]) -> BoolArray:
    """Posts of communes with one of the roles: bool (n_posts,)."""
    named = np.array([post.role in roles for post in a.posts], dtype=np.bool_)
    return np.asarray(named & a.unit_is_commune[a.post_unit])


def deputy_units(a: Arrays, moves: Moves) -> tuple[KeyArray, KeyArray]:
    """The commune of which each move makes a deputy, and that of which it takes one away; NO_ROW: none, or the same."""
    unit: IntArray = np.append(np.where(of_roles(a, DEPUTIES), a.post_unit, NO_ROW), NO_ROW)
    coming, going = unit[moves.into_post], unit[moves.from_post]
    same = coming == going
    return np.where(same, NO_ROW, coming).astype(np.int32), np.where(same, NO_ROW, going).astype(np.int32)


def posts_by_commune(facts: Facts) -> dict[str, list[Post]]:
    """The posts of each commune."""
    posts: dict[str, list[Post]] = {}
    for post in facts.posts.values():
        if facts.in_commune(post):
            posts.setdefault(post.unit_id, []).append(post)
    return posts
