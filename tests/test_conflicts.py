"""Clashes of decisions and rules: stories, and random ones against every plan of a tiny province, enumerated."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import pytest
from builders import tiny
from oracle import Facts, admissible, feasible, plans
from provinces import random_province

import optimizer as so
from optimizer.certificate import GoalPrices
from optimizer.clashes import Conflict, Relaxation
from optimizer.engine import trials
from optimizer.engine.master import OutOfTimeError
from optimizer.errors import InfeasibleError, StaffingError
from optimizer.rulebook import LIMITS
from optimizer.rulebook.after import After
from optimizer.rulebook.base import Limit
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.tables import in_order_of_keys

QUICK_SEEDS, SLOW_SEEDS = range(24), [range(first, first + 200) for first in range(1_000, 1_600, 200)]
Cells = dict[str, Any]
Place = tuple[str | None, str | None, str | None]


def conflict_of(scenario: Scenario) -> Conflict:
    with pytest.raises(InfeasibleError) as found:
        so.solve(scenario)
    return found.value.conflict


def named(conflict: Conflict) -> set[str]:
    """The members in short."""
    return {" ".join(filter(None, (m.kind, m.rule, m.person_id, m.post_id, m.unit_id))) for m in conflict.members}


def steps(relaxation: Relaxation) -> list[tuple[str | None, str | None, str | None, int, int]]:
    return [(s.unit_id, s.bloc, s.post_id, s.limit, s.relaxed) for s in relaxation.steps]


# --- stories ---


def into_a(quota: int, *decisions: Cells, **more: Any) -> Scenario:
    """A has three open seats for IT and this quota; p1, p2 and p3 of B may be transferred, and nobody else."""
    return tiny(
        units=["A", "B"],
        posts=[{"post_id": f"A-{k}", "unit_id": "A", "fields": "it"} for k in (1, 2, 3)],
        people=[{"person_id": f"p{k}", "unit_id": "B", "fields": "it"} for k in (1, 2, 3)],
        quotas=[{"unit_id": "A", "quota": quota}, {"unit_id": "B", "quota": more.pop("giving", 0)}],
        decisions=decisions,
        **more,
    )


def pin(person: str, post: str) -> Cells:
    return {"kind": "pin", "person_id": person, "post_id": post}


THREE = tuple(pin(f"p{k}", f"A-{k}") for k in (1, 2, 3))


def test_a_quota_that_is_one_short_needs_one_more() -> None:
    """Three are to come and the quota is 2: any two could. All three and the cap clash, and 3 instead of 2 mends it."""
    bystander = {"kind": "ban", "person_id": "p1", "form": "secondment"}
    conflict = conflict_of(into_a(2, *THREE, bystander))
    assert named(conflict) == {"pin p1 A-1", "pin p2 A-2", "pin p3 A-3", "rule payroll_cap"}
    [relaxation] = conflict.relaxations
    assert steps(relaxation) == [("A", "government", None, 2, 3)]
    assert (relaxation.by, relaxation.is_smallest, relaxation.mends_all) == (1, True, True)
    assert conflict.is_minimal
    assert so.solve(into_a(3, *THREE)).totals["moves"] == 3


def test_a_floor_that_is_one_too_high_needs_one_fewer() -> None:
    """B has 3 people and keeps 2 on its payroll: one may go. Any two pins clash, 1 instead of 2 mends that; all three
    ask for 0, so that another clash remains.
    """
    conflict = conflict_of(into_a(3, *THREE, giving=2, rules={"strength_floor": {"state": "off"}}))
    assert "rule payroll_floor" in named(conflict)
    [relaxation] = conflict.relaxations
    assert steps(relaxation) == [("B", "government", None, 2, 1)]
    assert len([member for member in conflict.members if member.kind == "pin"]) == 2
    assert relaxation.mends_all is False
    [words] = [step.words.render("en") for step in relaxation.steps]
    assert words.endswith("(rule payroll_floor), B, government: 1 fewer (1 instead of 2)")


def test_each_limit_of_a_clash_has_its_own_relaxation() -> None:
    """Two are to sit on the one seat of A-1, and A has a quota of 2: one more seat mends it."""
    conflict = conflict_of(into_a(2, pin("p1", "A-1"), pin("p2", "A-1")))
    assert named(conflict) == {"pin p1 A-1", "pin p2 A-1", "rule no_overfilling"}
    [relaxation] = conflict.relaxations
    assert steps(relaxation) == [("A", None, "A-1", 1, 2)]


def test_of_two_clashes_one_is_told_and_its_relaxation_does_not_mend_the_other() -> None:
    """Two on the seat of A-1, and the quota is 0: each pin by itself is too many as well."""
    rules = {"max_moves": {"state": "on", "moves": 0}}
    conflict = conflict_of(into_a(0, pin("p1", "A-1"), rules=rules))
    assert len(conflict.members) == 2
    [relaxation] = conflict.relaxations
    assert relaxation.by == 1
    assert relaxation.mends_all is False
    assert any("another clash remains" in line.render("en") for line in conflict.lines())


def test_a_clash_without_numbers_says_that_no_number_mends_it() -> None:
    """p goes with q, who is kept: the couple is parted."""
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": f"A-{k}", "unit_id": "A", "fields": "it"} for k in (1, 2)],
        people=[{"person_id": person, "unit_id": "B", "fields": "it"} for person in "pq"],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 0}],
        relations=[{"person_id": "p", "other_id": "q", "kind": "spouse", "together": "yes"}],
        decisions=[pin("p", "A-1"), {"kind": "keep", "person_id": "q"}],
    )
    conflict = conflict_of(scenario)
    assert named(conflict) == {"pin p A-1", "keep q", "rule couples"}
    assert conflict.relaxations == ()
    assert conflict.is_settled
    assert conflict.lines()[-1].render("en") == "no larger or smaller number of a limit mends this"


def test_what_time_did_not_show_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any time for trials no member is shown to be needed, and nothing is read as a clash or as a mend."""
    monkeypatch.setattr("optimizer.conflicts.SECONDS", 0.0)
    conflict = conflict_of(into_a(2, *THREE))
    assert not conflict.is_minimal
    assert not conflict.is_settled
    assert {"pin p1 A-1", "pin p2 A-2", "pin p3 A-3", "rule payroll_cap"} <= named(conflict)
    assert not any(member.is_needed for member in conflict.members)
    told = " ".join(line.render("en") for line in conflict.lines())
    assert "not shown in time" in told
    assert "no larger or smaller number" not in told


