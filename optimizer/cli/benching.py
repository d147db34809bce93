"""`staffing bench`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from optimizer.cli.output import print_json, print_table, say
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, number_from, option, settings_option
from optimizer.errors import UsageError
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.peers import PeerResult
    from optimizer.reporting.tables import Table

DISAGREES: Final = 1  # exit code: a peer and the product cannot both be right


@click.command(
    "bench",
    cls=SpokenCommand,
    summary=T("Measure the time of each stage, beside one flow call on the same moves."),
    details=T(
        "Times compare within one table only: everything in it is measured in the same run. With --peers other solvers "
        "get the same moves and goals afterwards; a peer that contradicts what is proven gives exit code 1."
    ),
    examples=(
        "staffing bench scenarios/example",
        "staffing bench scenarios/nghe-an --meeting --json",
        "staffing bench scenarios/example --peers benchmarks/peers --peer-seconds 60",
    ),
)
@click.argument("scenario", metavar="SCENARIO")
@option("--time-limit", callback=number_from(0.0), metavar="SECONDS", text=T("Stop after so many seconds."))
@option("--peers", metavar="DIR", text=T("Folder of scripts, one per solver to compare with."))
@option(
    "--peer-seconds", callback=number_from(0.0), metavar="SECONDS",
    text=T("Stop each peer after so many seconds; 600 if not given."),
)  # fmt: skip
@option(
    "--meeting", is_flag=True,
    text=T("Time besides what a meeting asks: questions, reasons of all gaps, the plan made anew."),
)  # fmt: skip
@settings_option
@common
def bench(
    scenario: str, time_limit: float | None, peers: str | None, peer_seconds: float | None, meeting: bool,
    settings: dict[str, str],
) -> int:  # fmt: skip
    """Read, measure, tell."""
    import optimizer as so
    from optimizer.reporting.tables import Column, table

    if peers is None and peer_seconds is not None:
        raise UsageError(T("--peer-seconds says nothing without --peers"))
    others: dict[str, Any] = {} if peers is None else {"peers": peers}
    if peer_seconds is not None:
        others["peer_seconds"] = peer_seconds
    session = current()
    frame = so.bench(scenario, time_limit=time_limit, overrides=settings, meeting=meeting, **others)
    session.speak(frame.attrs.get("language"))
    results: Sequence[PeerResult] = frame.attrs.get("peers", ())
    figures: dict[str, float] = frame.attrs.get("figures", {})
    code = DISAGREES if any(result.differences for result in results) else 0
    if session.as_json:
        rows = [_in_json(result) for result in results]
        print_json({"scenario": scenario, "stages": frame.to_dict("records"), "figures": figures, "peers": rows})
        return code
    columns = [
        Column(str(T("Stage")), 20),
        Column(str(T("Seconds")), 12, "number"),
        Column(str(T("Times one flow call")), 12, "number"),
        Column(str(T("Detail")), 40),
    ]
    print_table(table(scenario, columns, frame.to_numpy().tolist()))
    if results:
        print_table(_peers(results, figures))
    for result in results:
        say(*(T("WRONG: {peer}: {difference}", peer=result.name, difference=text) for text in result.differences))
    return code


def _peers(results: Sequence[PeerResult], figures: dict[str, float]) -> Table:
    """The product first, then the peers; what is not proven at the cap has taken at least so long."""
    from optimizer.reporting.tables import Column, table

    columns = [
        Column(str(T("Solver")), 14),
        Column(str(T("Status")), 10),
        Column(str(T("Goals proven")), 12),
        Column(str(T("Seconds")), 12, "number"),
        Column(str(T("Times the product")), 12, "number"),
        Column(str(T("Times one flow call")), 12, "number"),
        Column(str(T("Detail")), 60),
    ]
    solving, flow = figures["product.solve_seconds"], figures["flow.seconds"]
    proven, goals = int(figures["product.proven_goals"]), int(figures["product.goals"])
    status = "OPTIMAL" if proven == goals else "FEASIBLE"
    rows: list[list[Any]] = [[str(T("the product")), status, f"{proven}/{goals}", solving, 1.0, solving / flow, ""]]
    for result in results:
        ratios = [figures.get(f"peer.{result.name}.{name}") for name in ("seconds", "ratio", "flows")]
        detail = str(result.note) or result.version
        rows.append([result.name, result.status, f"{result.proven}/{result.goals}", *ratios, detail])
    note = T(
        "Seconds from the first word about the problem to the proof of the last goal, models built; whoever is not "
        "OPTIMAL has not got there, and would take longer."
    )
    return table(str(T("The same moves and goals by other solvers")), columns, rows, str(note))


def _in_json(result: PeerResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "version": result.version,
        "status": result.status,
        "goals": result.goals,
        "proven_goals": result.proven,
        "seconds": result.seconds,
        "build_seconds": result.build_seconds,
        "note": str(result.note),
        "differences": [str(text) for text in result.differences],
    }
