"""What the checker says of a plan: whether it passes, where it breaks what, and what its goals really are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.texts import Text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Breach:
    """One thing wrong. `rule` names a rule, a kind of decision, or the part of the plan that is false.

    The place is the person, post and unit concerned, by their ids, as far as the breach is about them.
    """

    rule: str
    text: Text
    person_id: str | None = None
    post_id: str | None = None
    unit_id: str | None = None

    @property
    def place(self) -> str:
        """The ids of the person, post and unit concerned; empty for the plan as a whole."""
        return ", ".join(name for name in (self.person_id, self.post_id, self.unit_id) if name is not None)

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


@dataclass(frozen=True)
class Verdict:
    """`goals`: every goal's value as recomputed; `flags`: rules that warn, by person, in their order."""

    breaches: tuple[Breach, ...]
    goals: Mapping[str, int]
    flags: Mapping[str, tuple[str, ...]]

    @property
    def passed(self) -> bool:
        """True where nothing is wrong; flags are no breach."""
        return not self.breaches

    def to_frame(self) -> pd.DataFrame:
        """The breaches as a data frame: rule, person_id, post_id, unit_id, message."""
        import pandas as pd

        rows = [(b.rule, b.person_id, b.post_id, b.unit_id, str(b.text)) for b in self.breaches]
        return pd.DataFrame(rows, columns=["rule", "person_id", "post_id", "unit_id", "message"])

    def __repr__(self) -> str:
        goals = ", ".join(f"{name}={value}" for name, value in self.goals.items())
        return f"Verdict({'passed' if self.passed else f'{len(self.breaches)} breaches'}, {goals})"
