"""What one move costs, cause by cause: the benefits to which it gives a right over its whole term."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from optimizer.rulebook.after import Placement
from optimizer.rulebook.facts import FULL_TERM, Facts, exact
from optimizer.scenario.config import FIRST_ARRIVAL_SINCE, THREE_YEARS_SINCE


def cost_of(facts: Facts, placement: Placement) -> int:
    """Thousand dong, rounded half up once at the end; 0 for moves that do not leave the unit."""
    return floor(Fraction(sum(causes_of_cost(facts, placement).values())) / 1000 + Fraction(1, 2))


def causes_of_cost(facts: Facts, placement: Placement) -> dict[str, Fraction]:
    """Dong by cause: the key of `[money]` that sets it; only what is paid."""
    if not placement.leaves_unit:
        return {}
    money, today = facts.scenario.config.money, facts.today
    base = money.base_on(today) or 0
    destination = facts.units[placement.post.unit_id]
    causes: dict[str, Fraction] = {}
    home = facts.units[placement.person.unit_id]
    arrives = destination.region_class == "III" and home.region_class != "III"
    if arrives and today >= FIRST_ARRIVAL_SINCE:
        known = placement.person.salary_coefficient
        coefficient = exact(money.default_coefficient if known is None else known)
        paid = _months(facts, placement, money.attraction_months)
        causes["first_arrival_months"] = Fraction(money.first_arrival_months * base)
        causes["attraction_share"] = exact(money.attraction_share) * coefficient * base * paid
    elif goes_for_three_years(facts, placement):
        causes["three_year_months"] = Fraction(money.three_year_months * base)
    if destination.region_class == "III" or destination.mountain is True:
        paid = _months(facts, placement, money.own_allowance_months)
        causes["own_allowance_share"] = exact(money.own_allowance_share) * base * paid
    return {key: dong for key, dong in causes.items() if dong > 0}


def goes_for_three_years(facts: Facts, placement: Placement) -> bool:
    """Whether Decree 178/2024 is in force and names the move: from a provincial body, for so long or without term."""
    if facts.today < THREE_YEARS_SINCE or facts.is_of_commune(placement.person) or not placement.leaves_unit:
        return False
    term = _term(facts, placement)
    return term is None or term >= FULL_TERM


def _term(facts: Facts, placement: Placement) -> int | None:
    """Months of the move; None: without term."""
    if placement.form == "secondment":
        return facts.months(placement.person)
    return facts.scenario.config.forms.rotation_months if placement.form == "rotation" else None


def _months(facts: Facts, placement: Placement, most: int) -> int:
    """The months for which something is paid that is paid for so many at most."""
    term = _term(facts, placement)
    return most if term is None else min(term, most)
