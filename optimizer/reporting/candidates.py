"""DeXuat: the shortlist for each post whose body chooses, and what taking another candidate would cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from optimizer.plan import Candidate, Plan
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import RULE_TITLES, Names, flags, goal, heading, label
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.rulebook.no_overfilling import NoOverfilling
from optimizer.scenario.schema import Person, Post, Unit
from optimizer.scenario.vocabulary import DECIDED_BY, FORM
from optimizer.shortlisting import CAP
from optimizer.texts import T, words
from optimizer.wording import ELECTED

WIDEST_DIFFERENCE: Final = 10  # width of a goal's column
ROOM_OF_DIFFERENCES: Final = 50  # of all goals' columns, so that the rest of the page stays legible


def candidates(plan: Plan, names: Names) -> Sheet:
    """Whom the body that chooses may take."""
    posts = len({row.post_id for row in plan.shortlist})
    title = T("Candidates for posts that are elected or chosen by the Standing Committee: {n} posts", n=words(posts))
    differences = T(
        "The plan proposes and the body chooses. Differences: if only this person is changed and all else of the plan "
        "stays; less than 0 is better than the plan, more is worse."
    )
    price = T(
        "Where every limit is kept, a plan made anew with this person is no worse than that, read goal by goal in "
        "their order. Where a limit would be broken, further moves would be needed: the differences are not all."
    )
    lines = (str(differences), str(price))
    listed = candidates_table(_in_order(plan, names), [found.name for found in plan.goals], names)
    return Sheet("DeXuat", str(title), (listed,), lines, optional=True)


def candidates_table(candidates: Sequence[Candidate], goals: Sequence[str], names: Names) -> Table:
    """Candidates as they come; each goal in a column, in its order."""
    room = min(WIDEST_DIFFERENCE, ROOM_OF_DIFFERENCES // max(1, len(goals)))
    columns = [
        Column(heading(Unit, "name"), 13),
        Column(heading(Post, "title"), 15),
        Column(heading(Post, "decided_by"), 12),
        Column(heading(Candidate, "place"), 5, "whole"),
        Column(heading(Person, "name"), 14),
        Column(heading(Candidate, "person_id"), 10),
        Column(str(T("Unit and position today")), 17),
        Column(heading(Candidate, "form"), 9),
        Column(str(T("Proposal")), 15),
        *(Column(str(T("Difference: {goal}", goal=goal(name))), room, "whole") for name in goals),
        Column(heading(Candidate, "points"), 7, "whole"),
        Column(heading(Candidate, "cost"), 8, "whole"),
        Column(str(T("Limits")), 14),
        Column(heading(Candidate, "flags"), 10),
    ]
    rows = [_row(row, goals, names) for row in candidates]
    return table("", columns, rows, brief=(0, 1, 3, 4, 6, 7, 8, *range(9, 9 + len(goals)), len(columns) - 2))


def _in_order(plan: Plan, names: Names) -> list[Candidate]:
    def key(row: Candidate) -> Any:
        post = names.post_row(row.post_id)
        unit = "" if post is None else names.unit(post.unit_id)
        return vietnamese_key(unit), unit, vietnamese_key(names.post(row.post_id)), row.post_id, row.place

    return sorted(plan.shortlist, key=key)


def _row(row: Candidate, goals: Sequence[str], names: Names) -> tuple[Cell, ...]:
    post, costs = names.post_row(row.post_id), row.differences
    return (
        "" if post is None else names.unit(post.unit_id),
        names.post(row.post_id),
        "" if post is None else _body(post),
        row.place,
        names.person(row.person_id),
        names.person_id(row.person_id),
        names.seat_today(row.person_id),
        label(FORM, row.form),
        _proposal(row, names),
        *(costs.get(name) for name in goals),
        row.points,
        row.cost,
        str(T("kept") if row.keeps_limits else T("broken: {rules}; further moves needed", rules=_rules(row))),
        flags(row.flags),
    )


def _proposal(row: Candidate, names: Names) -> str:
    """Whether the plan takes the candidate, or in whose place the candidate would stand."""
    if row.chosen:
        return str(T("proposed by the plan"))
    if row.instead_of is None:
        return str(T("besides those in the post") if NoOverfilling.name in row.breaks else T("for the open seat"))
    return str(T("in place of {person}", person=names.person(row.instead_of)))


def _rules(row: Candidate) -> str:
    titles = {**RULE_TITLES, "pin": T("a decision taken beforehand"), CAP: T("the cap of a goal")}
    return "; ".join(str(titles.get(name, name)) for name in row.breaks)


def _body(post: Post) -> str:
    """Who chooses: the post's own body, and the council that elects."""
    elects = str(T("the People's Council elects")) if post.role in ELECTED else ""
    return "; ".join(filter(None, (label(DECIDED_BY, post.decided_by), elects)))
