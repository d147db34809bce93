"""The keys of `scenario.toml`: each with its default, its unit and where the default comes from.

The tables `[rules.NAME]` and `[goals.NAME]` take the settings of the rule or goal of that name; their classes
stand with the rule or the goal and are handed to the reader, so that this module knows none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from optimizer.scenario import vocabulary as words
from optimizer.scenario.schema import OneOf

Points = Annotated[int, Field(ge=0, le=10_000)]


class Settings(BaseModel):
    """A table of `scenario.toml`. Unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleSettings(Settings):
    """What every rule can be: `on`, `off`, or, for a gate, `flag`: it lets pass and warns on the row."""

    state: Literal["on", "off", "flag"] = "on"


class GoalSettings(Settings):
    """What every goal takes: how much of it later goals may spend, in its units ("3") or per cent ("2%")."""

    tolerance: str = Field(default="0", pattern=r"^\d+(\.\d+)?%$|^\d+$")

    def allowance(self, value: int) -> int:
        """Units of the goal that later goals may spend above `value`, rounded down, in exact arithmetic."""
        if self.tolerance.endswith("%"):
            return int(Fraction(self.tolerance[:-1]) / 100 * value)
        return int(self.tolerance)


class Forms(Settings):
    """Who may be moved by which form (MODEL section 1)."""

    transfer: tuple[Literal["over_quota", "volunteers", "listed"], ...] = (
        "over_quota",
        "volunteers",
        "listed",
    )
    secondment: tuple[Literal["listed"], ...] = ("listed",)
    internal: tuple[Literal["own_unit"], ...] = ("own_unit",)
    rotation: tuple[Literal["succession"], ...] = ()
    candidates: Literal["named", "all"] = "named"
    bloc_pairs: Annotated[tuple[tuple[str, str], ...], OneOf(words.BLOC, many=True)] = ()


class Hardship(Settings):
    """Hardship of a unit in per cent by region class, where the unit gives none. Assumed."""

    I: Annotated[int, Field(ge=1, le=1000)] = 100  # noqa: E741 - the name of the class in the law
    II: Annotated[int, Field(ge=1, le=1000)] = 120
    III: Annotated[int, Field(ge=1, le=1000)] = 150
    unknown: Annotated[int, Field(ge=1, le=1000)] = 100

    def of_region(self, region_class: str | None) -> int:
        """Per cent for a region class; None is unknown."""
        return int(getattr(self, region_class or "unknown"))


class Disruption(Settings):
    """Disruption points (MODEL section 6). All are assumptions to be agreed with planners."""

    transfer: Points = 100
    secondment: Points = 60
    internal: Points = 20
    rotation: Points = 100
    other_field: Points = 30
    other_bloc: Points = 30
    per_km: Points = 1
    free_km: Annotated[int, Field(ge=0, le=5000)] = 30
    free_km_hard: Annotated[int, Field(ge=0, le=5000)] = 10
    leaves_district: Points = 15
    wished: Points = 0
    no_wish: Points = 20
    other_wish: Points = 40
    refused: Points = 80
    recent_move: Points = 80
    recent_move_months: Annotated[int, Field(ge=0, le=600)] = 24
    young_child: Points = 20
    scarce_field: Points = 25


class Added(Settings):
    """Codes that this scenario adds to the open lists: code -> Vietnamese label."""

    fields: Mapping[str, str] = {}
    roles: Mapping[str, str] = {}
    blocs: Mapping[str, str] = {}


class Documents(Settings):
    """What stands around an exported list by the form of Decree 30/2020; dots to fill in by hand where it is blank.

    `superior` and `agency` stand at the top left, `place` before the date. `dated` is the day of signing.
    `signer_title` is one line or more, such as "KT. GIÁM ĐỐC" and "PHÓ GIÁM ĐỐC".
    """

    superior: str = ""
    agency: str = ""
    place: str = ""
    dated: date | None = None
    signer_title: tuple[str, ...] = ()
    signer: str = ""
    recipients: tuple[str, ...] = ()


class Config(Settings):
    """The keys of `scenario.toml` besides `extends`, `[rules]` and `[goals]`."""

    name: str
    date: date
    province: str
    language: Literal["vi", "en"] = "vi"
    horizon_months: Annotated[int, Field(ge=0, le=120)] = 3
    forms: Forms = Forms()
    hardship: Hardship = Hardship()
    disruption: Disruption = Disruption()
    vocabulary: Added = Added()
    documents: Documents = Documents()

    @field_validator("province", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


@dataclass(frozen=True)
class Registry:
    """What the product knows by name: the settings of every rule and goal, and how rules may be relaxed.

    `gates` are the rules that may warn instead of block; `waived_by` gives, by rule, the columns of a `waive`
    decision that it understands; `goal_order` is the order of goals where a scenario gives none.
    """

    rules: Mapping[str, type[RuleSettings]]
    gates: frozenset[str]
    waived_by: Mapping[str, frozenset[str]]
    goals: Mapping[str, type[GoalSettings]]
    goal_order: tuple[str, ...]
