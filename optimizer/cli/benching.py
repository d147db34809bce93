"""`staffing bench`."""

from __future__ import annotations

import click

from optimizer.cli.output import print_json, print_table
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, number_from, option, settings_option
from optimizer.texts import T


@click.command(
    "bench",
    cls=SpokenCommand,
    summary=T("Measure the time of each stage, beside one flow call on the same moves."),
    details=T("Times compare within one table only: everything in it is measured in the same run."),
    examples=("staffing bench scenarios/example", "staffing bench scenarios/nghe-an --json"),
)
@click.argument("scenario", metavar="SCENARIO")
@option("--time-limit", callback=number_from(0.0), metavar="SECONDS", text=T("Stop after so many seconds."))
@settings_option
@common
def bench(scenario: str, time_limit: float | None, settings: dict[str, str]) -> None:
    """Read, measure, tell."""
    import optimizer as so
    from optimizer.reporting.tables import Column, table

    session = current()
    frame = so.bench(scenario, time_limit=time_limit, overrides=settings)
    session.speak(frame.attrs.get("language"))
    if session.as_json:
        print_json({"scenario": scenario, "stages": frame.to_dict("records")})
        return
    columns = [
        Column(str(T("Stage")), 20),
        Column(str(T("Seconds")), 12, "number"),
        Column(str(T("Times one flow call")), 12, "number"),
        Column(str(T("Detail")), 40),
    ]
    print_table(table(scenario, columns, frame.to_numpy().tolist()))
