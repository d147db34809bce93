"""How many people a unit may have, and who has too many, too few, or nobody of a field; given figures hold exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heapreplace

from optimizer.errors import UsageError
from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.generating.profile import Balance, Profile
from optimizer.scenario.schema import Unit
from optimizer.texts import T

BLOCS = ("government", "party", "front")
ByUnitAndBloc = Mapping[tuple[str, str], int]


def need(unit: Unit) -> int:
    """Size of a commune for sharing out posts: people, and 50 more to the square kilometre. Assumed."""
    return (unit.population or 10_000) + 50 * round(unit.area_km2 or 50)


def share_quotas(profile: Profile, communes: Sequence[Unit]) -> dict[tuple[str, str], int]:
    """Quota by unit and bloc. Raises UsageError where the total cannot be met, or a given unit is not there."""
    rules = profile.quotas
    _require_known(rules.given, communes)
    government = _government(profile, communes)
    quotas = {}
    for unit in communes:
        party = Dice(profile.seed, "party", unit.unit_id).between(*rules.party)
        by_bloc = {"party": party, "front": rules.party_and_front - party}
        if unit.merged is False:
            by_bloc = rules.not_merged.model_dump()
        by_bloc["government"] = government[unit.unit_id]
        for bloc in BLOCS:
            quotas[unit.unit_id, bloc] = by_bloc[bloc]
    return quotas


def _government(profile: Profile, communes: Sequence[Unit]) -> dict[str, int]:
    """Government quota by unit: posts above the least go by need, one by one (Sainte-Laguë)."""
    rules = profile.quotas
    fixed = {unit.unit_id: rules.not_merged.government for unit in communes if unit.merged is False}
    fixed.update(rules.given)
    free = [unit for unit in communes if unit.unit_id not in fixed]
    average = rules.government_average * len(communes)
    total = (average if rules.government_total is None else rules.government_total) - sum(fixed.values())
    least, most = rules.government_least * len(free), rules.government_most * len(free)
    if rules.government_total is not None and not least <= total <= most:
        known = {"total": rules.government_total, "least": least, "most": most, "left": total}
        raise UsageError(T("of {total} posts {left} are left to units that take {least} to {most}", **known))
    government = {unit.unit_id: rules.government_least for unit in free}
    heap = [(-need(unit) * 1000, unit.unit_id, need(unit)) for unit in free]
    heapify(heap)
    for _ in range(min(total, most) - least):
        _, unit_id, size = heap[0]
        government[unit_id] += 1
        given = government[unit_id] - rules.government_least
        full = government[unit_id] == rules.government_most
        heapreplace(heap, (1 if full else -size * 1000 // (2 * given + 1), unit_id, size))
    return government | fixed


def draw_excess(profile: Profile, communes: Sequence[Unit], quotas: ByUnitAndBloc) -> dict[tuple[str, str], int]:
    """Payroll minus quota: by weights of plain and mountain, positive in the units chosen to be over only.

    Raises UsageError where the given figures contradict one another, or a given unit is not there.
    """
    rules = profile.balance
    _require_known(rules.given, communes)
    fixed = {**dict.fromkeys(_exact(profile, communes), 0), **rules.given}
    free = [unit for unit in communes if unit.unit_id not in fixed]
    dice = Dice(profile.seed, "balance")
    over = _over(profile, dice, free, len(communes))
    excess = {}
    for unit in communes:
        others = rules.others_mountain if unit.mountain else rules.others_plain
        for bloc in BLOCS:
            least = -(quotas[unit.unit_id, bloc] // 2)
            if bloc == "government" and unit.unit_id in fixed:
                excess[unit.unit_id, bloc] = fixed[unit.unit_id]
                if fixed[unit.unit_id] < least:
                    raise UsageError(T("'{unit}' would lack more than half of its people", unit=unit.unit_id))
                continue
            weights = others if bloc != "government" else _weights(rules, unit, unit.unit_id in over)
            excess[unit.unit_id, bloc] = max(dice.weighted(weights), least)
    if rules.net is not None:
        _reach(profile, free, over, excess, rules.net)
    return excess


def _exact(profile: Profile, communes: Iterable[Unit]) -> set[str]:
    """The units whose payroll is their quota, where their number is known."""
    rules = profile.balance
    exact = {unit for unit, n in rules.given.items() if n == 0}
    if rules.exact_units is None:
        return exact
    if len(exact) > rules.exact_units:
        raise UsageError(
            T("{n} units are given as exact, and {known} are to be", n=len(exact), known=rules.exact_units)
        )
    left = {unit.unit_id: 1 for unit in communes if unit.unit_id not in rules.given}
    return exact | set(Dice(profile.seed, "exact").sample(left, rules.exact_units - len(exact)))


def _over(profile: Profile, dice: Dice, free: Sequence[Unit], communes: int) -> set[str]:
    """The units over quota whose figures are not given: so many that all over quota are as many as known."""
    rules = profile.balance
    known = rules.over_units if rules.over_units is not None else communes * rules.over_per_mille // 1000
    given = sum(n > 0 for n in rules.given.values())
    n = known - given
    if rules.over_units is not None and not 0 <= n <= len(free):
        raise UsageError(
            T(
                "{known} units cannot be over quota: {n} are given, {left} are free",
                known=known,
                n=given,
                left=len(free),
            )
        )
    over: set[str] = set()
    size = {unit.unit_id: 1 + need(unit) // 5000 for unit in free}
    for group, upto in (
        ([u for u in free if u.mountain and not u.region_class], n * rules.over_in_mountains // 1000),
        ([u for u in free if not u.mountain], n),
        (free, n),
    ):
        left = {u.unit_id: size[u.unit_id] for u in group if u.unit_id not in over}
        over |= set(dice.sample(left, upto - len(over)))
    return over


def _weights(rules: Balance, unit: Unit, over: bool) -> Mapping[int, int]:
    """What may be drawn for the government bloc of a unit; short for certain where the exact ones are known."""
    if over:
        return rules.surplus
    table = rules.hard if unit.region_class == "III" else rules.mountain if unit.mountain else rules.plain
    if rules.exact_units is None:
        return table
    return {n: weight for n, weight in table.items() if n < 0 < weight} or {-1: 1}


def _reach(
    profile: Profile, free: Sequence[Unit], over: set[str], excess: dict[tuple[str, str], int], net: int
) -> None:
    """Change the drawn figures by one at a time, within what might have been drawn, until they sum to `net`."""
    bounds = {unit.unit_id: list(_weights(profile.balance, unit, unit.unit_id in over)) for unit in free}
    turns = Dice(profile.seed, "net").sample(dict.fromkeys(bounds, 1), len(bounds))
    missing = net - sum(n for (_, bloc), n in excess.items() if bloc == "government")
    while missing:
        step, before = (1 if missing > 0 else -1), missing
        for unit_id in turns:
            after = excess[unit_id, "government"] + step
            if missing and min(bounds[unit_id]) <= after <= max(bounds[unit_id]):
                excess[unit_id, "government"] = after
                missing -= step
        if missing == before:
            raise UsageError(T("the units cannot be {n} people over quota in all", n=net))


def draw_lacking(profile: Profile, communes: Sequence[Unit], excess: ByUnitAndBloc) -> dict[str, frozenset[str]]:
    """The fields that nobody has, by commune: as many communes as known, the short ones more often."""
    lacking: dict[str, frozenset[str]] = {}
    weights = {unit.unit_id: 1 + max(0, -excess[unit.unit_id, "government"]) for unit in communes}
    for group in profile.staff.uncovered:
        if group.communes > len(weights):
            raise UsageError(
                T("{n} communes cannot lack a field: there are {known}", n=group.communes, known=len(weights))
            )
        for unit_id in Dice(profile.seed, "lacking", *group.fields).sample(weights, group.communes):
            lacking[unit_id] = lacking.get(unit_id, frozenset()) | set(group.fields)
    return lacking


def _require_known(given: Mapping[str, int], communes: Iterable[Unit]) -> None:
    for unit_id in sorted(given.keys() - {unit.unit_id for unit in communes}):
        raise UsageError(T("the profile gives a figure of '{unit}', which is not one of the communes", unit=unit_id))
