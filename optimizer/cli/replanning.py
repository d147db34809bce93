"""`staffing replan` and `staffing replace`."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as with_values
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimizer.cli.output import print_json, print_table, progress, say, tell_warnings, warn, warnings_in_json
from optimizer.cli.session import current
from optimizer.cli.solving import summary, tell_plan, tell_written
from optimizer.cli.spoken import SpokenCommand, common, number_from, option, settings_option
from optimizer.texts import T, Text, current_language

if TYPE_CHECKING:
    from optimizer.answers import Answer
    from optimizer.errors import Problem
    from optimizer.plan import Plan
    from optimizer.replanning import Replanned
    from optimizer.scenario.scenario import Scenario

OUT = option("--out", metavar="DIR", text=T("Folder of the new plan."))
TOLERANCE = option(
    "--tolerance", metavar="T",
    text=T("How much worse than its best each goal may be to change fewer rows: in its units (5) or per cent (2%)."),
)  # fmt: skip
TIME_LIMIT = option("--time-limit", callback=number_from(0.0), metavar="SECONDS", text=T("Stop after so many seconds."))


@click.command(
    "replan",
    cls=SpokenCommand,
    summary=T("Make the plan anew after its meeting: obey every answer, change as few rows as possible."),
    details=T(
        "PLAN is the workbook of a plan with the meeting's answers in its column of decisions, or the folder where it "
        "lies. What was accepted stays, what was refused is obeyed, who is kept stays where they are, and somebody "
        "else takes a seat for which another person is wanted. Of all plans as good as the goals ask, the one is "
        "sought that changes fewest rows. With --tolerance the best value of every goal is found first; then, of all "
        "plans in which no goal is worse than that by more than the tolerance, the one that changes fewest rows, and "
        "of these the best goal by goal. The new "
        "plan goes to a folder of its own, by default with the next number, and holds the scenario with the answers: "
        "check it, solve it again, or go on to the next meeting with it. A plan that was made with --set is made anew "
        "with the same --set."
    ),
    examples=(
        "staffing replan scenarios/example plans/example/plan.xlsx",
        "staffing replan scenarios/nghe-an meeting.xlsx --plan plans/nghe-an --out plans/nghe-an-2 --tolerance 1%",
    ),
)
@click.argument("scenario", metavar="SCENARIO")
@click.argument("answers", metavar="PLAN")
@option("--plan", metavar="DIR", text=T("Folder of the plan that the workbook is about; by default where it lies."))
@OUT
@TOLERANCE
@TIME_LIMIT
@settings_option
@common
def replan(
    scenario: str, answers: str, plan: str | None, out: str | None, tolerance: str | None, time_limit: float | None,
    settings: dict[str, str],
) -> None:  # fmt: skip
    """Read, obey, solve, write, tell."""
    from optimizer.answers import read_answers
    from optimizer.reporting.workbook import PLAN_BOOK

    book = Path(answers, PLAN_BOOK) if Path(answers).is_dir() else Path(answers)
    former = _former(scenario, settings, _folder_of(book) if plan is None else Path(plan), out, book)
    given = read_answers(book, former.plan)
    if not current().as_json:
        say(_answers_words(given.rows, len(former.plan.moves)))
    found = former.made_anew(given.rows, given.warnings, tolerance, time_limit)
    _tell(former, found, {"answers": len(given.rows)}, given.warnings)


@click.command(
    "replace",
    cls=SpokenCommand,
    summary=T("Repair a plan after one refusal: somebody else for a person's row, as few other changes as possible."),
    details=T(
        "PLAN is the folder of a plan, PERSON the id of somebody whom it moves and who will not take the post. They "
        "may still serve elsewhere; --keep leaves them where they are. All other rows stay as far as the goals and "
        "--tolerance allow, as with staffing replan, and the new plan goes to a folder of its own in the same way. "
        "Told besides is who takes the seat: the reserve that the row names, or what speaks for another plan."
    ),
    examples=(
        "staffing replace scenarios/example plans/example an-6",
        "staffing replace scenarios/nghe-an plans/nghe-an 16690-033 --keep --tolerance 1%",
    ),
)
@click.argument("scenario", metavar="SCENARIO")
@click.argument("plan", metavar="PLAN")
@click.argument("person", metavar="PERSON")
@option("--keep", is_flag=True, text=T("Leave the person where they are: no other move instead."))
@OUT
@TOLERANCE
@TIME_LIMIT
@settings_option
@common
def replace(
    scenario: str, plan: str, person: str, keep: bool, out: str | None, tolerance: str | None,
    time_limit: float | None, settings: dict[str, str],
) -> None:  # fmt: skip
    """Read, refuse one row, solve, write, tell."""
    from optimizer.refusing import refusal, takeover
    from optimizer.reporting.changed import takeover_lines, takeover_table
    from optimizer.reporting.naming import Names

    former = _former(scenario, settings, Path(plan), out)
    found = former.made_anew([refusal(former.plan, person, keep=keep)], (), tolerance, time_limit)
    seat, names = takeover(found, person), Names(found.scenario)
    _tell(former, found, {"takeover": seat.flat()}, ())
    if not current().as_json:
        say("", *takeover_lines(seat, names))
        for table in takeover_table(seat):
            print_table(table)


def _answers_words(answers: Sequence[Answer], rows: int) -> Text:
    """How many answers of each kind were read, so that a planner sees whether all were understood."""
    from optimizer.reporting.naming import label
    from optimizer.scenario.vocabulary import ANSWER

    counts: Counter[str] = Counter(answer.decision for answer in answers)
    kinds = ", ".join(f"{label(ANSWER, code)} {counts[code]}" for code in ANSWER if counts[code])
    if not kinds:
        return T("No answer in the workbook: the rows stay as they are.")
    return T("Answers read: {kinds}; rows without an answer: {n}.", kinds=kinds, n=rows - len(answers))


@dataclass(frozen=True)
class _Former:
    """A plan that is made anew: with its scenario, read from `origin` with `settings`, into `folder`."""

    plan: Plan
    scenario: Scenario
    origin: str
    settings: dict[str, str]
    folder: Path

    def made_anew(
        self, answers: Sequence[Answer], warnings: Sequence[Problem], tolerance: str | None, time_limit: float | None
    ) -> Replanned:
        """The new plan, written with its workbook and its scenario; `warnings` are those of reading the answers."""
        import optimizer as so
        from optimizer.replanning import replan_revised, revised, spending, tolerance_from
        from optimizer.reporting.workbook import beside_the_tables
        from optimizer.round_files import SCENARIO_FOLDER, kept_scenario

        allowed = tolerance_from(tolerance)
        tell_warnings(self.scenario)
        warn(*warnings)
        _tell_differences(self.scenario, self.plan)
        again = revised(self.scenario, self.plan, answers)
        near = None
        if allowed is not None:
            with progress() as listen:
                spent = spending(again, self.plan, answers, allowed, time_limit=time_limit, listen=listen)
            again, near, time_limit = spent.scenario, spent.strict, spent.time_limit
        with kept_scenario(again, self.origin, self.folder, self.settings) as (kept, as_kept):
            with progress() as listen:
                found = replan_revised(as_kept, self.plan, answers, near=near, time_limit=time_limit, listen=listen)
            new = with_values(found.plan, origin=str(self.folder.resolve() / SCENARIO_FOLDER))
            extras = [
                beside_the_tables(new, as_kept, current_language(), changed=found.changed),
                lambda place: shutil.copytree(kept, place / SCENARIO_FOLDER),
            ]
            so.write_plan(new, self.folder, extras)
        warn(*new.warnings)
        return with_values(found, plan=new)


def _folder_of(book: Path) -> Path:
    """The folder of the plan that a workbook is about, which is the one where it lies."""
    from optimizer.errors import UsageError
    from optimizer.plan_files import PLAN_FILE

    if book.exists() and not (book.parent / PLAN_FILE).exists():
        raise UsageError(T("beside {book} stands no plan; name the folder of its plan with --plan", book=book))
    return book.parent


def _former(
    scenario: str, settings: dict[str, str], folder: Path, out: str | None, book: Path | None = None
) -> _Former:
    """What stands before the answers, `book`: scenario and plan, and where the new plan may go."""
    import optimizer as so
    from optimizer.errors import UsageError
    from optimizer.plan_files import require_plan_folder
    from optimizer.provenance import decisions_lost, scenario_beside
    from optimizer.round_files import next_folder, require_apart

    read = so.read(scenario, settings)
    current().speak(read.config.language)
    target = Path(out) if out else next_folder(folder)
    require_plan_folder(target)
    require_apart(target, (scenario, folder, book or folder))
    plan = so.show(folder)
    lost, own = decisions_lost(plan, read), scenario_beside(plan, scenario)
    if lost and own is not None:
        raise UsageError(
            T(
                "{scenario} lacks {n} decisions that the plan was made with, such as answers of a meeting before; they "
                "stand in {own}: name that instead, and to take one back, strike it from its decisions.csv",
                scenario=scenario,
                n=lost,
                own=own,
            )
        )
    return _Former(plan, read, scenario, settings, target)


def _tell(former: _Former, found: Replanned, more: dict[str, Any], warnings: Sequence[Problem]) -> None:
    """The new plan and every row that changed; for programs `more` besides."""
    from optimizer.reporting.changed import changed_table
    from optimizer.reporting.naming import Names

    if current().as_json:
        changed = [row.model_dump() for row in found.changed]
        told = warnings_in_json(former.scenario, (*warnings, *found.plan.warnings))
        print_json({**summary(found.plan), "folder": str(former.folder), **more, "changed": changed, **told})
        return
    tell_plan(found.plan, found.scenario)
    print_table(changed_table(found.changed, Names(found.scenario)))
    tell_written(former.folder)


def _tell_differences(scenario: Scenario, former: Plan) -> None:
    """What the former plan was made from that the scenario says otherwise by now."""
    from optimizer.provenance import wrong_provenance

    changes = [str(breach.text) for breach in wrong_provenance(former, scenario)]
    if changes:
        warn(T("The scenario is not what the former plan was made from: {changes}", changes="; ".join(changes)))
