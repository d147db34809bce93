"""ChuaDapUng: the seats of communes that stay open, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.plan import OpenPost, Plan
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import Names, heading, label, reason, route
from optimizer.reporting.open_seats import open_seats
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.rulebook.facts import Facts
from optimizer.scenario.schema import Post, Unit
from optimizer.scenario.vocabulary import CATEGORY
from optimizer.texts import T, words
from optimizer.wording import ROUTES


def still_open(plan: Plan, names: Names) -> Sheet:
    """What the plan cannot fill."""
    title = T("Needs that stay open: {n} seats", n=sum(row.gap for row in plan.gaps))
    return Sheet("ChuaDapUng", str(title), (open_table(plan, names),))


def open_table(plan: Plan, names: Names) -> Table:
    """Leadership first, then specialists, then the rest; by unit and title.

    Where the scenario is not at hand, nothing is known of the seats before the plan.
    """
    facts = None if names.scenario is None else Facts(names.scenario)
    before = {} if facts is None else {seats.post.post_id: seats.before for seats in open_seats(plan, facts)}
    columns = [
        Column(heading(OpenPost, "category"), 13),
        Column(heading(Unit, "name"), 20),
        Column(heading(Post, "title"), 34),
        Column(heading(OpenPost, "bloc"), 14),
        Column(heading(OpenPost, "fields"), 20),
        Column(heading(OpenPost, "seats"), 8, "whole"),
        Column(heading(OpenPost, "filled"), 8, "whole"),
        Column(str(T("Missing before")), 8, "whole"),
        Column(heading(OpenPost, "gap"), 8, "whole"),
        Column(heading(OpenPost, "reason"), 32),
        Column(heading(OpenPost, "other_route"), 30),
        Column(heading(OpenPost, "post_id"), 18, printed=False),
    ]
    rows = [
        (
            label(CATEGORY, row.category),
            names.unit(row.unit_id),
            names.post(row.post_id),
            names.bloc(row.bloc),
            names.of_fields(row.fields),
            row.seats,
            row.filled,
            before.get(row.post_id),
            row.gap,
            "; ".join(filter(None, (_covered(row), reason(row.reason), _opened(row, before.get(row.post_id), plan)))),
            "; ".join(map(route, row.other_route)),
            row.post_id,
        )
        for row in _in_order(plan.gaps, names)
    ]
    notes = (_opened_in_all(plan, before), _sources(plan))
    return table("", columns, rows, " ".join(filter(None, notes)), brief=(0, 1, 2, 7, 8, 9, 10))


def _covered(row: OpenPost) -> str:
    """That somebody covers an open seat on top of their own; empty where nobody does."""
    return str(T("covered on top of another post by {n}", n=words(row.covered))) if row.covered else ""


def _opened_in_all(plan: Plan, before: Mapping[str, int]) -> str:
    """How many seats the plan's own moves leave; empty where they leave none."""
    opened = sum(max(0, row.gap - before.get(row.post_id, row.gap)) for row in plan.gaps)
    note = T("Of these seats, {n} are left by the plan's own moves; their rows say so.", n=words(opened))
    return str(note) if opened else ""


def _sources(plan: Plan) -> str:
    """That other routes are proposals, and the text that names each of those proposed."""
    used = {code for row in plan.gaps for code in row.other_route}
    cited = [f"{route(code)}: {ROUTES[code].source}" for code in ROUTES if code in used]
    if not cited:
        return ""
    return str(
        T("Other routes are proposals by stated rules, for whoever decides: {sources}.", sources="; ".join(cited))
    )


def _opened(row: OpenPost, before: int | None, plan: Plan) -> str:
    """That the plan itself opens seats of the post, and how; empty where it does not."""
    if before is None or row.gap <= before:
        return ""
    forms = {move.form for move in plan.moves if move.from_post_id == row.post_id}
    return str(T("opened by a move within the unit") if forms == {"internal"} else T("opened by this plan"))


def _in_order(rows: tuple[OpenPost, ...], names: Names) -> list[OpenPost]:
    categories = list(CATEGORY)

    def key(row: OpenPost) -> Any:
        unit, post = vietnamese_key(names.unit(row.unit_id)), vietnamese_key(names.post(row.post_id))
        return categories.index(row.category), unit, row.unit_id, post, row.post_id

    return sorted(rows, key=key)
