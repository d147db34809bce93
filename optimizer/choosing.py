"""The shortlist and the temporary seats that a plan claims, held against the scalar forms of rules and goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimizer.goals.base import Goal
from optimizer.plan import Candidate, TemporarySeat
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.costs import cost_of
from optimizer.rulebook.facts import Facts
from optimizer.rulebook.points import points_of
from optimizer.scenario.schema import MILITARY, Post
from optimizer.scenario.vocabulary import FORMS
from optimizer.texts import T, Text
from optimizer.verdict import Breach
from optimizer.wording import ELECTED

Judge = Callable[[Facts, Placement], tuple[tuple[str, ...], bool]]
Broken = Callable[[Facts, After, Mapping[str, int]], set[str]]
LONGEST = 3


def wrong_temporary(rows: Sequence[TemporarySeat], facts: Facts, after: After) -> Iterator[Breach]:
    """Seats that are filled by secondment: each reported once, with the day on which it reopens."""
    truth = sorted(
        (facts.end(move.person, move.form), move.post.post_id, move.person.person_id, move.post.unit_id)
        for move in after.placements
        if move.form == "secondment" and move.post.category in {"leadership", "specialist"}
        if move.post.bloc != MILITARY and facts.in_commune(move.post)
    )
    if [(row.reopens_on, row.post_id, row.person_id, row.unit_id) for row in rows] != truth:
        yield Breach(
            "temporary", T("the seats filled by secondment are not those of the moves, by the day they reopen")
        )


@dataclass
class Chooser:
    """Judges the shortlist of one plan.

    `values` are those of the goals after it; `judge` says of a move its flags and whether a gate blocks it; `broken`
    names the limits, kinds of decisions and caps that a province after a plan breaks. What is verified of each row is
    everything that it says; that nobody who is left out would come before it, is taken on trust. A row that is not the
    plan's own takes one evaluation of all goals and limits: about 25 ms for a province of 7,000 people.
    """

    facts: Facts
    after: After
    goals: Sequence[Goal]
    values: Mapping[str, int]
    judge: Judge
    broken: Broken

    def wrong(self, rows: Sequence[Candidate]) -> Iterator[Breach]:
        """Every breach of the table."""
        lists: dict[str, list[Candidate]] = {}
        for row in rows:
            lists.setdefault(row.post_id, []).append(row)
        for post_id in sorted(lists.keys() | {post.post_id for post in self._posts() if self.after.into(post)}):
            post = self.facts.posts.get(post_id)
            text = self._wrong_list(post, lists.get(post_id, [])) if post is not None else None
            if post is None or text is not None:
                text = text or T("{post} needs no shortlist", post=post_id)
                yield Breach("shortlist", text, post_id=post_id)

    def _posts(self) -> list[Post]:
        return [post for post in self.facts.posts.values() if self._is_chosen_for(post)]

    def _is_chosen_for(self, post: Post) -> bool:
        return self.facts.in_commune(post) and (post.role in ELECTED or post.decided_by == "standing_committee")

    def _wrong_list(self, post: Post, rows: Sequence[Candidate]) -> Text | None:
        """What is wrong with the list of one post, the first thing alone."""
        own = sorted(self.after.into(post), key=lambda move: move.person.person_id)
        if not self._is_chosen_for(post) or not (own or self.after.gap(post)):
            return T("{post} needs no shortlist", post=post.post_id)
        named = [row.person_id for row in rows]
        if named[: len(own)] != [move.person.person_id for move in own] or len(set(named)) != len(named):
            return T("the shortlist of {post} does not begin with the plan's own choice", post=post.post_id)
        numbers = [row.place for row in rows]
        if numbers != list(range(1, len(rows) + 1)) or len(rows) > max(LONGEST, len(own)):
            return T("the places on the shortlist of {post} are not 1, 2, 3", post=post.post_id)
        others = rows[len(own) :]
        for row in rows:
            wrong = self._wrong_row(row, post, own, is_own=row not in others)
            if wrong:
                return T(
                    "the shortlist of {post} has a wrong {columns} for {person}",
                    post=post.post_id, columns=", ".join(wrong), person=row.person_id,
                )  # fmt: skip
        keys = [(not row.keeps_limits, self._differences(row), row.points, row.person_id) for row in others]
        return None if keys == sorted(keys) else T("the shortlist of {post} is not in its order", post=post.post_id)

    @staticmethod
    def _differences(row: Candidate) -> list[int]:
        return [int(cost.rpartition("=")[2]) for cost in row.costs]

    def _wrong_row(self, row: Candidate, post: Post, own: Sequence[Placement], *, is_own: bool) -> list[str]:
        """Columns that the data contradicts."""
        person = self.facts.people.get(row.person_id)
        if person is None or row.form not in FORMS:
            return ["person_id" if person is None else "form"]
        move = Placement(person, post, row.form)
        flags, is_blocked = self.judge(self.facts, move)
        broken: set[str] = set()
        values = self.values
        if is_own:
            is_wrong = {"form": move not in own, "instead_of": row.instead_of is not None}
        elif is_blocked or move.covers:
            is_wrong = {"form": True}
        else:
            replaced = [other for other in own if other.person.person_id == row.instead_of]
            may_add = row.instead_of is None and (self.after.gap(post) > 0 or not own)
            is_wrong = {"instead_of": not (replaced or may_add)}
            swapped = After(self.facts, [*self._without(move, replaced), move])
            values = {goal.name: goal.measure(self.facts, swapped) for goal in self.goals}
            broken = self.broken(self.facts, swapped, values)
        truth = {
            "chosen": is_own,
            "keeps_limits": not broken,
            "costs": tuple(f"{name}={value - self.values[name]}" for name, value in values.items()),
            "points": sum(points_of(self.facts, move).values()),
            "cost": cost_of(self.facts, move),
            "flags": flags,
        }
        is_wrong |= {name: getattr(row, name) != value for name, value in truth.items()}
        is_wrong["breaks"] = sorted(row.breaks) != sorted(broken)
        return [name for name, is_so in is_wrong.items() if is_so]

    def _without(self, move: Placement, replaced: Sequence[Placement]) -> list[Placement]:
        """The plan's moves but those that give way: that of the person replaced, and the candidate's own."""
        return [
            other
            for other in self.after.placements
            if other not in replaced and other.person.person_id != move.person.person_id
        ]
