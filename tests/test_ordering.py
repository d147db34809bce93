"""The order in which moves are carried out, why posts stay open, and what the hand method does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders import tiny
from stories import Cells, broken, province, rules_of

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.greedy import greedy
from optimizer.moves import Moves
from optimizer.ordering import executed
from optimizer.plan import MovedPerson
from optimizer.program import build_program
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import FORMS

Move = tuple[str, str, str]


def identities(moves: Moves) -> list[Move]:
    a = moves.arrays
    rows = zip(moves.person.tolist(), moves.post.tolist(), moves.form.tolist(), strict=True)
    return [(a.people[i].person_id, a.posts[j].post_id, FORMS[form]) for i, j, form in rows]


def taken(scenario: Scenario, *wanted: tuple[str, str]) -> Moves:
    """The moves of these people into these posts out of the table, in the order of the table."""
    table = build_moves(build_arrays(scenario))
    rows = [row for row, move in enumerate(identities(table)) if move[:2] in wanted]
    assert len(rows) == len(wanted)
    return table.take(np.array(rows, dtype=np.intp))


def in_order(moves: Moves) -> list[tuple[int, str]]:
    """Chain and person of every move, in the order of execution."""
    return [(chain, identities(moves)[row][0]) for chain, row in executed(moves)]


def seats(*people: str, free: int = 0) -> Scenario:
    """Unit A: each of `people` holds the IT post of the same number, and `free` more posts are open."""
    posts: list[Cells] = [
        {"post_id": f"it-{n}", "unit_id": "A", "fields": "it"} for n in range(1, len(people) + free + 1)
    ]
    holders: list[Cells] = [
        {"person_id": person, "post_id": f"it-{n}", "fields": "it"} for n, person in enumerate(people, 1)
    ]
    return tiny(units=["A"], posts=posts, people=holders)


def test_a_seat_is_left_before_it_is_taken() -> None:
    # a takes the seat of b, who takes the seat of c, who goes to the free one: c first, a last
    moves = taken(seats("a", "b", "c", free=1), ("a", "it-2"), ("b", "it-3"), ("c", "it-4"))
    assert in_order(moves) == [(1, "c"), (1, "b"), (1, "a")]


def test_moves_that_do_not_depend_on_one_another_are_chains_of_their_own() -> None:
    moves = taken(seats("a", "b", "c", "d", free=2), ("a", "it-2"), ("b", "it-5"), ("d", "it-6"))
    assert in_order(moves) == [(1, "b"), (1, "a"), (2, "d")]


def test_a_circle_is_cut_at_its_first_row() -> None:
    # a -> b's seat -> c's seat -> a's seat: c must begin, the seat of a is the only one not yet free
    moves = taken(seats("a", "b", "c"), ("a", "it-2"), ("b", "it-3"), ("c", "it-1"))
    assert in_order(moves) == [(1, "c"), (1, "b"), (1, "a")]


def test_chains_that_merge_bear_the_number_of_their_first_move() -> None:
    # both holders of the double post leave before either newcomer arrives, though a stands first in the table
    scenario = tiny(
        units=["A"],
        posts=[{"post_id": "pair", "unit_id": "A", "fields": "it", "seats": 2}]
        + [{"post_id": f"it-{n}", "unit_id": "A", "fields": "it"} for n in (1, 2)],
        people=[{"person_id": person, "unit_id": "A", "fields": "it"} for person in "ab"]
        + [{"person_id": person, "post_id": "pair", "fields": "it"} for person in "yz"],
    )
    moves = taken(scenario, ("a", "pair"), ("b", "pair"), ("y", "it-1"), ("z", "it-2"))
    assert in_order(moves) == [(1, "y"), (1, "z"), (1, "a"), (1, "b")]


def numbered(scenario: Scenario, *steps: tuple[str, str, int | None, int | None]) -> set[str]:
    """What the checker says of the numbers of moves: person, post, order and chain of each."""
    rows = [
        MovedPerson(person_id=person, form="internal", to_post_id=post, order=order, chain=chain)
        for person, post, order, chain in steps
    ]
    return broken(scenario, *rows) & {"moves.order", "moves.chain"}


def test_the_checker_sees_a_seat_taken_before_it_is_left() -> None:
    scenario = seats("a", "b", "c", free=1)
    assert numbered(scenario, ("a", "it-2", 3, 1), ("b", "it-3", 2, 1), ("c", "it-4", 1, 1)) == set()
    assert numbered(scenario, ("a", "it-2", 2, 1), ("b", "it-3", 3, 1), ("c", "it-4", 1, 1)) == {"moves.order"}
    assert numbered(scenario, ("a", "it-2", 1, 1), ("b", "it-3", None, 1), ("c", "it-4", 2, 1)) == set()


def test_the_checker_lets_a_circle_begin_anywhere_and_what_waits_for_it_not() -> None:
    # a, b and c trade places; d, who is no part of the circle, waits for c to leave
    circle = [("a", "it-2", 2, 1), ("b", "it-3", 3, 1), ("c", "it-1", 1, 1)]
    assert numbered(seats("a", "b", "c"), *circle) == set()
    assert numbered(seats("a", "b", "c", "d"), *circle, ("d", "it-3", 4, 1)) == set()
    late = [(person, post, order + 1, chain) for person, post, order, chain in circle]
    assert numbered(seats("a", "b", "c", "d"), *late, ("d", "it-3", 1, 1)) == {"moves.order"}


@pytest.mark.parametrize(
    ("chains", "found"),
    [
        ((1, 1, 2), set()),
        ((7, 7, 3), set()),
        ((None, 1, 2), set()),
        ((1, 2, 3), {"moves.chain"}),
        ((1, 1, 1), {"moves.chain"}),
        ((1, 2, 1), {"moves.chain"}),
    ],
)
def test_the_checker_knows_which_moves_hang_together(chains: tuple[int | None, ...], found: set[str]) -> None:
    # a takes the seat of b; d goes from a seat that nobody takes to one that nobody left
    steps = [("a", "it-2", 2), ("b", "it-5", 1), ("d", "it-6", 3)]
    rows = [(*step, chain) for step, chain in zip(steps, chains, strict=True)]
    assert numbered(seats("a", "b", "c", "d", free=2), *rows) == found


@pytest.mark.slow
def test_a_long_chain_needs_no_recursion() -> None:
    people = [f"p{n:04}" for n in range(1500)]  # each takes the seat of the next, the last has nowhere to go
    a = build_arrays(seats(*people))
    moving = np.arange(len(people) - 1, dtype=np.int32)
    into = a.person_post[moving + 1].astype(np.int32)
    form = np.full(len(moving), FORMS.index("internal"), dtype=np.int8)
    moves = Moves(a, moving, into, form, np.zeros(len(moving), dtype=np.uint64))
    assert in_order(moves) == [(1, person) for person in reversed(people[:-1])]
    rows = [(person, f"it-{n + 1}", len(moving) + 1 - n, 1) for n, person in enumerate(people[:-1], 1)]
    assert numbered(a.scenario, *rows) == set()


def reasons(scenario: Scenario, **solving: float) -> dict[str, str | None]:
    return {post.post_id: post.reason for post in so.solve(scenario, **solving).gaps}


def test_a_post_without_candidates() -> None:
    assert reasons(province(person={"fields": "land"})) == {"A-it": "no_candidate"}


def test_a_post_whose_candidate_serves_better_elsewhere() -> None:
    # p1 alone knows IT; the mountain commune counts 150 %
    scenario = tiny(
        units=["A", {"unit_id": "M", "region_class": "III"}, "B"],
        posts=[{"post_id": f"{unit}-it", "unit_id": unit, "fields": "it"} for unit in "AM"],
        people=[{"person_id": "p1", "unit_id": "B", "fields": "it"}],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "M", "quota": 1}, {"unit_id": "B", "quota": 0}],
    )
    assert reasons(scenario) == {"A-it": "candidates_used"}


def test_a_post_whose_candidates_may_not_be_spared() -> None:
    # B is at its quota of two: whoever leaves breaks the floor of its payroll
    scenario = province(
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 2}], config={"forms": {"candidates": "all"}}
    )
    assert reasons(scenario) == {"A-it": "giving_floor"}


def test_a_post_that_the_planner_keeps_from_its_only_candidate() -> None:
    ban = {"kind": "ban", "person_id": "p1", "unit_id": "A"}
    assert reasons(province(decisions=[ban])) == {"A-it": "decided"}
    assert reasons(province(person={"fields": "land"}, decisions=[ban])) == {"A-it": "no_candidate"}


def test_a_post_whose_candidate_would_swell_a_full_payroll() -> None:
    # A has a quota of none, so its payroll may not grow by p1
    full = province(quotas=[{"unit_id": "A", "quota": 0}, {"unit_id": "B", "quota": 1}])
    assert reasons(full) == {"A-it": "payroll"}


def one_listed(**of_d2: str) -> Scenario:
    """The list of D has one name, d1, whom the mountain commune takes, which counts 150 %; d2 is on no list."""
    return tiny(
        units=["A", {"unit_id": "M", "region_class": "III"}, {"unit_id": "D", "kind": "department"}],
        posts=[{"post_id": f"{unit}-it", "unit_id": unit, "fields": "it"} for unit in "AM"],
        people=[
            {"person_id": "d1", "unit_id": "D", "fields": "it"},
            {"person_id": "d2", "unit_id": "D", **of_d2},
        ],
        pools=[{"person_id": "d1", "rank": 1}],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "M", "quota": 1}],
    )


def test_a_post_for_which_the_list_is_used_up() -> None:
    # d2 knows IT too and would come from a longer list; if d2 knows land, or is exempt, d1 is simply needed elsewhere
    assert reasons(one_listed(fields="it")) == {"A-it": "list_used"}
    assert reasons(one_listed(fields="land")) == {"A-it": "candidates_used"}
    assert reasons(one_listed(fields="it", exempt="1")) == {"A-it": "candidates_used"}


def test_a_list_that_is_cut_off_by_the_share_is_used_up() -> None:
    # half of two people is one place: d2 stands behind d1 on the list, and a larger share would offer d2
    scenario = one_listed(fields="it")
    lists = scenario.rules["lists"].model_copy(update={"share": 0.5})
    second = scenario.pools[0].model_copy(update={"person_id": "d2", "rank": 2})
    cut = replace(scenario, rules={**scenario.rules, "lists": lists}, pools=(*scenario.pools, second))
    assert reasons(cut) == {"A-it": "list_used"}


def test_the_checker_knows_by_itself_whether_a_list_can_be_used_up() -> None:
    for scenario, wrong in ((one_listed(fields="it"), set()), (one_listed(fields="land"), {"gaps"})):
        plan = so.solve(scenario)
        claim = replace(plan, gaps=tuple(row.model_copy(update={"reason": "list_used"}) for row in plan.gaps))
        assert rules_of(so.check(scenario, claim)) == wrong


def test_a_post_that_serves_no_goal() -> None:
    # p1 could sit in the office without anybody being missing less
    scenario = tiny(
        units=["A"],
        posts=[{"post_id": "office", "unit_id": "A"}],
        people=[{"person_id": "p1", "unit_id": "A"}],
    )
    assert reasons(scenario) == {"office": "no_gain"}


def test_posts_that_were_not_settled_in_time() -> None:
    # the floor of B holds p1, but that nothing better exists is not known by then; for land there is nobody at all
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": post, "unit_id": "A", "fields": field} for post, field in (("A-it", "it"), ("A-x", "land"))],
        people=[{"person_id": "p1", "unit_id": "B", "fields": "it"}],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 1}],
        config={"forms": {"candidates": "all"}},
    )
    assert reasons(scenario, time_limit=0.0) == {"A-it": "time", "A-x": "no_candidate"}
    assert reasons(scenario) == {"A-it": "giving_floor", "A-x": "no_candidate"}


def by_hand(scenario: Scenario) -> list[Move]:
    moves = build_moves(build_arrays(scenario))
    return identities(moves.take(greedy(build_program(moves.arrays, moves), moves)))


def surplus(post_fields: dict[str, str], people: dict[str, tuple[str, str]]) -> Scenario:
    """A has open posts; people without seats belong to units far and near of A, whose quota is 0."""
    homes = sorted({home for home, _ in people.values()})
    return tiny(
        units=["A", *homes],
        posts=[{"post_id": post, "unit_id": "A", "fields": fields} for post, fields in post_fields.items()],
        people=[{"person_id": person, "unit_id": home, "fields": fields} for person, (home, fields) in people.items()],
        quotas=[{"unit_id": "A", "quota": len(post_fields)}, *({"unit_id": home, "quota": 0} for home in homes)],
        distances=[{"from_unit_id": "A", "to_unit_id": home, "km": 40 if home == "far" else 10} for home in homes],
    )


def test_by_hand_the_nearest_goes() -> None:
    scenario = surplus({"it": "it"}, {"p1": ("far", "it"), "p2": ("near", "it")})
    assert by_hand(scenario) == [("p2", "it", "transfer")]


def test_by_hand_nothing_is_taken_back() -> None:
    # finance stands first and takes the nearest, who alone knows land as well; the best plan sends p1 there
    scenario = surplus(
        {"1-finance": "finance", "2-land": "land"}, {"p1": ("far", "finance"), "p2": ("near", "finance;land")}
    )
    assert by_hand(scenario) == [("p2", "1-finance", "transfer")]
    plan = so.solve(scenario)
    assert {(move.person_id, move.to_post_id) for move in plan.moves} == {("p1", "1-finance"), ("p2", "2-land")}
    assert (plan.baseline.moves, plan.baseline.km) == (1, 10)
    assert plan.baseline.goals["specialists"] > plan.goal("specialists").value


def test_by_hand_leaders_come_first() -> None:
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": "it", "unit_id": "A", "fields": "it"}, {"post_id": "the-head", "unit_id": "A", "level": 4}],
        people=[{"person_id": "p1", "unit_id": "B", "fields": "it", "level": 4}],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 0}],
    )
    assert by_hand(scenario) == [("p1", "the-head", "transfer")]


def test_by_hand_decisions_come_before_distance() -> None:
    scenario = surplus({"it": "it"}, {"p1": ("far", "it"), "p2": ("near", "it")})
    pin = Decision(kind="pin", person_id="p1", unit_id="A")
    assert by_hand(replace(scenario, decisions=(pin,))) == [("p1", "it", "transfer")]
