"""Tiny random provinces for the battery and the oracle: small enough to enumerate every plan, odd enough to bite."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

from builders import tiny

from optimizer.errors import InputError
from optimizer.goals import DEFAULT_ORDER, GOALS
from optimizer.scenario.scenario import Scenario

Cells = dict[str, Any]
FIELDS = ("land", "finance", "it")
THEORIES = ("unknown", "none", "primary", "intermediate", "advanced")
BUDGETS = (0, 23_399, 25_271, 46_397, 100_000, 200_000, 253_374)  # one below what some moves cost
BODIES = ("standing_committee", "home_affairs", "commune_standing_committee", "commune_chair")
RANKS = ("staff", "junior", "specialist", "principal", None)
ROLES = ("party_secretary", "chair", "council_committee_head", "inspection_head", "division_head")
BORN = {  # five years before the age of 2030, men at 62 years and women at 58 years 4 months, and a day earlier
    "male": ("1968-09-01", "1968-08-31", "1968-10-15"),
    "female": ("1972-05-01", "1972-04-30", "1972-06-15"),
}
DEGREES = ("unknown", "college", "university", "university", "master")


def random_province(seed: int, **keys: Any) -> Scenario:
    """A valid tiny province: 2-3 communes, at most one provincial body, 4-7 people; the same for the same seed."""
    return _first_valid(seed, keys) if keys else _as_drawn(seed)


@lru_cache(maxsize=1 << 10)
def _as_drawn(seed: int) -> Scenario:
    """Without settings of its own, which many tests share."""
    return _first_valid(seed, {})


def _first_valid(seed: int, keys: dict[str, Any]) -> Scenario:
    rng = random.Random(seed)
    while True:
        try:
            return _draw(rng, keys)
        except InputError:
            continue


def _draw(rng: random.Random, keys: dict[str, Any]) -> Scenario:
    communes = ["A", "B", "C"][: rng.choice((2, 2, 3))]
    units: list[str | Cells] = [_unit(rng, unit) for unit in communes]
    body = rng.random() < 0.6
    if body:
        units.append({"unit_id": "S", "kind": "department", "former_district": None})
    posts = [post for unit in communes for post in _posts(rng, unit)]
    if body:
        posts.append({"post_id": "S-1", "unit_id": "S", "fields": "land;it", "seats": rng.randint(1, 4)})
    people = _people(rng, communes, posts, body)
    _appointments(rng, posts, people)
    settings = dict(keys)
    settings.setdefault("rules", _rules(rng, communes, body))
    goals = _goals(rng) if "goals" not in keys else None
    drawn = {
        "forms": _forms(rng),
        "horizon_months": rng.choice((0, 3)),
        "routes": {"share_km": rng.choice((5, 30, 45)), "receive_months": _service(people)},
    }
    config = {**drawn, **settings.pop("config", {})}
    config.setdefault("money", _money(rng))
    rows = {
        "quotas": _quotas(rng, communes),
        "pools": _pools(rng, people),
        "wishes": _wishes(rng, communes, people),
        "distances": _distances(rng, communes),
        "relations": _relations(rng, people),
        "decisions": _decisions(rng, communes, posts, people),
    }
    again = _second_round(posts, people)
    rows["decisions"] += again["decisions"]
    rows["former"] = again["former"]
    if goals is not None:
        settings["goals"] = _with_changes(goals, again["place"])
    if rng.random() < 0.12:
        _centre(rng, posts, people)
    return tiny(units=units, posts=posts, people=people, config=config, **rows, **settings)


def _service(people: list[Cells]) -> int:
    """When each person joined the service, and the months asked; drawn apart, so that all else is drawn as without."""
    rng = random.Random(str(people))
    for person in people:
        person["joined_on"] = rng.choice(("2020-09-01", "2020-09-02", "2012-01-01", None))
    return rng.choice((60, 60, 61, 0))


def _second_round(posts: list[Cells], people: list[Cells]) -> Cells:
    """A former plan, the place of the goal that counts its changes, seats for anybody; drawn apart, as service is."""
    rng = random.Random(str(posts) + str(people))
    former, open_to = [], [post for post in posts if post["unit_id"] != "S"]
    for person in people:
        post = rng.choice(open_to)
        is_own = post["unit_id"] in (person.get("unit_id"), person.get("post_id", "")[:1])
        form = rng.choice(("internal", "internal", "concurrent") if is_own else ("transfer", "transfer", "secondment"))
        if rng.random() < 0.7:
            former.append({"person_id": person["person_id"], "form": form, "to_post_id": post["post_id"]})
    place = rng.randint(0, len(DEFAULT_ORDER)) if rng.random() < 0.25 else None
    pin: Cells = {"kind": "pin", "post_id": rng.choice(open_to)["post_id"]}
    pin |= {"form": rng.choice((None, None, "transfer", "concurrent")), "seats": rng.choice((None, None, 1, 2))}
    return {"former": former, "place": place, "decisions": [pin] if rng.random() < 0.08 else []}


def _with_changes(goals: Cells, place: int | None) -> Cells:
    if place is None:
        return goals
    order = [*goals.get("order", DEFAULT_ORDER)]
    return {**goals, "order": [*order[:place], "changes", *order[place:]]}


def _unit(rng: random.Random, unit: str) -> Cells:
    return {
        "unit_id": unit,
        "kind": rng.choice(("commune", "commune", "ward")),
        "mountain": rng.choice(("yes", "no", None)),
        "region_class": rng.choice(("I", "III", None)),
        "former_district": rng.choice(("Hòa", "HOÀ", "Y", None)),
    }


def _posts(rng: random.Random, unit: str) -> list[Cells]:
    posts: list[Cells] = []
    for number in range(rng.randint(1, 3)):
        post: Cells = {"post_id": f"{unit}-{number}", "unit_id": unit, "seats": rng.choice((1, 1, 2))}
        kind = rng.random()
        if kind < 0.35:
            post["level"] = rng.choice((2, 3, 4))
            if post["level"] == 3:
                post["role"] = rng.choice(("division_head", "centre_director"))
            post["min_theory"] = rng.choice(("intermediate", None, "none"))
            post["non_native"] = rng.choice(("yes", None, None))
        elif kind < 0.85:
            post["fields"] = ";".join(rng.sample(FIELDS, rng.choice((1, 1, 2))))
            post["min_degree"] = rng.choice(("university", None))
            post["majors"] = rng.choice(("Luật", None, None, None))
        if rng.random() < 0.1:
            post["weight"] = rng.choice((0, 0, 1, 3, 9))
        if rng.random() < 0.15:
            post["senders"] = rng.choice(("A", "S", "B"))
        if rng.random() < (0.5 if "role" in post or post.get("level") == 2 else 0.2):
            post["concurrent_ok"] = "yes"
        if rng.random() < 0.6:
            post["decided_by"] = rng.choice(BODIES)
        if rng.random() < 0.15:
            post["bloc"] = rng.choice(("party", "military"))
        if kind < 0.85 and rng.random() < 0.15:
            post["role"] = rng.choice(("office_head", "office_deputy", "centre_deputy"))
        posts.append(post)
    return posts


def _people(rng: random.Random, communes: list[str], posts: list[Cells], body: bool) -> list[Cells]:
    people = []
    for number in range(rng.randint(4, 7)):
        person: Cells = {
            "person_id": f"p{number}",
            "fields": ";".join(rng.sample(FIELDS, rng.choice((0, 1, 2, 2)))),
            "majors": rng.choice(("luật", "Kế toán", "chưa rõ")),
            "degree": rng.choice(DEGREES),
            "theory": rng.choice(THEORIES),
            "native_unit_id": rng.choice([*communes, None]),
            "residence_unit_id": rng.choice([*communes, None]),
            "staff_kind": rng.choice(("civil_servant", "civil_servant", "public_employee", None)),
        }
        if rng.random() < 0.65:
            person["post_id"] = rng.choice(posts)["post_id"]
        else:
            person["unit_id"] = rng.choice([*communes, "S"] if body else communes)
            person["level"] = rng.choice((3, 4, 5, None))
        if rng.random() < 0.15:
            person["also_holds"] = ";".join(post["post_id"] for post in rng.sample(posts, min(len(posts), 2)))
        if rng.random() < 0.4:
            person["post_since"] = rng.choice(("2020-08-31", "2020-09-01", "2020-09-02", "2023-09-01", "2026-01-01"))
        for name, cells in _rarely(rng, communes).items():
            person[name] = cells
        people.append(person)
    return people


def _rarely(rng: random.Random, communes: list[str]) -> Cells:
    rare: list[Cells] = [
        {"exempt": str(rng.choice((1, 2, 3, 4, 5, 6, 7, 7, 7)))},
        {"youngest_child_birth": rng.choice(("2022-09-01", "2019-09-01", "2019-09-02"))},
        {"last_move_on": rng.choice(("2023-09-01", "2023-09-02", "2025-01-31"))},
        {"leaves_on": rng.choice(("2025-10-01", "2025-12-01"))},
        {
            "on_site_unit_id": rng.choice(communes),
            "seconded_until": rng.choice(
                ("2025-09-01", "2025-10-01", "2025-10-15", "2026-09-01", "2026-09-01", "2028-09-01")
            ),
        },
        {"candidate": rng.choice(("transfer", "secondment", "both", "internal", "none"))},
        {"planned_for": "vice_chair;division_head"},
        {"rank": "specialist"},
        {"rank": "principal"},
        {"rank": "senior"},
        {"salary_coefficient": rng.choice((2.1, 3.33, 4.985))},
    ]
    drawn = [cells for cells in rare if rng.random() < (0.2 if "on_site_unit_id" in cells else 0.12)]
    return {name: cell for cells in drawn for name, cell in cells.items()}


def _appointments(rng: random.Random, posts: list[Cells], people: list[Cells]) -> None:
    """What the rules of appointment read: roles, ranks, membership, planning, and days about the first of moves."""
    for post in posts:
        if "level" in post and rng.random() < 0.5:
            role = rng.choice(ROLES)
            if post.get("role") != "centre_director":  # rare enough, and a rule of its own is about it
                post["role"] = role
        if rng.random() < 0.25:
            post["min_rank"] = rng.choice(("junior", "specialist", "principal"))
        if rng.random() < 0.15:
            post["party_member"] = rng.choice(("yes", "yes", "no"))
    for person in people:
        person["rank"] = rng.choice(RANKS)
        person["party_joined_on"] = rng.choice(("2010-01-01", "2025-09-01", "2025-09-02", "2025-10-15", None))
        sex = rng.choice(("male", "female", None))
        if sex is not None:
            person |= {"sex": sex, "birth_date": rng.choice(("1985-02-03", *BORN[sex], None))}
        if rng.random() < 0.1:
            person["leaves_on"] = rng.choice(("2030-09-01", "2030-08-31", "2030-10-15"))
        if rng.random() < 0.25:
            person["no_promotion_until"] = rng.choice(("2025-09-01", "2025-09-02", "2025-10-15", "2026-05-01"))
        if rng.random() < 0.3:
            person["planned_for"] = ";".join(rng.sample(ROLES, 2))


def _centre(rng: random.Random, posts: list[Cells], people: list[Cells]) -> None:
    """Two posts of a commune become the vice-chair's and the centre director's; one is held, the other one covered."""
    unit = rng.choice(posts)["unit_id"]
    here = [post for post in posts if post["unit_id"] == unit]
    of_communes = [person for person in people if "S" not in (person.get("unit_id"), person.get("post_id", "")[:1])]
    if min(len(here), len(of_communes)) < 2:
        return
    one, other = rng.sample(here, 2)
    one["role"], other["role"] = "vice_chair", "centre_director"
    one["concurrent_ok"] = other["concurrent_ok"] = "yes"
    holds, covers = rng.sample(of_communes, 2)
    for person in (holds, covers):
        for name in ("post_id", "level", "also_holds"):
            person.pop(name, None)
        person["unit_id"] = unit
    holds["post_id"], covers["also_holds"] = one["post_id"], other["post_id"]


def _forms(rng: random.Random) -> Cells:
    return {
        "candidates": rng.choice(("named", "all", "all")),
        "rotation": rng.choice(([], [], ["succession"])),
        "bloc_pairs": rng.choice(([], [["government", "party"]], [["government", "military"]])),
    }


def _money(rng: random.Random) -> Cells:
    return {
        "own_allowance_share": rng.choice((0, 0, 0.5, 1.75)),
        "base_salary": rng.choice(({"2024-07-01": 2_340_000}, {"2024-07-01": 2_340_000, "2025-09-01": 2_527_200})),
    }


def _rules(rng: random.Random, communes: list[str], body: bool) -> Cells:
    rules: Cells = {}
    gates = ("exempt", "bloc", "standards", "fields", "level_step", "non_native", "senders", "secondment_term",
             "post_change", "centre_director", "party_member", "no_promotion", "non_native_secretary")  # fmt: skip
    for name in gates:
        if rng.random() < 0.1:
            rules[name] = {"state": rng.choice(("off", "flag"))}
        if rng.random() < 0.05:
            rules[name] = {"by_kind": {"ward": rng.choice(("off", "flag"))}}
    limits = ("no_overfilling", "payroll_cap", "payroll_floor", "strength_floor", "no_new_gaps",
              "keep_last_specialist", "temporary_cover")  # fmt: skip
    for name in limits:
        if rng.random() < 0.15:
            rules[name] = {"state": rng.choice(("off", "flag"))}
        if rng.random() < 0.05:
            rules[name] = {"by_kind": {"ward": rng.choice(("off", "flag"))}}
    optional: dict[str, Cells] = {
        "consent": {"refusal": "gate"},
        "distance_cap": {"state": "on", "km": 20},
        "rank": {"state": rng.choice(("on", "flag")), "since": "2025-01-01"},
        "time_left": {"state": "on", "months": rng.choice((59, 60))},
        "succession": {"state": rng.choice(("on", "flag"))},
        "non_native_chair": {"state": rng.choice(("on", "flag"))},
        "non_native_inspection": {"state": rng.choice(("on", "flag"))},
        "elected": {"state": rng.choice(("on", "off"))},
        "max_moves": {"state": "on", "moves": rng.randint(0, 2)},
        "max_moves_per_unit": {"state": "on", "moves": rng.randint(1, 2)},
        "secondment_into_leadership": {"levels": [2, 3]},
        "centre_director": {"since": "2025-09-01"},
        "post_change": {"months": rng.choice((24, 61)), "fields": rng.choice((["it"], ["land", "it"]))},
        "serves": {
            "state": rng.choice(("on", "flag")),
            "units": {"S": rng.choice((communes[:1], ["hòa"], ["B", "y"]))},
        },
        "scope": {"state": rng.choice(("on", "flag")), **_scope(rng)},
    }
    if not body:
        del optional["serves"]
    rules |= {name: cells for name, cells in optional.items() if rng.random() < 0.12}
    rules["budget"] = {"state": "on" if rng.random() < 0.12 else "off", "thousand_dong": rng.choice(BUDGETS)}
    long_ago = {"since": "2025-01-01"}
    often: dict[str, Cells] = {
        "exempt": {"head_decides": "flag"},
        "lists": {"share": rng.choice((0.25, 0.5, 1.0)), "release_cap": rng.choice((None, 0.25, 0.5))},
        "relatives": {"state": rng.choice(("on", "flag")), "head_levels": rng.choice(([2], [2, 3], [4]))},
        "couples": {"state": rng.choice(("off", "flag"))},
        "deputies": {"state": rng.choice(("on", "on", "flag")), "per_division": rng.choice((0, 1)), **long_ago},
        "deputy_ranks": {"state": rng.choice(("on", "flag")), "share": rng.choice((0.5, 0.3, 0)), **long_ago},
    }
    return rules | {name: cells for name, cells in often.items() if rng.random() < 0.3}


def _scope(rng: random.Random) -> Cells:
    bodies = rng.sample(("commune_chair", "provincial_chair", "standing_committee"), rng.choice((0, 1, 2)))
    blocs = rng.choice((["party"], ["government"], [] if bodies else ["government", "party"]))
    return {"bodies": bodies, "blocs": blocs}


def _goals(rng: random.Random) -> Cells:
    """The goals that count by default, or some of all in any order, with weights in some."""
    goals: Cells = {}
    if rng.random() < 0.3:
        names = [goal.name for goal in GOALS if goal.name != "changes"]  # see `_with_changes`
        goals["order"] = rng.sample(names, rng.randint(2, 5))
    if rng.random() < 0.3:
        goals["coverage"] = {"weights": {"it": rng.choice((0, 2, 5)), "land": rng.choice((0, 1))}}
    return goals


def _quotas(rng: random.Random, communes: list[str]) -> list[Cells]:
    blocs = ("government", "party")
    return [{"unit_id": unit, "bloc": bloc, "quota": rng.randint(0, 4)} for unit in communes for bloc in blocs]


def _pools(rng: random.Random, people: list[Cells]) -> list[Cells]:
    of_body = [p for p in people if p.get("unit_id") == "S" or str(p.get("post_id", "")).startswith("S")]
    return [
        {
            "unit_id": "S",
            "person_id": person["person_id"],
            "form": rng.choice(("transfer", "secondment", "both")),
            "rank": place + 1,
            "max_months": rng.choice((None, 12, 36, 36)),
            "ready_from": rng.choice((None, None, "2025-10-15", "2026-05-01")),
        }
        for place, person in enumerate(of_body)
        if rng.random() < 0.9
    ]


def _wishes(rng: random.Random, communes: list[str], people: list[Cells]) -> list[Cells]:
    wishes = []
    for person in people:
        for unit in [*communes, None]:
            if rng.random() < 0.15:
                consent = rng.choice(("yes", "yes", "no"))
                wishes.append({"person_id": person["person_id"], "unit_id": unit, "consent": consent})
    return wishes


def _distances(rng: random.Random, communes: list[str]) -> list[Cells]:
    return [
        {"from_unit_id": one, "to_unit_id": other, "km": rng.choice((5, 19.999, 45.5, 80))}
        for k, one in enumerate(communes)
        for other in communes[k + 1 :]
    ]


def _relations(rng: random.Random, people: list[Cells]) -> list[Cells]:
    drawn: dict[frozenset[str], Cells] = {}
    for _ in range(rng.choice((0, 1, 2, 3))):
        one, other = (person["person_id"] for person in rng.sample(people, 2))
        kind = rng.choice(("spouse", "parent_child", "sibling"))
        row = {"person_id": one, "other_id": other, "kind": kind, "together": rng.choice(("yes", "no", None))}
        drawn.setdefault(frozenset((one, other)), row)
    return [*drawn.values()]


def _decisions(rng: random.Random, communes: list[str], posts: list[Cells], people: list[Cells]) -> list[Cells]:
    someone, somewhere = rng.choice(people)["person_id"], rng.choice(communes)
    some_post = rng.choice(posts)["post_id"]
    drawn: list[Cells] = [
        {"kind": "pin", "person_id": someone, "unit_id": somewhere},
        {"kind": "pin", "person_id": someone, "post_id": some_post},
        {"kind": "ban", "post_id": some_post, "form": rng.choice(("transfer", None))},
        {"kind": "keep", "person_id": someone},
        {"kind": "waive", "rule": "level_step", "person_id": someone, "reason": "r", "decided_by": "d"},
        {"kind": "waive", "rule": rng.choice(("fields", "standards")), "unit_id": somewhere, "reason": "r",
         "decided_by": "d"},
        {"kind": "waive", "rule": "payroll_cap", "unit_id": somewhere, "reason": "r", "decided_by": "d"},
        {"kind": "waive", "rule": "deputies", "unit_id": somewhere, "reason": "r", "decided_by": "d"},
        {"kind": "waive", "rule": "relatives", "person_id": someone, "reason": "r", "decided_by": "d"},
        {"kind": "waive", "rule": "couples", "person_id": someone, "reason": "r", "decided_by": "d"},
    ]  # fmt: skip
    return [cells for cells in drawn if rng.random() < (0.14 if cells["kind"] == "pin" else 0.08)]
