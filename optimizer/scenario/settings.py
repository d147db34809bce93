"""Settings: the keys of `scenario.toml` checked against their classes, rules and goals among them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from optimizer.errors import Problem
from optimizer.scenario.cells import FIRST_DAY, INVISIBLE, LAST_DAY, Lists
from optimizer.scenario.config import Added, Config, Registry
from optimizer.scenario.meaning import GoalSettings, RuleSettings, Settings
from optimizer.scenario.names import fold, nearest, shown
from optimizer.scenario.schema import OneOf
from optimizer.scenario.toml_files import RawSettings
from optimizer.scenario.vocabulary import KIND, OPEN_LISTS
from optimizer.texts import T, Text

S = TypeVar("S", bound=Settings)
Loc = tuple[str, ...]
_TABLES: Final = ("extends", "rules", "goals")


@dataclass
class SettingsRead:
    """What the keys say, and how they stand; `config` is None where one of its own keys is wrong."""

    config: Config | None = None
    rules: dict[str, RuleSettings] = field(default_factory=dict)
    goals: dict[str, GoalSettings] = field(default_factory=dict)
    goal_order: tuple[str, ...] = ()
    lists: Lists = field(default_factory=Lists)
    raw: RawSettings = field(default_factory=RawSettings)


def problem_at(raw: RawSettings, loc: Loc, code: str, message: Text, mend: Text, value: object = None) -> Problem:
    """A problem with the key whose path from the top is `loc`."""
    place = raw.place(loc)
    text = None if value is None or isinstance(value, (dict, list)) else shown(str(value))
    return Problem(place.file, code, message, mend, place.row, ".".join(loc) or None, text, place.cell)


class _Checker:
    """Checks keys against classes and gathers the problems with their places."""

    def __init__(self, raw: RawSettings) -> None:
        self.raw = raw
        self.problems: list[Problem] = []

    def report(self, loc: Loc, code: str, message: Text, mend: Text, value: object = None) -> None:
        self.problems.append(problem_at(self.raw, loc, code, message, mend, value))

    def validate(self, model: type[S], keys: object, loc: Loc) -> S | None:
        """An instance of `model`, or None with its problems reported."""
        if not isinstance(keys, dict):
            self.report(loc, "E107", T("this is a table of keys, not a value"), T("Write [{key}]", key=".".join(loc)))
            return None
        try:
            return model.model_validate_json(json.dumps(keys, default=_json), strict=True)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                self._translate(model, found, loc)
        except (ValueError, TypeError, RecursionError):
            self.report(loc, "E107", T("a value cannot be read"), T("Use numbers, text, dates and lists"))
        return None

    def unknown(self, loc: Loc, known: Iterator[str] | Mapping[str, object] | list[str]) -> None:
        near = nearest(loc[-1], known)
        mend = T("Did you mean '{name}'?", name=near) if near else T("Delete the key")
        self.report(loc, "E106", T("the key '{key}' is unknown", key=shown(".".join(loc))), mend)

    def _translate(self, model: type[BaseModel], found: Any, loc: Loc) -> None:
        inner = tuple(str(part) for part in found["loc"] if part != "[key]")
        full = (*loc, *inner)
        kind, context = found["type"], found.get("ctx", {})
        if kind == "extra_forbidden":
            table = _model_at(model, inner[:-1])
            names = list(table.model_fields) if table else []
            self.unknown(full, names + list(_TABLES) if not loc and len(inner) == 1 else names)
        elif kind == "missing":
            self.report(
                full,
                "E108",
                T("the key '{key}' is missing", key=full[-1]),
                T("Add it: {example}", example=_example(full[-1])),
            )
        else:
            self.report(
                full,
                "E107",
                T("the value does not fit '{key}'", key=".".join(full)),
                _mend(kind, context),
                found["input"],
            )


def read_settings(raw: RawSettings, registry: Registry) -> tuple[SettingsRead, list[Problem]]:
    """Everything that the keys say, defaults filled in, and every problem in them."""
    checker = _Checker(raw)
    own = {name: value for name, value in raw.keys.items() if name not in ("rules", "goals")}
    read = SettingsRead(config=checker.validate(Config, own, ()), raw=raw)
    rules = {fold(title): name for title, name in registry.rules_by_title().items()}
    read.lists = replace(_lists(checker, read.config, own), rules=rules)
    _read_rules(checker, read, registry)
    _read_goals(checker, read, registry)
    for loc, settings in _all_settings(read):
        _check_codes(checker, settings, loc, read.lists)
    if read.config is not None and not _sensible(checker, read.config):
        read.config = None
    return read, checker.problems


def _read_rules(checker: _Checker, read: SettingsRead, registry: Registry) -> None:
    given = _table(checker, "rules")
    for name in given:
        if name not in registry.rules:
            checker.unknown(("rules", name), list(registry.rules))
    for name, model in registry.rules.items():
        settings = checker.validate(model, given.get(name, {}), ("rules", name))
        read.rules[name] = settings or model()
        allowed = get_args(model.model_fields["state"].annotation)
        for kind, state in settings.by_kind.items() if settings else ():
            if state not in allowed:
                message = T("'{name}' cannot be {state}", name=name, state=state)
                checker.report(("rules", name, "by_kind", kind), "E107", message, _choose(list(allowed)), state)
            if kind in KIND and kind not in registry.kinds[name]:
                known = ", ".join(k for k in KIND if k in registry.kinds[name])
                message = T("the rule '{name}' does not look at units of the kind {kind}", name=name, kind=kind)
                mend = T("Use one of: {codes}", codes=known) if known else T("Delete the key")
                checker.report(("rules", name, "by_kind", kind), "E107", message, mend, kind)
        if settings is not None:
            _asks_something(checker, name, settings)
            _changes_something(checker, name, settings, read.config.date if read.config else None)
            if settings.since is not None and allowed == ("on",):
                message = T("the rule '{name}' always holds: it takes no other first day", name=name)
                checker.report(("rules", name, "since"), "E107", message, T("Delete the key"), settings.since)


def _asks_something(checker: _Checker, name: str, settings: RuleSettings) -> None:
    """A rule that is switched on, and whose keys are all blank, would look as if it held."""
    is_off = {settings.state, *settings.by_kind.values()} == {"off"}
    needed = settings.needs_one_of
    if needed and not is_off and not any(getattr(settings, key) for key in needed):
        message = T("the rule '{name}' is switched on, and no key says what it asks", name=name)
        mend = T('Fill in {keys}, or set state = "off"', keys=", ".join(f"rules.{name}.{key}" for key in needed))
        checker.report(("rules", name, "state"), "E107", message, mend, settings.state)


def _changes_something(checker: _Checker, name: str, settings: RuleSettings, day: date | None) -> None:
    """Keys of a rule that is off, or that by the scenario's own word does not hold yet, look as if they counted."""
    if settings.state == "off" and not settings.by_kind:
        for key in sorted(settings.model_fields_set - {"state"}):
            message = T("the rule '{name}' is off: this key changes nothing", name=name)
            checker.report(("rules", name, key), "W509", message, T('Set state = "on", or delete the key'))
    elif day is not None and settings.since is not None and day < settings.since:
        for key in sorted(settings.model_fields_set - {"since"}):
            message = T("the rule '{name}' holds only from {since} on: this key changes nothing on {day}",
                        name=name, since=settings.since.isoformat(), day=day.isoformat())  # fmt: skip
            checker.report(("rules", name, key), "W509", message, T("Correct 'since', or delete the key"))


