"""What a plan says of itself against what the data says: cells of moves, goals, totals and every other table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from optimizer.agreement import notice_day, what_is_noted, who_agrees
from optimizer.choosing import wrong_temporary
from optimizer.goals.base import Goal
from optimizer.list_claims import ListFinder
from optimizer.plan import (
    Baseline,
    FieldCover,
    GoalResult,
    MovedPerson,
    OpenPost,
    Plan,
    Status,
    SurplusPerson,
    UnitBalance,
)
from optimizer.provenance import wrong_provenance
from optimizer.route_claims import RouteFinder
from optimizer.rulebook import GATES
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.costs import cost_of
from optimizer.rulebook.facts import Facts, Place, leaves_unit
from optimizer.rulebook.fields_covered import covered_by, required_fields
from optimizer.rulebook.points import commute_km, points_of
from optimizer.rulebook.scope import is_out_of_scope
from optimizer.scenario.schema import Decision, Person, Post
from optimizer.scenario.vocabulary import FORM, Form
from optimizer.texts import T
from optimizer.verdict import Breach
from optimizer.wording import (
    ALWAYS_ASSUMED,
    CHAIR_APPOINTS,
    CHAIR_APPOINTS_BY,
    ELECTED,
    ELECTED_BY,
    GAP_REASONS,
    LEGAL_BASIS,
)

RATE_DIGITS: Final = 4  # a rate may be rounded for reading, no further than this
ELIGIBILITY: Final = frozenset({"candidate", "exempt"})  # the gates that say who may be moved at all
CLAIMED_OF_UNIT: Final = ("quota", "payroll_before", "payroll_after", "strength_before", "strength_after")


def wrong_cells(
    facts: Facts,
    row: MovedPerson,
    placement: Placement,
    flags: tuple[str, ...],
    waived: tuple[str, ...],
    complete: bool,
) -> Iterator[Breach]:
    """The cells of a move that the data contradicts; blank ones only where the row should be complete."""
    person, post = placement.person, placement.post
    metres = facts.roads.metres(person.unit_id, post.unit_id)
    found: dict[str, Any] = {
        "from_unit_id": person.unit_id,
        "from_post_id": person.post_id,
        "to_unit_id": post.unit_id,
        "start": facts.start(person, placement.form),
        "end": facts.end(person, placement.form),
        "km": metres / 1000,
        "commute_km": commute_km(facts, placement),
        "points": sum(points_of(facts, placement).values()),
        "cost": cost_of(facts, placement),
        "reason": _reason(facts, placement),
        "flags": flags,
        "legal_basis": _legal_basis(placement),
        "decided_by": facts.who_decides(person, post),
        "agreed_by": who_agrees(facts, placement),
        "waived": waived,
        "notes": what_is_noted(facts, placement),
        "notice_on": notice_day(facts, placement),
    }
    for column, truth in found.items():
        claimed = getattr(row, column)
        is_blank = claimed is None or claimed == ()
        if claimed != truth and (complete or not is_blank):
            text = T(
                "{person}: {column} is {claimed} in the plan, {truth} by the data",
                person=person.person_id, column=column, claimed=_shown(claimed), truth=_shown(truth),
            )  # fmt: skip
            yield Breach(f"moves.{column}", text, person.person_id, post.post_id, post.unit_id)


def _reason(facts: Facts, placement: Placement) -> str:
    post = placement.post
    if any(_decides(row, placement) for row in facts.scenario.decisions if row.kind == "pin"):
        return "decided"
    if placement.covers:
        return "covers"
    if facts.held[post.post_id] >= post.seats:
        return "replaces"
    return {"leadership": "leadership_gap", "specialist": "specialist_gap"}.get(post.category, "headcount")


def _decides(pin: Decision, placement: Placement) -> bool:
    """Whether a pin is about the person, or, where it names none, about a seat of the post that is taken."""
    if pin.person_id is not None:
        return pin.person_id == placement.person.person_id
    takes = not placement.covers if pin.form is None else placement.form == pin.form
    return takes and pin.post_id == placement.post.post_id


def _legal_basis(placement: Placement) -> str | None:
    if placement.post.role in ELECTED and not placement.covers:
        return ELECTED_BY
    if placement.form != "internal":
        return LEGAL_BASIS[placement.form]
    is_appointed = placement.post.bloc == "government" and placement.post.role in CHAIR_APPOINTS
    return CHAIR_APPOINTS_BY if is_appointed else None


def wrong_summary(
    plan: Plan, facts: Facts, after: After, goals: Sequence[Goal], values: Mapping[str, int]
) -> Iterator[Breach]:
    """Everything that a plan claims beyond its moves. `goals` are the scenario's, in order; `values` after the plan."""
    config = facts.scenario.config
    if plan.scenario != config.name or plan.date != config.date:
        claimed, truth = f"{plan.scenario}, {plan.date}", f"{config.name}, {config.date}"
        text = T("the plan is for {claimed}, the scenario is {truth}", claimed=claimed, truth=truth)
        yield Breach("scenario", text)
    today = After(facts, ())
    yield from _wrong_goals(plan, values)
    yield from _wrong_values("before", plan.before, {goal.name: goal.measure(facts, today) for goal in goals})
    yield from _wrong_bounds(plan, facts)
    yield from _wrong_totals(plan, facts, after)
    yield from _wrong_baseline(plan.baseline, goals)
    yield from _wrong_gaps(plan, facts, after)
    yield from _wrong_units(plan.units, facts, after)
    yield from _wrong_surplus(plan, facts, after)
    yield from _wrong_coverage(plan.coverage, facts, today, after)
    yield from wrong_temporary(plan.temporary, facts, after)
    yield from _wrong_assumptions(plan)
    yield from wrong_provenance(plan, facts.scenario)


