"""One call of the command line: in which language it speaks, whether it answers in JSON, how it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TextIO

import click

from optimizer.errors import UsageError
from optimizer.texts import LANGUAGES, T, speaking

LANGUAGE_VARIABLE = "STAFFING_LANG"


@dataclass
class Session:
    """What holds for one call. `language` is what the caller asks for: `--lang`, else the environment, else None."""

    language: str | None = None
    as_json: bool = False
    debug: bool = False
    stack: ExitStack = field(default_factory=ExitStack)

    def speak(self, language: object) -> None:
        """Speak `language` from here on, unless the caller asked for another; unknown ones change nothing."""
        chosen = self.language or language
        if chosen in LANGUAGES:
            self.stack.enter_context(speaking(str(chosen)))


def current() -> Session:
    """The session of the running command."""
    return click.get_current_context().ensure_object(Session)


def asked(words: Sequence[str]) -> Session:
    """The session that the words of the call ask for, wherever in the call the options stand."""
    session = Session(as_json="--json" in words, debug="--debug" in words)
    for at, word in enumerate(words):
        if word.startswith("--lang="):
            session.language = word.removeprefix("--lang=")
        elif word == "--lang" and at + 1 < len(words):
            session.language = words[at + 1]
    if session.language not in LANGUAGES:  # the option itself is judged where it is parsed
        session.language = os.environ.get(LANGUAGE_VARIABLE) or None
    return session


def refuse_unknown_language(session: Session) -> None:
    """Raise UsageError where the environment names a language that there is not."""
    if session.language is not None and session.language not in LANGUAGES:
        raise UsageError(T("{name} is '{value}'; use vi or en", name=LANGUAGE_VARIABLE, value=session.language))


def print_vietnamese() -> None:
    """Make both streams take every letter: consoles and pipes of other encodings would stop the run."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - closed by the caller
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def close_quietly(stream: TextIO) -> None:
    """Flush; a reader that has gone away (`| head`) is no error."""
    try:
        stream.flush()
    except OSError:  # nobody reads any more, or the disk behind the pipe is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
