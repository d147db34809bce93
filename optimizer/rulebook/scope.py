"""Gate: only moves within the deciding bodies and blocs of this round, off by default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, cast

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario import vocabulary as words
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.scenario.schema import OneOf
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T
from optimizer.wording import deciding_between_units

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class ScopeSettings(RuleSettings):
    """`bodies`: deciding bodies, `blocs`: blocs whose posts are filled in this round; blank: all."""

    needs_one_of: ClassVar[tuple[str, ...]] = ("bodies", "blocs")
    state: Literal["on", "off", "flag"] = "off"
    bodies: Annotated[
        tuple[str, ...],
        OneOf(words.DECIDED_BY, many=True),
        Meaning(T("bodies that decide in this round"), CHOICE, words={"none": T("(all)")}),
    ] = ()
    blocs: Annotated[
        tuple[str, ...],
        OneOf(words.BLOC, many=True),
        Meaning(T("blocs whose posts are filled in this round"), CHOICE, words={"none": T("(all)")}),
    ] = ()


class Scope(Gate):
    """Only moves that are decided by the bodies, and lead into the blocs, that this round is about.

    What: where `bodies` are given, the body that decides the move is one of them: the post's own body, but for
    whoever comes from another unit into a post that names a body of its commune, or none, the body that `[authority]`
    gives the post's bloc. A move that no body is named for is outside. Where `blocs` are given, the post's bloc is
    one of them. It holds for every form.
    Why: a plan goes to one body at a time: each must be able to have its own, complete by itself.
    Formula: (no bodies, or decides(person, post) in bodies) and (no blocs, or bloc(post) in blocs); decides =
    authority.moves of bloc(post) where unit(person) differs from unit(post) and decided_by is blank or of the commune
    (where the bloc has none: decided_by), else decided_by.
    Data: people.unit_id, posts.unit_id, posts.decided_by, posts.bloc, authority.moves, rules.scope.bodies,
    rules.scope.blocs.
    Source: the planner's choice; off unless the scenario switches it on.
    Relax: name more bodies or blocs, or off; waive for a post.
    """

    name = "scope"
    title = T("Within the bodies and blocs of this round")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    settings = ScopeSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        settings = cast(ScopeSettings, a.scenario.rules[self.name])
        within = np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        if settings.bodies:
            within &= _is_decided_by(a, settings.bodies, i, j)
        if settings.blocs:
            within &= np.isin(a.post_bloc[j], [a.bloc_codes.index(bloc) for bloc in settings.blocs])
        return within

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        settings = facts.rule(self.name, ScopeSettings)
        is_decided = not settings.bodies or facts.who_decides(person, post) in settings.bodies
        return is_decided and (not settings.blocs or post.bloc in settings.blocs)


def is_out_of_scope(facts: Facts, post: Post) -> bool:
    """Scalar form: whether nobody may enter the post in this round, neither from its unit nor from another."""
    rule = Scope()
    if facts.state(rule, post.unit_id) != "on" or facts.has_waiver(rule.name, post):
        return False
    settings = facts.rule(rule.name, ScopeSettings)
    bodies = {post.decided_by, facts.who_decides_on_arrivals(post)}
    is_decided = not settings.bodies or not bodies.isdisjoint(settings.bodies)
    return not (is_decided and (not settings.blocs or post.bloc in settings.blocs))


def _is_decided_by(a: Arrays, bodies: tuple[str, ...], i: Index, j: Index) -> Mask:
    """True where one of the bodies decides on person i in post j; shapes broadcast."""
    moves = a.scenario.config.authority.moves
    within = np.array([post.decided_by in bodies for post in a.posts], dtype=np.bool_)
    between = np.array([deciding_between_units(post, moves) in bodies for post in a.posts], dtype=np.bool_)
    return np.where(a.person_unit[i] == a.post_unit[j], within[j], between[j])