def _wrong_values(part: str, claimed: Mapping[str, int], truth: Mapping[str, int]) -> Iterator[Breach]:
    for name in [*truth, *(name for name in claimed if name not in truth)]:
        if claimed.get(name) != truth.get(name):
            text = T(
                "{name} is {claimed} in the plan, {truth} by the data",
                name=name, claimed=_shown(claimed.get(name)), truth=_shown(truth.get(name)),
            )  # fmt: skip
            yield Breach(part, text)


def _wrong_goals(plan: Plan, truth: Mapping[str, int]) -> Iterator[Breach]:
    yield from _wrong_values("goals", {result.name: result.value for result in plan.goals}, truth)
    names = [result.name for result in plan.goals]
    if sorted(names) == sorted(truth) and names != list(truth):
        yield Breach("goals", T("the goals are not in the scenario's order"))
    elif len(names) != len(set(names)):
        yield Breach("goals", T("a goal stands in the plan twice"))


def _wrong_bounds(plan: Plan, facts: Facts) -> Iterator[Breach]:
    for result in plan.goals:
        if result.bound is not None and result.bound > result.value:
            text = T(
                "{name}: the bound {bound} is above the value {value}",
                name=result.name, bound=result.bound, value=result.value,
            )  # fmt: skip
            yield Breach("bounds", text)
        elif result.proven and not _is_reached(result, facts):
            text = T(
                "{name} is called proven, but its bound is {bound} and its value {value}",
                name=result.name, bound=_shown(result.bound), value=result.value,
            )  # fmt: skip
            yield Breach("bounds", text)
        if plan.status is Status.OPTIMAL and not result.proven:
            yield Breach("status", T("the plan is called optimal, but {name} is not proven", name=result.name))


def _is_reached(result: GoalResult, facts: Facts) -> bool:
    if result.bound is None:
        return False
    settings = facts.scenario.goals.get(result.name)
    allowance = 0 if settings is None else settings.allowance(result.bound)
    return result.value - result.bound <= allowance


def _wrong_totals(plan: Plan, facts: Facts, after: After) -> Iterator[Breach]:
    by_form = Counter(move.form for move in after.placements)
    cost = sum(cost_of(facts, move) for move in after.placements)
    truth = {"moves": len(after.placements), **{form: by_form[form] for form in FORM}, "cost": cost}
    yield from _wrong_values("totals", plan.totals, truth)


def _wrong_baseline(baseline: Baseline, goals: Sequence[Goal]) -> Iterator[Breach]:
    """Its shape alone: what the method by hand reaches is taken on trust."""
    if sorted(baseline.goals) != sorted(goal.name for goal in goals):
        yield Breach("baseline", T("the method by hand is not measured by the scenario's goals"))
    elif not all(number >= 0 for number in (*baseline.goals.values(), baseline.moves, baseline.km)):
        yield Breach("baseline", T("the method by hand has a number below 0"))


def _wrong_assumptions(plan: Plan) -> Iterator[Breach]:
    """The standing ones, and whether the time ran out; before the tie-break, a proven plan may or may not say."""
    endings = [("not_proven",)] if plan.status is Status.FEASIBLE else [(), ("not_canonical",)]
    if plan.assumptions not in [(*ALWAYS_ASSUMED, *ending) for ending in endings]:
        text = T(
            "the assumptions {names} are not those of a plan that is {status}",
            names=", ".join(plan.assumptions) or "-", status=plan.status,
        )  # fmt: skip
        yield Breach("assumptions", text)


