"""Gate: the post's bloc is the person's, unless the scenario lists the pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class Bloc(Gate):
    """Moves stay within the bloc unless the planner allows the pair.

    What: a person of one bloc takes a post of another only where `forms.bloc_pairs` lists (from, to).
    Concurrent duty counts as a move.
    Why: such moves are asked for where the right people sit in the other bloc, and two bodies decide on them; between
    the Party and the government the Party side must agree. Listing the pair says that the planner may ask for it.
    Formula: bloc(person) = bloc(post), or (bloc(person), bloc(post)) is listed.
    Data: people.bloc, posts.bloc, forms.bloc_pairs.
    Source: practice of the deciding bodies, no text that names it; the planner's choice.
    Relax: add the pair; waive for a person or a post.
    """

    name = "bloc"
    title = T("Same bloc, or a pair of blocs that is allowed")
    source = Source("Phân cấp quản lý cán bộ giữa các khối; [forms].bloc_pairs", "planner")

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        return a.bloc_allowed[a.person_bloc[i], a.post_bloc[j]]

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        pairs = facts.scenario.config.forms.bloc_pairs
        return person.bloc == post.bloc or (person.bloc, post.bloc) in pairs
