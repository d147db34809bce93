"""What the checks across tables look into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from optimizer.scenario.config import Registry
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import Person, Post, Unit
from optimizer.scenario.settings import SettingsRead
from optimizer.scenario.tables import Table


@dataclass(frozen=True)
class Context:
    """The tables with their look-ups. `day` is the scenario's date, `horizon` the end of its horizon."""

    read: SettingsRead
    registry: Registry
    tables: Mapping[str, Table[Any]]
    units: Mapping[str, Unit]
    posts: Mapping[str, Post]
    people: Mapping[str, Person]
    day: date
    horizon: date

    def sound(self, *names: str) -> bool:
        """True where nothing is missing from these tables that the files give."""
        return all(self.tables[name].sound for name in names)

    def gone(self, person: Person) -> bool:
        """True for people who leave before the horizon: they count nowhere."""
        return person.leaves_on is not None and person.leaves_on < self.horizon

    def away(self, person: Person) -> bool:
        """True for people seconded away beyond the horizon."""
        until = person.seconded_until
        return person.on_site_unit_id is not None and until is not None and until > self.horizon


def context_of(read: SettingsRead, registry: Registry, tables: Mapping[str, Table[Any]]) -> Context:
    """The look-ups; `read.config` must be there."""
    assert read.config is not None
    day = read.config.date
    return Context(
        read=read,
        registry=registry,
        tables=tables,
        units={row.unit_id: row for row in tables["units"].rows},
        posts={row.post_id: row for row in tables["posts"].rows},
        people={row.person_id: row for row in tables["people"].rows},
        day=day,
        horizon=add_months(day, read.config.horizon_months),
    )
