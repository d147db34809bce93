"""`staffing validate`."""

from __future__ import annotations

import click

from optimizer.cli.output import as_rows, print_json, say, warn
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, settings_option
from optimizer.texts import T, words


@click.command(
    "validate",
    cls=SpokenCommand,
    summary=T("Check the data of a scenario and report every problem at once."),
    details=T("SCENARIO is a folder with scenario.toml and the tables. Exit code 3 where anything is wrong."),
    examples=("staffing validate scenarios/example", "staffing validate scenarios/example --json"),
)
@click.argument("scenario", metavar="SCENARIO")
@settings_option
@common
def validate(scenario: str, settings: dict[str, str]) -> None:
    """Read, and try the pins."""
    import optimizer as so

    session = current()
    read = so.validate(scenario, settings)
    session.speak(read.config.language)
    if session.as_json:
        counts = {table: len(read.rows(table)) for table in ("units", "posts", "people")}
        print_json({"status": "VALID", "scenario": read.config.name, **counts, "problems": as_rows(read.warnings)})
        return
    warn(*read.warnings)
    say(
        T(
            "{name}, {day}: {units} units, {posts} posts, {people} people; no errors, {n} warnings",
            name=read.config.name, day=words(read.config.date), units=len(read.units), posts=len(read.posts),
            people=len(read.people), n=len(read.warnings),
        )
    )  # fmt: skip
