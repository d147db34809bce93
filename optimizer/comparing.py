"""Two plans of one province against each other: only what differs, and what may have made it so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from optimizer.comparison import (
    PERSON_KINDS,
    BodyCount,
    Comparison,
    GoalChange,
    Part,
    PersonChange,
    PersonKind,
    PostChange,
    SettingChange,
    UnitChange,
    unit_figures,
)
from optimizer.errors import UsageError
from optimizer.plan import MovedPerson, OpenPost, Plan
from optimizer.provenance import differing_files
from optimizer.scenario.keys import flat
from optimizer.scenario.toml_files import SETTINGS_FILE
from optimizer.texts import T

FORM, DATES = ("form",), ("start", "end")
TERMS: Final = (
    "from_unit_id", "from_post_id", "flags", "legal_basis", "decided_by", "agreed_by", "waived", "notes",
    "notice_on",
)  # fmt: skip
# all else, the reason too, follows from these, data and settings
COMPARED: Final = ("to_unit_id", "to_post_id", *FORM, *DATES, *TERMS)


def compare(plan: Plan, other: Plan) -> Comparison:
    """What differs between two plans of one province: usually a plan and its revised one.

    Scenarios may have other names, dates, data and settings; that is told in `settings`. Raises UsageError where the
    plans are of different provinces: by their codes, or because no unit stands in both.
    """
    _require_one_province(plan, other)
    people = tuple(differing_people(plan, other))
    return Comparison(
        plans=(plan, other),
        goals=tuple(_goals(plan, other)),
        people=people,
        posts=tuple(_posts(plan, other)),
        units=tuple(_units(plan, other)),
        settings=tuple(_settings(plan, other)),
        bodies=tuple(_bodies(other, people)),
    )


def _require_one_province(plan: Plan, other: Plan) -> None:
    codes = [found for side in (plan, other) if (found := side.parameters.get("province")) is not None]
    units = [{row.unit_id for row in side.units} for side in (plan, other)]
    if len({*codes}) > 1 or (all(units) and units[0].isdisjoint(units[1])):
        message = T("the plans are of different provinces, {one} and {other}: only plans of one province compare",
                    one=plan.scenario, other=other.scenario)  # fmt: skip
        raise UsageError(message)


def _goals(plan: Plan, other: Plan) -> Iterator[GoalChange]:
    """Every goal of either plan, in the order of the other one, those of the first alone last."""
    before, after = ({result.name: result for result in side.goals} for side in (plan, other))
    for name in dict.fromkeys([*after, *before]):
        yield GoalChange(name, before.get(name), after.get(name))


def differing_people(plan: Plan, other: Plan) -> Iterator[PersonChange]:
    """Everybody whom the plans treat differently, by kind and id."""
    before, after = ({move.person_id: move for move in side.moves} for side in (plan, other))
    found = [_person(person_id, before.get(person_id), after.get(person_id)) for person_id in {**before, **after}]
    changes = [change for change in found if change is not None]
    yield from sorted(changes, key=lambda change: (PERSON_KINDS.index(change.kind), change.person_id))


def _person(person_id: str, before: MovedPerson | None, after: MovedPerson | None) -> PersonChange | None:
    """What differs for one person; None where nothing does."""
    if before is None or after is None:
        return PersonChange(person_id, "added" if before is None else "dropped", before, after)
    differs = tuple(column for column in COMPARED if _said(before, column) != _said(after, column))
    if not differs:
        return None
    kind: PersonKind = "other_post"
    if not {"to_post_id", "to_unit_id"} & {*differs}:
        is_other = {*FORM} & {*differs}
        kind = "other_form" if is_other else "other_dates" if {*DATES} & {*differs} else "other_terms"
    return PersonChange(person_id, kind, before, after, differs)


def _said(move: MovedPerson, column: str) -> Any:
    """What a row says in a column; the order of codes in a list says nothing."""
    value = getattr(move, column)
    return frozenset(value) if isinstance(value, tuple) else value


def _posts(plan: Plan, other: Plan) -> Iterator[PostChange]:
    """By unit and id."""
    gaps = [{row.post_id: row for row in side.gaps} for side in (plan, other)]
    came = [_came(side) for side in (plan, other)]
    unit = {row.post_id: row.unit_id for found in gaps for row in found.values()}
    unit |= {move.to_post_id: move.to_unit_id or "" for side in (plan, other) for move in side.moves}
    for post_id in sorted(unit, key=lambda post_id: (unit[post_id], post_id)):
        open_before, open_after = (_gap(found.get(post_id)) for found in gaps)
        people_before, people_after = (found.get(post_id, ()) for found in came)
        if open_before != open_after or people_before != people_after:
            row = gaps[1].get(post_id)
            reason = None if row is None else row.reason
            yield PostChange(post_id, unit[post_id], open_before, open_after, people_before, people_after, reason)


def _gap(row: OpenPost | None) -> int:
    return 0 if row is None else row.gap


def _came(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Who comes into each post, by id."""
    found: dict[str, list[str]] = {}
    for move in plan.moves:
        found.setdefault(move.to_post_id, []).append(move.person_id)
    return {post_id: tuple(sorted(people)) for post_id, people in found.items()}


