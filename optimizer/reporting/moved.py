"""PhuongAn: one row per move, grouped by the body that decides on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from optimizer.plan import AnsweredMove, MovedPerson, Plan
from optimizer.reporting.collation import place_in, vietnamese_key
from optimizer.reporting.naming import RULE_TITLES, Names, agreeing, flags, heading, label, note, reason
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import ANSWER, CATEGORY, DECIDED_BY, FORM
from optimizer.texts import T, current_language, words
from optimizer.wording import LEGAL_BASIS_IN_SHORT


def moved(plan: Plan, names: Names) -> Sheet:
    """The list of moves, for the meeting: with room for its decisions, unless masked ids could not be read back."""
    title = T("List of moves: {n} people", n=len(plan.moves))
    listed = moves_table(plan, names)
    if names.mask_ids or not listed.rows:
        return Sheet("PhuongAn", str(title), (listed,))
    return Sheet("PhuongAn", str(title), (replace(listed, asked=_asked()),), guide=_guide())


def _asked() -> tuple[Column, ...]:
    """The columns in which the meeting answers."""
    choices = tuple(ANSWER.label(code, current_language()) for code in ANSWER)
    return (
        Column(heading(AnsweredMove, "decision"), 12, choices=choices),
        Column(heading(AnsweredMove, "note"), 11),
    )


def _guide() -> str:
    """How the meeting answers, and what must stay as it is for the answers to be read."""
    text = T(
        "To fill in: the yellow cells, on paper or here. {accept}: as proposed; {refuse}: not this move; {keep}: the "
        "person stays in the present post; {replace}: another person for the new post; blank: nothing decided. "
        "staffing replan reads this sheet; rows may be sorted, filtered and deleted, but the columns {person}, {form} "
        "and {post} stay as they are.",
        **{code: label(ANSWER, code) for code in ANSWER},
        person=heading(AnsweredMove, "person_id", whole=True),
        form=heading(AnsweredMove, "form"),
        post=heading(AnsweredMove, "to_post_id", whole=True),
    )
    return str(text)


def moves_table(plan: Plan, names: Names) -> Table:
    """Every move in words: by deciding body, destination and name; which exempt case anybody is in stands nowhere."""
    leavers = _leavers(plan, names)
    rows = [(number, *_row(move, names, leavers)) for number, move in enumerate(in_order(plan, names), start=1)]
    return table("", _columns(), rows, brief=(0, 1, 2, 4, 5, 7, 8, 10, 15), grouped_by=1)


def in_order(plan: Plan, names: Names) -> list[MovedPerson]:
    """Moves by deciding body, in the order of its list and those without one last; then by destination and name."""

    def key(move: MovedPerson) -> Any:
        body = place_in(DECIDED_BY, move.decided_by)
        unit = names.unit(move.to_unit_id)
        return (
            body,
            move.decided_by or "",
            vietnamese_key(unit),
            unit,
            vietnamese_key(names.person(move.person_id)),
            (move.order or 0),
            move.person_id,
        )

    return sorted(plan.moves, key=key)


def _columns() -> list[Column]:
    """Those on paper, with those that are filled in, have the width of a page; the screen has in full what is short."""
    return [
        Column(str(T("No.")), 5, "whole"),
        Column(heading(MovedPerson, "decided_by"), 11),
        Column(heading(Person, "name"), 9),
        Column(heading(AnsweredMove, "person_id", whole=True), 11),
        Column(heading(AnsweredMove, "form"), 7),
        Column(str(T("From unit")), 9),
        Column(str(T("From post")), 20),
        Column(str(T("To unit")), 9),
        Column(str(T("To post")), 21),
        Column(str(T("Term")), 13),
        Column(heading(MovedPerson, "km"), 6, "km"),
        Column(str(T("Gap filled")), 14),
        Column(str(T("Legal basis in short")), 11),
        Column(str(T("Agreed by, in short")), 11),
        Column(str(T("Warnings, notes in short")), 20),
        Column(heading(MovedPerson, "reason"), 24, printed=False),
        Column(heading(MovedPerson, "start"), 10, "date", printed=False),
        Column(str(T("Until and including")), 10, "date", printed=False),
        Column(heading(MovedPerson, "legal_basis"), 34, printed=False),
        Column(heading(MovedPerson, "agreed_by"), 40, printed=False),
        Column(heading(MovedPerson, "flags"), 36, printed=False),
        Column(heading(MovedPerson, "waived"), 36, printed=False),
        Column(heading(MovedPerson, "notes"), 150, printed=False),
        Column(heading(MovedPerson, "notice_on"), 10, "date", printed=False),
        Column(str(T("Order of execution")), 10, "whole", printed=False),
        Column(heading(MovedPerson, "chain"), 8, "whole", printed=False),
        Column(heading(MovedPerson, "reserve"), 24, printed=False),
        Column(heading(MovedPerson, "equals"), 30, printed=False),
        Column(heading(MovedPerson, "commute_km"), 10, "whole", printed=False),
        Column(heading(MovedPerson, "points"), 10, "whole", printed=False),
        Column(heading(MovedPerson, "cost"), 12, "whole", printed=False),
        Column(heading(AnsweredMove, "to_post_id", whole=True), 18, printed=False),
    ]


def _row(move: MovedPerson, names: Names, leavers: Mapping[str, list[str]]) -> tuple[Cell, ...]:
    """One move, in the order of the columns after its number."""
    return (
        label(DECIDED_BY, move.decided_by),
        names.person(move.person_id),
        names.person_id(move.person_id),
        label(FORM, move.form),
        names.unit(move.from_unit_id),
        names.post(move.from_post_id, move.from_unit_id),
        names.unit(move.to_unit_id),
        names.post(move.to_post_id, move.to_unit_id),
        term_words(move),
        None if move.from_unit_id == move.to_unit_id else move.km,
        gap_filled(move, names, leavers),
        basis_words(move, short=True),
        "; ".join(agreeing(code, short=True) for code in move.agreed_by),
        "; ".join(filter(None, (warnings_words(move), notes_words(move, short=True)))),
        reason(move.reason),
        move.start,
        last_day(move),
        basis_words(move),
        "; ".join(agreeing(code) for code in move.agreed_by),
        warnings_words(move),
        waived_words(move),
        notes_words(move),
        move.notice_on,
        move.order,
        move.chain,
        "" if move.reserve is None else named(move.reserve, names),
        "; ".join(named(person, names) for person in move.equals),
        move.commute_km,
        move.points,
        move.cost,
        move.to_post_id,
    )


def named(person_id: str, names: Names) -> str:
    """A person by name, and by id, since names are often the same; by id alone where no name is known."""
    name, shown = names.person(person_id), names.person_id(person_id)
    return shown if name in (shown, person_id) else f"{name} ({shown})"


def last_day(move: MovedPerson) -> date | None:
    """The last day of a move's term; None where it has none."""
    return None if move.end is None else move.end - timedelta(days=1)


