"""`staffing rules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from optimizer.cli.output import print_json, print_table, say
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, option, settings_option
from optimizer.texts import T

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.reporting.keys import Key
    from optimizer.reporting.tables import Table
    from optimizer.scenario.scenario import Scenario


@click.command(
    "rules",
    cls=SpokenCommand,
    summary=T("List the rules and goals, or explain one: what, why, formula, data, source, how to relax it."),
    details=T("NAME is a rule or a goal. With --scenario, the states and settings are those of the scenario."),
    examples=("staffing rules", "staffing rules exempt", "staffing rules --scenario scenarios/example"),
)
@click.argument("name", metavar="[NAME]", required=False)
@option("--scenario", metavar="DIR", text=T("The scenario whose settings are shown."))
@settings_option
@common
def rules(name: str | None, scenario: str | None, settings: dict[str, str]) -> None:
    """List, or show one page."""
    import optimizer as so

    session = current()
    read = None
    if scenario is not None:
        read = so.read(scenario, settings)
        session.speak(read.config.language)
    if name is not None:
        _tell_page(name, read, session.as_json)
        return
    frame, keys = so.rules(read), _keys(read)
    if session.as_json:
        rows = [{**asdict(key), "is_default": key.is_default} for key in keys]
        print_json({"rules": frame.to_dict("records"), "goals": _goals(read), "keys": rows})
    else:
        from optimizer.reporting.parameters import keys_table

        print_table(_table(frame, keys))
        print_table(_goal_table(_goals(read), keys))
        print_table(keys_table(keys))


def _keys(scenario: Scenario | None) -> list[Key]:
    from optimizer.provenance import settings_used
    from optimizer.reporting.keys import keys_of
    from optimizer.reporting.naming import Names

    return keys_of(None if scenario is None else settings_used(scenario), Names(scenario))


def _table(frame: pd.DataFrame, keys: Sequence[Key]) -> Table:
    from optimizer.reporting.keys import own_settings
    from optimizer.reporting.tables import Column, table
    from optimizer.scenario.config import STATES

    columns = [
        Column(str(T("Rule")), 28),
        Column(str(T("What it asks")), 44),
        Column(str(T("State")), 10),
        Column(str(T("Settings")), 30),
        Column(str(T("Source")), 50),
    ]
    rows = [
        (
            row["name"],
            row["title"],
            str(STATES[row["state"]]),
            own_settings(keys, f"rules.{row['name']}"),
            row["source"],
        )
        for row in frame.to_dict("records")
    ]
    return table(str(T("Rules")), columns, rows)


def _goal_table(goals: Sequence[Mapping[str, Any]], keys: Sequence[Key]) -> Table:
    from optimizer.reporting.keys import own_settings
    from optimizer.reporting.tables import Column, table

    columns = [
        Column(str(T("Goal")), 28),
        Column(str(T("What it counts")), 44),
        Column(str(T("Place in the order")), 10, "whole"),
        Column(str(T("Settings")), 30),
    ]
    rows = [(goal["name"], goal["title"], goal["place"], own_settings(keys, f"goals.{goal['name']}")) for goal in goals]
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


def _path(key: Key) -> list[str]:
    """The rule or goal whose key it is; nothing for other keys."""
    return key.table.split(".")[1:]


def _tell_page(name: str, scenario: Scenario | None, as_json: bool) -> None:
    import optimizer as so
    from optimizer.reporting.naming import GOAL_TITLES, RULE_TITLES
    from optimizer.reporting.pages import page_of
    from optimizer.scenario.config import STATES
    from optimizer.wording import CERTAINTIES

    page = page_of(so.rule_page(name))
    title = {**GOAL_TITLES, **RULE_TITLES}[name]
    sections = [(str(heading), str(body)) for heading, body in page.sections]
    for row in so.rules(scenario).to_dict("records"):
        if row["name"] == name:
            sections.append((str(T("How sure the source is")), str(CERTAINTIES[row["certainty"]])))
            sections.append((str(T("State")), str(STATES[row["state"]])))
    sections += [(key.name, f"{key.value} ({key.how}): {key.meaning}") for key in _keys(scenario) if name in _path(key)]
    if as_json:
        print_json({"name": name, "title": str(title), "summary": str(page.summary), "sections": dict(sections)})
        return
    say(f"{name}: {title}", "", page.summary, "")
    for heading, body in sections:
        say(f"{heading}: {body}")
