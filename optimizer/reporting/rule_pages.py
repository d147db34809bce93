"""Pages of rules and goals: what `staffing rules NAME` tells, and the rule book as one document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from optimizer.goals import DEFAULT_ORDER, GOALS
from optimizer.goals.base import Goal
from optimizer.provenance import settings_used
from optimizer.reporting.keys import Key, keys_of
from optimizer.reporting.naming import Names
from optimizer.reporting.pages import page_of
from optimizer.reporting.rule_words import RULE_KINDS, default_settings, state_words, waiver_words
from optimizer.rulebook import RULES
from optimizer.rulebook.base import Rule
from optimizer.scenario.scenario import Scenario
from optimizer.texts import SOURCE_LANGUAGE, T, speaking, words
from optimizer.wording import CERTAINTIES

_INTRODUCTION: Final = """\
# The rule book

Every rule and every goal with its page, as `staffing rules NAME` prints it, and its defaults. This document is made
from the pages above the code; a test keeps it so, and CONTRIBUTING.md has the command that writes it. What a scenario
makes of the rules, and what each of them blocks there, `staffing rules SCENARIO` tells.

A **gate** judges one person, one post and one form; a **limit** judges the plan as a whole. Each is on, off, or a
flag, which binds nothing and warns on the row; `[rules.NAME]` in `scenario.toml` takes its `state`, another for some
kinds of unit in `by_kind`, another first day in `since`, and its own settings. A **goal** is made as small as it can
be, one after another in their order.
"""


@dataclass(frozen=True)
class RulePage:
    """The page of a rule or goal in the current language: pairs of heading and words, and its settings."""

    name: str
    title: str
    summary: str
    sections: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    keys: tuple[Key, ...]


def page_for(name: str, scenario: Scenario | None = None) -> RulePage:
    """The page of one rule or goal, with what a scenario makes of it or with the defaults. KeyError if unknown."""
    known: dict[str, Rule | Goal] = {**{rule.name: rule for rule in RULES}, **{goal.name: goal for goal in GOALS}}
    described = known[name]
    page = page_of(described.page())
    used = None if scenario is None else settings_used(scenario)
    table = f"{'rules' if isinstance(described, Rule) else 'goals'}.{name}"
    facts = _of_rule(described, scenario) if isinstance(described, Rule) else _of_goal(described, scenario)
    return RulePage(
        name=name,
        title=str(described.title),
        summary=str(page.summary),
        sections=tuple((str(heading), str(body)) for heading, body in page.sections),
        facts=tuple(facts),
        keys=tuple(key for key in keys_of(used, Names(scenario)) if key.table == table),
    )


def _of_rule(rule: Rule, scenario: Scenario | None) -> Iterator[tuple[str, str]]:
    settings = default_settings() if scenario is None else scenario.rules
    day = date.max if scenario is None else scenario.config.date
    yield str(T("Kind of rule")), str(RULE_KINDS[rule.kind])
    yield str(T("State by default") if scenario is None else T("State")), state_words(rule, settings, day)
    yield str(T("Citation")), rule.source.citation
    yield str(T("How sure the source is")), str(CERTAINTIES[rule.source.certainty])
    yield str(T("In force since")), words(rule.in_force_since(settings[rule.name])) or str(T("no day is named: always"))
    yield str(T("May be waived for")), waiver_words(rule)


def _of_goal(goal: Goal, scenario: Scenario | None) -> Iterator[tuple[str, str]]:
    order = DEFAULT_ORDER if scenario is None else scenario.goal_order
    place = order.index(goal.name) + 1 if goal.name in order else None
    yield str(T("Unit of measure")), str(goal.unit)
    yield str(T("Place in the order")), words(place) or str(T("not in the order: it does not count"))


def rule_book() -> str:
    """The rule book in English, with the Vietnamese titles."""
    parts = [_INTRODUCTION, "\n## Contents\n", *_contents(RULES), *_contents(GOALS), "\n## Rules\n"]
    parts += [_entry(rule) for rule in RULES]
    parts += ["\n## Goals\n", *(_entry(goal) for goal in GOALS)]
    return "".join(parts)


def write_rule_book(path: str | Path) -> None:
    """Write the rule book anew."""
    Path(path).write_text(rule_book(), encoding="utf-8", newline="\n")


def _contents(entries: Sequence[Rule | Goal]) -> Iterator[str]:
    kind = "Rules" if isinstance(entries[0], Rule) else "Goals"
    yield f"\n{kind}: {', '.join(f'[{entry.name}](#{entry.name})' for entry in entries)}.\n"


def _entry(described: Rule | Goal) -> str:
    with speaking(SOURCE_LANGUAGE):
        page = page_for(described.name)
    lines = [f"\n### {page.name}\n**{page.title}** ({described.title.render('vi')}). {page.summary}\n"]
    lines += ["\n| | |\n| --- | --- |\n", *(f"| {heading} | {body} |\n" for heading, body in page.facts)]
    lines += [f"\n**{heading}.** {body}\n" for heading, body in page.sections]
    if page.keys:
        lines.append("\n| setting | default | meaning | where the default comes from |\n| --- | --- | --- | --- |\n")
        lines += [f"| `{key.name}` | {key.value} | {key.meaning} | {key.source} |\n" for key in page.keys]
    return "".join(lines)
