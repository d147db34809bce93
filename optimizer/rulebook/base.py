"""What a rule is: a documented class with a source, settings, and two forms that never share code.

The **vector form** works on arrays and builds the model; the **scalar form** works on one person and one post, or
on the province after the plan, and is what the checker trusts. The battery in `tests/` holds them against each other.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal, cast

import numpy as np
from numpy.typing import NDArray

from optimizer.scenario.meaning import RuleSettings, State
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import COMMUNE_KINDS, Person, Post
from optimizer.scenario.vocabulary import Form
from optimizer.texts import Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts
    from optimizer.rulebook.rows import Rows

Certainty = Literal["A", "B", "C", "NV", "logic", "planner"]
Mask = NDArray[np.bool_]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Source:
    """Where a rule comes from: the text, how sure it is, and the day from which it is in force.

    `certainty` is A, B, C or NV as in the domain notes, `logic` for what follows from the words themselves,
    `planner` for a choice without legal basis that the planner may change.
    """

    citation: str
    certainty: Certainty
    since: date | None = None


class Rule(ABC):
    """A named rule. `waived_by` are the columns of a `waive` decision that it understands.

    `kinds` are the kinds of unit for which a scenario may give it another state: those of the units that it looks at.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    source: ClassVar[Source]
    settings: ClassVar[type[RuleSettings]] = RuleSettings
    kind: ClassVar[Literal["gate", "limit"]]
    waived_by: ClassVar[frozenset[str]] = frozenset()
    kinds: ClassVar[frozenset[str]] = frozenset()

    def state_in(self, scenario: Scenario, kind: str | None = None) -> State:
        """`on`, `off` or `flag`, as it works and not only as it is written; `kind` is that of the unit, None: of none.

        A rule whose source is not yet in force on the scenario's date is off.
        """
        return self.state_under(scenario.rules, scenario.config.date, kind)

    def state_under(self, rules: Mapping[str, RuleSettings], day: date, kind: str | None = None) -> State:
        """The same under the settings of all rules, on a day."""
        settings = rules[self.name]
        since = self.in_force_since(settings)
        if since is not None and day < since:
            return "off"
        return settings.state if kind is None else settings.by_kind.get(kind, settings.state)

    def default_state(self) -> State:
        """The state where a scenario says nothing, the date aside."""
        return self.settings().state

    def in_force_since(self, settings: RuleSettings) -> date | None:
        """The first day on which the rule can hold: the scenario's word, else that of the source; None: always."""
        return settings.since or self.source.since

    @classmethod
    def page(cls) -> str:
        """The rule's page: what, why, formula, data, source and how to relax, as it stands above the code."""
        return inspect.cleandoc(cast(str, cls.__doc__))


class Gate(Rule):
    """A rule on one pair of person and post: it blocks, or, as a flag, lets pass and warns."""

    kind = "gate"
    waived_by = frozenset({"person_id", "post_id", "unit_id", "form"})
    kinds = COMMUNE_KINDS

    @abstractmethod
    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form: True where person `i` may take a seat in post `j` by `form`; of the shape that the two make."""

    def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask | None:
        """Vector form: True where the pair passes with a warning, of the same shape; None: never."""
        return None

    @abstractmethod
    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form of `mask`."""

    def warns(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form of `doubts`."""
        return False


class Limit(Rule):
    """A rule on the plan as a whole: rows over the table of moves.

    As a flag it binds nothing, and warns on the moves that touch the place where the plan breaks it. `measure`: what
    its number counts, where another number can be proposed.
    """

    kind = "limit"
    measure: ClassVar[Literal["people", "moves", "thousand_dong"] | None] = None

    @abstractmethod
    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: the rows of the model."""

    @abstractmethod
    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form: one text per place where the province after the plan breaks the rule.

        Its values say where: `person` (and `other`), or `post`, or `unit`.
        """
