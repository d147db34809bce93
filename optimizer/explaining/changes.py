"""The single changes that could fill a post which a plan leaves short: what each is, costs and makes of a scenario.

A change *would fill* a post where in the changed scenario there is a plan that has one more seat of the post filled
than the present plan, and whose goals in their order are no worse: of the first that differs it has less.
Prices are the planner's, in units of effort (`[changes]`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

from optimizer.rulebook import RULES
from optimizer.rulebook.base import Rule
from optimizer.rulebook.facts import Facts
from optimizer.rulebook.lists import Lists
from optimizer.scenario import vocabulary as vocabularies
from optimizer.scenario.config import KINDS_OF_CHANGE
from optimizer.scenario.config import Changes as Prices
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision, Listing, Person
from optimizer.scenario.tables import in_order_of_keys
from optimizer.scenario.vocabulary import FIELD, FORM, THEORY, Label, Vocabulary
from optimizer.texts import T, Text
from optimizer.wording import CERTAINTIES

Item = Literal["field", "major", "theory"]
RULES_BY_NAME: Final[Mapping[str, Rule]] = {rule.name: rule for rule in RULES}
TRIAL: Final = T("a change that is tried out")
NOBODY: Final = T("nobody yet")


@dataclass(frozen=True, order=True)
class Change(ABC):
    """One single change. Every field is an id or a code; two changes are one where all of them are equal."""

    kind: ClassVar[str]

    @property
    @abstractmethod
    def words(self) -> Text:
        """The change in words, with ids."""

    @abstractmethod
    def applied(self, scenario: Scenario) -> Scenario:
        """The scenario with exactly this change."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Kind and ids: what tells changes apart, in files and in orders."""
        return (self.kind, *(str(value) for value in vars(self).values()))


@dataclass(frozen=True, order=True)
class ListPlace(Change):
    """One more place, the last, on the list of a provincial body, for a person of it and a form.

    Where the share cuts the list off before that place, the rule `lists` is waived for the person besides. The order
    of all others on the list stays.
    """

    kind = "list_place"
    person_id: str
    unit_id: str
    form: str

    @property
    def words(self) -> Text:
        """The change in words."""
        return T("one more place on the list of {unit}: {person}, for {form}", unit=self.unit_id,
                 person=self.person_id, form=_label(FORM, self.form))  # fmt: skip

    def applied(self, scenario: Scenario) -> Scenario:
        """The list with the person as its last."""
        pools = scenario.pools
        if all(row.person_id != self.person_id for row in pools):
            own = [row for row in pools if row.unit_id == self.unit_id]
            own.sort(key=lambda row: (row.rank is None, row.rank or 0, row.person_id))
            ranked = [row.model_copy(update={"rank": place}) for place, row in enumerate(own, start=1)]
            last = Listing(unit_id=self.unit_id, person_id=self.person_id, form=self.form, rank=len(own) + 1)
            others = [row for row in pools if row.unit_id != self.unit_id]
            pools = in_order_of_keys(Listing, [*others, *ranked, last])
        changed = replace(scenario, pools=pools)
        facts = Facts(changed)
        share = getattr(scenario.rules[Lists.name], "share", None)
        within = {row.person_id for row in facts.cut_list(self.unit_id, share)}
        return changed if self.person_id in within else _waived(changed, Lists.name, self.person_id)


@dataclass(frozen=True, order=True)
class Waiver(Change):
    """One rule waived for one person and one post, by one form."""

    kind = "waiver"
    person_id: str
    post_id: str
    form: str
    rule: str

    @property
    def words(self) -> Text:
        """The change in words."""
        return T("waived for {person} and {post}, by {form}: {rule}", rule=sourced_words(RULES_BY_NAME[self.rule]),
                 person=self.person_id, post=self.post_id, form=_label(FORM, self.form))  # fmt: skip

    def applied(self, scenario: Scenario) -> Scenario:
        """The decisions with the waiver."""
        return _waived(scenario, self.rule, self.person_id, self.post_id, self.form)


