"""`staffing plot`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.cli.output import print_json, say
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, one_of, option, tier_option
from optimizer.texts import T, current_language

if TYPE_CHECKING:
    from optimizer.reporting.figures import Form
    from optimizer.reporting.naming import Tier


def _forms() -> Sequence[str]:
    from optimizer.reporting.figures import PICTURE_FORMS

    return PICTURE_FORMS


def _pictures() -> Sequence[str]:
    from optimizer.reporting.figures import FIGURES

    return [drawing.name for drawing in FIGURES]


@click.command(
    "plot",
    cls=SpokenCommand,
    summary=T("Draw the pictures of a plan: map, flows, fields and goals."),
    details=T(
        "PLAN is the folder of a plan. The pictures go to a folder beside it, named PLAN-pictures, unless --out says "
        "otherwise; pictures of the same name are replaced."
    ),
    examples=(
        "staffing plot plans/example",
        "staffing plot plans/nghe-an --format png --only map --only goals",
        "staffing plot plans/nghe-an --tier public --out plans/nghe-an-public",
    ),
)
@click.argument("plan", metavar="PLAN")
@option("--scenario", metavar="DIR", text=T("The scenario that the plan was made from."))
@option("--out", metavar="DIR", text=T("Folder of the pictures."))
@option(
    "--format",
    "forms",
    multiple=True,
    callback=one_of(_forms),
    metavar="png|svg",
    text=T("Form of the files; both unless given; may be repeated."),
)
@option(
    "--only",
    multiple=True,
    callback=one_of(_pictures),
    metavar="NAME",
    text=T("Name of a picture: map, flows, fields or goals; all unless given; may be repeated."),
)
@tier_option
@common
def plot(
    plan: str, scenario: str | None, out: str | None, forms: tuple[Form, ...], only: tuple[str, ...], tier: Tier
) -> None:
    """Read, draw, write, tell."""
    import optimizer as so

    session = current()
    found = so.show(plan)
    session.speak(found.parameters.get("language"))
    read = so.scenario_of(found, scenario)
    folder = Path(out) if out else beside(Path(plan))
    paths = so.plot(found, read, folder, forms or ("png", "svg"), only=only, tier=tier, language=current_language())
    if session.as_json:
        files = [str(path) for path in paths]
        print_json({"status": found.status.value, "tier": tier, "folder": str(folder), "files": files})
        return
    for path in paths:
        say(T("Written: {file}", file=path))


def beside(plan: Path) -> Path:
    """The folder of the pictures of a plan; what stands in the plan's own folder goes when it is written anew."""
    named = plan if plan.name not in {"", ".."} else plan.resolve()
    return named.with_name(f"{named.name}-pictures")
