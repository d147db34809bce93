"""Small provinces that several stories share, and the words in which they are told: move, broken."""

from __future__ import annotations

from string import Formatter
from typing import Any

from builders import tiny

from optimizer.checker import check
from optimizer.plan import MovedPerson
from optimizer.scenario.scenario import Scenario
from optimizer.verdict import Verdict

Cells = dict[str, Any]


def move(person: str, post: str, form: str = "transfer") -> MovedPerson:
    return MovedPerson(person_id=person, form=form, to_post_id=post)


def broken(scenario: Scenario, *moves: MovedPerson) -> set[str]:
    return rules_of(check(scenario, moves))


def rules_of(verdict: Verdict) -> set[str]:
    """The rules that are broken; every breach says what is wrong in full, and names the place that its words name."""
    for breach in verdict.breaches:
        words = breach.text
        fields = {name for _, name, _, _ in Formatter().parse(words.msgid) if name is not None}
        assert fields <= words.values.keys(), breach
        assert None not in words.values.values(), breach
        named = {"person_id": "person", "post_id": "post", "unit_id": "unit"}
        for column, field in named.items():
            assert words.values.get(field) in (None, getattr(breach, column)), breach
    return {breach.rule for breach in verdict.breaches}


def province(post: Cells | None = None, person: Cells | None = None, **more: Any) -> Scenario:
    """Commune A needs an IT specialist; B has p1, who could go, and p0, on a quota of one, without seats."""
    return tiny(
        units=more.pop("units", ["A", "B", "C"]),
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it", **(post or {})}],
        people=[
            {"person_id": "p0", "unit_id": "B"},
            {"person_id": "p1", "unit_id": "B", "fields": "it", **(person or {})},
        ],
        quotas=more.pop("quotas", [{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}]),
        **more,
    )


def department(
    post: Cells | None = None, person: Cells | None = None, pool: Cells | None = None, **more: Any
) -> Scenario:
    """Department D has 20 people on its list for secondment, d01 first; A has an open IT post for two."""
    people: list[Cells] = [{"person_id": f"d{n:02}", "unit_id": "D", "fields": "it"} for n in range(1, 21)]
    people[0] |= person or {}
    pools: list[Cells] = [{"person_id": p["person_id"], "rank": n} for n, p in enumerate(people, 1)]
    pools[0] |= pool or {}
    return tiny(
        units=["A", {"unit_id": "D", "kind": "department"}],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": 3, **(post or {})}],
        people=people,
        pools=pools,
        quotas=[{"unit_id": "A", "quota": 3}],
        **more,
    )


LEADER = {"fields": "", "level": 3}
ON = {"state": "on"}
NO_FLOORS = {"payroll_floor": {"state": "off"}, "strength_floor": {"state": "off"}}
QUOTA_2 = [{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 2}]
SAYS_YES = [{"person_id": "p1", "unit_id": "A"}]
SAYS_NO = [{"person_id": "p1", "unit_id": "A", "consent": "no"}]


def two_posts(**more: Any) -> Scenario:
    """p1, p2, p3 without seats in B on a quota of 1; A has open posts, A-it for two, A-office for one."""
    return tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": more.pop("seats", 2)},
            {"post_id": "A-office", "unit_id": "A", "fields": "office"},
        ],
        people=[{"person_id": f"p{n}", "unit_id": "B", "fields": "it;office"} for n in (1, 2, 3)],
        quotas=[
            {"unit_id": "A", "quota": more.pop("quota", 3)},
            {"unit_id": "B", "quota": more.pop("giving", 1)},
        ],
        **more,
    )


def seated(**more: Any) -> Scenario:
    """p1 holds B-it (fields land, it), p0 has no seat in B; A-it is open."""
    return tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it"},
            {"post_id": "B-it", "unit_id": "B", "fields": "land;it"},
            {"post_id": "B-deputy", "unit_id": "B", "level": 4},
            {"post_id": "B-head", "unit_id": "B", "level": 3},
        ],
        people=[
            {"person_id": "p1", "post_id": "B-it", "fields": "it"},
            {"person_id": "p0", "unit_id": "B", "fields": more.pop("fields", "it")},
            {"person_id": "p4", "post_id": "B-deputy", "level": more.pop("level", 4)},
        ],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 2}],
        **more,
    )


def waiver(rule: str, **cells: str) -> Cells:
    return {"kind": "waive", "rule": rule, "reason": "agreed", "decided_by": "chair", **cells}
