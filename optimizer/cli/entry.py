"""The command `staffing`: its commands, and how every call ends."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

from optimizer.cli.benching import bench
from optimizer.cli.checking import check
from optimizer.cli.comparing import compare
from optimizer.cli.converting import convert
from optimizer.cli.explaining import explain
from optimizer.cli.exporting import export
from optimizer.cli.filling import gaps, levers
from optimizer.cli.generating import generate
from optimizer.cli.importing import import_
from optimizer.cli.output import as_rows, print_json, warn
from optimizer.cli.plotting import plot
from optimizer.cli.replanning import replace, replan
from optimizer.cli.ruling import rules
from optimizer.cli.session import Session, asked, close_quietly, print_vietnamese, refuse_unknown_language
from optimizer.cli.showing import show
from optimizer.cli.solving import solve
from optimizer.cli.spoken import SpokenGroup, common, option
from optimizer.cli.templating import template
from optimizer.cli.validating import validate
from optimizer.errors import InfeasibleError, InputError, StaffingError, UsageError
from optimizer.scenario.names import nearest
from optimizer.texts import T, Text

COMMANDS: Final = (
    validate, template, convert, import_, solve, replan, replace, check, show, explain, compare, gaps, levers, plot,
    export, generate, rules, bench,
)  # fmt: skip
STATUSES: Final = {2: "USAGE", 3: "BAD_INPUT", 4: "INFEASIBLE", 5: "NO_PLAN_IN_TIME", 70: "INTERNAL_ERROR"}
INTERRUPTED: Final = 130


class Root(SpokenGroup):
    """`staffing`: every end of a call has its exit code, and never a traceback unless asked for."""

    summary = T("Staffing plans for provinces with two levels of government: exact and checked.")
    details = T(
        "Exit codes: 0 a plan, or all is well; 1 another solver contradicts; 2 a wrong call; 3 bad input, or a plan "
        "that breaks a rule; 4 no plan can exist; 5 no plan found in time; 70 our fault."
    )
    examples = (
        "staffing validate scenarios/example",
        "staffing solve scenarios/example",
        "staffing check scenarios/example plans/example",
    )

    def main(  # type: ignore[override]  # it never returns, in any mode
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run one call and exit with its code."""
        words = list(sys.argv[1:] if args is None else args)
        print_vietnamese()
        session = asked(words)
        with session.stack:
            code = self._run(session, words, extra)
        for stream in (sys.stdout, sys.stderr):
            close_quietly(stream)
        sys.exit(code)

    def _run(self, session: Session, words: list[str], extra: dict[str, Any]) -> int:
        settings = {**extra, "standalone_mode": False, "obj": session}
        try:
            session.speak(None)
            refuse_unknown_language(session)
            return int(super().main(words or ["--help"], "staffing", **settings) or 0)
        except SystemExit as end:  # a reader such as `head` has closed our output: what was done stands
            return 0 if end.code == 1 else int(end.code or 0)
        except click.Abort:
            warn(T("interrupted; nothing was written"))
            return INTERRUPTED
        except (click.ClickException, StaffingError) as error:
            return _told(session, UsageError(_words_of(error)) if isinstance(error, click.ClickException) else error)
        except OSError as error:
            warn(T("the output cannot be written: {reason}", reason=error.strerror or _kind(error)))
            return UsageError.exit_code
        except Exception as error:  # whatever it is, it is our fault and not the user's
            if session.debug:
                traceback.print_exc()
            return _told(session, StaffingError(T("internal error, please report it: {kind}", kind=_kind(error))))


def _kind(error: Exception) -> str:
    return type(error).__name__


def _told(session: Session, error: StaffingError) -> int:
    if isinstance(error, InputError):
        session.speak(error.language)
    if session.as_json:
        print_json(_document(error))
    else:
        warn(error)
    return error.exit_code


def _document(error: StaffingError) -> dict[str, Any]:
    document: dict[str, Any] = {"status": STATUSES[error.exit_code], "message": str(error.text)}
    if isinstance(error, InputError):
        document["problems"] = as_rows(error.problems)
    if isinstance(error, InfeasibleError):
        conflict = error.conflict
        document["conflict"] = [str(member.words) for member in conflict.members]
        document |= {"is_minimal": conflict.is_minimal, "is_settled": conflict.is_settled}
        document |= {"members": conflict.rows(), "relaxations": conflict.relaxation_rows()}
    return document


def _words_of(error: click.ClickException) -> Text:
    """The mistake of the call in the current language, as far as it is a usual one."""
    if isinstance(error, click.NoSuchOption):
        guess = _nearest_option(error)
        if guess is not None:
            return T("there is no option {name}; did you mean {guess}?", name=error.option_name, guess=guess)
        return T("there is no option {name}", name=error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return T("{name} is missing; see --help", name=error.param.human_readable_name)
    if isinstance(error, click.BadOptionUsage):
        return T("the option {name} needs another value: see --help", name=error.option_name)
    return T("the call is wrong: {reason}", reason=error.format_message())


def _nearest_option(error: click.NoSuchOption) -> str | None:
    """The option that the user may have meant: one that begins like it, else one that looks like it."""
    if error.ctx is None:
        return None
    known = [name for param in error.ctx.command.get_params(error.ctx) for name in param.opts if name[:1] == "-"]
    begin_like_it = [name for name in known if name.startswith(error.option_name)]
    return begin_like_it[0] if begin_like_it else nearest(error.option_name, known)


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"staffing-optimizer {version('staffing-optimizer')}")
        except PackageNotFoundError:
            click.echo(str(T("staffing-optimizer, not installed")))
        ctx.exit()


@click.group("staffing", cls=Root)
@common
@option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version,
    text=T("Show the version and stop."),
)  # fmt: skip
def main() -> None:
    """The command `staffing`."""


for command in COMMANDS:
    main.add_command(command)
