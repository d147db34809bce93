"""The apparatus of a commune, read from `kinds.csv`, and what its fields ask of people, from `fields.toml`.

After Decree 150/2025 (government), Instruction 31-HD/BTCTW (Party) and Regulation 301-QĐ/TW (Front): merged
units have divisions, the others have not. How many seats a kind has is assumed, bounded by the quotas.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from optimizer.errors import UsageError
from optimizer.scenario.schema import LOWEST_LEVEL, Post, Unit
from optimizer.texts import T

_HERE: Final = resources.files("optimizer.scenario.generating")
_FIELDS: Final[Mapping[str, Any]] = tomllib.loads(_HERE.joinpath("fields.toml").read_text(encoding="utf-8"))

MAJORS: Final[Mapping[str, tuple[str, ...]]] = {name: tuple(field["majors"]) for name, field in _FIELDS.items()}
NEAR: Final[Mapping[str, tuple[str, ...]]] = {name: tuple(field["near"]) for name, field in _FIELDS.items()}
TECHNICAL: Final = frozenset(name for name, field in _FIELDS.items() if field.get("technical"))


@dataclass(frozen=True)
class Kind:
    """A kind of post: the id's last part, its words, and its seats in merged and in not merged units.

    `grows` orders the kinds that get the seats above the least quota; 0 never does.
    """

    code: str
    bloc: str
    division: str
    title: str
    ward_division: str
    ward_title: str
    role: str
    level: int
    fields: tuple[str, ...]
    merged_seats: int
    plain_seats: int
    grows: int
    decided_by: str

    @property
    def category(self) -> str:
        """The category that level and fields imply."""
        if self.level < LOWEST_LEVEL:
            return "leadership"
        return "specialist" if self.fields else "general"

    @property
    def majors(self) -> tuple[str, ...]:
        """The majors that a specialist post names: those of its fields, if all are technical."""
        if self.category != "specialist" or not TECHNICAL.issuperset(self.fields):
            return ()
        return tuple(major for field in self.fields for major in MAJORS[field])

    def post_in(self, unit: Unit, seats: int, *, may_be_covered: bool) -> Post:
        """The post of this kind in a unit; whether it may be covered besides another post."""
        leads = self.category == "leadership"
        ward = unit.kind == "ward"
        without = unit.merged is False and self.bloc == "government" and self.level > 2
        return Post(
            post_id=f"{unit.unit_id}-{self.code}",
            unit_id=unit.unit_id,
            bloc=self.bloc,
            division=None if without else (ward and self.ward_division) or self.division,
            title=(ward and self.ward_title) or self.title,
            role=self.role,
            category=self.category,
            level=self.level,
            fields=self.fields,
            majors=self.majors,
            seats=seats,
            min_degree="university" if self.category != "general" else None,
            min_theory="intermediate" if leads else None,
            party_member=True if leads else None,
            non_native=True if self.role == "party_secretary" else None,
            decided_by=self.decided_by,
            concurrent_ok=True if may_be_covered else None,
        )


def _kind(row: Mapping[str, str]) -> Kind:
    numbers = {name: int(row[name] or 0) for name in ("level", "merged_seats", "plain_seats", "grows")}
    fields = tuple(row["fields"].split(";")) if row["fields"] else ()
    return Kind(**{**row, **numbers, "fields": fields})  # type: ignore[arg-type]


KINDS: Final = tuple(map(_kind, csv.DictReader(_HERE.joinpath("kinds.csv").read_text(encoding="utf-8").splitlines())))


def seats_by_kind(bloc: str, quota: int, merged: bool, third_vice_chair: bool) -> dict[Kind, int]:
    """Seats by kind, summing to the quota; a seat more or less goes to the kinds that grow, in turn.

    Raises UsageError where the quota is less than the least seats of all kinds.
    """
    kinds = [kind for kind in KINDS if kind.bloc == bloc]
    seats = {kind: kind.merged_seats if merged else kind.plain_seats for kind in kinds}
    if third_vice_chair:
        seats.update({kind: seats[kind] + 1 for kind in kinds if kind.role == "vice_chair"})
    growing = sorted((kind for kind in kinds if kind.grows), key=lambda kind: kind.grows)
    turn = 0
    while growing and sum(seats.values()) != quota:
        step = 1 if sum(seats.values()) < quota else -1
        if step < 0 and all(seats[kind] == 1 for kind in growing):
            least = sum(seats.values())
            raise UsageError(T("a quota of {n} is less than the {least} posts of a commune", n=quota, least=least))
        kind = growing[turn % len(growing)]
        seats[kind] = max(1, seats[kind] + step)
        turn += 1
    return {kind: n for kind, n in seats.items() if n}
