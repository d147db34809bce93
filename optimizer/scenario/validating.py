"""What must fit together across tables, and what is only odd. Every check names the row and the column.

A row that could not be read is simply not there: a check that concludes from something absent runs only where
the tables it looks into are sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from optimizer.errors import Problem
from optimizer.scenario.config import Registry
from optimizer.scenario.context import Context, context_of
from optimizer.scenario.deciding import check_decisions
from optimizer.scenario.months import add_months
from optimizer.scenario.names import shown
from optimizer.scenario.naming_units import check_named_units
from optimizer.scenario.schema import (
    LEADERSHIP_LEVELS,
    LOWEST_LEVEL,
    MILITARY,
    Distance,
    Listing,
    Person,
    Post,
    Quota,
    Relation,
    Unit,
)
from optimizer.scenario.settings import SettingsRead
from optimizer.scenario.tables import Table
from optimizer.scenario.vocabulary import UNKNOWN
from optimizer.texts import T, Text

REORGANISATION: Final = date(2025, 7, 1)
CHILD_CASE: Final = 5
YOUNGEST: Final = 16  # years at which nobody has joined the service or the Party yet
SMALLEST_LIST: Final = 5  # per cent of the payroll, as ordered


def check_consistency(read: SettingsRead, registry: Registry, tables: Mapping[str, Table[Any]]) -> list[Problem]:
    """Every problem across the tables, errors and warnings."""
    context = context_of(read, registry, tables)
    problems: list[Problem] = []
    for check in CHECKS:
        problems += check(context)
    return problems


def _quotas(context: Context) -> Iterator[Problem]:
    """People of a unit and bloc without a quota on the date; a quota of the military bloc is not used."""
    table: Table[Quota] = context.tables["quotas"]
    for line, quota in table.numbered():
        if quota.bloc == MILITARY:
            message = T("the military bloc is outside quotas; this row is not used")
            yield table.problem(line, "bloc", "W504", message, T("Delete the row"), quota.bloc)
    current = {(quota.unit_id, quota.bloc) for quota in table.rows if quota.effective_from <= context.day}
    yield from _posts_without_quota(context, current)
    people: Table[Person] = context.tables["people"]
    first: dict[tuple[str, str], tuple[int, str]] = {}
    count: Counter[tuple[str, str]] = Counter()
    for line, person in people.numbered():
        if person.bloc == MILITARY or context.gone(person):
            continue
        places = {"unit_id": person.unit_id}
        if context.away(person):
            places["on_site_unit_id"] = str(person.on_site_unit_id)
        for column, unit in places.items():
            if (unit, person.bloc) not in current and table.sound_for(unit):
                first.setdefault((unit, person.bloc), (line, column))
                count[unit, person.bloc] += 1
    for (unit, bloc), (line, column) in first.items():
        message = T(
            "unit {unit} has {n} people of the bloc {bloc} and no quota for it on {day}",
            unit=shown(unit), n=count[unit, bloc], bloc=bloc, day=context.day.isoformat(),
        )  # fmt: skip
        yield people.problem(line, column, "E401", message, _add_quota(context), unit)


def _posts_without_quota(context: Context, current: set[tuple[str, str]]) -> Iterator[Problem]:
    """Places of commune posts that have no quota: nothing would limit who arrives. Told once; added to `current`."""
    posts: Table[Post] = context.tables["posts"]
    for line, post in posts.numbered():
        home, place = context.units.get(post.unit_id), (post.unit_id, post.bloc)
        if home is None or not home.is_commune or not post.seats or post.bloc == MILITARY or place in current:
            continue
        if not context.tables["quotas"].sound_for(post.unit_id):
            continue
        message = T(
            "unit {unit} has posts of the bloc {bloc} and no quota for it on {day}",
            unit=shown(post.unit_id), bloc=post.bloc, day=context.day.isoformat(),
        )  # fmt: skip
        yield posts.problem(line, "unit_id", "E417", message, _add_quota(context), post.unit_id)
        current.add(place)


def _add_quota(context: Context) -> Text:
    return T("Add its row to {file} or correct the bloc", file=context.tables["quotas"].file)


def _present(context: Context) -> Iterator[Problem]:
    """People whom a unit reports as present against those who are listed, on the row that counts on the date."""
    table: Table[Quota] = context.tables["quotas"]
    listed = Counter(
        (person.unit_id, person.bloc)
        for person in context.people.values()
        if person.leaves_on is None or person.leaves_on >= context.day
    )
    counts: dict[tuple[str, str], tuple[int, Quota]] = {}
    for line, quota in table.numbered():
        place = (quota.unit_id, quota.bloc)
        if quota.effective_from <= context.day and (
            place not in counts or counts[place][1].effective_from < quota.effective_from
        ):
            counts[place] = (line, quota)
    for place, (line, quota) in counts.items():
        sound = table.sound_for(quota.unit_id) and context.tables["people"].sound_for(quota.unit_id)
        if sound and quota.present is not None and quota.present != listed[place]:
            message = T("{present} people are reported as present, {listed} are listed", present=quota.present,
                        listed=listed[place])  # fmt: skip
            mend = T("Look for people left out, listed twice or of another bloc, or correct the number")
            yield table.problem(line, "present", "W512", message, mend, quota.present)


def _posts(context: Context) -> Iterator[Problem]:
    """Levels, fields and minimums of posts."""
    table: Table[Post] = context.tables["posts"]
    for line, post in table.numbered():
        leading = post.category == "leadership"
        if leading != (post.level in LEADERSHIP_LEVELS):
            message = T("a post of the category {category} has the level {level}", category=post.category,
                        level=post.level or LOWEST_LEVEL)  # fmt: skip
            mend = T("Give leadership posts a level from 1 to 4, all others 5 or blank")
            yield table.problem(line, "level", "E404", message, mend, post.level)
        if post.category == "specialist" and not post.fields:
            message = T("a specialist post names no field")
            yield table.problem(line, "fields", "E405", message, T("Name its fields or change its category"))
        for column in ("min_degree", "min_theory"):
            if getattr(post, column) == UNKNOWN:
                mend = T("Name the lowest level, or leave the cell blank for none")
                yield table.problem(line, column, "E406", T("'unknown' is no minimum"), mend, UNKNOWN)


def _seats(context: Context) -> Iterator[Problem]:
    """Posts held by more people than they have seats."""
    held = Counter(
        person.post_id
        for person in context.people.values()
        if person.post_id and not context.gone(person) and not context.away(person)
    )
    table: Table[Post] = context.tables["posts"]
    for line, post in table.numbered():
        if held[post.post_id] > post.seats:
            message = T(
                "{n} people hold {seats} seats; nobody will be sent here",
                n=held[post.post_id],
                seats=post.seats,
            )
            mend = T("Check the seats, or blank the post of those without a seat")
            yield table.problem(line, "seats", "W505", message, mend, post.seats)


def _places(context: Context) -> Iterator[Problem]:
    """People and their posts: unit, bloc, level."""
    table: Table[Person] = context.tables["people"]
    for line, person in table.numbered():
        post = context.posts.get(person.post_id or "")
        if post is None:
            continue
        if post.unit_id != person.unit_id:
            message = T(
                "the post belongs to unit {unit}, the person to {other}",
                unit=post.unit_id,
                other=person.unit_id,
            )
            mend = T("Correct the post or the unit; a blank post means no seat")
            yield table.problem(line, "post_id", "E402", message, mend, person.post_id)
        if post.bloc != person.bloc:
            message = T("the post is of the bloc {bloc}, the person of {other}", bloc=post.bloc, other=person.bloc)
            yield table.problem(line, "bloc", "E403", message, T("Correct one of the two"), person.bloc)
        level, expected = person.level or LOWEST_LEVEL, post.level or LOWEST_LEVEL
        if level != expected:
            message = T("the person has the level {level}, the post {other}", level=level, other=expected)
            yield table.problem(line, "level", "W506", message, T("Check which of the two is right"), person.level)


def _secondments(context: Context) -> Iterator[Problem]:
    """Present secondments: unit and end go together, and the unit is another one."""
    table: Table[Person] = context.tables["people"]
    for line, person in table.numbered():
        if (person.on_site_unit_id is None) != (person.seconded_until is None):
            column = "on_site_unit_id" if person.on_site_unit_id is None else "seconded_until"
            message = T("a secondment needs both its unit and its end")
            yield table.problem(line, column, "E407", message, T("Fill in both cells or none"))
        if person.on_site_unit_id == person.unit_id:
            message = T("the person is seconded to the own unit")
            mend = T("Name the other unit, or leave the cell blank")
            yield table.problem(line, "on_site_unit_id", "E408", message, mend, person.on_site_unit_id)


def _days(context: Context) -> Iterator[Problem]:
    """Dates of people that cannot be or are odd."""
    table: Table[Person] = context.tables["people"]
    for line, person in table.numbered():
        for column in ("birth_date", "youngest_child_birth"):
            born = getattr(person, column)
            if born is not None and born > context.day:
                message = T("the birth date lies after the scenario's date")
                yield table.problem(line, column, "E416", message, T("Correct the date"), born)
        grown = None if person.birth_date is None else add_months(person.birth_date, 12 * YOUNGEST)
        for column in ("joined_on", "party_joined_on"):
            since = getattr(person, column)
            if grown is not None and since is not None and since < grown <= context.day:
                message = T("the date lies less than {n} years after the date of birth", n=YOUNGEST)
                mend = T("Check both dates; are their columns mixed up?")
                yield table.problem(line, column, "W513", message, mend, since)
        child = person.youngest_child_birth
        if child is not None and child <= context.day < add_months(child, 36) and CHILD_CASE not in person.exempt:
            message = T("the family data of this row do not fit its exempt cases")
            yield table.problem(line, "youngest_child_birth", "W501", message, T("Check the exempt cases"), child)
        if person.last_move_on == REORGANISATION:
            message = T("the reorganisation of 1 July 2025 does not count as a move")
            mend = T("Enter the last move before it, or leave the cell blank")
            yield table.problem(line, "last_move_on", "W503", message, mend, person.last_move_on)
        if person.leaves_on is not None and person.leaves_on < context.day:
            message = T("the person has left before the scenario's date and counts nowhere")
            yield table.problem(
                line, "leaves_on", "W507", message, T("Delete the row if that is right"), person.leaves_on
            )


def _lists(context: Context) -> Iterator[Problem]:
    """Lists of provincial bodies: whose they are, who is on them, and in which order."""
    table: Table[Listing] = context.tables["pools"]
    settings = context.read.rules.get("lists")
    cut = settings is not None and settings.state != "off" and getattr(settings, "share", None) is not None
    first: dict[tuple[str, int], int] = {}
    for line, row in table.numbered():
        unit, person = context.units.get(row.unit_id), context.people.get(row.person_id)
        if unit is not None and unit.is_commune:
            message = T("unit {unit} is not a provincial body", unit=row.unit_id)
            yield table.problem(line, "unit_id", "E409", message, T("Only provincial bodies have a list"), row.unit_id)
        if person is not None and person.unit_id != row.unit_id:
            message = T("the person is on the payroll of unit {unit}", unit=person.unit_id)
            yield table.problem(line, "person_id", "E410", message, T("Correct the unit or the person"), row.person_id)
        if row.rank is None:
            if cut:
                message = T("rules.lists.share cuts the lists by rank, and this rank is blank")
                yield table.problem(line, "rank", "E412", message, T("Fill it in"))
        elif first.setdefault((row.unit_id, row.rank), line) != line:
            message = T("the rank stands already in row {row}", row=table.named(first[row.unit_id, row.rank]))
            yield table.problem(line, "rank", "E411", message, T("Give every person of a list another rank"), row.rank)


def _short_lists(context: Context) -> Iterator[Problem]:
    """Lists shorter than 5 % of the payroll."""
    table: Table[Listing] = context.tables["pools"]
    payroll = Counter(person.unit_id for person in context.people.values() if not context.gone(person))
    length = Counter(row.unit_id for row in table.rows)
    seen: set[str] = set()
    for line, row in table.numbered():
        needed = -(-payroll[row.unit_id] * SMALLEST_LIST // 100)
        sound = context.tables["people"].sound_for(row.unit_id) and table.sound_for(row.unit_id)
        if sound and row.unit_id not in seen and length[row.unit_id] < needed:
            message = T(
                "the list has {n} people; 5 % of {payroll} are {needed}",
                n=length[row.unit_id], payroll=payroll[row.unit_id], needed=needed,
            )  # fmt: skip
            yield table.problem(line, "unit_id", "W502", message, T("The order asks for at least 5 %"), row.unit_id)
        seen.add(row.unit_id)


def _distances(context: Context) -> Iterator[Problem]:
    """Distances: whole metres, 0 to itself, the same in both directions."""
    table: Table[Distance] = context.tables["distances"]
    first: dict[tuple[str, str], tuple[int, float]] = {}
    for line, row in table.numbered():
        if round(row.km, 3) != row.km:
            message = T("'{value}' has more than 3 decimals", value=row.km)
            mend = T("Write it as '{value}'", value=f"{Decimal(repr(row.km)):.3f}")
            yield table.problem(line, "km", "E211", message, mend, row.km)
        if row.from_unit_id == row.to_unit_id and row.km != 0:
            message = T("the distance from a unit to itself is 0")
            yield table.problem(line, "km", "E413", message, T("Delete the row"), row.km)
        other, km = first.get((row.to_unit_id, row.from_unit_id), (line, row.km))
        if km != row.km:
            message = T("row {row} gives {km} km for the same pair", row=table.named(other), km=km)
            yield table.problem(line, "km", "E303", message, T("Keep one of the two rows"), row.km)
        first.setdefault((row.from_unit_id, row.to_unit_id), (line, row.km))


def _coordinates(context: Context) -> Iterator[Problem]:
    """Units without coordinates need a distance to every other unit."""
    if not context.sound("units", "distances"):
        return
    given = {(row.from_unit_id, row.to_unit_id) for row in context.tables["distances"].rows}
    table: Table[Unit] = context.tables["units"]
    for line, unit in table.numbered():
        if unit.lat is not None and unit.lon is not None:
            continue
        own = unit.unit_id
        missing = [u for u in context.units if u != own and (own, u) not in given and (u, own) not in given]
        if missing:
            message = T("the unit has no coordinates and no distance to {unit}", unit=missing[0])
            mend = T("Fill in lat and lon, or add the road distances to all other units")
            yield table.problem(line, "lat" if unit.lat is None else "lon", "E414", message, mend)


def _relations(context: Context) -> Iterator[Problem]:
    """Nobody is their own relative; what is entered from both sides says the same."""
    table: Table[Relation] = context.tables["relations"]
    first: dict[tuple[str, str], tuple[int, Relation]] = {}
    for line, row in table.numbered():
        other, known = first.get((row.other_id, row.person_id), (line, row))
        for column in ("kind", "together"):
            if getattr(row, column) != getattr(known, column):
                message = T("row {row} says otherwise of the same two people", row=table.named(other))
                yield table.problem(line, column, "E304", message, T("Keep one of the two rows"), getattr(row, column))
        first.setdefault((row.person_id, row.other_id), (line, row))
        if row.person_id == row.other_id:
            message = T("the relation is of a person to themselves")
            yield table.problem(line, "other_id", "E415", message, T("Correct the id or delete the row"), row.other_id)


Check = Callable[[Context], Iterator[Problem]]
CHECKS: Final[tuple[Check, ...]] = (
    _quotas, _present, _posts, _seats, _places, _secondments, _days, _lists, _short_lists, _distances, _coordinates,
    _relations, check_decisions, check_named_units,
)  # fmt: skip