@dataclass(frozen=True, order=True)
class LimitWaiver(Change):
    """One limit waived for one person, wherever they go."""

    kind = "waiver"
    person_id: str
    rule: str

    @property
    def words(self) -> Text:
        """The change in words."""
        return T("waived for {person}: {rule}", person=self.person_id, rule=sourced_words(RULES_BY_NAME[self.rule]))

    def applied(self, scenario: Scenario) -> Scenario:
        """The decisions with the waiver."""
        return _waived(scenario, self.rule, self.person_id)


@dataclass(frozen=True, order=True)
class QuotaSeat(Change):
    """One more seat in the quota of a unit and bloc, in the row that counts on the scenario's date."""

    kind = "quota_seat"
    unit_id: str
    bloc: str

    @property
    def words(self) -> Text:
        """The change in words."""
        return T("one more quota seat of {unit}, bloc {bloc}", unit=self.unit_id, bloc=self.bloc)

    def applied(self, scenario: Scenario) -> Scenario:
        """The quotas with the seat."""
        day = scenario.config.date
        rows = [row for row in scenario.quotas if (row.unit_id, row.bloc) == (self.unit_id, self.bloc)]
        counts = max((row for row in rows if row.effective_from <= day), key=lambda row: row.effective_from)
        quotas = (row.model_copy(update={"quota": row.quota + 1}) if row is counts else row for row in scenario.quotas)
        return replace(scenario, quotas=tuple(quotas))


@dataclass(frozen=True, order=True)
class Training(Change):
    """One course that gives a person one field, one major or a theory level. `value`: its code, or the major."""

    kind = "training"
    person_id: str
    item: Item
    value: str

    @property
    def words(self) -> Text:
        """The change in words."""
        if self.item == "theory":
            return T("training of {person}: political theory, {level}", person=self.person_id,
                     level=_label(THEORY, self.value))  # fmt: skip
        if self.item == "major":
            return T("training of {person}: major {major}", person=self.person_id, major=self.value)
        return T("training of {person}: field {field}", person=self.person_id, field=_label(FIELD, self.value))

    def applied(self, scenario: Scenario) -> Scenario:
        """The person with what the course gives."""
        people = (self._trained(row) if row.person_id == self.person_id else row for row in scenario.people)
        return replace(scenario, people=tuple(people))

    def _trained(self, row: Person) -> Person:
        if self.item == "theory":
            return row.model_copy(update={"theory": self.value})
        column = "fields" if self.item == "field" else "majors"
        had = tuple(known for known in getattr(row, column) if known != vocabularies.UNKNOWN)
        return row.model_copy(update={column: (*had, self.value)})


def price_of(kind: str, prices: Prices) -> int | None:
    """Units of effort of a kind of change; None where it is not considered."""
    return int(getattr(prices, kind)) if kind in prices.considered else None


def kind_words(kind: str) -> Text:
    """A kind of change in words."""
    return KINDS_OF_CHANGE[kind]


def sourced_words(rule: Rule) -> Text:
    """The title of a rule with its source, and how sure the source is."""
    sure = CERTAINTIES[rule.source.certainty]
    return T("{title} (by: {source}; {sure})", title=rule.title, source=rule.source.citation, sure=sure)


def _label(words: Vocabulary, code: str) -> Text | str:
    return Label("", {"of": words, "code": code}) if code in words else code


def _waived(
    scenario: Scenario, rule: str, person_id: str, post_id: str | None = None, form: str | None = None
) -> Scenario:
    """The scenario with one more waiver, which says that it is a trial."""
    language = scenario.config.language
    row = Decision(
        kind="waive", person_id=person_id, post_id=post_id, form=form, rule=rule,
        reason=TRIAL.render(language), decided_by=NOBODY.render(language),
    )  # fmt: skip
    return replace(scenario, decisions=in_order_of_keys(Decision, [*scenario.decisions, row]))
