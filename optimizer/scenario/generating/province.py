"""Units, quotas and posts of a province, and how many people each unit and bloc has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from optimizer.errors import InputError, UsageError
from optimizer.scenario.generating.balancing import BLOCS, draw_excess, draw_lacking, need, share_quotas
from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.generating.names import place_names
from optimizer.scenario.generating.profile import Body, Profile
from optimizer.scenario.generating.structure import MAJORS, Kind, seats_by_kind
from optimizer.scenario.reading import read_rows
from optimizer.scenario.schema import MILITARY, Distance, Post, Quota, Row, Unit
from optimizer.texts import T

R = TypeVar("R", bound=Row)
_SPREAD_DISTRICT = 8
_BODY_FIELDS = tuple(MAJORS)


@dataclass(frozen=True)
class Frame:
    """The skeleton of a province: what stands before any person.

    `excess` is payroll minus quota; `lacking` has by commune the fields that nobody there has.
    """

    units: tuple[Unit, ...]
    bodies: tuple[Body, ...]
    quotas: tuple[Quota, ...]
    posts: tuple[Post, ...]
    distances: tuple[Distance, ...]
    excess: Mapping[tuple[str, str], int]
    lacking: Mapping[str, frozenset[str]]

    @property
    def communes(self) -> tuple[Unit, ...]:
        """The units that are no provincial bodies."""
        return tuple(unit for unit in self.units if unit.is_commune)


def build_frame(profile: Profile, folder: Path | None) -> Frame:
    """Units, quotas, posts and distances; files that the profile names are read from `folder`.

    Raises InputError with the problems of these files, UsageError where they do not fit the profile.
    """
    communes = _communes(profile, folder)
    bodies = profile.bodies or _invented_bodies(profile)
    seat = _seat(profile, communes)
    given = _read(Distance, profile.distances, folder, {unit.unit_id for unit in communes})
    quotas = share_quotas(profile, communes)
    excess = draw_excess(profile, communes, quotas)
    large = set(_largest(communes, profile.quotas.third_vice_chairs))
    posts = [post for unit in communes for post in _commune_posts(profile, unit, quotas, unit.unit_id in large)]
    posts += [post for body in bodies for post in _body_posts(body)]
    rows = [_quota(profile, unit, bloc, n, profile.quotas.basis) for (unit, bloc), n in quotas.items()]
    rows += [_quota(profile, body.unit_id, body.bloc, body.people, "Giả định") for body in bodies]
    return Frame(
        units=(*communes, *(_body_unit(body, seat) for body in bodies)),
        bodies=tuple(bodies),
        quotas=tuple(rows),
        posts=tuple(posts),
        distances=(*given, *_from_bodies(bodies, given, seat)),
        excess=excess,
        lacking=draw_lacking(profile, communes, excess),
    )


def _communes(profile: Profile, folder: Path | None) -> tuple[Unit, ...]:
    if profile.facts is None:
        return _invented(profile)
    communes = _read(Unit, profile.facts, folder)
    if not communes or not all(unit.is_commune for unit in communes):
        raise UsageError(T("{file} must hold communes, wards and special zones, and nothing else", file=profile.facts))
    return communes


def _seat(profile: Profile, communes: Sequence[Unit]) -> Unit:
    if profile.seat is None:
        return communes[0]
    for unit in communes:
        if unit.unit_id == profile.seat:
            return unit
    raise UsageError(T("the seat '{unit}' is not one of the communes", unit=profile.seat))


def _read(model: type[R], name: str | None, folder: Path | None, units: Set[str] | None = None) -> tuple[R, ...]:
    if name is None:
        return ()
    known = {"units": frozenset(units)} if units is not None else None
    rows, problems = read_rows(model, (folder or Path()) / name, known)
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    return tuple(rows)


def _invented(profile: Profile) -> tuple[Unit, ...]:
    """Communes on a grid that climbs from the coast in the east to the border in the west."""
    dice = Dice(profile.seed, "units")
    names = place_names(dice, profile.units)
    width = max(2, round(profile.units**0.5))
    units = []
    for i, name in enumerate(names):
        row, place = divmod(i, width)
        west = place * 100 // width
        mountain = west < 50
        units.append(
            Unit(
                unit_id=f"{i + 1:05d}",
                name=name,
                kind="ward" if west >= 85 and dice.chance(500) else "commune",
                former_district=f"Huyện {i // _SPREAD_DISTRICT + 1}",
                region_class="III" if west < 30 else None,
                border=west < 10,
                mountain=mountain,
                merged=not (west < 40 and dice.chance(250)),
                lat=round(12 + row * 0.09 + dice.below(40) / 1000, 4),
                lon=round(104 + place * 0.09 + dice.below(40) / 1000, 4),
                area_km2=float(dice.between(90, 350) if mountain else dice.between(20, 90)),
                population=dice.between(4000, 22_000) if mountain else dice.between(20_000, 75_000),
            )
        )
    return tuple(units)


def _invented_bodies(profile: Profile) -> tuple[Body, ...]:
    dice = Dice(profile.seed, "bodies")
    n = profile.departments if profile.departments is not None else min(14, 1 + profile.units // 9)
    size = max(12, 13 * profile.units // max(1, n))
    bodies = []
    for i in range(n):
        fields = {_BODY_FIELDS[i % len(_BODY_FIELDS)]: 6, dice.pick(_BODY_FIELDS): 2}
        people = dice.between(size * 2 // 3, size * 4 // 3)
        bodies.append(Body(unit_id=f"S{i + 1:02d}", name=f"Sở mẫu {i + 1}", people=people, fields=fields))
    return tuple(bodies)


def _body_unit(body: Body, seat: Unit) -> Unit:
    return Unit(unit_id=body.unit_id, name=body.name, kind="department", lat=seat.lat, lon=seat.lon)


def _from_bodies(bodies: Iterable[Body], given: Sequence[Distance], seat: Unit) -> list[Distance]:
    """The given distances of the seat, for each body that sits there."""
    rows = []
    for body in bodies:
        for row in given:
            if seat.unit_id in (row.from_unit_id, row.to_unit_id):
                other = row.to_unit_id if row.from_unit_id == seat.unit_id else row.from_unit_id
                rows.append(Distance(from_unit_id=body.unit_id, to_unit_id=other, km=row.km))
    return rows


def _largest(communes: Iterable[Unit], n: int) -> list[str]:
    ranked = sorted((unit for unit in communes if unit.merged is not False), key=lambda u: (-need(u), u.unit_id))
    return [unit.unit_id for unit in ranked[:n]]


def _quota(profile: Profile, unit_id: str, bloc: str, n: int, basis: str) -> Quota:
    since = profile.reorganised_on
    return Quota(unit_id=unit_id, bloc=bloc, quota=n, basis=basis, effective_from=since)


def _commune_posts(
    profile: Profile, unit: Unit, quotas: Mapping[tuple[str, str], int], third_vice_chair: bool
) -> list[Post]:
    posts = []
    for bloc in (*BLOCS, MILITARY) if profile.quotas.military else BLOCS:
        quota = quotas.get((unit.unit_id, bloc), 1)
        seats = seats_by_kind(bloc, quota, unit.merged is not False, third_vice_chair)
        posts += [kind.post_in(unit, n, may_be_covered=_may_be_covered(profile, kind)) for kind, n in seats.items()]
    return posts


def _may_be_covered(profile: Profile, kind: Kind) -> bool:
    return kind.category == "specialist" and set(profile.concurrent_ok).issuperset(kind.fields)


def _body_posts(body: Body) -> list[Post]:
    """Head, deputies, divisions of about 14 people, specialists by field, clerks; seats sum to the people."""
    divisions = max(1, body.people // 14)
    clerks = max(1, body.people // 25)
    deputies = min(3, max(1, body.people // 20))
    board = "party_board" if body.bloc == "party" else "front" if body.bloc == "front" else "department"
    top = ("front_chair", "front_vice_chair") if board == "front" else (f"{board}_head", f"{board}_deputy")
    rows = [
        ("lanh-dao", "Thủ trưởng cơ quan", top[0], 1, 1, ()),
        ("pho", "Phó thủ trưởng cơ quan", top[1], 2, deputies, ()),
        ("tp", "Trưởng phòng", "division_head", 3, divisions, ()),
        ("ptp", "Phó Trưởng phòng", "division_deputy", 4, divisions, ()),
        ("nv", "Nhân viên", "clerk", 5, clerks, ()),
    ]
    rest = body.people - sum(row[4] for row in rows)
    for field, seats in _shared(body.fields, rest).items():
        rows.append((field, "Chuyên viên", "specialist", 5, seats, (field,)))  # type: ignore[arg-type]
    return [
        Post(
            post_id=f"{body.unit_id}-{code}",
            unit_id=body.unit_id,
            bloc=body.bloc,
            title=title,
            role=role,
            category="leadership" if level <= 4 else "specialist" if fields else "general",
            level=level,
            fields=fields,
            seats=seats,
        )
        for code, title, role, level, seats, fields in rows
        if seats
    ]


def _shared(weights: Mapping[str, int], n: int) -> dict[str, int]:
    """n seats shared by weight, the rest to the largest weights."""
    total = sum(weights.values())
    shares = {key: n * weight // total for key, weight in weights.items()}
    for key in sorted(weights, key=lambda k: -weights[k])[: n - sum(shares.values())]:
        shares[key] += 1
    return shares
