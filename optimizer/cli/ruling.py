"""`staffing rules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from optimizer.cli.output import print_json, print_table, say, waiting
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, option, settings_option
from optimizer.errors import UsageError
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.reporting.tables import Table
    from optimizer.scenario.scenario import Scenario

WIDEST: Final = 120  # letters of a line of the list, however wide the screen is


@click.command(
    "rules",
    cls=SpokenCommand,
    summary=T("List the rules and goals with what each rule blocks, or explain one of them."),
    details=T(
        "The word is the name of a rule or goal, whose page is shown: what, why, formula, data, source, how to relax "
        "it; or else a scenario, whose rules are listed in short: state, moves blocked, posts left without a "
        "candidate, how sure the source is. Without a word the defaults are listed. --json gives sources, settings "
        "and all keys besides. --scenario shows a page with the state and settings of that scenario."
    ),
    examples=(
        "staffing rules",
        "staffing rules scenarios/example",
        "staffing rules exempt",
        "staffing rules lists --scenario scenarios/example",
    ),
)
@click.argument("word", metavar="[SCENARIO|NAME]", required=False)
@option("--scenario", metavar="DIR", text=T("The scenario whose settings the page shows."))
@settings_option
@common
def rules(word: str | None, scenario: str | None, settings: dict[str, str]) -> None:
    """List, or show one page."""
    import optimizer as so

    session = current()
    name, place = _understood(word, scenario)
    if settings and place is None:
        raise UsageError(T("--set changes keys of a scenario; name one"))
    read = None if place is None else so.read(place, settings)
    if read is not None:
        session.speak(read.config.language)
    if name is not None:
        _tell_page(name, read, session.as_json)
        return
    with waiting(T("Counting what each rule blocks")):
        frame = so.rules(read)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    _tell_list([{str(column): cell for column, cell in row.items()} for row in rows], read, session.as_json)


def _understood(word: str | None, scenario: str | None) -> tuple[str | None, str | None]:
    """The name of a rule or goal, and where the scenario is, as far as the call gives them. Raises UsageError."""
    from optimizer.reporting.naming import GOAL_TITLES, RULE_TITLES
    from optimizer.scenario.names import nearest

    known = {**RULE_TITLES, **GOAL_TITLES}
    if word is None or word in known:
        return word, scenario
    if not Path(word).exists():
        guess = nearest(word, known)
        if guess is None:
            raise UsageError(
                T("'{word}' is no rule, no goal and no scenario; staffing rules lists the names", word=word)
            )
        message = T("'{word}' is no rule, no goal and no scenario; did you mean '{guess}'?", word=word, guess=guess)
        raise UsageError(message)
    if scenario is not None:
        message = T(
            "two scenarios are named: {one} and {other}; --scenario goes with the name of a rule",
            one=word,
            other=scenario,
        )
        raise UsageError(message)
    return None, word


def _tell_list(rows: Sequence[Mapping[str, Any]], scenario: Scenario | None, as_json: bool) -> None:
    from optimizer.provenance import settings_used
    from optimizer.reporting.keys import keys_of
    from optimizer.reporting.naming import Names
    from optimizer.reporting.rule_table import rules_tables

    keys = keys_of(None if scenario is None else settings_used(scenario), Names(scenario))
    goals = _goals(scenario)
    if as_json:
        print_json({"rules": rows, "goals": goals, "keys": [{**asdict(k), "is_default": k.is_default} for k in keys]})
        return
    for table in (*rules_tables(rows), _goal_table(goals)):
        print_table(table, most=WIDEST)
    say(T("staffing rules NAME explains one, with its source and settings; --json has everything"))


def _goal_table(goals: Sequence[Mapping[str, Any]]) -> Table:
    from optimizer.reporting.tables import Column, table

    columns = [
        Column(str(T("Goal")), 26),
        Column(str(T("What it counts")), 44),
        Column(str(T("Place in the order")), 10, "whole"),
    ]
    rows = [(goal["name"], goal["title"], goal["place"]) for goal in goals]
    return table(str(T("Goals")), columns, rows)


def _goals(scenario: Scenario | None) -> list[dict[str, Any]]:
    from optimizer.goals import DEFAULT_ORDER, GOALS

    order = DEFAULT_ORDER if scenario is None else scenario.goal_order
    return [
        {
            "name": goal.name,
            "title": str(goal.title),
            "place": order.index(goal.name) + 1 if goal.name in order else None,
            "settings": (goal.settings() if scenario is None else scenario.goals[goal.name]).model_dump(),
        }
        for goal in GOALS
    ]


def _tell_page(name: str, scenario: Scenario | None, as_json: bool) -> None:
    from optimizer.reporting.rule_pages import page_for

    page = page_for(name, scenario)
    sections = [*page.sections, *page.facts]
    sections += [(key.name, f"{key.value} ({key.how}): {key.meaning}") for key in page.keys]
    if as_json:
        print_json({"name": name, "title": page.title, "summary": page.summary, "sections": dict(sections)})
        return
    say(f"{name}: {page.title}", "", page.summary, "")
    for heading, body in sections:
        say(f"{heading}: {body}")
