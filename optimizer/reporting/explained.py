"""An answer on a plan in words: a sheet with its lines and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from optimizer.explaining.answers import (
    Answer,
    Choice,
    ExplainedMove,
    ExplainedPair,
    ExplainedPost,
    ExplainedStay,
)
from optimizer.files import replace_file
from optimizer.plan import MovedPerson, Plan
from optimizer.reporting.changed import move_words
from optimizer.reporting.comparison_files import BOOK, require_form
from optimizer.reporting.explained_tables import (
    against_titles,
    chain_table,
    forms_table,
    gates_table,
    options_table,
    points_table,
    prices_table,
    refusals_table,
    rows_table,
    seats_table,
    titles_of,
)
from optimizer.reporting.moved import basis_words, named, notes_words, term_words, warnings_words
from optimizer.reporting.naming import Names, agreeing, label, reason
from optimizer.reporting.overview import status_words
from optimizer.reporting.tables import Column, Sheet, Table
from optimizer.reporting.workbook import book_of
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.vocabulary import CATEGORY, DECIDED_BY, FORM
from optimizer.texts import T, Text, current_language, speaking, words
from optimizer.wording import STAY_REASONS

SHEET: Final = "GiaiTrinh"
NO_TABLE: Final = Table("", (Column("", 110),), ())  # gives words alone their width
FOUND: Final[Mapping[str, Text]] = {
    "optimal": T("Solved again with this choice: every goal is proven, so that this is its exact price."),
    "feasible": T(
        "Solved again with this choice; the time ran out before all was proven: see how sure each figure is."
    ),
    "unknown": T("No plan with this choice was found in the time given, which does not say that there is none."),
}
EQUAL: Final = T("Every goal keeps its value: the choice is the committee's.")
ORDER: Final = T(
    "Candidates stand in this order: who keeps every limit first, then goal by goal by the difference if only this one "
    "person is changed, then by disruption points and ids."
)


def write_answer(
    answer: Answer,
    plan: Plan,
    scenario: Scenario,
    path: str | Path,
    *,
    language: str | None = None,
    mask_ids: bool = False,
) -> None:
    """Write an answer about a plan as a workbook: whole or not at all, the same bytes for the same answer.

    `language`: `vi` or `en`, by default the current one; `mask_ids`: ids of people show their last letters only.
    Raises UsageError for another ending than .xlsx, and where the file cannot be written.
    """
    require_form(path, scenario, forms=(BOOK,))
    with speaking(language or current_language()):
        data = book_of(_in_sheets(explained(answer, plan, Names(scenario, mask_ids=mask_ids))), plan)
    replace_file(path, data)


def _in_sheets(told: Sheet) -> Iterator[Sheet]:
    """A sheet for each table, as wide as it is."""
    for number, table in enumerate(told.tables or (NO_TABLE,), start=1):
        if number == 1:
            yield replace(told, tables=(_on_paper(table),))
        else:
            yield Sheet(f"{SHEET}{number}", table.title, (_on_paper(replace(table, title="")),))


def _on_paper(table: Table) -> Table:
    """The table with the columns first that are enough on a screen: on paper they stand alone."""
    first = table.brief or range(len(table.columns))
    order = [*first, *(at for at in range(len(table.columns)) if at not in first)]
    columns = tuple(replace(table.columns[at], printed=at in first) for at in order)
    return replace(table, columns=columns, rows=tuple(tuple(row[at] for at in order) for row in table.rows), brief=())


def explained(answer: Answer, plan: Plan, names: Names) -> Sheet:
    """The answer in words; `plan` is the one that was asked about."""
    if isinstance(answer, ExplainedMove):
        title, lines, tables = _move(answer, plan, names)
    elif isinstance(answer, ExplainedStay):
        title, lines, tables = _stay(answer, plan, names)
    elif isinstance(answer, ExplainedPost):
        title, lines, tables = _post(answer, plan, names)
    else:
        title, lines, tables = _pair(answer, names)
    return Sheet(SHEET, title, tuple(tables), (status_words(plan), *lines))


Told = tuple[str, list[str], list[Table]]


def _move(answer: ExplainedMove, plan: Plan, names: Names) -> Told:
    move = answer.move
    title = T("Why {person} goes to {post}", person=named(move.person_id, names), post=_place(move.to_post_id, names))
    gap = T("The gap: {gap}. Seats in the post: {seats}; people in it today: {held}.", gap=_category(move, names),
            seats=answer.seats, held=answer.held)  # fmt: skip
    lines = [str(gap), *_terms(move, names), *_place_among(answer, names)]
    tables = [
        points_table(answer.disruption),
        gates_table(answer.gates, names),
    ]
    if answer.runner_up is not None:
        tables.append(seats_table(answer.candidates, plan, names, str(T("Who could take this seat"))))
    if answer.choice is not None and answer.runner_up is not None:
        other = named(answer.runner_up, names)
        lines.append(str(T("The next candidate: {person}.", person=other)))
        lines += choice_lines(answer.choice)
        tables += choice_tables(answer.choice, names, str(T("What taking {person} instead would cost", person=other)))
    if len(answer.chain) > 1:
        tables.append(chain_table(answer.chain, names))
    return str(title), lines, tables


def _category(move: MovedPerson, names: Names) -> str:
    """Why the row stands in the plan, and the kind of the seat."""
    post = names.post_row(move.to_post_id)
    kind = "" if post is None else label(CATEGORY, post.category)
    fields = "" if post is None else names.of_fields(post.fields)
    return "; ".join(filter(None, (reason(move.reason), ": ".join(filter(None, (kind, fields))))))


def _terms(move: MovedPerson, names: Names) -> Iterator[str]:
    """Form, term and legal basis; who decides and agrees; points and money; what warns."""
    yield str(T("Form: {form}, {term}; legal basis: {basis}.", form=label(FORM, move.form), term=term_words(move),
                basis=basis_words(move)))  # fmt: skip
    agreed = "; ".join(agreeing(code) for code in move.agreed_by) or str(T("nobody besides"))
    body = label(DECIDED_BY, move.decided_by) or str(T("(to be determined)"))
    yield str(T("Decided by: {body}; must agree: {agreed}.", body=body, agreed=agreed))
    yield str(T("Disruption: {points} points. Benefits: {cost} thousand dong.", points=words(move.points),
                cost=words(move.cost)))  # fmt: skip
    warned, noted = warnings_words(move), notes_words(move)
    for text in filter(None, ("" if warned in noted else warned, noted)):
        yield str(T("To note: {text}.", text=text))


def _place_among(answer: ExplainedMove, names: Names) -> Iterator[str]:
    """The rank among the candidates, and who is equal, alone or by an exchange of posts."""
    if answer.runner_up is None:
        yield str(T("Nobody else may take this seat."))
        return
    yield str(T("Place {rank} of {n} candidates for this seat. {order}", rank=answer.rank,
                n=words(len(answer.candidates)), order=ORDER))  # fmt: skip
    if answer.move.equals:
        people = "; ".join(named(person, names) for person in answer.move.equals)
        yield str(T("Equal in every goal, in this person's place or by exchanging posts with them: {people}. The "
                    "choice is the committee's.", people=people))  # fmt: skip


def _stay(answer: ExplainedStay, plan: Plan, names: Names) -> Told:
    title = T(
        "Why {person} stays: {seat}", person=named(answer.person_id, names), seat=names.seat_today(answer.person_id)
    )
    lines = [str(T("Reason: {reason}.", reason=STAY_REASONS[answer.reason]))]
    tables = [refusals_table(answer.refusals)] if answer.refusals else []
    if answer.options:
        heading = T("Posts that they may take, and what stands against it")
        tables.append(options_table(answer.options, [found.name for found in plan.goals], names, str(heading)))
    if answer.choice is not None:
        lines += [str(T("The choice that was tried: the person moves all the same.")), *choice_lines(answer.choice)]
        price = T("What moving them all the same would cost")
        if answer.best is not None:
            where = move_words(names, answer.best.to_post_id, answer.best.form)
            lines.append(str(T("The best move for them: {move}.", move=where)))
        tables += choice_tables(answer.choice, names, str(price))
    return str(title), lines, tables


def _post(answer: ExplainedPost, plan: Plan, names: Names) -> Told:
    where = _place(answer.post_id, names)
    title = T("Who takes {post}", post=where) if answer.reason is None else T("Why {post} stays open", post=where)
    lines = [str(T("Seats: {seats}. People in it today: {held}, after the plan: {filled}.", seats=answer.seats,
                   held=answer.held, filled=answer.filled))]  # fmt: skip
    lines += [str(T("Comes: {person}", person=_with_form(row, names))) for row in answer.coming]
    lines += [str(T("Leaves: {person}", person=_with_form(row, names))) for row in answer.leaving]
    if answer.reason is not None:
        lines.append(str(T("Reason: {reason}.", reason=reason(answer.reason))))
    tables = []
    if answer.candidates:
        lines.append(str(ORDER))
        tables.append(seats_table(answer.candidates, plan, names, str(T("Who could take a seat"))))
    if answer.choice is not None:
        lines += [str(T("The choice that was tried: one more seat is filled now.")), *choice_lines(answer.choice)]
        tables += choice_tables(answer.choice, names, str(T("What filling one more seat now would cost")))
    return str(title), lines, tables


def _pair(answer: ExplainedPair, names: Names) -> Told:
    person, post = named(answer.person_id, names), _place(answer.post_id, names)
    title = str(T("Why not {person} for {post}", person=person, post=post))
    if answer.outcome == "chosen":
        return title, [str(T("The plan does just that."))], []
    if answer.outcome == "holds":
        return title, [str(T("They hold this post today."))], []
    if answer.choice is None:
        form, against = label(FORM, answer.forms[0].form), against_titles(answer.forms[0])
        line = T("Not admissible. What comes closest is {form}; against it: {against}.", form=form, against=against)
        return title, [str(line)], [forms_table(answer.forms)]
    price = T("What this choice would cost")
    prefers = bool(answer.choice.prices) and not answer.choice.is_equal
    admissible = (
        T("Admissible: the plan prefers another.") if prefers else T("Admissible by the rules on the person alone.")
    )
    lines = [str(admissible), *choice_lines(answer.choice)]
    return title, lines, choice_tables(answer.choice, names, str(price))


def choice_lines(choice: Choice) -> list[str]:
    """What solving again with a choice has shown."""
    if choice.status == "impossible":
        against = titles_of(choice.against) or T("several rules and decisions together")
        said = T("Proven: no plan makes this choice and keeps every rule and decision. The proof uses: {against}; "
                 "some of these may be enough.", against=against)  # fmt: skip
        return [str(said)]
    return [str(FOUND[choice.status]), *([str(EQUAL)] if choice.is_equal else [])]


def choice_tables(choice: Choice, names: Names, title: str) -> list[Table]:
    """The price of a choice goal by goal, and the rows that change."""
    if not choice.prices:
        return []
    return [prices_table(choice, title), rows_table(choice, names)]


def _with_form(row: MovedPerson, names: Names) -> str:
    return f"{named(row.person_id, names)} ({label(FORM, row.form)})"


def _place(post_id: str, names: Names) -> str:
    """A post with its unit."""
    post = names.post_row(post_id)
    return ", ".join(filter(None, (names.post(post_id), "" if post is None else names.unit(post.unit_id))))