def test_a_trial_without_an_answer_keeps_its_member_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proofs are found, plans are not: what is proven to clash stays a clash, and no member is shown to be needed."""
    real = trials.settle_nearby

    def proofs_alone(*asked: Any) -> Any:
        found = real(*asked)
        if not isinstance(found, GoalPrices):
            raise OutOfTimeError
        return found

    monkeypatch.setattr(trials, "settle_nearby", proofs_alone)
    conflict = conflict_of(into_a(2, *THREE))
    needed = {member.rule or member.person_id: member.is_needed for member in conflict.members}
    assert needed == {"p1": False, "p2": False, "p3": True, "payroll_cap": False}  # the plan at hand misses p3
    assert not conflict.is_minimal
    assert conflict.relaxations == ()
    assert not conflict.is_settled


def test_frames_hold_ids_and_numbers() -> None:
    conflict = conflict_of(into_a(2, *THREE))
    frame = conflict.to_frame()
    assert frame["kind"].tolist() == ["pin"] * 3 + ["rule"]
    assert frame["person_id"].tolist()[:3] == ["p1", "p2", "p3"]
    [row] = conflict.relaxations_to_frame().to_dict("records")
    assert (row["rule"], row["unit_id"], row["by"], row["limit"], row["relaxed"]) == ("payroll_cap", "A", 1, 2, 3)


# --- random clashes against enumeration ---


def crowded(seed: int) -> Scenario:
    """A random province in which most people who can move are pinned where gates admit them, kept or banned."""
    rng = random.Random(seed)
    scenario = random_province(seed)
    reach: dict[str, list[str]] = {}
    for move in admissible(Facts(replace(scenario, decisions=()))):
        reach.setdefault(move.person.person_id, []).append(move.post.post_id)
    drawn = []
    for person, posts in reach.items():
        kind = rng.choice(("pin", "pin", "pin", "pin", "keep", "ban", ""))
        post = rng.choice(posts)
        where = {"pin": {"post_id": post}, "ban": {"unit_id": post[0]}, "keep": {}, "": {}}[kind]
        drawn += [Decision(kind=kind, person_id=person, **where)] if kind else []  # type: ignore[arg-type]
    if reach and rng.random() < 0.3:
        drawn.append(Decision(kind="pin", post_id=rng.choice([*reach.values()])[0], seats=rng.choice((1, 2))))
    kept = [row for row in scenario.decisions if row.person_id not in {row.person_id for row in drawn}]
    return replace(scenario, decisions=in_order_of_keys(Decision, [*kept, *drawn]))


def alone(scenario: Scenario, decisions: Collection[Decision], rules: Collection[str]) -> Facts:
    """The scenario with these decisions, its waivers, and of its limits these alone."""
    off = {limit.name for limit in LIMITS} - {*rules, "one_move"}
    settings = {
        name: one.model_copy(update={"state": "off", "by_kind": {}} if name in off else {})
        for name, one in scenario.rules.items()
    }
    waivers = [row for row in scenario.decisions if row.kind == "waive"]
    return Facts(replace(scenario, rules=settings, decisions=(*waivers, *decisions)))


def can_hold(scenario: Scenario, decisions: Collection[Decision], rules: Collection[str]) -> bool:
    facts = alone(scenario, decisions, rules)
    return any(feasible(facts, plan) is not None for plan in plans(facts))


def excesses(facts: Facts, limit: Limit, after: After) -> dict[Place, int]:
    """By how much the plan exceeds the limit at each place, from the words of the scalar form."""
    found = {}
    for text in limit.breaches(facts, after):
        values = text.values
        unit = facts.posts[values["post"]].unit_id if "post" in values else values.get("unit")
        if facts.state(limit, unit) != "on":
            continue
        place = (unit, values.get("bloc"), values.get("post"))
        if "held" in values:  # nobody may come where too many are
            by = sum(move.post.post_id == values["post"] for move in after.placements)
        elif "least" in values:
            by = values["least"] - values.get("payroll", values.get("strength"))
        else:
            most = values.get("most", values.get("seats"))
            by = next(values[n] for n in ("payroll", "filled", "made", "cost", "released") if n in values) - most
        found[place] = by
    return found


def ways(
    scenario: Scenario, decisions: Collection[Decision], rules: Collection[str], rule: str
) -> Iterator[dict[Place, int]]:
    """What every plan under the decisions and the other rules exceeds of `rule`."""
    limit = next(limit for limit in LIMITS if limit.name == rule)
    facts, others = alone(scenario, decisions, rules), alone(scenario, decisions, {*rules} - {rule})
    for plan in plans(others):
        if feasible(others, plan) is not None:
            yield excesses(facts, limit, After(facts, plan))


def judge(seed: int) -> Conflict | None:
    """The conflict of a crowded province, judged by enumeration; None where there is none, or it is too large."""
    scenario = crowded(seed)
    try:
        so.solve(scenario)
    except InfeasibleError as error:
        conflict = error.conflict
    except StaffingError:
        return None
    else:
        return None
    rows = {(d.kind, d.person_id, d.post_id, d.unit_id, d.form): d for d in scenario.decisions}
    decisions = [rows[m.kind, m.person_id, m.post_id, m.unit_id, m.form] for m in conflict.members if m.kind != "rule"]
    rules = [m.rule for m in conflict.members if m.rule is not None]
    try:
        assert not can_hold(scenario, decisions, rules), f"seed {seed}"
        for one in decisions:
            assert can_hold(scenario, [d for d in decisions if d is not one], rules), f"seed {seed}: {one}"
        for rule in rules:
            assert can_hold(scenario, decisions, {*rules} - {rule}), f"seed {seed}: {rule}"
        judge_relaxations(f"seed {seed}", scenario, conflict, decisions, rules)
    except OverflowError:
        return None
    assert conflict.is_minimal
    assert conflict.is_settled
    return conflict


def judge_relaxations(
    story: str, scenario: Scenario, conflict: Conflict, decisions: list[Decision], rules: list[str]
) -> None:
    """Each limit with a number has one, it mends the clash, none smaller does, and what it says of the rest is so."""
    measured = {limit.name for limit in LIMITS if limit.measure is not None}
    assert {one.steps[0].rule for one in conflict.relaxations} == measured.intersection(rules), story
    every = [d for d in scenario.decisions if d.kind != "waive"]
    for one in conflict.relaxations:
        rule = one.steps[0].rule
        allowed = {(s.unit_id, s.bloc, s.post_id): s.by for s in one.steps}
        found = [*ways(scenario, decisions, rules, rule)]
        assert min(sum(way.values()) for way in found) == one.by, f"{story}: {rule}"
        assert any(_within(way, allowed) for way in found), f"{story}: {rule}"
        every_way = ways(scenario, every, [limit.name for limit in LIMITS], rule)
        assert any(_within(way, allowed) for way in every_way) == one.mends_all, f"{story}: {rule}"


def _within(way: dict[Place, int], allowed: dict[Place, int]) -> bool:
    return all(by <= allowed.get(place, 0) for place, by in way.items())


def test_random_clashes_are_minimal_and_their_relaxations_smallest() -> None:
    found = [conflict for seed in QUICK_SEEDS if (conflict := judge(seed)) is not None]
    assert len(found) >= 4
    assert sum(len(conflict.relaxations) for conflict in found) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SLOW_SEEDS, ids=lambda seeds: f"from {seeds.start}")
def test_random_clashes_are_minimal_and_their_relaxations_smallest_many_more(seeds: range) -> None:
    assert sum(judge(seed) is not None for seed in seeds) >= 20
