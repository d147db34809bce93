"""Former districts as the public reads them: no row is about fewer than three units, so small ones are one together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from typing import Final

from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import Names
from optimizer.texts import T

FEWEST_UNITS: Final = 3  # the smallest number of units that a row may be about


def merged(groups: Mapping[str, Set[str]]) -> frozenset[str]:
    """The names of those groups of units that become one: the small ones, and further ones until they are enough."""
    in_order = sorted(groups, key=lambda name: (len(groups[name]), vietnamese_key(name), name))
    found = [name for name in in_order if len(groups[name]) < FEWEST_UNITS]
    for name in in_order[len(found) :]:
        if not found or len(set[str]().union(*(groups[name] for name in found))) >= FEWEST_UNITS:
            break
        found.append(name)
    return frozenset(found)


class Districts:
    """Where the public reads of the communes, and of the provincial bodies that send people.

    `communes`: the ids of the communes of each row, in the order of rows. `senders`: the names of all who may send;
    provincial bodies are one row, the first, or stand with the small districts where they are too few.
    """

    def __init__(self, names: Names) -> None:
        units = () if names.scenario is None else names.scenario.units
        groups: defaultdict[str, set[str]] = defaultdict(set)
        for unit in units:
            if unit.is_commune:
                groups[names.district_words(unit.unit_id)].add(unit.unit_id)
        self._rows = _rows(groups, str(T("other districts")), str(T("all communes")))
        self.communes: dict[str, frozenset[str]] = _members(groups, self._rows)
        bodies = {unit.unit_id for unit in units if not unit.is_commune}
        self._bodies = str(T("provincial bodies"))
        if bodies:
            groups[self._bodies] |= bodies
        small = merged(groups)
        others = T("other districts and provincial bodies") if self._bodies in small else T("other districts")
        self._sending = _rows(groups, str(others), str(T("all units")))
        found = list(_members(groups, self._sending))
        self.has_bodies = self._bodies in found
        self.senders = tuple(sorted(found, key=lambda name: name != self._bodies))
        self._names = names

    def receiver(self, unit_id: str | None) -> str:
        """The row of a commune, or of what is known of an unknown unit."""
        district = self._names.district_words(unit_id)
        return self._rows.get(district, district)

    def sender(self, unit_id: str | None) -> str:
        """The row of whoever sends."""
        is_commune = self._names.is_commune(unit_id or "")
        group = self._names.district_words(unit_id) if is_commune else self._bodies
        return self._sending.get(group, group)


def _rows(groups: Mapping[str, Set[str]], others: str, alone: str) -> dict[str, str]:
    """The row of each group; `others` is the row of those that are merged, `alone` where that is the only one."""
    small = merged(groups)
    word = alone if len(small) == len(groups) else others
    return {name: word if name in small else name for name in groups}


def _members(groups: Mapping[str, Set[str]], rows: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The units of each row, in Vietnamese order, those that are merged last."""
    found: dict[str, frozenset[str]] = {}
    for name in sorted(groups, key=lambda name: (rows[name] != name, vietnamese_key(name))):
        found[rows[name]] = found.get(rows[name], frozenset()) | groups[name]
    return found
