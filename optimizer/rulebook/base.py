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
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.scenario.config import RuleSettings
from optimizer.scenario.schema import Person, Post
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
    """A named rule. `waived_by` are the columns of a `waive` decision that it understands."""

    name: ClassVar[str]
    title: ClassVar[Text]
    source: ClassVar[Source]
    settings: ClassVar[type[RuleSettings]] = RuleSettings
    kind: ClassVar[Literal["gate", "limit"]]
    waived_by: ClassVar[frozenset[str]] = frozenset()

    def state_in(self, rules: Mapping[str, RuleSettings]) -> str:
        """`on`, `off` or `flag` under these settings, as it works and not only as it is written."""
        return rules[self.name].state

    @classmethod
    def page(cls) -> str:
        """The rule's page: what, why, formula, data, source and how to relax, as it stands above the code."""
        return inspect.cleandoc(cls.__doc__ or "")


class Gate(Rule):
    """A rule on one pair of person and post: it blocks, or, as a flag, lets pass and warns."""

    kind = "gate"
    waived_by = frozenset({"person_id", "post_id", "unit_id", "form"})

    @abstractmethod
    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form: True where person `i` may take a seat in post `j` by `form`; shapes broadcast."""

    def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask | None:
        """Vector form: True where the pair passes with a warning; None: never."""
        return None

    @abstractmethod
    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form of `mask`."""

    def warns(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form of `doubts`."""
        return False


class Limit(Rule):
    """A rule on the plan as a whole: rows over the table of moves."""

    kind = "limit"

    @abstractmethod
    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: the rows of the model."""

    @abstractmethod
    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form: one text per place where the province after the plan breaks the rule."""
