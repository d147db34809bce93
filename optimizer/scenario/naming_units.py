"""Units that the settings name: each must be there, or the key would silently count for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from optimizer.errors import Problem
from optimizer.scenario.context import Context
from optimizer.scenario.meaning import NamesUnits
from optimizer.scenario.names import fold, nearest, shown
from optimizer.scenario.settings import Loc, problem_at
from optimizer.texts import T, Text


def check_named_units(context: Context) -> Iterator[Problem]:
    """Every unit or former district that a key of a rule names and the table of units does not have."""
    if not context.sound("units"):
        return
    for name, settings in context.read.rules.items():
        for key, info in type(settings).model_fields.items():
            if any(isinstance(mark, NamesUnits) for mark in info.metadata):
                yield from _of_bodies(context, ("rules", name, key), getattr(settings, key))


def _of_bodies(context: Context, loc: Loc, places_of: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    bodies = {unit_id: unit.name for unit_id, unit in context.units.items() if not unit.is_commune}
    communes = {unit_id: unit.name for unit_id, unit in context.units.items() if unit.is_commune}
    districts = {fold(unit.former_district): unit.former_district for unit in context.units.values()
                 if unit.is_commune and unit.former_district}  # fmt: skip
    for body, places in places_of.items():
        at = (*loc, body)
        if body not in bodies:
            message = T("'{name}' is not the id of a provincial body", name=shown(body))
            yield problem_at(context.read.raw, at, "E107", message, _did_you_mean(context, body, bodies), body)
        for place in places:
            if place not in communes and (place in bodies or fold(place) not in districts):
                message = T("'{name}' is neither the id of a commune nor a former district", name=shown(place))
                mend = _did_you_mean(context, place, communes | {name: name for name in districts.values()})
                yield problem_at(context.read.raw, at, "E107", message, mend, place)


def _did_you_mean(context: Context, typed: str, known: Mapping[str, str]) -> Text:
    """The word to write instead: by its likeness, or by the name of the unit that was typed for its id."""
    by_name = {fold(name): word for word, name in known.items()}
    near = by_name.get(fold(typed)) or nearest(typed, known)
    return T("Did you mean '{name}'?", name=near) if near else T("Use ids of {file}", file=context.tables["units"].file)