def _wrong_gaps(plan: Plan, facts: Facts, after: After) -> Iterator[Breach]:
    yield from _doubled("gaps", [row.post_id for row in plan.gaps])
    claimed = {row.post_id: row for row in plan.gaps}
    truth = {post.post_id: post for post in facts.counted_posts() if after.gap(post) > 0}
    finder, lists = RouteFinder(facts, after), ListFinder(facts)
    for post_id in sorted(claimed.keys() | truth.keys()):
        if post_id not in truth:
            text = T("{post} is reported short, but is not", post=post_id)
        elif post_id not in claimed:
            text = T(
                "{post} is short of {gap} people, but is not reported",
                post=post_id,
                gap=after.gap(truth[post_id]),
            )
        else:
            wrong = _wrong_of_post(claimed[post_id], truth[post_id], after, plan.status, finder, lists)
            if not wrong:
                continue
            text = T("{post} is reported with a wrong {columns}", post=post_id, columns=", ".join(wrong))
        yield Breach("gaps", text, post_id=post_id)


def _wrong_of_post(
    row: OpenPost, post: Post, after: After, status: Status, finder: RouteFinder, lists: ListFinder
) -> list[str]:
    """Columns of a row that cannot be right; of the reason, what can be told without trying every move."""
    truth = {name: getattr(post, name) for name in ("unit_id", "bloc", "category", "fields", "seats")}
    truth |= {"filled": after.filled(post), "gap": after.gap(post)}
    truth |= {"other_route": finder.routes(post), "covered": after.covers_besides(post)}
    wrong = [name for name, value in truth.items() if getattr(row, name) != value]
    reasons = {"no_candidate", "decided", "time"} if status is Status.FEASIBLE else GAP_REASONS.keys() - {"time"}
    if after.into(post):
        reasons = reasons - {"no_candidate", "decided"}
    if all(decision.kind == "waive" for decision in after.facts.scenario.decisions):
        reasons = reasons - {"decided"}
    if row.reason == "list_used" and not lists.may_be_used_up(post):
        reasons = reasons - {"list_used"}
    reasons = {"out_of_scope"} if is_out_of_scope(after.facts, post) else reasons - {"out_of_scope"}
    return wrong if row.reason in reasons else [*wrong, "reason"]


def _wrong_units(rows: Sequence[UnitBalance], facts: Facts, after: After) -> Iterator[Breach]:
    yield from _doubled("units", [f"{row.unit_id} {row.bloc}" for row in rows])
    claimed = {(row.unit_id, row.bloc): row for row in rows}
    for place in sorted(claimed.keys() | facts.quota.keys()):
        unit_id, bloc = place
        if place not in facts.quota:
            text = T("{unit}, {bloc} has no quota, but is reported", unit=unit_id, bloc=bloc)
        elif place not in claimed:
            text = T("{unit}, {bloc} has a quota, but is not reported", unit=unit_id, bloc=bloc)
        else:
            wrong = _wrong_columns(claimed[place], _balance(facts, after, place))
            if not wrong:
                continue
            names = ", ".join(wrong)
            text = T("{unit}, {bloc} is reported with a wrong {columns}", unit=unit_id, bloc=bloc, columns=names)
        yield Breach("units", text, unit_id=unit_id)


def _balance(facts: Facts, after: After, place: Place) -> dict[str, int]:
    today = facts.quota[place], facts.payroll[place], after.payroll[place]
    counts = (*today, facts.strength[place], after.strength[place])
    return dict(zip(CLAIMED_OF_UNIT, counts, strict=True))


def _wrong_columns(row: UnitBalance, truth: Mapping[str, int]) -> list[str]:
    wrong = [name for name in CLAIMED_OF_UNIT if getattr(row, name) != truth[name]]
    quota = truth["quota"]
    rate = max(0, quota - truth["strength_after"]) / quota if quota else 0.0
    if round(abs(row.shortage_rate - rate), RATE_DIGITS + 1) > 0.5 * 10**-RATE_DIGITS:
        wrong.append("shortage_rate")
    return wrong


