"""Commands and options whose help is in the catalogue, and the options that every command takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from optimizer.errors import UsageError
from optimizer.scenario.names import nearest, required
from optimizer.texts import LANGUAGES, T, Text

F = TypeVar("F", bound=Callable[..., Any])


class SpokenOption(click.Option):
    """An option whose help is a Text, put into words when it is shown."""

    def __init__(self, *args: Any, text: Text, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The line of this option in the help."""
        self.help = str(self.text)
        return super().get_help_record(ctx)


class _Spoken(click.Command):
    """Help in the current language: what the command does, its options, examples."""

    summary: Text
    details: Text | None = None
    examples: Sequence[str] = ()

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line for the list of commands."""
        return str(self.summary)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, its own help in the current language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = str(T("Show this help and stop."))
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line with the command's words."""
        words = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, words, prefix=str(T("Usage:")) + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        for text in (self.summary, self.details):
            if text is not None:
                formatter.write_paragraph()
                with formatter.indentation():
                    formatter.write_text(str(text))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and for a group its commands."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(str(T("Options"))):
            formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, as they are typed."""
        if self.examples:
            with formatter.section(str(T("Examples"))):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class SpokenCommand(_Spoken):
    """One command."""

    def __init__(
        self, *args: Any, summary: Text, details: Text | None = None, examples: Sequence[str] = (), **settings: Any
    ) -> None:
        super().__init__(*args, **settings)
        self.summary, self.details, self.examples = summary, details, examples


class SpokenGroup(_Spoken, click.Group):
    """The group of commands; a command that there is not is answered with the nearest one."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then one line per command."""
        super().format_options(ctx, formatter)
        lines = [(name, self.commands[name].get_short_help_str()) for name in self.commands]
        with formatter.section(str(T("Commands"))):
            formatter.write_dl(lines)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of use."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name. Raises UsageError."""
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            guess = nearest(name, self.commands)
            if guess is None:
                raise UsageError(T("there is no command '{name}'; see staffing --help", name=name))
            raise UsageError(T("there is no command '{name}'; did you mean '{guess}'?", name=name, guess=guess))
        return super().resolve_command(ctx, args)


def as_language(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Callback of an option: `vi` or `en`. Raises UsageError."""
    if value is not None and value not in LANGUAGES:
        raise UsageError(T("--lang: '{value}' is not a language; use vi or en", value=value))
    return value


def number_from(least: float) -> Callable[[click.Context, click.Parameter, str | None], float | None]:
    """Callback of an option: a number of at least `least`, whole where `least` is. It raises UsageError."""

    def convert(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
        if value is None:
            return None
        try:
            number = type(least)(value)
        except ValueError:
            number = None
        if number is None or not least <= number < float("inf"):
            words = T(
                "{option}: '{value}' is not a number from {least} up",
                option=param.opts[0],
                value=value,
                least=least,
            )
            raise UsageError(words)
        return number

    return convert


def one_of(known: Callable[[], Sequence[str]]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Callback of an option with a closed list of values, which may be repeated where the option may.

    `known` is asked when a value is judged, so that the list may come from a module that is slow to load. It raises
    UsageError.
    """

    def judge(ctx: click.Context, param: click.Parameter, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for word in (value,) if isinstance(value, str) else value:
            required(param.opts[0], word, known())
        return value

    return judge


def as_settings(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """Callback of an option that may be repeated: each value is KEY=VALUE. Raises UsageError."""
    pairs: dict[str, str] = {}
    for words in value:
        key, equals, text = words.partition("=")
        if not key.strip() or not equals:
            raise UsageError(T("--set: '{value}' is not of the form KEY=VALUE", value=words))
        pairs[key.strip()] = text.strip()
    return pairs


def option(*names: str, text: Text, **settings: Any) -> Callable[[F], F]:
    """An option with help in the catalogue."""
    return click.option(*names, cls=SpokenOption, text=text, **settings)


def common(command: F) -> F:
    """The options of every command; they are read from the call as a whole, wherever they stand."""
    for add in (
        option("--debug", is_flag=True, expose_value=False, text=T("Show the traceback of an internal error.")),
        option("--json", is_flag=True, expose_value=False, text=T("Answer with one JSON document.")),
        option(
            "--lang", callback=as_language, metavar="vi|en", expose_value=False,
            text=T("Language; otherwise STAFFING_LANG, otherwise that of the scenario."),
        ),
    ):  # fmt: skip
        command = add(command)
    return command


def settings_option(command: F) -> F:
    """`--set`, for every command that reads a scenario."""
    text = T("Set a key of scenario.toml, for example rules.lists.share=0.1; may be repeated.")
    return option("--set", "settings", callback=as_settings, metavar="KEY=VALUE", multiple=True, text=text)(command)


def tier_option(command: F) -> F:
    """`--tier`, for every command that writes for readers."""
    text = T(
        "For whom: planner for all there is, leader (the default) without anybody's exempt case, public for counts "
        "alone, none below 3."
    )
    judge = one_of(_tiers)
    return option("--tier", default="leader", callback=judge, metavar="planner|leader|public", text=text)(command)


def _tiers() -> Sequence[str]:
    from optimizer.reporting.naming import TIERS

    return TIERS
