"""`staffing show`."""

from __future__ import annotations

import click

from optimizer.cli.output import print_json, print_table, say
from optimizer.cli.session import current
from optimizer.cli.solving import summary, tell_plan
from optimizer.cli.spoken import SpokenCommand, common, option
from optimizer.texts import T


@click.command(
    "show",
    cls=SpokenCommand,
    summary=T("Show a plan: status, goals, moves, and what stays open."),
    details=T(
        "PLAN is the folder of a plan. Names come from its scenario, which is looked for where it stood when the plan "
        "was made, or where --scenario says."
    ),
    examples=("staffing show plans/example", "staffing show plans/example --scenario scenarios/example"),
)
@click.argument("plan", metavar="PLAN")
@option("--scenario", metavar="DIR", text=T("The scenario that the plan was made from."))
@common
def show(plan: str, scenario: str | None) -> None:
    """Read and tell."""
    import optimizer as so
    from optimizer.plan import PLAN_TABLES
    from optimizer.reporting.candidates import candidates
    from optimizer.reporting.chained import chained
    from optimizer.reporting.moved import moves_table
    from optimizer.reporting.naming import Names
    from optimizer.reporting.still_open import open_table

    session = current()
    found = so.show(plan)
    session.speak(found.parameters.get("language"))
    read = so.scenario_of(found, scenario) if scenario or found.origin else None
    if session.as_json:
        tables = {model.table: [row.model_dump() for row in getattr(found, model.table)] for model in PLAN_TABLES}
        print_json({**summary(found), **tables})
        return
    tell_plan(found, read)
    names = Names(read)
    say("", T("Moves"))
    print_table(moves_table(found, names))
    for sheet in (chained(found, names), candidates(found, names)):
        if sheet.stands:
            say(sheet.title, *sheet.lines)
            print_table(sheet.tables[0])
    say(T("What stays open"))
    print_table(open_table(found, names))
