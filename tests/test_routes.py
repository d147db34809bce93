"""Other routes for posts that stay short: stories in twins, and both forms on every plan of tiny provinces."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from builders import Cells, tiny
from samples import each_part
from test_battery import SEEDS, worlds

import optimizer as so
from optimizer.outcome import _payroll
from optimizer.route_claims import RouteFinder
from optimizer.routes import other_routes
from optimizer.wording import ROUTES


def routes(
    post: Cells, *people: Cells, quota: int = 9, keys: dict[str, Any] | None = None, **more: Any
) -> tuple[str, ...]:
    """The routes of one open post of A, whose people all stay; B, 10 km away, has what `more` gives it."""
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": "open", "unit_id": "A", **post}, *more.get("posts", ())],
        people=[{"unit_id": "A", "candidate": "internal", **person} for person in people] + [*more.get("people", ())],
        quotas=[{"unit_id": "A", "quota": quota}],
        config=keys or {},
        distances=more.get("distances", ()),
        decisions=[{"kind": "ban", "post_id": "open", "form": "transfer"}, *more.get("decisions", ())],
    )
    plan = so.solve(scenario)
    assert so.check(scenario, plan).passed
    return next(gap.other_route for gap in plan.gaps if gap.post_id == "open")


IT = {"fields": "it"}
RECEIVABLE = {
    "person_id": "a1", "staff_kind": "public_employee", "fields": "it", "degree": "university", "candidate": "none",
    "joined_on": "2020-09-01",
}  # fmt: skip
CLERK = {"person_id": "a1", "fields": "land"}


def test_recruiting_needs_unused_payroll_and_a_contract_a_full_one() -> None:
    """One person on the payroll: with a quota of 2 one place is left, with 1 none."""
    nobody = {"person_id": "a1", "degree": "college"}
    assert routes({**IT, "min_degree": "university"}, nobody, quota=2) == ("recruit",)
    assert routes({**IT, "min_degree": "university"}, nobody, quota=1) == ("contract",)
    assert routes({"min_degree": "university"}, nobody, quota=2) == ("recruit",)
    assert routes({"min_degree": "university"}, nobody, quota=1) == ()


@pytest.mark.parametrize(
    ("kind", "fields", "found"),
    [
        ("public_employee", "it", ("receive", "recruit")),
        ("contract", "it", ("recruit",)),
        ("civil_servant", "it", ("recruit",)),
        (None, "it", ("recruit",)),
        ("public_employee", "land", ("recruit",)),
    ],
)
def test_somebody_with_the_field_may_be_received(kind: str | None, fields: str, found: tuple[str, ...]) -> None:
    person = {**RECEIVABLE, "staff_kind": kind, "fields": fields}
    assert routes({**IT, "min_degree": "university"}, person) == found


@pytest.mark.parametrize(
    ("person", "keys", "is_receivable"),
    [
        ({}, {}, True),  # 1 September 2020 to 1 September 2025: 60 full months
        ({"joined_on": "2020-09-02"}, {}, False),  # 59
        ({"joined_on": "2020-09-02"}, {"receive_months": 59}, True),
        ({}, {"receive_months": 61}, False),
        ({"joined_on": None}, {}, False),
        ({"joined_on": None}, {"receive_months": 0}, False),
        ({"joined_on": "2025-09-01"}, {"receive_months": 0}, True),
        ({"degree": "college"}, {}, False),
        ({"degree": "unknown"}, {}, False),
        ({"degree": "master"}, {}, True),
        ({"exempt": "1"}, {}, False),
        ({"exempt": "2"}, {}, False),
        ({"exempt": "3"}, {}, True),
    ],
)
def test_who_is_received_has_served_and_reaches_the_degree(person: Cells, keys: Cells, is_receivable: bool) -> None:
    post = {**IT, "min_degree": "university"}
    found = routes(post, {**RECEIVABLE, **person}, keys={"routes": keys})
    assert found == (("receive", "recruit") if is_receivable else ("recruit",))


def test_one_requirement_can_be_learnt_two_cannot() -> None:
    assert "train" in routes(IT, CLERK)
    assert "train" in routes({**IT, "majors": "Tin học"}, {"person_id": "a1", "fields": "it", "majors": "Luật"})
    assert "train" not in routes({**IT, "majors": "Tin học"}, {**CLERK, "majors": "Luật"})
    assert "train" in routes({**IT, "min_degree": "university"}, CLERK)
    assert "train" not in routes({**IT, "min_degree": "master"}, CLERK)


def test_a_leader_is_trained_in_theory_and_neither_recruited_nor_shared() -> None:
    head = {"level": 3, "min_theory": "advanced"}
    assert routes(head, {"person_id": "a1", "level": 4}) == ("train",)
    assert routes(head, {"person_id": "a1", "level": 5}) == ()


def test_whom_another_rule_or_a_decision_holds_back_is_not_trained() -> None:
    assert "train" not in routes(IT, {**CLERK, "candidate": "none"})
    assert "train" not in routes(IT, CLERK, decisions=[{"kind": "keep", "person_id": "a1"}])
    assert "train" in routes(IT, CLERK, decisions=[{"kind": "keep", "person_id": "a1", "unit_id": "A"}])
    assert "train" not in routes(IT, CLERK, decisions=[{"kind": "ban", "post_id": "open"}])


def neighbour(n: int, km: float = 30) -> dict[str, Any]:
    """B has `n` IT people in its two IT seats, so many kilometres from A."""
    return {
        "posts": [{"post_id": "B-it", "unit_id": "B", "fields": "it", "seats": 2}],
        "people": [{"person_id": f"b{k}", "post_id": "B-it", "fields": "it"} for k in range(n)],
        "distances": [{"from_unit_id": "A", "to_unit_id": "B", "km": km}],
    }


def test_a_neighbour_with_two_people_in_the_field_may_share() -> None:
    assert "share" in routes(IT, **neighbour(2))
    assert "share" not in routes(IT, **neighbour(1))
    assert "share" not in routes({"fields": "land"}, **neighbour(2))
    assert "share" not in routes(IT, **neighbour(2, 30.001))
    assert "share" in routes(IT, **neighbour(2, 30.001), keys={"routes": {"share_km": 31}})


@each_part(60, len(SEEDS))
def test_both_forms_propose_the_same_on_every_plan(seeds: range) -> None:
    clashes, seen = [], Counter[str]()
    for world in worlds()[seeds.start : seeds.stop]:
        a = world.arrays
        for plan in filter(world.moves_each_once, world.plans()):
            after, taken = world.after(plan), world.moves.take(np.array(plan, dtype=np.int32))
            posts = [a.post_at[post.post_id] for post in world.facts.counted_posts() if after.gap(post) > 0]
            vector = other_routes(a, taken, _payroll(a, taken), np.array(posts, dtype=np.int64))
            finder = RouteFinder(world.facts, after)
            for j in posts:
                scalar = finder.routes(world.facts.posts[a.posts[j].post_id])
                seen.update(scalar)
                if vector[j] != scalar:
                    clashes.append(f"{world.story(plan)}: {a.posts[j].post_id}: {vector[j]}, {scalar}")
    assert clashes == []
    assert set(seen) == set(ROUTES)


def test_routes_stand_in_the_order_of_the_list() -> None:
    order = list(ROUTES)
    for world in worlds():
        finder = RouteFinder(world.facts, world.after(()))
        for post in world.facts.counted_posts():
            found = [order.index(code) for code in finder.routes(post)]
            assert found == sorted(found)