def _wrong_surplus(plan: Plan, facts: Facts, after: After) -> Iterator[Breach]:
    yield from _doubled("surplus", [row.person_id for row in plan.surplus])
    claimed = {row.person_id: row for row in plan.surplus}
    truth = {person_id: person for person_id, person in facts.people.items() if facts.is_surplus(person)}
    destinations = _destinations(facts)
    for person_id in sorted(claimed.keys() | truth.keys()):
        if person_id not in truth:
            text = T("{person} is reported as without a seat today, but is not", person=person_id)
        elif person_id not in claimed:
            text = T("{person} has no seat today, but is not reported", person=person_id)
        else:
            person = truth[person_id]
            move = next(iter(after.by_person.get(person_id, [])), None)
            wrong = _wrong_of_surplus(claimed[person_id], person, move)
            if claimed[person_id].reason not in _surplus_reasons(facts, person, move, plan.status, destinations):
                wrong.append("reason")
            if not wrong:
                continue
            text = T("{person} is reported with a wrong {columns}", person=person_id, columns=", ".join(wrong))
        yield Breach("surplus", text, person_id)


def _wrong_coverage(rows: Sequence[FieldCover], facts: Facts, today: After, after: After) -> Iterator[Breach]:
    yield from _doubled("coverage", [f"{row.unit_id} {row.field}" for row in rows])
    claimed = {(row.unit_id, row.field): (row.covered_before, row.covered_after) for row in rows}
    before, then = covered_by(facts, today), covered_by(facts, after)
    truth = {need: (len(before.get(need, ())), len(then.get(need, ()))) for need in required_fields(facts)}
    for need in sorted(claimed.keys() | truth.keys()):
        if claimed.get(need) != truth.get(need):
            found, known = ("-" if pair is None else f"{pair[0]} -> {pair[1]}"
                            for pair in (claimed.get(need), truth.get(need)))  # fmt: skip
            text = T(
                "{unit}, field {field}: covered by {claimed} people in the plan, {truth} by the data",
                unit=need[0], field=need[1], claimed=found, truth=known,
            )  # fmt: skip
            yield Breach("coverage", text, unit_id=need[0])


def _wrong_of_surplus(row: SurplusPerson, person: Person, move: Placement | None) -> list[str]:
    truth = {
        "unit_id": person.unit_id,
        "bloc": person.bloc,
        "form": None if move is None else move.form,
        "to_post_id": None if move is None else move.post.post_id,
    }
    return [name for name, value in truth.items() if getattr(row, name) != value]


def _surplus_reasons(
    facts: Facts, person: Person, move: Placement | None, status: Status, destinations: Mapping[str, Sequence[Post]]
) -> set[str]:
    """The reasons that can be right, as far as this can be told without trying every move into every seat."""
    if move is not None:
        return {"placed"}
    settled = {"time"} if status is Status.FEASIBLE else {"taken", "limits", "no_gain"}
    return settled | {"no_post" if _may_leave(facts, person, destinations) else "not_eligible"}


def _destinations(facts: Facts) -> dict[str, list[Post]]:
    """Posts that stand for all, by the forms in which people of communes leave: nobody but a body seconds.

    Candidature and exempt cases see the unit alone, for a rotation role and level as well; waivers may name a post.
    """
    named = {row.post_id for row in facts.scenario.decisions if row.kind == "waive"}
    communal = [post for post in facts.posts.values() if facts.in_commune(post)]
    by_unit = {post.unit_id: post for post in communal}
    by_role = {(post.unit_id, post.role, post.level): post for post in communal}
    for_waivers = [post for post in communal if post.post_id in named]
    destinations = {"transfer": [*by_unit.values(), *for_waivers]}
    if facts.scenario.config.forms.rotation:
        destinations["rotation"] = [*by_role.values(), *for_waivers]
    return destinations


def _may_leave(facts: Facts, person: Person, destinations: Mapping[str, Sequence[Post]]) -> bool:
    """Whether candidature, exempt cases and keeps leave the person some post of another unit."""
    if any(row.kind == "keep" and row.person_id == person.person_id for row in facts.scenario.decisions):
        return False
    gates = [gate for gate in GATES if gate.name in ELIGIBILITY]
    return any(
        not any(facts.refuses(gate, person, post, cast(Form, form)) for gate in gates)
        for form, posts in destinations.items()
        for post in posts
        if leaves_unit(person, post)
    )


def _doubled(part: str, names: Sequence[str]) -> Iterator[Breach]:
    for name, times in sorted(Counter(names).items()):
        if times > 1:
            yield Breach(part, T("{name} stands in the plan twice", name=name))


def _shown(value: object) -> str:
    if value is None or value == ():
        return "-"
    return "; ".join(value) if isinstance(value, tuple) else str(value)
