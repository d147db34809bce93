"""The keys of `scenario.toml`: each with its default, its unit and where the default comes from.

The tables `[rules.NAME]` and `[goals.NAME]` take the settings of the rule or goal of that name; their classes
stand with the rule or the goal and are handed to the reader, so that this module knows none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, field_validator

from optimizer.scenario import vocabulary as words
from optimizer.scenario.meaning import (
    ASSUMED,
    CHOICE,
    OF_THE_SCENARIO,
    GoalSettings,
    Meaning,
    RuleSettings,
    Settings,
)
from optimizer.scenario.schema import OneOf
from optimizer.texts import LANGUAGES, T, Text

_LISTS_ORDER: Final = "Chỉ đạo của tỉnh về danh sách 5 %"
_FIRST_ARRIVAL: Final = "Nghị định 76/2019/NĐ-CP, từ 01/12/2019"
FIRST_ARRIVAL_SINCE: Final = date(2019, 12, 1)
THREE_YEARS_SINCE: Final = date(2025, 1, 1)
_HOUSING: Final = T("by analogy: Decision 45/2025/QĐ-TTg on public housing")
_POINTS, _KM, _MONTHS, _PER_CENT, _EFFORT = T("points"), T("km"), T("months"), T("%"), T("units of effort")


class Forms(Settings):
    """Who may be moved by which form (MODEL section 1)."""

    transfer: Annotated[
        tuple[Literal["over_quota", "volunteers", "listed"], ...],
        Meaning(
            T("who may be transferred"),
            CHOICE,
            words={
                "over_quota": T("people of units over their quota"),
                "volunteers": T("volunteers"),
                "listed": T("people on a provincial body's list"),
            },
        ),
    ] = ("over_quota", "volunteers", "listed")
    secondment: Annotated[
        tuple[Literal["listed"], ...],
        Meaning(T("who may be seconded"), _LISTS_ORDER, words={"listed": T("people on a provincial body's list")}),
    ] = ("listed",)
    internal: Annotated[
        tuple[Literal["own_unit"], ...],
        Meaning(T("who may be assigned within the unit"), CHOICE, words={"own_unit": T("people of the unit")}),
    ] = ("own_unit",)
    rotation: Annotated[
        tuple[Literal["succession"], ...],
        Meaning(T("who may be rotated"), CHOICE, words={"succession": T("people on the succession list")}),
    ] = ()
    concurrent: Annotated[
        tuple[Literal["own_unit"], ...],
        Meaning(
            T("who may cover an open seat on top of their own, in posts that allow it"),
            CHOICE,
            words={"own_unit": T("people of the unit")},
        ),
    ] = ("own_unit",)
    rotation_months: Annotated[
        Annotated[int, Field(ge=36, le=120)],
        Meaning(T("months of a rotation"), "Nghị định 170/2025/NĐ-CP, Điều 48", _MONTHS),
    ] = 36
    candidates: Annotated[
        Literal["named", "all"],
        Meaning(
            T("which people of communes may be transferred"),
            CHOICE,
            words={
                "named": T("those whom the sources above name"),
                "all": T("everybody, for studies"),
            },
        ),
    ] = "named"
    bloc_pairs: Annotated[
        tuple[tuple[str, str], ...],
        OneOf(words.BLOC, many=True),
        Meaning(T("moves between blocs that are allowed, from and to"), CHOICE),
    ] = ()


Percent = Annotated[int, Field(ge=1, le=1000)]


class Hardship(Settings):
    """Hardship of a unit in per cent by region class, where the unit gives none. Assumed."""

    I: Annotated[Percent, Meaning(T("hardship of a unit of region I"), unit=_PER_CENT)] = 100  # noqa: E741 - as in the law
    II: Annotated[Percent, Meaning(T("hardship of a unit of region II"), unit=_PER_CENT)] = 120
    III: Annotated[Percent, Meaning(T("hardship of a unit of region III"), unit=_PER_CENT)] = 150
    unknown: Annotated[Percent, Meaning(T("hardship of a unit whose region is not known"), unit=_PER_CENT)] = 100

    def of_region(self, region_class: str | None) -> int:
        """Per cent for a region class; None is unknown."""
        return int(getattr(self, region_class or "unknown"))


Points = Annotated[int, Field(ge=0, le=10_000)]
Kilometres = Annotated[int, Field(ge=0, le=5000)]


class Disruption(Settings):
    """Disruption points (MODEL section 6). All are assumptions to be agreed with planners."""

    transfer: Annotated[Points, Meaning(T("a transfer"), unit=_POINTS)] = 100
    secondment: Annotated[Points, Meaning(T("a secondment"), unit=_POINTS)] = 60
    internal: Annotated[Points, Meaning(T("an assignment within the unit"), unit=_POINTS)] = 20
    rotation: Annotated[Points, Meaning(T("a rotation"), unit=_POINTS)] = 100
    concurrent: Annotated[Points, Meaning(T("a seat covered on top of the own one"), unit=_POINTS)] = 15
    other_field: Annotated[
        Points, Meaning(T("the new post is in none of the fields of the present one"), unit=_POINTS)
    ] = 30
    other_bloc: Annotated[Points, Meaning(T("a change of bloc"), unit=_POINTS)] = 30
    not_planned: Annotated[
        Points, Meaning(T("a promotion to a role that the person is not planned for"), unit=_POINTS)
    ] = 10
    per_km: Annotated[
        Points, Meaning(T("each kilometre that the way from home grows beyond the free ones"), unit=_POINTS)
    ] = 1
    free_km: Annotated[
        Kilometres, Meaning(T("kilometres that the way from home may grow free of points"), _HOUSING, _KM)
    ] = 30
    free_km_hard: Annotated[
        Kilometres, Meaning(T("the same, where the destination is mountainous or of region III"), _HOUSING, _KM)
    ] = 10
    leaves_district: Annotated[Points, Meaning(T("the destination is in another former district"), unit=_POINTS)] = 15
    wished: Annotated[Points, Meaning(T("the person agrees to the destination"), unit=_POINTS)] = 0
    no_wish: Annotated[Points, Meaning(T("the person has stated no wish"), unit=_POINTS)] = 20
    other_wish: Annotated[Points, Meaning(T("the person wishes for another destination"), unit=_POINTS)] = 40
    refused: Annotated[Points, Meaning(T("the person refuses the destination"), unit=_POINTS)] = 80
    recent_move: Annotated[Points, Meaning(T("the person was moved recently"), unit=_POINTS)] = 80
    recent_move_months: Annotated[
        Annotated[int, Field(ge=0, le=600)], Meaning(T("how long a move counts as recent"), CHOICE, _MONTHS)
    ] = 24
    young_child: Annotated[Points, Meaning(T("the youngest child is from 36 to 71 months old"), unit=_POINTS)] = 20
    scarce_field: Annotated[
        Points, Meaning(T("at most two people of the unit have a field of the person"), unit=_POINTS)
    ] = 25
    due_change: Annotated[
        Points, Meaning(T("taken off where the periodic change of post is due and the move is one"), unit=_POINTS)
    ] = 30


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_is_day)]
Dong = Annotated[int, Field(ge=1, le=1_000_000_000)]
Months = Annotated[int, Field(ge=0, le=600)]
Share = Annotated[float, Field(ge=0, le=20)]


class Money(Settings):
    """Benefits of those who are moved (the goal `cost` gives the formula)."""

    base_salary: Annotated[
        Mapping[Day, Dong],
        Meaning(
            T(
                "base salary, dong a month, by the day from which it holds; the latest on or before the scenario's "
                "date counts. The 2,527,200 expected from 1 July 2026 are no default: no text is known that enacts them"
            ),
            "Nghị định 73/2024/NĐ-CP, từ 01/07/2024",
        ),
    ] = {"2024-07-01": 2_340_000}
    three_year_months: Annotated[
        Months,
        Meaning(
            T("months of base salary for people of provincial bodies who go to communes for 36 months or more"),
            "Nghị định 178/2024/NĐ-CP, Điều 12, sửa đổi bởi Nghị định 67/2025/NĐ-CP, từ 01/01/2025",
            _MONTHS,
        ),
    ] = 10
    first_arrival_months: Annotated[
        Months,
        Meaning(
            T("months of base salary at the first arrival in region III, instead of those above"),
            _FIRST_ARRIVAL,
            _MONTHS,
        ),
    ] = 10
    attraction_share: Annotated[
        Share, Meaning(T("attraction allowance in region III, in parts of the salary"), _FIRST_ARRIVAL, fraction=True)
    ] = 0.7
    attraction_months: Annotated[
        Months, Meaning(T("most months of the attraction allowance"), _FIRST_ARRIVAL, _MONTHS)
    ] = 60
    own_allowance_share: Annotated[
        Share,
        Meaning(
            T("the province's own monthly allowance in mountain communes and region III, in parts of the base salary"),
            OF_THE_SCENARIO,
            fraction=True,
        ),
    ] = 0
    own_allowance_months: Annotated[
        Months, Meaning(T("most months of the province's own allowance"), OF_THE_SCENARIO, _MONTHS)
    ] = 36
    default_coefficient: Annotated[
        float, Field(ge=0, le=20), Meaning(T("salary coefficient of people of whom it is not known"))
    ] = 2.34

    def base_on(self, day: date) -> int | None:
        """Base salary in dong a month; None where no version holds yet."""
        held = [since for since in self.base_salary if date.fromisoformat(since) <= day]
        return self.base_salary[max(held)] if held else None


BODIES: Final[Mapping[str, Text]] = {
    code: words.Label("", {"of": words.DECIDED_BY, "code": code}) for code in words.DECIDED_BY
}
MANAGING_BODIES: Final[Mapping[str, words.Body]] = {
    "government": "provincial_chair",
    "party": "organisation_board",
    "front": "organisation_board",
}


class Authority(Settings):
    """Who decides a move between units, where the post names a body of its commune or none.

    A bloc that a scenario does not name keeps its default; of one that has none, the post's own body decides.
    """

    moves: Annotated[
        Mapping[str, words.Body],
        OneOf(words.BLOC),
        Meaning(
            T("who decides a move between units into a post of a bloc that names a body of its commune, or none"),
            T("Decree 170/2025/NĐ-CP, Article 25: the head of the managing body; which body that is, is assumed"),
            words=BODIES,
        ),
    ] = MANAGING_BODIES

    @field_validator("moves")
    @classmethod
    def _every_bloc(cls, moves: Mapping[str, words.Body]) -> Mapping[str, words.Body]:
        return {**MANAGING_BODIES, **moves}


class Routes(Settings):
    """Other routes that are proposed for posts that a plan leaves short."""

    share_km: Annotated[
        Kilometres, Meaning(T("longest road to a commune with which a post may be shared"), ASSUMED, _KM)
    ] = 30
    receive_months: Annotated[
        Months,
        Meaning(
            T("full months of service, since the date of joining it, for a public employee to be received"),
            "Nghị định 170/2025/NĐ-CP, Điều 13",
            _MONTHS,
        ),
    ] = 60


Effort = Annotated[int, Field(ge=0, le=10_000)]
KINDS_OF_CHANGE: Final[Mapping[str, Text]] = {
    "list_place": T("one more place on a list"),
    "waiver": T("one rule waived for one person"),
    "quota_seat": T("one more quota seat"),
    "training": T("one course of training"),
}


class Changes(Settings):
    """What a single change costs that could fill a post which stays open. All are assumptions to be agreed with
    planners.
    """

    considered: Annotated[
        tuple[Literal["list_place", "waiver", "quota_seat", "training"], ...],
        Meaning(T("which kinds of single change are considered"), CHOICE, words=KINDS_OF_CHANGE),
    ] = ("list_place", "waiver", "quota_seat", "training")
    list_place: Annotated[
        Effort, Meaning(T("one more place on the list of a provincial body, for one person"), unit=_EFFORT)
    ] = 1
    waiver: Annotated[Effort, Meaning(T("one rule waived for one person and one post"), unit=_EFFORT)] = 2
    quota_seat: Annotated[Effort, Meaning(T("one more seat in the quota of a unit and bloc"), unit=_EFFORT)] = 4
    training: Annotated[
        Effort,
        Meaning(T("one course that gives one person a missing field, major or theory level"), unit=_EFFORT),
    ] = 6


class Added(Settings):
    """Codes that this scenario adds to the open lists: code -> Vietnamese label."""

    fields: Annotated[Mapping[str, str], Meaning(T("fields added to the list"), OF_THE_SCENARIO)] = {}
    roles: Annotated[Mapping[str, str], Meaning(T("roles added to the list"), OF_THE_SCENARIO)] = {}
    blocs: Annotated[Mapping[str, str], Meaning(T("blocs added to the list"), OF_THE_SCENARIO)] = {}


class Documents(Settings):
    """What stands around an exported list by the form of Decree 30/2020; dots to fill in by hand where it is blank."""

    superior: Annotated[str, Meaning(T("the body above the agency that draws up the list"), OF_THE_SCENARIO)] = ""
    agency: Annotated[str, Meaning(T("the agency that draws up the list"), OF_THE_SCENARIO)] = ""
    place: Annotated[str, Meaning(T("the place that stands before the date"), OF_THE_SCENARIO)] = ""
    dated: Annotated[date | None, Meaning(T("the day of signing"), OF_THE_SCENARIO)] = None
    signer_title: Annotated[
        tuple[str, ...], Meaning(T("the position of the signer, line by line"), OF_THE_SCENARIO)
    ] = ()
    signer: Annotated[str, Meaning(T("the name of the signer"), OF_THE_SCENARIO)] = ""
    recipients: Annotated[tuple[str, ...], Meaning(T("to whom the list goes"), OF_THE_SCENARIO)] = ()


class Config(Settings):
    """The keys of `scenario.toml` besides `extends`, `[rules]` and `[goals]`."""

    name: Annotated[str, Meaning(T("name of the province or scenario"), OF_THE_SCENARIO)]
    date: Annotated[date, Meaning(T("date of the data, on which moves begin"), OF_THE_SCENARIO)]
    province: Annotated[str, Meaning(T("code of the province"), OF_THE_SCENARIO)]
    language: Annotated[
        Literal["vi", "en"],
        Meaning(T("language of the output"), CHOICE, words={"vi": T("Vietnamese"), "en": T("English")}),
    ] = "vi"
    horizon_months: Annotated[
        Annotated[int, Field(ge=0, le=120)],
        Meaning(T("whoever leaves within this time counts as gone"), ASSUMED, _MONTHS),
    ] = 3
    department_levels: Annotated[
        Mapping[Annotated[str, Field(pattern="^[1-5]$")], Annotated[int, Field(ge=1, le=5)]],
        Meaning(T("level of a commune that equals a level of a provincial body, where it is another"), ASSUMED),
    ] = {}
    forms: Forms = Forms()
    hardship: Hardship = Hardship()
    disruption: Disruption = Disruption()
    money: Money = Money()
    authority: Authority = Authority()
    routes: Routes = Routes()
    changes: Changes = Changes()
    vocabulary: Added = Added()
    documents: Documents = Documents()

    @field_validator("province", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


@dataclass(frozen=True)
class Registry:
    """What the product knows by name: the settings of every rule and goal, and how rules may be relaxed.

    `kinds` gives, by rule, the kinds of unit for which its state can be another; `waived_by` gives, by rule, the
    columns of a `waive` decision that it understands; `goal_order` is the order of goals where a scenario gives none;
    `titles` are the words for rules and goals by their table, such as `rules.lists`.
    """

    rules: Mapping[str, type[RuleSettings]]
    kinds: Mapping[str, frozenset[str]]
    waived_by: Mapping[str, frozenset[str]]
    goals: Mapping[str, type[GoalSettings]]
    goal_order: tuple[str, ...]
    titles: Mapping[str, Text] = field(default_factory=dict)

    def rules_by_title(self) -> dict[str, str]:
        """The name of every rule by its title in every language."""
        titles = ((name, self.titles.get(f"rules.{name}")) for name in self.rules)
        return {title.render(language): name for name, title in titles if title is not None for language in LANGUAGES}
