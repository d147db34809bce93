"""What differs between two plans, in words: people, posts and units; sheets for the screen and for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from optimizer.comparison import PERSON_KINDS, Comparison, PersonChange, PostChange, UnitChange, unit_figures
from optimizer.plan import MovedPerson, OpenPost, UnitBalance
from optimizer.reporting.collation import place_in, vietnamese_key
from optimizer.reporting.moved import term_words
from optimizer.reporting.naming import Names, heading, label, reason
from optimizer.reporting.overview import status_word
from optimizer.reporting.tables import Cell, Column, Kind, Sheet, Table, table
from optimizer.scenario.schema import Person, Post, Unit
from optimizer.scenario.vocabulary import CATEGORY, DECIDED_BY, DECISION, FORM, Label
from optimizer.texts import T, Text, words

KIND_WORDS: Final[Mapping[str, Text]] = {
    "added": T("added in plan 2"),
    "dropped": T("dropped in plan 2"),
    "other_post": T("another post"),
    "other_form": T("another form"),
    "other_dates": T("other dates"),
    "other_terms": T("the same move on other terms"),
}
PLANS: Final = (T("Plan 1"), T("Plan 2"))


def changed_people(found: Comparison, names: Names) -> Sheet:
    """CanBo: every person whom the plans treat differently."""
    title = T("People whom the plans treat differently: {n}", n=words(len(found.people)))
    return Sheet("CanBo", str(title), (people_table(found, names),), (statuses(found),), optional=True)


def changed_posts(found: Comparison, names: Names) -> Sheet:
    """ViTri: every post with another gap or with other people."""
    title = T("Posts with another gap or with other people: {n}", n=words(len(found.posts)))
    return Sheet("ViTri", str(title), (posts_table(found, names),), (statuses(found),), optional=True)


def changed_units(found: Comparison, names: Names) -> Sheet:
    """DonVi: every unit and bloc that the plans leave in another state."""
    title = T("Units with other figures after the plan: {n}", n=words(len(found.units)))
    return Sheet("DonVi", str(title), (units_table(found, names),), (statuses(found),), optional=True)


def statuses(found: Comparison) -> str:
    """The status of both plans, as it stands before every number."""
    first, other = (status_word(plan) for plan in found.plans)
    return str(T("Plan 1: {first}. Plan 2: {other}.", first=first, other=other))


def people_table(found: Comparison, names: Names) -> Table:
    """By deciding body, kind, unit and name; what stands in sensitive columns is in no plan and so not here."""
    columns = [
        Column(str(T("No.")), 5, "whole"),
        Column(heading(MovedPerson, "decided_by"), 13),
        Column(str(T("What differs")), 17),
        Column(heading(Person, "name"), 15),
        Column(heading(MovedPerson, "person_id"), 12),
        Column(str(T("Today")), 26),
        *(Column(_in_plan(at, what), width) for at in (0, 1)
          for what, width in ((str(T("form")), 10), (str(T("destination")), 28), (str(T("term")), 13))),
        Column(_in_plan(0, heading(MovedPerson, "to_post_id")), 18, printed=False),
        Column(_in_plan(1, heading(MovedPerson, "to_post_id")), 18, printed=False),
    ]  # fmt: skip
    decided = _decided(found)
    rows = [
        (number, *_person_row(change, names, decided)) for number, change in enumerate(_people(found, names), start=1)
    ]
    return table("", columns, rows, brief=(2, 3, 4, 6, 7, 9, 10), grouped_by=1)


def _in_plan(at: int, what: str) -> str:
    """The heading of a column that tells something of one of the plans."""
    return str(T("{plan}: {what}", plan=PLANS[at], what=what))


def _people(found: Comparison, names: Names) -> list[PersonChange]:
    def key(change: PersonChange) -> Any:
        body = place_in(DECIDED_BY, change.decided_by)
        move = change.after or change.before
        unit = "" if move is None else names.unit(move.to_unit_id)
        name = vietnamese_key(names.person(change.person_id))
        return body, PERSON_KINDS.index(change.kind), vietnamese_key(unit), name, change.person_id

    return sorted(found.people, key=key)


def _decided(found: Comparison) -> dict[str, list[Text]]:
    """What was decided of a person for one of the plans alone, by the person."""
    kinds: dict[str, list[Text]] = {}
    for change in found.settings:
        given = change.after or change.before
        if change.part == "decision" and given.get("person_id") is not None:
            kind = Label("", {"of": DECISION, "code": change.key})
            told = T("decided for plan {n}: {kind}", n=1 if change.after is None else 2, kind=kind)
            kinds.setdefault(given["person_id"], []).append(told)
    return kinds


def _person_row(change: PersonChange, names: Names, decided: Mapping[str, Sequence[Text]]) -> tuple[Cell, ...]:
    sides = (change.before, change.after)
    today = next(move for move in (change.after, change.before) if move is not None)
    return (
        label(DECIDED_BY, change.decided_by),
        "; ".join(map(str, (_kind_words(change), *decided.get(change.person_id, ())))),
        names.person(change.person_id),
        names.person_id(change.person_id),
        _place(names, today.from_unit_id, today.from_post_id),
        *(cell for move in sides for cell in _move_cells(move, names)),
        *(None if move is None else move.to_post_id for move in sides),
    )


def _kind_words(change: PersonChange) -> str:
    """The kind; where the move is the same, the columns in which it is told otherwise."""
    told = str(KIND_WORDS[change.kind])
    if change.kind != "other_terms":
        return told
    return f"{told}: {'; '.join(heading(MovedPerson, column) for column in change.differs)}"


def _move_cells(move: MovedPerson | None, names: Names) -> tuple[str, str, str]:
    """Form, destination and term of a move in a plan; whoever it does not move stays, or is not in its data."""
    if move is None:
        return "", str(T("not moved")), ""
    return label(FORM, move.form), _place(names, move.to_unit_id, move.to_post_id), term_words(move)


def _place(names: Names, unit_id: str | None, post_id: str | None) -> str:
    return ": ".join(filter(None, (names.unit(unit_id), names.post(post_id, unit_id))))


def posts_table(found: Comparison, names: Names) -> Table:
    """Leadership first, then specialists, then the rest; by unit and title."""
    columns = [
        Column(heading(OpenPost, "category"), 13),
        Column(heading(Unit, "name"), 20),
        Column(heading(Post, "title"), 32),
        *(Column(_in_plan(at, str(T("seats still open"))), 11, "whole") for at in (0, 1)),
        *(Column(_in_plan(at, str(T("who comes"))), 28) for at in (0, 1)),
        Column(_in_plan(1, str(T("why it stays open"))), 30),
        Column(heading(OpenPost, "post_id"), 18, printed=False),
    ]
    rows = [
        (
            _category(change, names),
            names.unit(change.unit_id),
            names.post(change.post_id),
            change.gap_before,
            change.gap_after,
            *("; ".join(map(names.person, people)) for people in (change.came_before, change.came_after)),
            reason(change.reason),
            change.post_id,
        )
        for change in _posts(found, names)
    ]
    return table("", columns, rows, brief=(1, 2, 3, 4, 5, 6, 7))


def _category(change: PostChange, names: Names) -> str:
    post = names.post_row(change.post_id)
    return "" if post is None else label(CATEGORY, post.category)


def _posts(found: Comparison, names: Names) -> list[PostChange]:
    def key(change: PostChange) -> Any:
        post = names.post_row(change.post_id)
        place = place_in(CATEGORY, None if post is None else post.category)
        unit, title = vietnamese_key(names.unit(change.unit_id)), vietnamese_key(names.post(change.post_id))
        return place, unit, change.unit_id, title, change.post_id

    return sorted(found.posts, key=key)


def units_table(found: Comparison, names: Names) -> Table:
    """Communes first, then provincial bodies, each by name."""
    figures: tuple[tuple[str, Kind], ...] = (
        (heading(UnitBalance, "quota"), "whole"),
        (str(T("payroll after")), "whole"),
        (str(T("strength after")), "whole"),
        (str(T("missing after")), "whole"),
        (str(T("shortage rate")), "percent"),
    )
    columns = [
        Column(heading(Unit, "name"), 24),
        Column(heading(Unit, "former_district"), 20),
        Column(heading(UnitBalance, "bloc"), 18),
        *(Column(_in_plan(at, what), 12, kind) for what, kind in figures for at in (0, 1)),
        Column(heading(UnitBalance, "unit_id"), 14, printed=False),
    ]  # fmt: skip
    rows = [
        (
            names.unit(change.unit_id),
            names.district(change.unit_id),
            names.bloc(change.bloc),
            *(figure for pair in zip(unit_figures(change.before), unit_figures(change.after), strict=True)
              for figure in pair),
            change.unit_id,
        )
        for change in _units(found, names)
    ]  # fmt: skip
    note = str(T("Payroll: on the books of the unit. Strength: on site. Missing: quota less strength.")) if rows else ""
    return table("", columns, rows, note, brief=(0, 2, 5, 6, 7, 8, 9, 10))


def _units(found: Comparison, names: Names) -> list[UnitChange]:
    def key(change: UnitChange) -> Any:
        place = place_in(names.blocs, change.bloc)
        unit = vietnamese_key(names.unit(change.unit_id))
        return not names.is_commune(change.unit_id), unit, change.unit_id, place

    return sorted(found.units, key=key)
