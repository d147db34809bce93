"""Gate: nobody is promoted before the day that the data names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


OPEN_CASES: Final = frozenset({1, 2})


class NoPromotion(Gate):
    """Whoever may not be promoted yet gets no first or higher leadership post.

    What: a leadership post (levels 1-4) above the person's level is closed while people.no_promotion_until lies after
    the first day of the move, and to whoever is in exempt case 1 or 2 (discipline under consideration; prosecution,
    investigation, inspection), within the unit as well. Equal and lower posts, and concurrent duty, stay open. The
    columns are for the planner alone: outside the planner's tier a warning does not say which condition it is about.
    Why: the text names people who are not considered for higher posts for a time, those named in open cases among
    them; none may stand on a list by oversight.
    Formula: level(post) < level(person) implies no_promotion_until <= first day of the move (blank is no bar), and
    exempt contains neither 1 nor 2.
    Data: people.no_promotion_until, people.exempt, people.level, posts.level, pools.ready_from.
    Source: Conclusion 150-KL/TW of 14 April 2025.
    Relax: correct the data; waive for a person with the reason.
    """

    name = "no_promotion"
    title = T("May take a first or higher post")
    source = Source("Kết luận 150-KL/TW ngày 14/4/2025", "A", date(2025, 4, 14))

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        if form == "concurrent":
            return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        is_barred = (a.person_barred_until[i] > a.first_day(i, form)) | a.exempt_in_open_case[i]
        return np.asarray(~(is_barred & a.promotes(i, j)))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if form == "concurrent" or not facts.is_promotion(person, post):
            return True
        until = person.no_promotion_until
        return not OPEN_CASES & set(person.exempt) and (until is None or until <= facts.start(person, form))
