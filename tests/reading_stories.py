"""The story that the tests of reading change: two communes, a provincial body, and a row in most tables."""

from __future__ import annotations

from typing import Any

from builders import tiny

from optimizer.scenario.scenario import Scenario

UNITS = ["A", "B", {"unit_id": "D", "kind": "department"}]
POSTS = [
    {"post_id": "A-chair", "level": 1, "unit_id": "A"},
    {"post_id": "A-it", "unit_id": "A", "fields": "it"},
    {"post_id": "D-it", "unit_id": "D", "fields": "it", "seats": 20},
]
PEOPLE = [
    {"person_id": "ann", "post_id": "A-chair"},
    {"person_id": "bob", "unit_id": "B", "fields": "it", "majors": "Tin học"},
    {"person_id": "dan", "post_id": "D-it", "fields": "it"},
]
STORY: dict[str, Any] = {
    "units": UNITS,
    "posts": POSTS,
    "people": PEOPLE,
    "pools": [{"person_id": "dan", "rank": 1}],
    "wishes": [{"person_id": "bob", "unit_id": "A"}],
    "relations": [{"person_id": "ann", "other_id": "bob", "kind": "spouse"}],
    "decisions": [{"kind": "keep", "person_id": "ann"}],
}


def story(**changes: Any) -> Scenario:
    return tiny(**{**STORY, **changes})


def changed(rows: list[Any], at: int, **cells: Any) -> list[Any]:
    """`rows` with some cells of row `at` changed."""
    return [{**row, **cells} if n == at else row for n, row in enumerate(rows)]
