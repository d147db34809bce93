"""Who must agree with a move, what its row notes and until when notice is given: as the checker reads the data.

Written beside `wording.py`, which says the same for the plan, and without it: the closed lists alone are shared.
"""

from __future__ import annotations

from datetime import date, timedelta

from optimizer.rulebook.after import Placement
from optimizer.rulebook.costs import causes_of_cost, goes_for_three_years
from optimizer.rulebook.facts import FULL_TERM, Facts
from optimizer.rulebook.secondment_term import SecondmentTerm, SecondmentTermSettings
from optimizer.wording import ELECTED


def who_agrees(facts: Facts, move: Placement) -> tuple[str, ...]:
    """Sender and receiver, the commune's body where it does not decide, the body of the bloc left, the voters."""
    body = facts.who_decides(move.person, move.post)
    names: dict[str | None, bool] = {
        "sender": move.leaves_unit,
        "receiver": move.leaves_unit,
        move.post.decided_by: move.leaves_unit,
    }
    if move.person.bloc != move.post.bloc and not move.covers:
        names[facts.scenario.config.authority.moves.get(move.person.bloc)] = True
    names["peoples_council"] = move.post.role in ELECTED
    return tuple(name for name, is_asked in names.items() if is_asked and name is not None and name != body)


def what_is_noted(facts: Facts, move: Placement) -> tuple[str, ...]:
    """The codes of what the form and the place entail."""
    causes = causes_of_cost(facts, move).keys()
    decree_76 = bool(causes & {"first_arrival_months", "attraction_share"})
    seconded = move.form == "secondment"
    short = seconded and facts.months(move.person) < FULL_TERM
    posted = facts.end(move.person, move.form) is not None and goes_for_three_years(facts, move)
    noted = {
        "elected": move.post.role in ELECTED,
        "promotion": facts.is_promotion(move.person, move.post) and not move.covers and move.post.role not in ELECTED,
        "payroll_stays": seconded,
        "full_term": posted and "three_year_months" in causes,
        "full_term_region_iii": posted and decree_76,
        "without_term": not posted and "three_year_months" in causes,
        "short_term": short,
        "region_iii": decree_76 and not posted,
        "own_allowance": "own_allowance_share" in causes,
        "trains": short and move.post.category == "specialist",
        "concurrent": move.covers,
    }
    return tuple(code for code, holds in noted.items() if holds)


def notice_day(facts: Facts, move: Placement) -> date | None:
    """The day by which the sender decides end or extension of a secondment, never before it starts."""
    term = SecondmentTerm()
    end = facts.end(move.person, move.form)
    if end is None or move.form != "secondment" or facts.state(term, move.post.unit_id) == "off":
        return None
    days = facts.rule(term.name, SecondmentTermSettings).notice_days
    return max(end - timedelta(days=days), facts.start(move.person, move.form))
