"""Off means off, and every option does something: what a switch or a setting changes is seen in some tiny province.

The registry drives it: a new rule, goal or key is tried by itself. Values to try follow from the type of a key; where
they do not, `OTHER_VALUES` gives them, and a key that has none fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

import numpy as np
import pytest
from biting import biting, bitten, each_switched, in_state, shaped
from builders import tiny
from provinces import random_province
from pydantic import ValidationError

import optimizer as so
from optimizer.admitting import build_moves, flag_names, gate_lets_pass
from optimizer.arrays_building import build_arrays
from optimizer.checker import check, judge_move
from optimizer.goals import GOALS
from optimizer.goals.base import Goal
from optimizer.outcome import NO_MOVES, moved_people
from optimizer.plan import MovedPerson
from optimizer.program import build_program, limit_rows
from optimizer.routes import other_routes
from optimizer.rulebook import RULES
from optimizer.rulebook.after import Placement
from optimizer.rulebook.base import Gate, Limit, Rule
from optimizer.rulebook.facts import Facts
from optimizer.scenario.config import Authority, Config, Disruption, Forms, Hardship, Money, Routes
from optimizer.scenario.meaning import GoalSettings, RuleSettings, Settings
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.vocabulary import FORMS
from optimizer.verdict import Breach

SEEDS = range(60)
MANY_SEEDS = range(400)  # where a key speaks of what few provinces have
OTHER_VALUES: Final[dict[str, list[Any]]] = {
    "rules.lists.share": [0.25, 0.5],
    "rules.lists.release_cap": [0.25, 0.5],
    "rules.secondment_into_leadership.levels": [[2, 3], []],
    "rules.staff_kind.kinds": [["civil_servant", "public_employee"], ["public_employee"]],
    "rules.post_change.fields": [["it"], ["land", "it"]],
    "rules.serves.units": [{"S": ["A"]}, {"S": ["B"]}],
    "rules.scope.bodies": [["commune_chair"], ["standing_committee"]],
    "rules.scope.blocs": [["party"], ["government"]],
    "rules.relatives.head_levels": [[2], [2, 3]],
    "rules.relatives.fields": [["land"], ["it"]],
    "rules.relatives.roles": [[], ["office_deputy"]],
    "rules.budget.thousand_dong": [0, 50_000],
    "goals.coverage.weights": [{"land": 3, "it": 0}],
    "goals.leadership.weights": [{1: 9, 2: 6, 3: 4, 4: 2}],
    "goals.specialists.weights": [{"land": 3, "it": 2}],
    "forms.rotation_months": [48],
    "forms.bloc_pairs": [[["government", "party"]], [["government", "military"]]],
    "money.base_salary": [{"2024-07-01": 2_527_200}],
    "authority.moves": [{"government": "standing_committee"}, {"party": "commune_chair"}],
    "department_levels": [{"3": 2, "4": 3}, {"4": 2}],
}


NEEDS_A_BODY: Final = {"serves.units"}


def refusals(scenario: Scenario, rule: Rule) -> tuple[list[Breach], list[str]]:
    """What the checker says in the name of the rule, of every move alone: breaches and warnings."""
    facts = Facts(scenario)
    breaches: list[Breach] = []
    warned: list[str] = []
    for person in scenario.people:
        for post in scenario.posts:
            for form in FORMS:
                if isinstance(rule, Gate):
                    flags, found = judge_move(facts, Placement(person, post, form))
                else:
                    row = MovedPerson(person_id=person.person_id, form=form, to_post_id=post.post_id)
                    verdict = check(scenario, [row])
                    found, flags = list(verdict.breaches), verdict.flags.get(person.person_id, ())
                breaches += [breach for breach in found if breach.rule == rule.name]
                warned += [name for name in flags if name == rule.name]
    return breaches, warned


def rows_and_flags(scenario: Scenario, rule: Rule) -> tuple[int, int]:
    """What the model holds in the name of the rule: pairs refused or rows that bind, and moves or rows that warn."""
    a = build_arrays(scenario)
    moves = build_moves(a)
    if isinstance(rule, Limit):
        return limit_rows(a, moves, rule, "on").n, limit_rows(a, moves, rule, "flag").n
    i, j = np.arange(a.n_people)[:, None], np.arange(a.n_posts)[None, :]
    refused = sum(int((~gate_lets_pass(a, rule, i, j, form)).sum()) for form in FORMS)  # type: ignore[arg-type]
    return refused, sum(rule.name in flag_names(int(bits)) for bits in moves.flags)


@each_switched
def test_a_rule_that_is_off_does_nothing_and_one_that_warns_blocks_nothing(rule: Rule) -> None:
    may_warn = "flag" in get_args(rule.settings.model_fields["state"].annotation)
    warned = 0
    for scenario in bitten(rule):
        assert rows_and_flags(scenario, rule)[0]
        off = in_state(scenario, rule, "off")
        assert rows_and_flags(off, rule) == (0, 0)
        assert refusals(off, rule) == ([], [])
        if may_warn:
            flag = in_state(scenario, rule, "flag")
            blocked, flagged = rows_and_flags(flag, rule)
            assert blocked == 0
            assert refusals(flag, rule)[0] == []
            warned += flagged
    assert bool(warned) is may_warn


def signature(scenario: Scenario) -> list[bytes]:
    """Everything that the model is made of: moves with what they carry, rows with their bounds, goals as priced.

    Besides, what a plan says of these moves, row by row, and the routes it proposes where it makes none.
    """
    a = build_arrays(scenario)
    moves = build_moves(a)
    program = build_program(a, moves)
    parts = [
        moves.person,
        moves.post,
        moves.form,
        moves.flags,
        moves.points,
        moves.commute_km,
        moves.months,
        moves.cost,
    ]
    parts += [program.lower, program.upper]
    terms = [*program.terms]
    for limit in (rule for rule in RULES if isinstance(rule, Limit)):
        rows = limit_rows(a, moves, limit, "flag")
        parts += [rows.lower, rows.upper]
        terms += rows.terms
    for goal in program.goals:
        parts += [np.array([goal.constant]), goal.need, goal.segment_row, goal.segment_cost, goal.segment_size]
        parts += [] if goal.weights is None else [goal.weights]
        terms += goal.terms
    parts += [part for term in terms for part in (term.rows, term.of_all)]
    short = np.flatnonzero(a.post_held < a.post_seats)
    told = (moved_people(a, moves), other_routes(a, moves.take(NO_MOVES), a.payroll, short))
    return [*(part.tobytes() for part in parts), repr(told).encode()]


def values_to_try(name: str, model: type[Settings], key: str) -> list[Any]:
    """Other values of a key than its default, by its type or as `OTHER_VALUES` gives them."""
    if name in OTHER_VALUES:
        return OTHER_VALUES[name]
    info, default = model.model_fields[key], model.model_fields[key].default
    tried: list[Any] = []
    if isinstance(default, bool):
        tried = [not default]
    elif isinstance(default, int):
        tried = [default + 1, 0, 1, 2 * default, default // 2]
    elif isinstance(default, float):
        tried = [0.0, 0.5, default / 2, 1.0]
    elif get_origin(info.annotation) is Literal:
        tried = list(get_args(info.annotation))
    elif isinstance(default, tuple) and get_origin(get_args(info.annotation)[0]) is Literal:
        tried = [[], list(get_args(get_args(info.annotation)[0]))]
    assert tried, f"give OTHER_VALUES in test_off.py an entry for {name}: values that differ from its default"
    return [value for value in tried if value != default and _is_valid(model, key, value)]


def as_typed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _is_valid(model: type[Settings], key: str, value: Any) -> bool:
    try:
        model(**{key: as_typed(value)})
    except ValidationError:
        return False
    return True


def own_keys(described: Iterable[Rule | Goal], common: type[Settings]) -> dict[str, tuple[Any, str]]:
    """By their full names the keys that these rules or goals have besides those of all."""
    return {
        f"{one.name}.{key}": (one, key)
        for one in described
        for key in one.settings.model_fields
        if key not in common.model_fields
    }


def changed_rule(scenario: Scenario, rule: Rule, key: str, value: Any) -> Scenario:
    given = {**scenario.rules[rule.name].model_dump(), key: as_typed(value)}
    return replace(scenario, rules={**scenario.rules, rule.name: rule.settings(**given)})


def with_values(scenario: Scenario, rule: Rule, key: str, values: Iterable[Any]) -> Iterator[Scenario]:
    """The scenario under each of the values with which the rule can be on."""
    for value in values:
        with suppress(ValidationError):
            yield changed_rule(scenario, rule, key, value)


RULE_KEYS: Final = own_keys(RULES, RuleSettings)
GOAL_KEYS: Final = own_keys(GOALS, GoalSettings)


@pytest.mark.slow
@pytest.mark.parametrize("name", RULE_KEYS)
def test_every_setting_of_a_rule_has_an_effect(name: str) -> None:
    rule, key = RULE_KEYS[name]
    tried = values_to_try(f"rules.{name}", rule.settings, key)
    for drawn_one in (province for seed in MANY_SEEDS for province in (shaped(rule, seed), random_province(seed))):
        if name in NEEDS_A_BODY and not any(unit.unit_id == "S" for unit in drawn_one.units):
            continue
        scenario = biting(drawn_one, rule)
        first, *others = with_values(scenario, rule, key, [rule.settings.model_fields[key].default, *tried])
        plain = signature(first)
        if any(signature(other) != plain for other in others):
            return
    pytest.fail(f"{name} changes nothing: {tried}")


@pytest.mark.slow
@pytest.mark.parametrize("name", GOAL_KEYS)
def test_every_setting_of_a_goal_has_an_effect(name: str) -> None:
    goal, key = GOAL_KEYS[name]
    tried = values_to_try(f"goals.{name}", goal.settings, key)
    for seed in SEEDS:
        scenario = replace(random_province(seed), goal_order=(goal.name,))
        for value in tried:
            settings = goal.settings(**{key: as_typed(value)})
            if signature(replace(scenario, goals={**scenario.goals, goal.name: settings})) != signature(scenario):
                return
    pytest.fail(f"{name} changes nothing: {tried}")


@pytest.mark.slow
@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_the_tolerance_of_a_goal_lets_the_next_one_spend_it(goal: Any) -> None:
    """With a tolerance beyond any value, the goal that stands second reaches what it reaches alone."""
    seconds = [name for name in ("specialists", "disruption", "leadership", "moves") if name != goal.name]
    for seed in SEEDS:
        for second in seconds:
            scenario = replace(random_province(seed), goal_order=(goal.name, second), decisions=())
            strict, free = (
                so.solve(replace(scenario, goals={**scenario.goals, goal.name: goal.settings(tolerance=tolerance)}))
                for tolerance in ("0", "1000000")
            )
            if free.goal(second).value < strict.goal(second).value:
                return
    pytest.fail(f"the tolerance of {goal.name} changes nothing")


@cache
def drawn(seed: int | None) -> tuple[Scenario, list[bytes]]:
    """A random province, or, without a seed, one with a commune of every region; and what it is made of."""
    regions = ("I", "II", "III", None)
    scenario = (
        random_province(seed)
        if seed is not None
        else tiny(
            units=[{"unit_id": f"R{region}", "region_class": region} for region in regions],
            posts=[{"post_id": f"{region}-head", "unit_id": f"R{region}", "level": 3} for region in regions],
            goals={"order": ["leadership"]},
        )
    )
    return scenario, signature(scenario)


TABLES: Final[dict[str, type[Settings]]] = {
    "forms": Forms,
    "hardship": Hardship,
    "disruption": Disruption,
    "money": Money,
    "authority": Authority,
    "routes": Routes,
}


def changes_something(changed: Callable[[Config, Any], Config], tried: Iterable[Any]) -> bool:
    """Whether one of the values, put into the keys of a scenario, is seen in one of the provinces."""
    values = [*tried]
    return any(
        signature(replace(scenario, config=changed(scenario.config, value))) != plain
        for scenario, plain in map(drawn, (None, *MANY_SEEDS))
        for value in values
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key"), [(table, key) for table, model in TABLES.items() for key in model.model_fields]
)
def test_every_key_of_a_table_has_an_effect(table: str, key: str) -> None:
    tried = values_to_try(f"{table}.{key}", TABLES[table], key)

    def changed(config: Config, value: Any) -> Config:
        given = {**getattr(config, table).model_dump(), key: as_typed(value)}
        return config.model_copy(update={table: TABLES[table](**given)})

    assert changes_something(changed, tried), f"{table}.{key} changes nothing: {tried}"


@pytest.mark.slow
@pytest.mark.parametrize("key", ["horizon_months", "department_levels"])
def test_the_keys_of_no_table_have_an_effect(key: str) -> None:
    tried = OTHER_VALUES.get(key, [0, 1, 6, 12])
    assert changes_something(lambda config, value: config.model_copy(update={key: value}), tried)


def test_a_key_without_other_values_is_told() -> None:
    class Odd(Settings):
        odd: str = ""

    with pytest.raises(AssertionError, match=r"rules\.new\.odd"):
        values_to_try("rules.new.odd", Odd, "odd")


def test_a_setting_that_changes_nothing_is_seen() -> None:
    class Idle(RuleSettings):
        idle: int = 1

    scenario = random_province(0)
    rule = RULES[0]
    idle = replace(scenario, rules={**scenario.rules, rule.name: Idle(idle=2)})
    assert signature(idle) == signature(replace(scenario, rules={**scenario.rules, rule.name: Idle()}))