def term_words(move: MovedPerson) -> str:
    """The first day of a move, and the last where it has one."""
    return " - ".join(words(day) for day in (move.start, last_day(move)) if day is not None)


def waived_words(move: MovedPerson) -> str:
    """The rules that were waived for a move."""
    return "; ".join(str(RULE_TITLES.get(rule, rule)) for rule in move.waived)


def basis_words(move: MovedPerson, *, short: bool = False) -> str:
    """The legal basis of a row, or that none is known: such a cell is not left blank before a committee."""
    basis = move.legal_basis or str(T("(to be determined)"))
    return LEGAL_BASIS_IN_SHORT.get(basis, basis) if short else basis


def form_words(move: MovedPerson) -> str:
    """The form in a list that goes with a decision; nobody is moved into an elected post, they are recommended."""
    return str(T("recommendation for election")) if "elected" in move.notes else label(FORM, move.form)


def warnings_words(move: MovedPerson) -> str:
    """What warns on a row: flags, and the rules that were waived for it."""
    waived = [str(T("waived: {rules}", rules=waived_words(move)))] if move.waived else []
    return "; ".join(filter(None, [flags(move.flags), *waived]))


def notes_words(move: MovedPerson, *, short: bool = False) -> str:
    """What the form and the place of a move entail, and by when its sender decides what follows."""
    notes = [note(code, short=short) for code in move.notes]
    if move.notice_on is not None:
        day = words(move.notice_on)
        text = T("decide by {day}", day=day) if short else T("the sender decides end or extension by {day}", day=day)
        notes.append(str(text))
    return "; ".join(notes)


def gap_filled(move: MovedPerson, names: Names, leavers: Mapping[str, list[str]]) -> str:
    """Which gap the move fills: category and fields of the post, or whose seat; empty where the post is not known."""
    post = names.post_row(move.to_post_id)
    if move.reason == "replaces":
        left_by = leavers.get(move.to_post_id, [])
        return str(T("the seat of {names}", names="; ".join(left_by)) if left_by else T("a seat that is left"))
    if post is None:
        return ""
    if post.category == "general":
        return str(T("shortage of people"))
    return ": ".join(filter(None, (label(CATEGORY, post.category), names.of_fields(post.fields))))


def _leavers(plan: Plan, names: Names) -> dict[str, list[str]]:
    """Names of those who leave a post, by post."""
    found: dict[str, list[str]] = {}
    for move in plan.moves:
        if move.from_post_id is not None:
            found.setdefault(move.from_post_id, []).append(names.person(move.person_id))
    return {post_id: sorted(people, key=vietnamese_key) for post_id, people in found.items()}
