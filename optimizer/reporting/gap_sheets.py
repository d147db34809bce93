"""LyDo, ThayDoiNhoNhat and DonBay: why posts stay open, the cheapest change for each, and the levers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from optimizer.explaining.changes import Change
from optimizer.explaining.leverage import Lever, Levers
from optimizer.explaining.misses import PERSONAL, Miss
from optimizer.explaining.unfilled import CONSIDERED, Differences, Elsewhere, Gap, Gaps
from optimizer.files import replace_file
from optimizer.plan import OpenPost, Plan
from optimizer.reporting.comparison_files import BOOK, require_form
from optimizer.reporting.moved import named
from optimizer.reporting.naming import RULE_TITLES, Names, goal, heading, label, reason
from optimizer.reporting.overview import status_words, title_words
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.reporting.workbook import book_of
from optimizer.scenario.schema import Post, Unit
from optimizer.scenario.vocabulary import CATEGORY, FORM
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
        return (Sheet("DonBay", str(_levers_title(found)), levers_tables(found, names), _of_plan(found.plan)),)
    title = T("Why posts stay open: {n}", n=words(len(found.rows)))
    changes = T("The cheapest single change for each open post")
    return (
        Sheet("LyDo", str(title), (reasons_table(found, names),), _of_plan(found.plan)),
        Sheet("ThayDoiNhoNhat", str(changes), (changes_table(found.rows, names),), _of_plan(found.plan)),
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
        data = book_of(sheets_of(found, Names(found.scenario, mask_ids=mask_ids)), found.plan)
    replace_file(path, data)


def _of_plan(plan: Plan) -> tuple[str, ...]:
    """Which plan it is about, and its status: before any number."""
    return title_words(plan), status_words(plan)


def reasons_table(found: Gaps, names: Names) -> Table:
    """One row per post: the reason, whom each rule refuses, who nearly comes, who is needed elsewhere."""
    columns = [
        *_place_columns(),
        Column(heading(OpenPost, "gap"), 7, "whole"),
        Column(heading(OpenPost, "reason"), 22),
        Column(str(T("Admissible: used elsewhere")), 9, "whole"),
        Column(str(T("Admissible: stay where they are")), 9, "whole"),
        Column(str(T("People refused, by rule; in brackets: by it alone")), 42),
        Column(str(T("Nearest misses")), 34),
        Column(str(T("Candidates needed elsewhere, and the price of having them here")), 60),
        Column(str(T("People refused by one rule alone")), 34, printed=False),
        *_looked_up_columns(),
    ]
    first = next((result.name for result in found.plan.goals), "")
    told = [
        (
            *_place(row.row, names), row.row.gap, reason(row.row.reason), row.used, row.idle,
            "; ".join(refused_words(row)),
            "; ".join(misses_words(row.missed.nearest, names)),
            "; ".join(str(elsewhere_words(other, names, first)) for other in row.elsewhere),
            "; ".join(alone_words(row)),
            *_looked_up(row.row),
        )
        for row in found.rows
    ]  # fmt: skip
    note = T(
        "Of each person the form counts by which the fewest rules refuse. A price is what each goal changes by while "
        "all else stays; what is proven holds for every plan with this person here."
    )
    return table("", columns, told, str(note) if told else "", brief=(0, 1, 3, 4, 5, 9))


def changes_table(rows: Iterable[Gap], names: Names) -> Table:
    """One row per post: the cheapest change, its price with the bound, how sure it is, what it does to the goals."""
    columns = [
        *_place_columns(),
        Column(str(T("Cheapest change")), 48),
        Column(str(T("Price, units of effort")), 10, "whole"),
        Column(str(T("Price at least")), 10, "whole"),
        Column(str(T("How sure")), 34),
        Column(str(T("What the goals change by")), 40),
        *_looked_up_columns(),
    ]
    told = [
        (
            *_place(row.row, names),
            None if row.change is None else change_words(row.change, names),
            row.price, row.at_least, str(row.certainty_words), differences_words(row.differences), *_looked_up(row.row),
        )
        for row in rows
    ]  # fmt: skip
    note = T(
        "Prices of changes are assumptions, in [changes] of scenario.toml. No change is made: these are proposals."
    )
    return table("", columns, told, f"{CONSIDERED} {note}" if told else "", brief=(0, 1, 2, 3, 4, 5))


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
            place, change_words(row.change, names), row.price, len(row.posts), _post_words(row.posts[0], names),
            differences_words(row.differences),
        )
        for place, row in enumerate(rows, start=1)
    ]  # fmt: skip
    return table(title, columns, told, note)


def refused_words(row: Gap) -> list[str]:
    """Whom each rule refuses, the rules that refuse most first."""
    order = sorted(row.missed.refused.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        str(T("{rule}: {n} ({only})", rule=REFUSED[name], n=words(number), only=words(row.missed.only.get(name, 0))))
        for name, number in order
    ]  # fmt: skip


def alone_words(row: Gap) -> list[str]:
    """The rules that alone refuse most people."""
    order = sorted(row.missed.only.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_RULES]
    return [f"{REFUSED[name]}: {words(number)}" for name, number in order]


def misses_words(misses: Iterable[Miss], names: Names) -> Iterator[str]:
    """Who nearly comes, by what refuses them and by which form; who has circumstances of their own stays an id."""
    alike: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for miss in misses:
        is_private = PERSONAL in miss.against
        person = names.person_id(miss.person_id) if is_private else named(miss.person_id, names)
        far = str(T("{person} {km} km away", person=person, km=words(miss.km, "km"))) if miss.km else person
        alike.setdefault((miss.against, miss.form), []).append(far)
    for (against, form), people in alike.items():
        rules = ", ".join(str(REFUSED[name]) for name in against)
        yield f"{rules} ({label(FORM, form)}): {', '.join(people)}"


def change_words(change: Change, names: Names) -> str:
    """A change in words, by names."""
    naming: Mapping[str, Callable[[str], str]] = {
        "person": lambda code: named(code, names),
        "unit": names.unit,
        "post": lambda code: _post_words(code, names),
        "bloc": names.bloc,
    }
    values = {key: naming[key](value) if key in naming else value for key, value in change.words.values.items()}
    return Text(change.words.msgid, values).render()


def elsewhere_words(other: Elsewhere, names: Names, first: str) -> Text:
    """Who is needed elsewhere, where, and the price of having them here; `first`: the first of all goals."""
    post = names.post_row(other.post_id)
    person, unit = named(other.person_id, names), other.post_id if post is None else names.unit(post.unit_id)
    breaks = str(T("breaks a limit"))
    price = breaks if other.differences is None else differences_words(other.differences)
    if other.at_least is None:
        return T("{person}, who goes to {unit}: {price}", person=person, unit=unit, price=price)
    name, least = other.at_least
    proven = T("{goal} at least {n}", goal=goal(name), n=_signed(least))
    if name != first:
        proven = T("{least} as long as the goals before it keep their values", least=proven)
    return T("{person}, who goes to {unit}: {price}; proven: {least}", person=person, unit=unit, price=price,
             least=proven)  # fmt: skip


def differences_words(differences: Differences) -> str:
    """What goals change by, those that do not left out."""
    told = [f"{goal(name)} {_signed(value)}" for name, value in differences if value]
    return "; ".join(told) if told else str(T("no goal changes")) if differences else ""


def _signed(value: int) -> str:
    return f"{'+' if value > 0 else ''}{words(value)}"


def _place_columns() -> list[Column]:
    return [
        Column(heading(Unit, "name"), 16),
        Column(heading(Post, "title"), 24),
    ]


def _place(row: OpenPost, names: Names) -> tuple[str, str]:
    return names.unit(row.unit_id), names.post(row.post_id)


def _looked_up_columns() -> list[Column]:
    return [
        Column(heading(OpenPost, "category"), 16, printed=False),
        Column(heading(OpenPost, "post_id"), 18, printed=False),
    ]


def _looked_up(row: OpenPost) -> tuple[str, str]:
    return label(CATEGORY, row.category), row.post_id


def _post_words(post_id: str, names: Names) -> str:
    post = names.post_row(post_id)
    return post_id if post is None else f"{names.unit(post.unit_id)}, {names.post(post_id)}"