def _read_goals(checker: _Checker, read: SettingsRead, registry: Registry) -> None:
    given = dict(_table(checker, "goals"))
    order = given.pop("order", list(registry.goal_order))
    for name in given:
        if name not in registry.goals:
            checker.unknown(("goals", name), [*registry.goals, "order"])
    for name, model in registry.goals.items():
        read.goals[name] = checker.validate(model, given.get(name, {}), ("goals", name)) or model()
    loc = ("goals", "order")
    if not isinstance(order, (list, tuple)) or not order or not all(isinstance(name, str) for name in order):
        checker.report(loc, "E107", T("the order is not a list of goals"), T('Write it as order = ["leadership"]'))
        return
    read.goal_order = tuple(order)
    for name in given:
        if name in registry.goals and name not in order and read.goals[name].model_fields_set:
            message = T("the goal '{name}' is not in the order: its keys change nothing", name=name)
            checker.report(("goals", name), "W510", message, T("Put it in the order, or delete its keys"))
    for at, name in enumerate(order):
        if name not in registry.goals:
            near = nearest(name, registry.goals)
            mend = T("Did you mean '{name}'?", name=near) if near else _choose(list(registry.goals))
            checker.report(loc, "E107", T("there is no goal '{name}'", name=shown(name)), mend, name)
        elif name in order[:at]:
            checker.report(loc, "E107", T("the goal '{name}' stands twice", name=name), T("Name each item once"), name)


def _table(checker: _Checker, name: str) -> Mapping[str, object]:
    table = checker.raw.keys.get(name, {})
    if isinstance(table, Mapping):
        return {str(key): value for key, value in table.items()}
    checker.report((name,), "E107", T("this is a table of keys, not a value"), T("Write [{key}]", key=name))
    return {}


