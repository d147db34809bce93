"""Who must agree with a move, what its row notes and until when notice is given: as the checker reads the data.

Written beside `wording.py`, which says the same for the plan, and without it: the closed lists alone are shared.
"""

from __future__ import annotations

from datetime import date, timedelta

from optimizer.rulebook.after import Placement
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
    regions = [facts.units[unit].region_class for unit in (move.person.unit_id, move.post.unit_id)]
    enters_iii = regions[1] == "III" and regions[0] != "III"
    seconded = move.form == "secondment"
    full = seconded and facts.months(move.person) >= FULL_TERM
    noted = {
        "elected": move.post.role in ELECTED,
        "payroll_stays": seconded,
        "full_term": full and not enters_iii,
        "full_term_region_iii": full and enters_iii,
        "short_term": seconded and not full,
        "region_iii": enters_iii and not full,
        "trains": seconded and not full and move.post.category == "specialist",
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