def _units(plan: Plan, other: Plan) -> Iterator[UnitChange]:
    """By id and bloc."""
    before, after = ({(row.unit_id, row.bloc): row for row in side.units} for side in (plan, other))
    for key in sorted({**before, **after}):
        change = UnitChange(*key, before.get(key), after.get(key))
        if unit_figures(change.before) != unit_figures(change.after):
            yield change


def _bodies(other: Plan, people: Sequence[PersonChange]) -> Iterator[BodyCount]:
    """By code, moves without a body last."""
    differs = {change.person_id for change in people}
    kept = Counter(move.decided_by for move in other.moves if move.person_id not in differs)
    found = Counter((change.decided_by, _in_short(change.kind)) for change in people)
    bodies = {*kept, *(body for body, _ in found)}
    for body in sorted(bodies, key=lambda body: (body is None, body or "")):
        yield BodyCount(body, kept[body], found[body, "added"], found[body, "dropped"], found[body, "changed"])


def _in_short(kind: PersonKind) -> str:
    return kind if kind in ("added", "dropped") else "changed"


def _settings(plan: Plan, other: Plan) -> Iterator[SettingChange]:
    """Settings, then decisions, files and versions; a plan made in memory may name none of the last two."""
    yield from _by_key("setting", _keys(plan), _keys(other))
    yield from _decisions(plan, other)
    if plan.inputs and other.inputs:
        for name, before, after in differing_files(plan.inputs, other.inputs):
            if name != SETTINGS_FILE:  # each of its settings is compared above
                yield SettingChange("file", name, before, after)
    if plan.versions and other.versions:
        yield from _by_key("version", plan.versions, other.versions)


def _keys(plan: Plan) -> dict[str, Any]:
    """Every setting by its dotted key, the name and date of the scenario first."""
    kept = {key: value for key, value in plan.parameters.items() if key != "decisions"}
    return dict(flat({**kept, "name": plan.scenario, "date": plan.date.isoformat()}))


def _by_key(part: Part, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[SettingChange]:
    for key in dict.fromkeys([*before, *after]):
        if _written(before.get(key)) != _written(after.get(key)):
            yield SettingChange(part, key, before.get(key), after.get(key))


def _decisions(plan: Plan, other: Plan) -> Iterator[SettingChange]:
    """Decisions of the first plan alone, then those of the other alone; their free text is in no plan."""
    rows: list[list[Mapping[str, Any]]] = [side.parameters.get("decisions", []) for side in (plan, other)]
    for at in (0, 1):
        others = {_written(row) for row in rows[1 - at]}
        for row in rows[at]:
            if _written(row) not in others:
                given = {column: value for column, value in row.items() if value is not None}
                yield SettingChange("decision", str(row["kind"]), *((given, None) if at == 0 else (None, given)))


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
