"""`staffing gaps` and `staffing levers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from optimizer.cli.output import beginning, print_json, print_table, say, steps
from optimizer.cli.session import current
from optimizer.cli.solving import summary
from optimizer.cli.spoken import SpokenCommand, common, number_from, option
from optimizer.texts import T, words

if TYPE_CHECKING:
    from optimizer.explaining.leverage import Levers
    from optimizer.explaining.unfilled import Gaps
    from optimizer.plan import Plan
    from optimizer.scenario.scenario import Scenario

MOST_POSTS = 20  # on the screen
OUT = option("--out", metavar="FILE.xlsx", text=T("Write the answer as a workbook for the meeting."))
VERIFY = option(
    "--verify", callback=number_from(0), metavar="N",
    text=T("How many of the first to solve again: 20 by default, and all posts named by --post."),
)  # fmt: skip
SECONDS = option(
    "--seconds", callback=number_from(0.0), metavar="SECONDS",
    text=T("At most so long for each question that is solved again, 30 by default."),
)  # fmt: skip


@click.command(
    "gaps",
    cls=SpokenCommand,
    summary=T("Tell why each post is still open, and the cheapest single change that would fill it."),
    details=T(
        "PLAN is the folder of a plan. Of every open post: the reason, how many people each rule refuses, who nearly "
        "comes, which candidates the plan needs elsewhere and at which price they would come, and the cheapest single "
        "change that would fill it: one more place on a list, one rule waived for one person, one quota seat, one "
        "course. Considered are changes that bring somebody into the post, or into a post whose holder could come "
        "here. The prices of changes stand in [changes] of scenario.toml. The first posts of the ranking and those "
        "named by --post are solved again; no change is made."
    ),
    examples=(
        "staffing gaps plans/example",
        "staffing gaps plans/nghe-an --scenario scenarios/nghe-an --post 16744-cntt --out con-trong.xlsx",
    ),
)
@click.argument("plan", metavar="PLAN")
@option("--scenario", metavar="DIR", text=T("The scenario that the plan was made from."))
@option("--post", "posts", metavar="ID", multiple=True, text=T("Only this open post; may be repeated."))
@VERIFY
@SECONDS
@OUT
@common
def gaps(
    plan: str, scenario: str | None, posts: tuple[str, ...], verify: int | None, seconds: float | None, out: str | None
) -> None:
    """Read, explain, write, tell."""
    import optimizer as so

    read, known = _read(plan, scenario, out)
    with steps() as tell:
        found = so.gaps(read, known, posts=posts, tell=tell, **_given(verified=verify, seconds=seconds))
    _answer(found, out, gaps=[row.document() for row in found.rows])


@click.command(
    "levers",
    cls=SpokenCommand,
    summary=T("Rank the single changes that would fill open posts of a plan by what they do for the goals."),
    details=T(
        "PLAN is the folder of a plan of SCENARIO. A change is ranked by its effect on the goals in their order, then "
        "by its price ([changes] of scenario.toml). The first are solved again and stand by themselves; no change is "
        "made."
    ),
    examples=(
        "staffing levers scenarios/example plans/example",
        "staffing levers scenarios/nghe-an plans/nghe-an --most 20 --out don-bay.xlsx",
    ),
)
@click.argument("scenario", metavar="SCENARIO")
@click.argument("plan", metavar="PLAN")
@option("--most", callback=number_from(1), metavar="N", text=T("How many levers to show, 40 by default."))
@VERIFY
@SECONDS
@OUT
@common
def levers(
    scenario: str, plan: str, most: int | None, verify: int | None, seconds: float | None, out: str | None
) -> None:
    """Read, rank, write, tell."""
    import optimizer as so

    read, known = _read(plan, scenario, out)
    with steps() as tell:
        found = so.levers(known, read, tell=tell, **_given(most=most, verified=verify, seconds=seconds))
    _answer(found, out, known=found.known, levers=[row.document() for row in found.rows])


def _read(plan: str, scenario: str | None, out: str | None) -> tuple[Plan, Scenario]:
    """The plan and its scenario; a place that cannot be written is refused before anything is worked out."""
    import optimizer as so
    from optimizer.reporting.comparison_files import BOOK, require_form

    read = so.show(plan)
    current().speak(read.parameters.get("language"))
    if out is not None:
        require_form(out, forms=(BOOK,))
    return read, so.scenario_of(read, scenario)


def _given(**options: Any) -> dict[str, Any]:
    """The options that were given; the library knows what holds without the others."""
    return {name: value for name, value in options.items() if value is not None}


def _answer(found: Gaps | Levers, out: str | None, **document: Any) -> None:
    """Write the workbook where one is asked for, and tell; `document`: what programs read."""
    import optimizer as so
    from optimizer.reporting.gap_sheets import sheets_of
    from optimizer.reporting.naming import Names

    if out is not None:
        so.write_findings(found, out)
    if current().as_json:
        print_json({**summary(found.plan), **document, "file": out})
        return
    for sheet in sheets_of(found, Names(found.scenario)):
        say("", sheet.title, *sheet.lines)
        for shown in sheet.tables:
            more = T("The first {n} of {all}; --out writes them all, --post asks about one.", n=MOST_POSTS,
                     all=words(len(shown.rows)))  # fmt: skip
            print_table(beginning(shown, MOST_POSTS, more) if isinstance(found, so.Gaps) else shown)
    if out is not None:
        say(T("Written: {file}", file=out))
