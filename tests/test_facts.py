"""What the checker reads out of the data: dates, distances, lists, consents and counts."""

from __future__ import annotations

from datetime import date

import pytest
from builders import tiny

from optimizer.rulebook.facts import Facts
from optimizer.rulebook.roads import Roads
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Unit


def facts_of(**story: object) -> Facts:
    scenario: Scenario = tiny(**{"units": ["A", "B"], **story})  # type: ignore[arg-type]
    return Facts(scenario)


def unit(name: str, lat: float, mountain: bool | None) -> Unit:
    return Unit(unit_id=name, name=name, kind="commune", lat=lat, lon=105.0, mountain=mountain)


def test_estimated_roads() -> None:
    # one degree of latitude on a sphere of 6,371 km: 6371 x pi / 180 = 111.19 km
    units = {
        u.unit_id: u for u in (unit("a", 18, None), unit("b", 19, True), unit("c", 20, True), unit("d", 17, False))
    }
    roads = Roads(units, ())
    assert roads.metres("a", "d") == 133_000  # x 1.2 = 133.43
    assert roads.metres("a", "b") == 156_000  # x 1.4 = 155.67
    assert roads.metres("b", "c") == 222_000  # x 2.0 = 222.39
    assert roads.metres("c", "b") == 222_000
    assert roads.metres("a", "a") == 0


def test_estimated_roads_between_meridians() -> None:
    """At 60 degrees north a degree of longitude is half as long as at the equator; the pole is 30 degrees away."""
    at = {"o": (0, 0), "e": (0, 1), "n": (60, 0), "m": (60, 1), "x": (0, 180), "y": (60, 180), "z": (-60, 0)}
    roads = Roads({k: unit(k, lat, None).model_copy(update={"lon": lon}) for k, (lat, lon) in at.items()}, ())
    assert roads.metres("o", "e") == 133_000  # 111.19 x 1.2 = 133.43
    assert roads.metres("n", "m") == 67_000  # 111.19 x cos 60 x 1.2 = 66.72
    assert roads.metres("n", "y") == 8_006_000  # over the pole, 60 x 111.19 x 1.2 = 8,006.0
    assert roads.metres("o", "y") == 16_012_000  # 120 x 111.19 x 1.2 = 16,011.9
    assert roads.metres("o", "x") == roads.metres("y", "z") == 24_018_000  # half around: 180 x 111.19 x 1.2 = 24,018.1


@pytest.mark.parametrize("missing", ["lat", "lon"])
@pytest.mark.parametrize("name", ["a", "b"])
def test_a_unit_without_a_place_has_no_road(name: str, missing: str) -> None:
    units = {u: unit(u, 18, None) for u in "ab"}
    units[name] = units[name].model_copy(update={missing: None})
    with pytest.raises(ValueError, match="no coordinates"):
        Roads(units, ()).metres("a", "b")


def test_entered_roads_are_exact_metres_in_both_directions() -> None:
    facts = facts_of(distances=[{"from_unit_id": "B", "to_unit_id": "A", "km": 4.035}])
    assert facts.roads.metres("A", "B") == facts.roads.metres("B", "A") == 4_035


def test_the_latest_quota_on_or_before_the_date_counts() -> None:
    quotas = [
        {"unit_id": "A", "quota": quota, "effective_from": day}
        for day, quota in {"2025-07-01": 5, "2025-09-01": 6, "2025-09-02": 7}.items()
    ]
    assert facts_of(quotas=quotas).quota == {("A", "government"): 6}


def test_who_counts_where() -> None:
    facts = facts_of(
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": 4}],
        people=[
            {"person_id": "here", "post_id": "A-it"},
            {"person_id": "gone", "post_id": "A-it", "leaves_on": "2025-11-30"},
            {"person_id": "away", "post_id": "A-it", "on_site_unit_id": "B", "seconded_until": "2025-12-02"},
            {"person_id": "back", "post_id": "A-it", "on_site_unit_id": "B", "seconded_until": "2025-12-01"},
        ],
    )
    home, other = ("A", "government"), ("B", "government")
    assert facts.held["A-it"] == 2  # here, back
    assert (facts.payroll[home], facts.payroll[other]) == (3, 0)
    assert (facts.strength[home], facts.strength[other]) == (2, 1)


def test_people_who_are_gone_keep_their_place_on_a_list() -> None:
    facts = facts_of(
        units=["A", {"unit_id": "D", "kind": "department"}],
        people=[
            {"person_id": "d1", "unit_id": "D", "leaves_on": "2025-10-01"},
            *({"person_id": f"d{n}", "unit_id": "D"} for n in (2, 3, 4, 5)),
        ],
        pools=[{"person_id": f"d{n}", "rank": 10 * n} for n in (3, 2, 1)],
    )
    # 4 people count in D: ceil(0.5 x 4) = 2 places, the first is that of d1
    assert [row.person_id for row in facts.cut_list("D", 0.5)] == ["d1", "d2"]
    assert [row.person_id for row in facts.cut_list("D", None)] == ["d1", "d2", "d3"]


def test_a_wish_that_names_the_unit_outranks_one_that_does_not() -> None:
    facts = facts_of(
        people=[{"person_id": "p", "unit_id": "A"}, {"person_id": "q", "unit_id": "A"}],
        wishes=[{"person_id": "p", "consent": "yes"}, {"person_id": "p", "unit_id": "B", "consent": "no"}],
    )
    p, q = facts.people["p"], facts.people["q"]
    assert [facts.consent(p, "A"), facts.consent(p, "B"), facts.consent(q, "B")] == [True, False, None]


@pytest.mark.parametrize(
    ("ready", "months", "start", "end"),
    [
        (None, None, date(2025, 9, 1), date(2026, 3, 1)),
        ("2025-08-01", 1, date(2025, 9, 1), date(2025, 10, 1)),
        ("2025-10-31", 4, date(2025, 10, 31), date(2026, 2, 28)),  # a day past the end of a month is clipped
    ],
)
def test_the_term_of_a_secondment(ready: str | None, months: int | None, start: date, end: date) -> None:
    facts = facts_of(
        units=["A", {"unit_id": "D", "kind": "department"}],
        people=[{"person_id": "d1", "unit_id": "D"}],
        pools=[{"person_id": "d1", "ready_from": ready, "max_months": months}],
    )
    person = facts.people["d1"]
    assert (facts.start(person, "secondment"), facts.end(person, "secondment")) == (start, end)
    assert facts.end(person, "transfer") is None


@pytest.mark.parametrize(("others", "scarce"), [(1, True), (2, False)])
def test_a_field_is_scarce_where_at_most_two_have_it(others: int, scarce: bool) -> None:
    people = [{"person_id": f"p{n}", "unit_id": "A", "fields": "it"} for n in range(1 + others)]
    facts = facts_of(people=people)
    assert facts.is_scarce(facts.people["p0"]) is scarce
