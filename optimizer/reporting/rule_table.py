"""Every rule with its state, its source and what it keeps out of a scenario: as data, and as people read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from optimizer.reporting.rule_words import default_settings, state_words
from optimizer.reporting.tables import Cell, Column, Table, table
from optimizer.rulebook import RULES
from optimizer.scenario.scenario import Scenario
from optimizer.texts import T
from optimizer.wording import CERTAINTIES_IN_SHORT

if TYPE_CHECKING:
    import pandas as pd

COUNTS: Final = ("blocks", "posts_without", "warns")


def rules(scenario: Scenario | None = None) -> pd.DataFrame:
    """Every rule: name, kind, title, state (code and words), settings, source, certainty, since.

    With a scenario, these are its own, and `blocks` counts the moves, `posts_without` the short posts without any
    candidate, that the rule alone is the cause of, and `warns` the moves that bear its warning; a missing value where
    there is no number (`optimizer.rule_counts`). Without one, they are the defaults, and nothing is counted.
    """
    import pandas as pd

    rows = rule_rows(scenario)
    if scenario is None:
        return pd.DataFrame(rows)
    from optimizer.arrays_building import build_arrays
    from optimizer.rule_counts import count_rules

    found = count_rules(build_arrays(scenario))
    counts = [(found[row["name"]].blocks, found[row["name"]].posts, found[row["name"]].warns) for row in rows]
    return pd.DataFrame(rows).join(pd.DataFrame(counts, columns=list(COUNTS)).astype("Int64"))


def rule_rows(scenario: Scenario | None) -> list[dict[str, Any]]:
    """What is known of every rule without counting."""
    settings = default_settings() if scenario is None else scenario.rules
    day = date.max if scenario is None else scenario.config.date
    return [
        {
            "name": rule.name,
            "kind": rule.kind,
            "title": str(rule.title),
            "state": rule.state_under(settings, day),
            "state_words": state_words(rule, settings, day),
            "settings": settings[rule.name].model_dump(exclude={"state", "since"}, exclude_none=True),
            "source": rule.source.citation,
            "certainty": rule.source.certainty,
            "since": rule.in_force_since(settings[rule.name]),
        }
        for rule in RULES
    ]


def rules_tables(rows: Sequence[Mapping[str, Any]]) -> list[Table]:
    """The rows of `rules` in short, a table per kind; counts stand in them where the rows have them."""
    titles = {
        "gate": T("Gates: each judges one person, one post and one form"),
        "limit": T("Limits: each judges the plan as a whole"),
    }
    counts = COUNTS[:2] if COUNTS[0] in rows[0] else ()
    return [
        table(
            str(title),
            _columns(counts),
            [_cells(row, counts) for row in rows if row["kind"] == kind],
            _note() if kind == "limit" and counts else "",
        )
        for kind, title in titles.items()
    ]


def _columns(counts: Sequence[str]) -> list[Column]:
    headings = {"blocks": T("Moves blocked"), "posts_without": T("Posts without candidates")}
    return [
        Column(str(T("Rule")), 26),
        Column(str(T("What it asks")), 40),
        Column(str(T("State")), 15),
        *(Column(str(headings[name]), 10, "whole") for name in counts),
        Column(str(T("How sure the source is")), 15),
    ]


def _cells(row: Mapping[str, Any], counts: Sequence[str]) -> tuple[Cell, ...]:
    certainty = str(CERTAINTIES_IN_SHORT[row["certainty"]])
    return (row["name"], row["title"], row["state_words"], *(row[name] for name in counts), certainty)


def _note() -> str:
    """What the counts say, and why some are blank."""
    return str(
        T(
            "Moves blocked, posts without candidates: what there would be besides if this rule alone were off. Such a "
            "post is short today, and nobody may fill a seat of it. Blank: the rule is off, or warns only, or never "
            "warns; candidate cannot be off: without it there are no moves. A limit that only warns is judged on the "
            "plan as a whole: no single move or post bears its number."
        )
    )
