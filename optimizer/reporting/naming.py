"""Words for ids and codes, in the current language; the id itself where a scenario is not at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from optimizer.goals import GOALS
from optimizer.rulebook import RULES
from optimizer.scenario import vocabulary as words
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Person, Post, Row, Unit
from optimizer.scenario.vocabulary import Vocabulary
from optimizer.texts import SOURCE_LANGUAGE, T, Text, current_language
from optimizer.wording import (
    AGREEING_IN_SHORT,
    GAP_REASONS,
    MASKED,
    MOVE_REASONS,
    NOTES,
    NOTES_IN_SHORT,
    ROUTES,
    SURPLUS_REASONS,
)

RULE_TITLES: Final[Mapping[str, Text]] = {rule.name: rule.title for rule in RULES}
GOAL_TITLES: Final[Mapping[str, Text]] = {goal.name: goal.title for goal in GOALS}
GOAL_UNITS: Final[Mapping[str, Text]] = {goal.name: goal.unit for goal in GOALS}
Tier = Literal["planner", "leader", "public"]
TIERS: Final[tuple[Tier, ...]] = ("planner", "leader", "public")
SHOWN_OF_A_MASKED_ID: Final = 3  # last letters of an id that stay readable
_FROM_ELSEWHERE: Final = T("native place unknown, or the place itself")
_CONDITIONS: Final = T("conditions for a first or higher post to be confirmed")
PRIVATE: Final = frozenset({"time_left", "no_promotion"})  # which of the two it is tells what is in sensitive columns
FLAGS: Final[Mapping[str, Text]] = {
    "consent": T("refuses the destination"),
    "elected": T("a recommendation: the People's Council elects"),
    "exempt": T("not eligible"),  # which case is nobody's business outside the scenario
    "level_step": T("a lower level than today: needs consent in writing"),
    "non_native": _FROM_ELSEWHERE,
    "non_native_secretary": _FROM_ELSEWHERE,
    "non_native_chair": _FROM_ELSEWHERE,
    "non_native_inspection": _FROM_ELSEWHERE,
    "time_left": _CONDITIONS,
    "no_promotion": _CONDITIONS,
}


class Names:
    """Names of units, posts and people of one scenario; without a scenario every id stands for itself.

    `tier` says for whom the words are: `planner` for all there is, `leader` for names without anybody's exempt
    cases or reasons, `public` for counts alone. `mask_ids`: ids of people show their last letters only.
    """

    def __init__(self, scenario: Scenario | None = None, *, tier: Tier = "leader", mask_ids: bool = False) -> None:
        self.scenario = scenario
        self.tier: Tier = tier
        self.mask_ids = mask_ids
        self._units: dict[str, Unit] = {}
        self._posts: dict[str, Post] = {}
        self._people: dict[str, Person] = {}
        self.fields, self.blocs, self.roles = words.FIELD, words.BLOC, words.ROLE
        if scenario is not None:
            self._units = {unit.unit_id: unit for unit in scenario.units}
            self._posts = {post.post_id: post for post in scenario.posts}
            self._people = {person.person_id: person for person in scenario.people}
            self.fields = words.FIELD.extended(scenario.config.vocabulary.fields)
            self.blocs = words.BLOC.extended(scenario.config.vocabulary.blocs)
            self.roles = words.ROLE.extended(scenario.config.vocabulary.roles)

    def unit(self, unit_id: str | None) -> str:
        """The unit's name, with its kind where the name alone does not say it (xã, phường)."""
        unit = self._units.get(unit_id or "")
        if unit is None:
            return unit_id or ""
        kind = label(words.KIND, unit.kind)
        if not unit.is_commune or unit.name.casefold().startswith(kind.casefold()):
            return unit.name
        return f"{kind} {unit.name}" if current_language() != SOURCE_LANGUAGE else f"{unit.name} {kind}"

    def district(self, unit_id: str) -> str:
        """The former district of a unit, as far as it is known."""
        unit = self._units.get(unit_id)
        return (unit.former_district if unit else None) or ""

    def district_words(self, unit_id: str | None) -> str:
        """The former district of a unit, or that it is not known."""
        return self.district(unit_id or "") or str(T("former district not stated"))

    def is_commune(self, unit_id: str) -> bool:
        """Whether the unit is no provincial body; units that are not known count as communes."""
        unit = self._units.get(unit_id)
        return unit is None or unit.is_commune

    def post_row(self, post_id: str | None) -> Post | None:
        """A post as the scenario gives it; None where it is not known."""
        return self._posts.get(post_id or "")

    def post(self, post_id: str | None, unit_id: str | None = None) -> str:
        """The title of a post, with its division where it has one.

        None means no seat in a commune; a provincial body in `unit_id` need not state its posts at all.
        """
        if post_id is None:
            return str(T("no seat") if self.is_commune(unit_id or "") else T("post not stated"))
        post = self._posts.get(post_id)
        if post is None:
            return post_id
        if not post.division or post.division.casefold() in post.title.casefold():
            return post.title
        return f"{post.title} ({post.division})"

    def person(self, person_id: str) -> str:
        """The name of a person."""
        person = self._people.get(person_id)
        return self.person_id(person_id) if person is None else person.name

    def seat_today(self, person_id: str) -> str:
        """The unit and the post of a person today; empty where the person is not known."""
        person = self._people.get(person_id)
        return "" if person is None else f"{self.unit(person.unit_id)}, {self.post(person.post_id, person.unit_id)}"

    def rule(self, name: str) -> str:
        """The title of a rule that warns on a row; one for all private conditions, unless the planner reads."""
        if name in PRIVATE and self.tier != "planner":
            return str(T("Conditions for a first or higher post"))
        return str(RULE_TITLES.get(name, name))

    def exempt_cases(self, person_id: str) -> str:
        """The numbers of a person's exempt cases, for the planner alone; empty for all other readers."""
        person = self._people.get(person_id)
        return "; ".join(map(str, person.exempt)) if person is not None and self.tier == "planner" else ""

    def shown(self, text: Text) -> str:
        """A message in words, ids of people in it as they may be shown."""
        values = {
            k: self.person_id(v) if v in self._people else v for k, v in text.values.items() if isinstance(v, str)
        }
        return Text(text.msgid, {**text.values, **values}).render()

    def person_id(self, person_id: str) -> str:
        """The id of a person as it may be shown."""
        if not self.mask_ids:
            return person_id
        return MASKED + person_id[-SHOWN_OF_A_MASKED_ID:] if len(person_id) > SHOWN_OF_A_MASKED_ID else MASKED

    def bloc_of(self, person_id: str) -> str | None:
        """The bloc of a person today; None where the person is not known."""
        person = self._people.get(person_id)
        return None if person is None else person.bloc

    def of_fields(self, codes: Iterable[str]) -> str:
        """The labels of fields, in one cell."""
        return "; ".join(label(self.fields, code) for code in codes)

    def bloc(self, code: str) -> str:
        """The label of a bloc."""
        return label(self.blocs, code)


