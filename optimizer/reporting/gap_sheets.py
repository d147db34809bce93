"""LyDo, ThayDoiNhoNhat and DonBay: why posts stay open, the cheapest change for each, and the levers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from optimizer.explaining.leverage import Lever, Levers
from optimizer.explaining.misses import PERSONAL, Miss
from optimizer.explaining.unfilled import CONSIDERED, Differences, Elsewhere, Gap, Gaps
from optimizer.files import replace_file
from optimizer.plan import OpenPost, Plan, Status
from optimizer.reporting.comparison_files import BOOK, require_form
from optimizer.reporting.naming import RULE_TITLES, Names, goal, heading, label, reason
from optimizer.reporting.overview import status_words
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.reporting.workbook import NAME_IN_FOOTER, draw_sheet
from optimizer.scenario.schema import Post, Unit
from optimizer.scenario.vocabulary import CATEGORY, FORM
from optimizer.spreadsheet import new_book, to_bytes
from optimizer.texts import T, Text, current_language, speaking, words

MOST_RULES: Final = 3  # that are named where there is little room
REFUSED: Final[Mapping[str, Text]] = {
    **RULE_TITLES,
    PERSONAL: T("a rule on the person's own circumstances"),
    "decided": T("a decision of the planner"),
}


def sheets_of(found: Gaps | Levers, names: Names) -> tuple[Sheet, ...]:
    """The sheets of what was found, in the current language."""
    if isinstance(found, Levers):
        return (Sheet("DonBay", str(_levers_title(found)), levers_tables(found, names), _status(found.plan)),)
    number = len(found.rows)
    title = T("Why 1 post stays open") if number == 1 else T("Why {n} posts stay open", n=words(number))
    changes = T("The cheapest single change for each open post")
    return (
        Sheet("LyDo", str(title), (reasons_table(found.rows, names),), _status(found.plan)),
        Sheet("ThayDoiNhoNhat", str(changes), (changes_table(found.rows, names),), _status(found.plan)),
    )


def _levers_title(found: Levers) -> Text:
    if len(found.rows) == found.known:
        return T("Single changes that would fill posts, the strongest first: {n}", n=words(found.known))
    return T("Single changes that would fill posts: the first {n} of {known} that come into question",
             n=words(len(found.rows)), known=words(found.known))  # fmt: skip


def write_findings(
    found: Gaps | Levers, path: str | Path, *, language: str | None = None, mask_ids: bool = False
) -> None:
    """Write why posts stay open, or the levers, as a workbook: whole or not at all, the same bytes for the same plan.

    `language`: `vi` or `en`, by default the current one; `mask_ids`: ids of people show their last letters only.
    Raises UsageError for another ending than .xlsx, and where the file cannot be written.
    """
    require_form(path, found.scenario, forms=(BOOK,))
    with speaking(language or current_language()):
        book, plan = new_book(), found.plan
        for sheet in sheets_of(found, Names(found.scenario, mask_ids=mask_ids)):
            draw_sheet(book.create_sheet(sheet.name), sheet, f"{plan.scenario[:NAME_IN_FOOTER]}, {plan.date:%d/%m/%Y}")
        data = to_bytes(book, plan.date)
    replace_file(path, data)


def _status(plan: Plan) -> tuple[str, ...]:
    return () if plan.status is Status.OPTIMAL else (status_words(plan),)


def reasons_table(rows: Iterable[Gap], names: Names) -> Table:
    """One row per post: the reason, whom each rule refuses, who nearly comes, who is needed elsewhere."""
    columns = [
        *_place_columns(),
        Column(heading(OpenPost, "gap"), 8, "whole"),
        Column(heading(OpenPost, "reason"), 28),
        Column(str(T("Admissible: used elsewhere")), 10, "whole"),
        Column(str(T("Admissible: stay where they are")), 10, "whole"),
        Column(str(T("People refused by one rule alone")), 34),
        Column(str(T("People refused, by rule")), 44),
        Column(str(T("Nearest misses")), 44),
        Column(str(T("Candidates needed elsewhere, and the price of having them here")), 54),
        Column(heading(OpenPost, "post_id"), 18, printed=False),
    ]
    told = [
        (
            *_place(row.row, names), row.row.gap, reason(row.row.reason), row.used, row.idle,
            "; ".join(alone_words(row)),
            "; ".join(refused_words(row)),
            "; ".join(str(miss_words(miss, names)) for miss in row.missed.nearest),
            "; ".join(str(elsewhere_words(other, names)) for other in row.elsewhere),
            row.row.post_id,
        )
        for row in rows
    ]  # fmt: skip
    note = T(
        "Of each person the form counts by which the fewest rules refuse. A price is what each goal changes by while "
        "all else stays, and after it what is proven: no plan with this person here does better."
    )
    return table("", columns, told, str(note) if told else "", brief=(0, 1, 2, 4, 5, 6, 7))


def changes_table(rows: Iterable[Gap], names: Names) -> Table:
    """One row per post: the cheapest change, its price with the bound, how sure it is, what it does to the goals."""
    columns = [
        *_place_columns(),
        Column(str(T("Cheapest change")), 48),
        Column(str(T("Price, units of effort")), 10, "whole"),
        Column(str(T("Price at least")), 10, "whole"),
        Column(str(T("How sure")), 34),
        Column(str(T("What the goals change by")), 40),
        Column(heading(OpenPost, "post_id"), 18, printed=False),
    ]
    told = [
        (
            *_place(row.row, names),
            None if row.change is None else names.shown(row.change.words),
            row.price, row.at_least, str(row.certainty_words), differences_words(row.differences), row.row.post_id,
        )
        for row in rows
    ]  # fmt: skip
    note = T(
        "Prices of changes are assumptions, in [changes] of scenario.toml. No change is made: these are proposals."
    )
    return table("", columns, told, f"{CONSIDERED} {note}" if told else "", brief=(0, 1, 2, 3, 4, 5, 6))


def levers_tables(found: Levers, names: Names) -> tuple[Table, ...]:
    """The levers solved again, and those of which the effect is known while all else stays: two rankings."""
    solved = [row for row in found.rows if row.certainty == "verified"]
    at_hand = [row for row in found.rows if row.certainty != "verified"]
    ranked = T(
        "Ranked by the effect on the goals in their order, then by price. A change fills one of its posts, not all; of "
        "quota seats, courses and waived limits only the best post was judged. Prices of changes are assumptions, in "
        "[changes] of scenario.toml."
    )
    least = T(
        "These changes were not solved again, or that brought no answer in time: they may do more than stands here, "
        "and are no match for those solved again. Of people who would come into one post, to set its holder free, only "
        "the likeliest are looked at."
    )
    parts = [
        (str(T("Solved again")), solved, str(ranked)),
        (str(T("Not solved again: the effect while all else of the plan stays")), at_hand, f"{least} {ranked}"),
    ]
    tables = tuple(_levers_table(title, rows, note, names) for title, rows, note in parts if rows)
    return tables or (_levers_table("", [], "", names),)


def _levers_table(title: str, rows: Iterable[Lever], note: str, names: Names) -> Table:
    """One row per lever."""
    columns = [
        Column(str(T("Place")), 7, "whole"),
        Column(str(T("Change")), 48),
        Column(str(T("Price, units of effort")), 10, "whole"),
        Column(str(T("Posts that it is known to fill")), 10, "whole"),
        Column(str(T("Of these, the best")), 40),
        Column(str(T("What the goals change by")), 40),
    ]
    told = [
        (
            place, names.shown(row.change.words), row.price, len(row.posts), _post_words(row.posts[0], names),
            differences_words(row.differences),
        )
        for place, row in enumerate(rows, start=1)
    ]  # fmt: skip
    return table(title, columns, told, note)


def refused_words(row: Gap) -> list[str]:
    """Whom each rule refuses, the rules that refuse most first."""
    order = sorted(row.missed.refused.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        str(T("{rule}: {n} people, {only} of them by nothing else", rule=REFUSED[name], n=words(number),
              only=words(row.missed.only.get(name, 0))))
        for name, number in order
    ]  # fmt: skip


def alone_words(row: Gap) -> list[str]:
    """The rules that alone refuse most people."""
    order = sorted(row.missed.only.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_RULES]
    return [f"{REFUSED[name]}: {words(number)}" for name, number in order]


def miss_words(miss: Miss, names: Names) -> Text:
    """Who nearly comes, how, and what refuses."""
    against, *others = (REFUSED[name] for name in miss.against)
    for other in others:
        against = T("{one}; {other}", one=against, other=other)
    return T("{person} ({form}, {km} km): {against}", person=names.person_id(miss.person_id),
             form=label(FORM, miss.form), km=words(miss.km, "km"), against=against)  # fmt: skip


def elsewhere_words(other: Elsewhere, names: Names) -> Text:
    """Who is needed elsewhere, where, and the price of having them here."""
    person, post = names.person_id(other.person_id), _post_words(other.post_id, names)
    breaks = str(T("breaks a limit while all else stays"))
    price = breaks if other.differences is None else differences_words(other.differences)
    if other.at_least is None:
        return T("{person}, who goes to {post}: {price}", person=person, post=post, price=price)
    name, least = other.at_least
    return T("{person}, who goes to {post}: {price}; proven: {goal} at least {n}", person=person, post=post,
             price=price, goal=goal(name), n=f"{least:+d}")  # fmt: skip


def differences_words(differences: Differences) -> str:
    """What goals change by, those that do not left out."""
    told = [f"{goal(name)} {value:+d}" for name, value in differences if value]
    return "; ".join(told) if told else str(T("no goal changes")) if differences else ""


def _place_columns() -> list[Column]:
    return [
        Column(heading(OpenPost, "category"), 13),
        Column(heading(Unit, "name"), 20),
        Column(heading(Post, "title"), 30),
    ]


def _place(row: OpenPost, names: Names) -> tuple[str, str, str]:
    return label(CATEGORY, row.category), names.unit(row.unit_id), names.post(row.post_id)


def _post_words(post_id: str, names: Names) -> str:
    post = names.post_row(post_id)
    return post_id if post is None else f"{names.unit(post.unit_id)}, {names.post(post_id)}"
