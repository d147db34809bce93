"""`staffing explain`."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from optimizer.cli.output import print_json, print_table, say, waiting
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, number_from, option
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.explaining.answers import Answer


@click.command(
    "explain",
    cls=SpokenCommand,
    summary=T("Say why this person, why not that one, or why a post stays open, with prices by solving again."),
    details=T(
        "PLAN is the folder of a plan of SCENARIO; its settings are those that the plan was made with. Ask one "
        "question: --person for the gap that somebody fills, the rules passed with their sources, the points by "
        "cause, the place among the candidates and what the next one would cost, or why somebody stays; --post for "
        "who takes a post, or why it stays open and what filling it now would cost; --why-not for what stands against "
        "somebody in a post, or its price goal by goal. A price is found by solving again with that choice forced, "
        "and every figure says how sure it is."
    ),
    examples=(
        "staffing explain scenarios/example plans/example --person an-5",
        "staffing explain scenarios/example plans/example --post cam-khe.it",
        "staffing explain scenarios/example plans/example --why-not so-3 binh-son.land --out giai-trinh.xlsx",
    ),
)
@click.argument("scenario", metavar="SCENARIO")
@click.argument("plan", metavar="PLAN")
@option("--person", metavar="ID", text=T("Why this person moves, or stays."))
@option("--post", metavar="ID", text=T("Who takes this post and who could, or why it stays open."))
@option("--why-not", nargs=2, metavar="PERSON POST", text=T("Why not this person for that post."))
@option(
    "--time-limit", callback=number_from(0.0), metavar="SECONDS",
    text=T("Stop solving again after so many seconds; 60 if not given."),
)  # fmt: skip
@option("--out", metavar="FILE.xlsx", text=T("Write the answer as a workbook for the meeting."))
@common
def explain(
    scenario: str, plan: str, person: str | None, post: str | None, why_not: tuple[str, str] | None,
    time_limit: float | None, out: str | None,
) -> None:  # fmt: skip
    """Read, ask, tell."""
    import optimizer as so
    from optimizer.reporting.comparison_files import BOOK, require_form
    from optimizer.reporting.explained import explained
    from optimizer.reporting.naming import Names

    session = current()
    found = so.show(plan)
    session.speak(found.parameters.get("language"))
    if out is not None:
        require_form(out, forms=(BOOK,))
    read = so.scenario_of(found, scenario)
    with waiting(T("Reading the rules into moves, and solving again")):
        answer = so.explain(read, found, person=person, post=post, why_not=why_not, time_limit=time_limit, beside=plan)
    if out is not None:
        so.write_answer(answer, found, read, out)
    if session.as_json:
        print_json({**_document(answer), "file": out})
        return
    sheet = explained(answer, found, Names(read))
    say(sheet.title, *sheet.lines)
    for table in sheet.tables:
        print_table(table)
    if out is not None:
        say(T("Written: {file}", file=out))


def _document(answer: Answer) -> dict[str, Any]:
    """The status of the plan first, what the answer is about, and all of its tables."""
    from optimizer.explaining.answers import KINDS, plain

    names = [field.name for field in fields(answer) if field.name not in (*answer.TABLES, "plan_status", "choice")]
    about = {name: plain(getattr(answer, name)) for name in names}
    choice = None
    if answer.choice is not None:
        choice = {"status": answer.choice.status, "against": list(answer.choice.against)}
    tables = {table: answer.rows(table) for table in answer.TABLES}
    return {"status": answer.plan_status.value, "kind": KINDS[type(answer)], **about, "choice": choice, **tables}