def _lists(checker: _Checker, config: Config | None, own: Mapping[str, object]) -> Lists:
    """The closed lists of the scenario; codes that it adds must not clash with those that stand."""
    if config is None:
        try:
            return Lists(Added.model_validate(own.get("vocabulary", {})))
        except ValidationError:
            return Lists(None)
    for name, vocabulary in OPEN_LISTS.items():
        taken = {fold(word): code for code, labels in vocabulary.items() for word in (code, *labels)}
        for code, label in getattr(config.vocabulary, name).items():
            loc = ("vocabulary", name, code)
            if not code.replace("_", "a").isalnum() or not code.isascii() or not label.strip() or ";" in label:
                message = T("'{code}' is not a code with a label", code=shown(code))
                checker.report(loc, "E107", message, T('Write it as forestry = "lâm nghiệp"'), label)
            for word in {fold(code), fold(label)} & set(taken):
                message = T("'{value}' already means '{code}'", value=word, code=taken[word])
                checker.report(loc, "E107", message, T("Choose another code and label"), label)
            taken.update({fold(code): code, fold(label): code})
    return Lists(config.vocabulary)


def _sensible(checker: _Checker, config: Config) -> bool:
    before = len(checker.problems)
    if not FIRST_DAY <= config.date <= LAST_DAY:
        message = T("'{value}' is out of bounds", value=config.date.isoformat())
        mend = T("Use a value from {low} to {high}", low=FIRST_DAY.isoformat(), high=LAST_DAY.isoformat())
        checker.report(("date",), "E107", message, mend, config.date)
    elif config.money.base_on(config.date) is None:
        message = T("no base salary holds on the scenario's date")
        checker.report(("money", "base_salary"), "E107", message, T("Add the one of that day"))
    for name in ("name", "province"):
        if not getattr(config, name).strip():
            checker.report((name,), "E107", T("the value is blank"), T("Fill it in"))
    labels = [(("vocabulary", kind, code), label) for kind, added in config.vocabulary for code, label in added.items()]
    around = [(("documents", key), words) for key, value in config.documents for words in _leaves(value)]
    for loc, words in [*(((name,), getattr(config, name)) for name in ("name", "province")), *labels, *around]:
        if INVISIBLE.search(words):
            message = T("the value contains a line break or an invisible character")
            checker.report(loc, "E107", message, T("Type it again"))
    return len(checker.problems) == before


def _all_settings(read: SettingsRead) -> Iterator[tuple[Loc, Settings]]:
    if read.config is not None:
        for name, value in read.config:
            if isinstance(value, Settings):
                yield (name,), value
    yield from ((("rules", name), settings) for name, settings in read.rules.items())
    yield from ((("goals", name), settings) for name, settings in read.goals.items())


def _check_codes(checker: _Checker, settings: Settings, loc: Loc, lists: Lists) -> None:
    """Codes marked with OneOf must stand in their list, or they would silently count for nothing.

    Numbers that are not finite are refused in the same walk.
    """
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, float) and value - value != 0:
            checker.report((*loc, name), "E107", T("the value is not a finite number"), _mend("float_type", {}), value)
        for mark in info.metadata:
            known = lists.of(mark.vocabulary) if isinstance(mark, OneOf) else None
            for code in _leaves(value):
                if known is not None and code not in known:
                    near = nearest(code, known)
                    mend = T("Did you mean '{name}'?", name=near) if near else _choose(list(known))
                    checker.report((*loc, name), "E107", T("there is no code '{name}'", name=shown(code)), mend, code)


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list, Mapping)):
        for item in value:
            yield from _leaves(item)


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """The class of the table that stands at `loc` below `model`."""
    for name in loc:
        info = model.model_fields.get(name)
        if info is None or not isinstance(info.annotation, type) or not issubclass(info.annotation, BaseModel):
            return None
        model = info.annotation
    return model


def _mend(kind: str, context: Mapping[str, Any]) -> Text:
    """What to do, from the kind of fault that pydantic names."""
    if kind == "literal_error":
        return T("Use one of: {codes}", codes=context["expected"].replace(" or ", ", "))
    for key in ("ge", "gt"):
        if key in context:
            return T("Use a larger value: {bound} or more", bound=context[key])
    for key in ("le", "lt"):
        if key in context:
            return T("Use a smaller value: {bound} at most", bound=context[key])
    kinds = {
        "int": T("Use a whole number without quotes"),
        "float": T("Use a number such as 0.05, without quotes or a per cent sign"),
        "string": T("Use text in quotes"),
        "date": T("Use a date without quotes, such as 2025-09-01"),
        "tuple": T("Use a list in square brackets"),
        "dict": T("Use a table of keys"),
        "model": T("Use a table of keys"),
    }
    near = get_close_matches(kind.split("_", maxsplit=1)[0], kinds, n=1, cutoff=0.9)
    return kinds[near[0]] if near else T("See the documentation of the key")


def _choose(names: list[str]) -> Text:
    return T("Use one of: {codes}", codes=", ".join(names))


def _example(key: str) -> str:
    return {"date": "date = 2025-09-01", "name": 'name = "Tỉnh A"', "province": 'province = "00"'}.get(
        key, f"{key} = ..."
    )


def _json(value: object) -> object:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (Mapping, tuple, set, frozenset)):
        return dict(value) if isinstance(value, Mapping) else sorted(value)
    raise TypeError(type(value).__name__)
