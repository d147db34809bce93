"""Gate: a cap on the road distance between the units, off by default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import Field

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class DistanceCapSettings(RuleSettings):
    """`km`: the longest road between the unit left and the unit reached."""

    state: Literal["on", "off", "flag"] = "off"
    km: Annotated[int, Field(ge=0, le=5000), Meaning(T("longest road between the two units"), CHOICE, T("km"))] = 150


class DistanceCap(Gate):
    """Nobody is sent farther than the cap.

    What: for moves that leave the unit, the road between the two units is at most `km` kilometres.
    Why: some provinces set such a cap; the default is none, since distance already costs points.
    Formula: km(unit of the person, unit of the post) <= km.
    Data: distances, rules.distance_cap.km.
    Source: the planner's choice; off unless the scenario switches it on.
    Relax: a larger `km`, or off; waive for a person.
    """

    name = "distance_cap"
    title = T("Within the distance cap")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    settings = DistanceCapSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        cap = cast(DistanceCapSettings, a.scenario.rules[self.name]).km
        return a.metres[a.person_unit[i], a.post_unit[j]] <= cap * 1000

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        cap = facts.rule(self.name, DistanceCapSettings).km
        return facts.roads.metres(person.unit_id, post.unit_id) <= 1000 * cap
