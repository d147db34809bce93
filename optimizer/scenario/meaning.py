"""What a key of the settings is: its meaning, and the tables that every rule and every goal takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from optimizer.scenario import vocabulary as words
from optimizer.scenario.schema import OneOf
from optimizer.texts import T, Text

ASSUMED: Final = T("assumed, to be agreed with planners")
CHOICE: Final = T("the planner's choice")
OF_THE_SCENARIO: Final = T("the scenario gives it")


@dataclass(frozen=True)
class Meaning:
    """What a key says, in words, and where its default comes from: an assumption, a choice, or a text that is cited.

    `unit` follows its numbers; `words` are those of its codes, `none` that of a blank key; a `fraction` of one
    is shown in per cent.
    """

    text: Text
    source: Text | str = ASSUMED
    unit: Text | None = None
    words: Mapping[str, Text] = field(default_factory=dict)
    fraction: bool = False


@dataclass(frozen=True)
class NamesUnits:
    """The key gives, by id of a provincial body, ids of communes or names of former districts."""


NO_CAP: Final = "none"
GOAL_ORDER: Final = Meaning(T("the goals that count, the most important first"), CHOICE)


class Settings(BaseModel):
    """A table of `scenario.toml`. Unknown keys are errors; every key bears its `Meaning`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def meaning(cls, key: str) -> Meaning:
        """The meaning of a key, from the class that gives it first. Raises KeyError where none does."""
        for model in cls.__mro__:
            info = model.model_fields.get(key) if issubclass(model, Settings) else None
            found = next((mark for mark in info.metadata if isinstance(mark, Meaning)), None) if info else None
            if found is not None:
                return found
        raise KeyError(key)


State = Literal["on", "off", "flag"]
STATES: Final[Mapping[str, Text]] = {"on": T("on"), "off": T("off"), "flag": T("warns only")}


class RuleSettings(Settings):
    """What every rule can be: `on`, `off`, or `flag`: it lets pass and warns on the row.

    `by_kind` gives another state to units of a kind; `since` replaces the day from which the source is in force.
    `needs_one_of`: keys of which one must be filled for the rule to ask anything; empty: it does as it is.
    """

    needs_one_of: ClassVar[tuple[str, ...]] = ()

    state: Annotated[State, Meaning(T("whether the rule holds"), CHOICE, words=STATES)] = "on"
    by_kind: Annotated[
        Mapping[Annotated[str, Field(pattern=r"^\w+$")], State],
        OneOf(words.KIND),
        Meaning(T("another state for units of a kind"), CHOICE, words=STATES),
    ] = {}
    since: Annotated[
        date | None,
        Meaning(T("the rule holds from this day on"), CHOICE, words={"none": T("as its source says")}),
    ] = None


class GoalSettings(Settings):
    """What every goal takes: how much of it later goals may spend, in its units ("3") or per cent ("2%"), and its cap.

    `at_most`: no plan may have a larger value of the goal, wherever it stands in the order.
    """

    tolerance: Annotated[
        str, Meaning(T("how much of the goal the goals below it may give up, in its units or per cent"), CHOICE)
    ] = Field(default="0", pattern=r"^\d{1,4}(\.\d{1,6})?%$|^\d{1,12}$")
    at_most: Annotated[
        int | None,
        Meaning(
            T("the largest value that the goal may have in any plan; none: as large as it may be"),
            CHOICE,
            words={NO_CAP: T("no limit")},
        ),
    ] = Field(default=None, ge=0, le=10**12)

    @field_validator("at_most", mode="before")
    @classmethod
    def _lifted(cls, value: object) -> object:
        """The word by which a scenario takes out the cap of the one that it extends."""
        return None if value == NO_CAP else value

    def allowance(self, value: int) -> int:
        """Units of the goal that later goals may spend above `value`, rounded down, in exact arithmetic."""
        if self.tolerance.endswith("%"):
            return int(Fraction(self.tolerance[:-1]) / 100 * value)
        return int(self.tolerance)

    def upper(self, value: int) -> int:
        """The most that goals below may raise the goal to where `value` is its best."""
        most = value + self.allowance(value)
        return most if self.at_most is None else min(most, self.at_most)

    def excess(self, value: int) -> int:
        """By how much a value is above the cap; 0 where it is not."""
        return 0 if self.at_most is None else max(0, value - self.at_most)
