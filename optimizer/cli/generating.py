"""`staffing generate`."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.output import print_json, say
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, as_settings, common, number_from, option
from optimizer.texts import T

COUNTED = ("units", "posts", "people")


@click.command(
    "generate",
    cls=SpokenCommand,
    summary=T("Write a province that does not exist: all people are invented."),
    details=T("The same profile and seed give the same files. Use it for trials, training and benchmarks."),
    examples=(
        "staffing generate my-province --units 10 --seed 7",
        "staffing generate scenarios/nghe-an --profile scenarios/nghe-an/sources/profile.toml --force",
    ),
)
@click.argument("folder", metavar="DIR")
@option("--profile", metavar="FILE", text=T("TOML file with the figures of the province."))
@option("--units", callback=number_from(1), metavar="N", text=T("Number of communes."))
@option("--departments", callback=number_from(0), metavar="N", text=T("Number of provincial bodies."))
@option("--seed", callback=number_from(0), metavar="N", text=T("Seed of all that is drawn by chance."))
@option("--name", metavar="NAME", text=T("Name of the province."))
@option("--date", "day", metavar="DATE", text=T("Date of the scenario, such as 2025-09-01."))
@option("--force", is_flag=True, text=T("Replace the scenario that stands in the folder."))
@option(
    "--set", "settings", callback=as_settings, metavar="KEY=VALUE", multiple=True,
    text=T("Set a key of the profile, for example lists.share=0.05; may be repeated."),
)  # fmt: skip
@common
def generate(
    folder: str,
    profile: str | None,
    settings: dict[str, str],
    day: str | None,
    force: bool,
    **figures: int | str | None,
) -> None:
    """Generate and count."""
    import optimizer as so

    changes = {name: value for name, value in {**figures, "date": day, **settings}.items() if value is not None}
    so.generate(folder, profile, force=force, **changes)
    counts = {table: _rows(Path(folder, f"{table}.csv")) for table in COUNTED}
    if current().as_json:
        print_json({"folder": folder, **counts})
    else:
        say(T("Written: {folder}: {units} units, {posts} posts, {people} people", folder=folder, **counts))


def _rows(path: Path) -> int:
    with path.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines) - 1
