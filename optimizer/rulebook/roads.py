"""Road distances in whole metres, one pair at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Final

from optimizer.scenario.schema import Distance, Unit

EARTH_KM: Final = 6371
DETOUR: Final = (1.2, 1.4, 2.0)  # by the number of ends in the mountains


class Roads:
    """`metres(a, b)`: the entered distance of either direction, else an estimate from the coordinates."""

    def __init__(self, units: Mapping[str, Unit], distances: Iterable[Distance]) -> None:
        self._units = units
        self._metres = {_pair(row.from_unit_id, row.to_unit_id): int(Decimal(str(row.km)) * 1000) for row in distances}

    def metres(self, one: str, other: str) -> int:
        """Road distance between two units by their ids, metres; 0 from a unit to itself."""
        if one == other:
            return 0
        pair = _pair(one, other)
        if pair not in self._metres:
            self._metres[pair] = 1000 * _estimated_km(self._units[pair[0]], self._units[pair[1]])
        return self._metres[pair]


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _estimated_km(one: Unit, other: Unit) -> int:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        raise ValueError(f"no distance and no coordinates for {one.unit_id} and {other.unit_id}")
    lat_one, lat_other = radians(one.lat), radians(other.lat)
    half_chord = (
        sin((lat_other - lat_one) / 2) ** 2 + cos(lat_one) * cos(lat_other) * sin(radians(other.lon - one.lon) / 2) ** 2
    )
    straight = 2 * EARTH_KM * asin(min(1.0, sqrt(half_chord)))
    return round(straight * DETOUR[(one.mountain is True) + (other.mountain is True)])