def label(vocabulary: Vocabulary, code: str | None) -> str:
    """The words for a code in the current language; a code that the list does not know stays as it is."""
    if code is None:
        return ""
    return vocabulary.label(code, current_language()) if code in vocabulary else code


def heading(model: type[Row], column: str, *, whole: bool = False) -> str:
    """The heading of a column of the data contract in the current language.

    `whole`: an id is called one in English too, as where the column is read back.
    """
    if current_language() != SOURCE_LANGUAGE:
        return str(model.columns()[column].title)
    return (column if whole else column.removesuffix("_id")).replace("_", " ").capitalize()


def reason(code: str | None) -> str:
    """Why a person moves, or why a seat stays open, in words; a code that is not known stays as it is."""
    known = {**MOVE_REASONS, **GAP_REASONS}
    return "" if code is None else str(known.get(code, code))


def route(code: str) -> str:
    """Another way to fill a seat, in words; a code that is not known stays as it is."""
    return str(ROUTES[code].title) if code in ROUTES else code


def surplus_reason(code: str) -> str:
    """What the plan does for a person without a seat, or why it does nothing."""
    return str(SURPLUS_REASONS.get(code, code))


def flag(rule: str) -> str:
    """What a warning of a rule means for the row."""
    return str(FLAGS.get(rule) or T("not met: {rule}", rule=RULE_TITLES.get(rule, rule)))


def note(code: str, *, short: bool = False) -> str:
    """What the form or the place of a move entails; `short` where a row on paper has little room."""
    return str((NOTES_IN_SHORT if short else NOTES).get(code, code))


def agreeing(code: str, *, short: bool = False) -> str:
    """Who must agree, in words; `short` where a row on paper has little room."""
    return str(AGREEING_IN_SHORT[code]) if short and code in AGREEING_IN_SHORT else label(words.AGREEING, code)


def flags(rules: Iterable[str]) -> str:
    """What the warnings of a row mean, in one cell; what two rules say alike is said once."""
    return "; ".join(dict.fromkeys(flag(rule) for rule in rules))


def goal(name: str) -> str:
    """The title of a goal."""
    return str(GOAL_TITLES.get(name, name))
