"""Gate: a provincial body serves only the communes that are assigned to it, off by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, cast

import numpy as np
from pydantic import Field

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import leaves_unit
from optimizer.scenario.meaning import CHOICE, Meaning, NamesUnits, RuleSettings
from optimizer.scenario.names import fold
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, BoolArray
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class ServesSettings(RuleSettings):
    """`units`: by id of a provincial body, ids of communes or names of former districts to which it sends."""

    needs_one_of: ClassVar[tuple[str, ...]] = ("units",)
    state: Literal["on", "off", "flag"] = "off"
    units: Annotated[
        Mapping[Annotated[str, Field(pattern=r'^[^"]+$')], Annotated[tuple[str, ...], Field(min_length=1)]],
        NamesUnits(),
        Meaning(T("to which communes or former districts a provincial body sends"), CHOICE),
    ] = {}


class Serves(Gate):
    """A provincial body that has communes assigned to it sends people to these alone.

    What: whoever is on the payroll of a body named in `units` moves only to the communes, or into the former
    districts, that stand there; a body that is not named serves everywhere. A word that is the id of a unit means this
    unit, any other the former district of that name.
    Why: provinces twin departments with communes, so that each commune knows who helps it.
    Formula: unit(person) not in units, or unit(post) in units(unit(person)), or former_district(post) is named there.
    Data: people.unit_id, posts.unit_id, units.former_district, rules.serves.units.
    Source: the planner's choice; off unless the scenario switches it on.
    Relax: assign more communes to the body, or leave it out; waive for a person or a post.
    """

    name = "serves"
    title = T("To a commune that the provincial body serves")
    source = Source("Phân công của tỉnh về địa bàn mà cơ quan cấp tỉnh hỗ trợ", "planner")
    settings = ServesSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        unit = a.post_unit[j]
        return np.asarray(_open_to(a)[a.person_unit[i], unit] | (a.person_unit[i] == unit))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        places = facts.rule(self.name, ServesSettings).units.get(person.unit_id)
        if places is None or not leaves_unit(person, post) or post.unit_id in places:
            return True
        district = facts.units[post.unit_id].former_district
        named = {fold(place) for place in places if place not in facts.units}
        return district is not None and fold(district) in named


def _open_to(a: Arrays) -> BoolArray:
    """True where people of the unit in the row may move to that in the column: bool (n_units, n_units)."""
    settings = cast(ServesSettings, a.scenario.rules[Serves.name])
    of_district: dict[str, list[int]] = {}
    for unit in a.scenario.units:
        if unit.former_district is not None:
            of_district.setdefault(fold(unit.former_district), []).append(a.unit_at[unit.unit_id])
    is_open = np.ones((a.n_units, a.n_units), dtype=np.bool_)
    for body, places in settings.units.items():
        row = a.unit_at[body]
        is_open[row] = False
        for place in places:
            is_open[row, [a.unit_at[place]] if place in a.unit_at else of_district[fold(place)]] = True
    return is_open
