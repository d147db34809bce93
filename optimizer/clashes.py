"""What decisions and rules that cannot all hold have in common: the members of the clash, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from optimizer.texts import T, Text

if TYPE_CHECKING:
    import pandas as pd

MemberKind = Literal["pin", "keep", "ban", "rule", "cap"]


@dataclass(frozen=True)
class Member:
    """A decision, a rule or a goal's cap of a clash, with the ids that it names; None where it names none.

    `is_needed`: without it the other members can all hold, which was shown by a plan; False: not shown.
    """

    kind: MemberKind
    words: Text
    rule: str | None = None
    person_id: str | None = None
    post_id: str | None = None
    unit_id: str | None = None
    form: str | None = None
    seats: int | None = None
    is_needed: bool = True


@dataclass(frozen=True)
class Step:
    """One limit at one place, and how far it would have to give: from `limit` to `relaxed`, in `measure`.

    `measure`: people, moves or thousand_dong. Ids are None where the limit is not about such a place.
    """

    rule: str
    unit_id: str | None
    bloc: str | None
    post_id: str | None
    measure: str
    limit: int
    relaxed: int
    title: Text

    @property
    def by(self) -> int:
        """How far: at least 1."""
        return abs(self.relaxed - self.limit)

    @property
    def words(self) -> Text:
        """The step in words, with its place and its numbers."""
        named = [name for name in (self.unit_id, self.bloc, self.post_id) if name is not None]
        where = T("{title} (rule {rule})", title=self.title, rule=self.rule)
        if named:
            where = T("{title} (rule {rule}), {place}", title=self.title, rule=self.rule, place=", ".join(named))
        numbers: dict[str, Any] = {"by": self.by, "relaxed": self.relaxed, "limit": self.limit}
        if self.measure == "thousand_dong":
            numbers = {name: T("{n} thousand dong", n=n) for name, n in numbers.items()}
        numbers["where"] = where
        if self.relaxed < self.limit:
            return T("{where}: {by} fewer ({relaxed} instead of {limit})", **numbers)
        return T("{where}: {by} more ({relaxed} instead of {limit})", **numbers)


@dataclass(frozen=True)
class Relaxation:
    """Steps of one limit that together mend the clash while all its other members hold. Proposed, never applied.

    `is_smallest`: no smaller sum of its steps mends it; False: not shown in time. `mends_all`: with it all decisions
    and rules of the scenario can hold, not the members of the clash alone; None: not known in time.
    """

    steps: tuple[Step, ...]
    is_smallest: bool
    mends_all: bool | None

    @property
    def by(self) -> int:
        """The sum of the steps, in the measure of the limit."""
        return sum(step.by for step in self.steps)


@dataclass(frozen=True)
class Conflict:
    """Decisions and rules that cannot all hold, the smallest such set that was found, and what would mend it.

    `waivable`: one of the rules can be waived by a decision. `relaxations`: one for each limit with a number that
    counts people, moves or money, as small as it can be; none where no such limit is a member. `is_settled`: the time
    was enough to find them all.
    """

    members: tuple[Member, ...]
    relaxations: tuple[Relaxation, ...] = ()
    waivable: bool = False
    is_settled: bool = True

    @property
    def is_minimal(self) -> bool:
        """True where each member was shown to be needed."""
        return all(member.is_needed for member in self.members)

    @property
    def has_caps(self) -> bool:
        """Whether a goal cannot keep its cap beside all decisions and rules, which then are no members."""
        return any(member.kind == "cap" for member in self.members)

    def rows(self) -> list[dict[str, Any]]:
        """The members, one row each, by the names of their fields."""
        return [{**_cells(member), "words": str(member.words)} for member in self.members]

    def relaxation_rows(self) -> list[dict[str, Any]]:
        """The steps, one row each; `relaxation` counts from 1 to which relaxation a step belongs."""
        return [
            {
                "relaxation": number,
                **_cells(step),
                "by": step.by,
                "is_smallest": one.is_smallest,
                "mends_all": one.mends_all,
                "words": str(step.words),
            }
            for number, one in enumerate(self.relaxations, start=1)
            for step in one.steps
        ]

    def to_frame(self) -> pd.DataFrame:
        """The members as a data frame, one row each."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def relaxations_to_frame(self) -> pd.DataFrame:
        """The steps of the relaxations as a data frame, one row each."""
        import pandas as pd

        return pd.DataFrame(self.relaxation_rows())

    def lines(self) -> list[Text]:
        """The conflict in words, one line each: its members, what was not shown, and what would mend it."""
        told = [T("- {member}", member=member.words) for member in self.members]
        unshown = sum(not member.is_needed for member in self.members)
        if unshown and self.has_caps:
            told.append(T("which of the other caps are needed was not examined; open for {n} of them", n=unshown))
        elif unshown:
            told.append(T("not shown in time that each of these is needed; open for {n} of them", n=unshown))
        if not self.is_settled:
            told.append(T("the time did not do to find for each limit the smallest number that would mend this clash"))
        if self.has_caps:
            return told
        if not self.relaxations:
            return told if not self.is_settled else [*told, T("no larger or smaller number of a limit mends this")]
        told.append(T("any one of these relaxations would mend this clash; none was applied:"))
        return [*told, *(line for relaxation in self.relaxations for line in _lines(relaxation))]


def _cells(row: Member | Step) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row) if field.type != "Text"}


def _lines(relaxation: Relaxation) -> list[Text]:
    notes = [] if relaxation.is_smallest else [T("a smaller one may do: not settled in time")]
    if relaxation.mends_all is None:
        notes.append(T("not known whether all decisions and rules can then hold"))
    elif relaxation.mends_all:
        notes.append(T("then all decisions and rules can hold"))
    else:
        notes.append(T("another clash remains"))
    words, *others = (step.words for step in relaxation.steps)
    for other in others:
        words = T("{one}; {other}", one=words, other=other)
    for note in notes:
        words = T("{one}; {other}", one=words, other=note)
    return [T("- {member}", member=words)]
