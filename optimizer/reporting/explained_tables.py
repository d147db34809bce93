"""The tables of an answer on a plan: prices, candidates, rules passed, points, forms refused, chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from optimizer.explaining.answers import OWN_CASE, Cause, Choice, FormRefused, GatePassed, GoalPrice, Refusal
from optimizer.explaining.changes import RULES_BY_NAME
from optimizer.plan import Candidate, ChangedRow, MovedPerson, Plan
from optimizer.reporting.candidates import candidates_table
from optimizer.reporting.changed import move_words
from optimizer.reporting.moved import term_words
from optimizer.reporting.naming import GOAL_UNITS, RULE_TITLES, Names, flag, goal, heading, label, reason
from optimizer.reporting.tables import Column, Table, table
from optimizer.scenario.config import Disruption
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import FORM
from optimizer.texts import T, Text, words
from optimizer.wording import CERTAINTIES, STAY_REASONS

MOST_CANDIDATES: Final = 10
MOST_ROWS: Final = 20
PROPOSAL: Final = 8  # the column of candidates that says in whose place they would stand
PERSON_AND_SEAT: Final = (3, 4, 6, 7, 8)  # columns of candidates that are enough where the post is known
POST_AND_FORM: Final = (0, 1, 7, 8)  # and where the person is
OUTCOMES: Final[Mapping[str, Text]] = {
    "warns": T("a warning"),
    "waived": T("not met, waived by a decision"),
    "passes": T("met"),
    "off": T("off here"),
}
OWN_POINTS: Final = T("wishes and own circumstances: what the person agreed to, a recent move, a young child")


def prices_table(choice: Choice, title: str) -> Table:
    """Each goal in the plan and with the choice, by how much it gets worse, and how sure that is."""
    columns = [
        Column(str(T("Goal, in order of priority")), 34),
        Column(str(T("In the plan")), 14, "whole"),
        Column(str(T("With this choice")), 14, "whole"),
        Column(str(T("Difference")), 12, "whole"),
        Column(str(T("How sure")), 36),
        Column(str(T("Unit of measure")), 30),
    ]
    rows = [
        (goal(price.goal), price.before, price.after, price.difference, _certain(price),
         str(GOAL_UNITS.get(price.goal, "")))
        for price in choice.prices
    ]  # fmt: skip
    note = str(T("A difference above 0 is worse than the plan, below 0 better."))
    return table(title, columns, rows, note)


def _certain(price: GoalPrice) -> str:
    if price.status == "proven":
        return str(T("proven"))
    if price.status == "found":
        return str(T("of the best plan found; a goal before it is not proven"))
    if price.at_least is None:
        return str(T("at most this"))
    return str(T("at most this; at least {least}", least=words(price.at_least)))


def rows_table(choice: Choice, names: Names) -> Table:
    """Everybody of whom the plan with the choice says something else."""
    columns = [
        Column(heading(ChangedRow, "person_id"), 14),
        Column(heading(Person, "name"), 22),
        Column(str(T("In the plan")), 50),
        Column(str(T("With this choice")), 50),
    ]
    rows = [
        (names.person_id(row.person_id), names.person(row.person_id),
         move_words(names, row.former_post_id, row.former_form), move_words(names, row.to_post_id, row.form))
        for row in choice.changed[:MOST_ROWS]
    ]  # fmt: skip
    changed = len(choice.changed)
    others = str(T("This is one way to do it; others may be as good in every goal."))
    if choice.status == "optimal":
        others = str(T("Of the plans as good in every goal none changes fewer rows; others may change as few."))
    note = " ".join(filter(None, (_first_of(len(rows), changed), others)))
    return table(str(T("Rows that would change: {n}", n=changed)), columns, rows, note)


def _first_of(shown: int, n: int) -> str:
    """That a list is not shown whole, where it is not."""
    return str(T("The first {n} of {all}.", n=shown, all=words(n))) if shown < n else ""


def seats_table(rows: Sequence[Candidate], plan: Plan, names: Names, title: str) -> Table:
    """The first candidates for a post, and where the plan sends them instead."""
    shown, goals = rows[:MOST_CANDIDATES], [found.name for found in plan.goals]
    units = {move.person_id: move.to_unit_id for move in plan.moves}
    listed = candidates_table(shown, goals, names)
    told = tuple(
        (*cells[:PROPOSAL], _and_elsewhere(str(cells[PROPOSAL]), row, units, names), *cells[PROPOSAL + 1 :])
        for row, cells in zip(shown, listed.rows, strict=True)
    )
    return _first(replace(listed, rows=told), rows, goals, title, PERSON_AND_SEAT)


def _and_elsewhere(proposal: str, row: Candidate, units: Mapping[str, str | None], names: Names) -> str:
    if row.chosen or row.person_id not in units:
        return proposal
    return str(T("{proposal}; the plan: to {unit}", proposal=proposal, unit=names.unit(units[row.person_id])))


def options_table(rows: Sequence[Candidate], goals: Sequence[str], names: Names, title: str) -> Table:
    """The first of the posts that somebody may take."""
    return _first(candidates_table(rows[:MOST_CANDIDATES], goals, names), rows, goals, title, POST_AND_FORM)


def _first(listed: Table, rows: Sequence[Candidate], goals: Sequence[str], title: str, brief: tuple[int, ...]) -> Table:
    """A list of candidates with the columns of those goals in which the ones shown differ, and how many there are."""
    first = max(PERSON_AND_SEAT) + 1
    shown = rows[:MOST_CANDIDATES]
    differ = [first + at for at, name in enumerate(goals) if any(row.differences[name] for row in shown)]
    limits = len(listed.columns) - 2
    note = _first_of(len(shown), len(rows)) or listed.note
    return replace(listed, title=title, note=note, brief=(*brief, *differ, limits))


def gates_table(gates: Sequence[GatePassed], names: Names) -> Table:
    """Every rule on person and post, with its source and what it says of this move; what leaders read as one is one."""
    columns = [
        Column(str(T("What it asks")), 44),
        Column(str(T("This move")), 34),
        *_source_columns(),
    ]
    rows = [
        (title, _outcome(told), "; ".join(gate.source for gate in told), _least_sure(told))
        for title, told in sorted(_by_title(gates, names).items(), key=lambda row: _rank(row[1]))
    ]
    note = T("Met: the rule does not stand against this move, or is about other forms or posts.")
    return table(str(T("Rules on this person and this post")), columns, rows, str(note))


def _by_title(gates: Sequence[GatePassed], names: Names) -> dict[str, list[GatePassed]]:
    """The gates by their titles: those that only the planner tells apart have one."""
    found: dict[str, list[GatePassed]] = {}
    for gate in gates:
        found.setdefault(names.rule(gate.rule), []).append(gate)
    return found


def _rank(gates: Sequence[GatePassed]) -> int:
    """Warnings first, then what is waived, what is met, what is off."""
    return min([*OUTCOMES].index(gate.outcome) for gate in gates)


def _outcome(gates: Sequence[GatePassed]) -> str:
    first = min(gates, key=lambda gate: _rank([gate]))
    said = str(OUTCOMES[first.outcome])
    return f"{said}: {flag(first.rule)}" if first.outcome == "warns" else said


def _least_sure(gates: Sequence[GatePassed]) -> str:
    return str(CERTAINTIES[max((gate.certainty for gate in gates), key=[*CERTAINTIES].index)])


def points_table(causes: Sequence[Cause]) -> Table:
    """The disruption points of a move by cause, and their sum."""
    columns = [Column(str(T("Disruption by cause")), 70), Column(str(T("Points")), 10, "whole")]
    rows = [(_cause(row.cause), row.points) for row in causes]
    return table("", columns, [*rows, (str(T("in all")), sum(row.points for row in causes))])


def _cause(cause: str) -> str:
    return str(OWN_POINTS if cause == OWN_CASE else Disruption.meaning(cause).text)


def forms_table(forms: Sequence[FormRefused]) -> Table:
    """What stands against the person in the post, with the forms that it refuses and its source."""
    columns = [
        Column(str(T("What stands against it")), 44),
        Column(heading(MovedPerson, "form"), 26),
        *_source_columns(),
    ]
    against: dict[tuple[str, str, str], list[str]] = {}
    for form in forms:
        for said in (*map(_sourced, form.gates), *((str(decision), "", "") for decision in form.decisions)):
            against.setdefault(said, []).append(label(FORM, form.form))
    rows = [(title, "; ".join(by), *source) for (title, *source), by in against.items()]
    return table("", columns, rows)


def against_titles(form: FormRefused) -> str:
    """The rules and decisions against a form, in one line."""
    return "; ".join([*(_sourced(name)[0] for name in form.gates), *map(str, form.decisions)])


def _source_columns() -> tuple[Column, Column]:
    return Column(str(T("Source")), 56), Column(str(T("How sure the source is")), 24)


def _sourced(name: str) -> tuple[str, str, str]:
    """A rule's title, source and how sure that is; what is the person's own is told as such, and no more."""
    if name == OWN_CASE:
        return str(STAY_REASONS[OWN_CASE]), "", ""
    rule = RULES_BY_NAME[name]
    return str(rule.title), rule.source.citation, str(CERTAINTIES[rule.source.certainty])


def refusals_table(refusals: Sequence[Refusal]) -> Table:
    """How many posts each rule refuses a person."""
    columns = [Column(str(T("Rule")), 44), Column(str(T("Posts refused")), 10, "whole"), *_source_columns()]
    told = [(row.posts, *_sourced(row.rule)) for row in refusals]
    return table("", columns, [(title, posts, *source) for posts, title, *source in told])


def chain_table(rows: Sequence[MovedPerson], names: Names) -> Table:
    """The moves of a chain in the order in which they are carried out."""
    columns = [
        Column(str(T("Order of execution")), 10, "whole"),
        Column(heading(Person, "name"), 22),
        Column(heading(MovedPerson, "person_id"), 14),
        Column(str(T("From post")), 36),
        Column(str(T("To post")), 36),
        Column(heading(MovedPerson, "form"), 16),
        Column(str(T("Term")), 16),
        Column(heading(MovedPerson, "reason"), 30),
    ]
    told = [
        (row.order, names.person(row.person_id), names.person_id(row.person_id),
         f"{names.unit(row.from_unit_id)}, {names.post(row.from_post_id, row.from_unit_id)}",
         f"{names.unit(row.to_unit_id)}, {names.post(row.to_post_id, row.to_unit_id)}",
         label(FORM, row.form), term_words(row), reason(row.reason))
        for row in rows
    ]  # fmt: skip
    return table(str(T("The chain of moves that depend on one another")), columns, told)


def titles_of(rules: Sequence[str]) -> str:
    """The titles of rules in one line."""
    return "; ".join(str(RULE_TITLES.get(name, name)) for name in rules)
