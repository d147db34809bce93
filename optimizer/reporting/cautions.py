"""CanhBao: what to look at before the plan is decided on: the plan itself, the data, and moves that carry a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from optimizer.errors import Problem
from optimizer.plan import MovedPerson, Plan
from optimizer.reporting.collation import place_in
from optimizer.reporting.moved import in_order
from optimizer.reporting.naming import RULE_TITLES, Names, flag, goal, heading
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.rulebook import RULES
from optimizer.scenario.schema import TABLES, Person
from optimizer.texts import T, Text
from optimizer.wording import ASSUMPTIONS

_NATIVE_PLACE: Final = T("Have the native place confirmed; enter it in the data")
_CONDITIONS: Final = T("Have the organisation body confirm the conditions before the appointment")
MENDS: Final[Mapping[str, Text]] = {
    "consent": T("Meet the person and hear their views before the decision, as Decree 170/2025 asks"),
    "exempt": T("Have the body that keeps the personnel file confirm the conditions before the decision"),
    "level_step": T("Have the person's consent in writing, or choose another post"),
    "non_native": _NATIVE_PLACE,
    "non_native_secretary": _NATIVE_PLACE,
    "non_native_chair": _NATIVE_PLACE,
    "non_native_inspection": _NATIVE_PLACE,
    "time_left": _CONDITIONS,
    "no_promotion": _CONDITIONS,
    "elected": T("Recommend the person for election; issue no order"),
    "rank": T("Settle the rank by 1 July 2027, or choose another person"),
}
PRIVATE_MENDS: Final[Mapping[str, Text]] = {  # to whom a case leaves the word tells which case it is
    "exempt": T("Have the head of the unit confirm whether the person may go; keep the person otherwise"),
}
PRIVATE_MEANINGS: Final[Mapping[str, Text]] = {
    "time_left": T("too little time left before retirement, or it is not known"),
    "no_promotion": T("may not be promoted yet"),
}


def cautions(plan: Plan, names: Names) -> Sheet:
    """Everything that warns; what is sensitive in the data stands there for the planner alone."""
    tables = (_of_plan(plan), _of_data(names), flags_table(plan, names))
    flagged = sum(bool(move.flags or move.waived) for move in plan.moves)
    title = T("Warnings: {n} of {all} moves carry one", n=flagged, all=len(plan.moves))
    return Sheet("CanhBao", str(title), tables)


def flags_table(plan: Plan, names: Names) -> Table:
    """One row per move and rule that warns or is waived for it, in the order of the list of moves."""
    columns = [
        Column(heading(Person, "name"), 20),
        Column(heading(Person, "person_id"), 11),
        Column(str(T("From unit")), 19),
        Column(str(T("To unit")), 19),
        Column(str(T("To post")), 26),
        Column(str(T("Rule")), 24),
        Column(str(T("What it means")), 24),
        Column(str(T("What to do")), 38),
    ]
    rows = [
        (
            names.person(move.person_id),
            names.person_id(move.person_id),
            names.unit(move.from_unit_id),
            names.unit(move.to_unit_id),
            names.post(move.to_post_id, move.to_unit_id),
            rule,
            meaning,
            mend,
        )
        for move in in_order(plan, names)
        for meaning, (rule, mend) in _warnings(move, names).items()
    ]
    note = "" if rows else str(T("No move carries a warning."))
    return table(str(T("Moves that carry a warning")), columns, rows, note, new_page=True, is_list=True)


def _warnings(move: MovedPerson, names: Names) -> dict[str, tuple[str, str]]:
    """By what it means, the rule that warns or is waived and what to do; what two rules say alike stands once."""
    told: dict[str, tuple[str, str]] = {}
    mends = {**MENDS, **PRIVATE_MENDS} if names.tier == "planner" else MENDS
    for rule in _in_rule_order(move.flags):
        mend = mends.get(rule, T("Check the data; waive the rule with a reason, or leave the move out"))
        told.setdefault(_meaning(rule, move.person_id, names), (names.rule(rule), str(mend)))
    for rule in _in_rule_order(move.waived):
        title = str(RULE_TITLES.get(rule, rule))
        keep = T("Keep the decision that waives the rule with the papers of the move")
        told[str(T("waived: {rules}", rules=title))] = title, str(keep)
    return told


def _meaning(rule: str, person_id: str, names: Names) -> str:
    """What the warning means for the row; which exempt case or private condition it is, the planner alone reads."""
    if rule in PRIVATE_MEANINGS and names.tier == "planner":
        return str(PRIVATE_MEANINGS[rule])
    cases = names.exempt_cases(person_id) if rule == "exempt" else ""
    return str(T("{meaning}: case {cases}", meaning=flag(rule), cases=cases)) if cases else flag(rule)


def _in_rule_order(flags: Sequence[str]) -> list[str]:
    known = [rule.name for rule in RULES]
    return sorted(flags, key=lambda name: (place_in(known, name), name))


def _of_plan(plan: Plan) -> Table:
    columns = [Column(str(T("What it means")), 95, span=5), Column(str(T("What to do")), 86, span=3)]
    rows = [(str(meaning), str(mend)) for meaning, mend in _findings(plan)]
    note = "" if rows else str(T("Every goal is proven, and the tie-break is done."))
    return table(str(T("The plan itself")), columns, rows, note)


def _findings(plan: Plan) -> Iterator[tuple[Text, Text]]:
    more_time = T("Solve again with more time")
    for result in plan.goals:
        if not result.proven:
            yield T("{goal}: better values may exist", goal=goal(result.name)), more_time
        elif result.value != result.bound:
            tolerance = T("Set its tolerance to 0 where this is too much")
            yield T("{goal}: the goals below it have used its tolerance", goal=goal(result.name)), tolerance
    if plan.baseline.pins_missed:
        text = T(
            "The greedy method misses {n} of the pins: its figures are of another task", n=plan.baseline.pins_missed
        )
        yield text, T("Do not compare the plan with it")
    if "not_canonical" in plan.assumptions:
        yield ASSUMPTIONS["not_canonical"], more_time


def _of_data(names: Names) -> Table:
    """Warnings of the data; those about sensitive columns are counted alone, unless the planner reads."""
    columns = [
        Column(str(T("File")), 20),
        Column(str(T("Row or cell")), 11),
        Column(str(T("Column")), 19),
        Column(str(T("Code")), 19),
        Column(str(T("What it means")), 50, span=2),
        Column(str(T("What to do")), 62, span=2),
    ]
    scenario = names.scenario
    found = () if scenario is None else scenario.warnings
    told = found if scenario is None or names.tier == "planner" else scenario.open_warnings
    rows = [_warning(problem, names) for problem in told]
    hidden = len(found) - len(told)
    note = "" if found else str(T("The data carries no warning."))
    if hidden:
        note = str(T("{n} more warnings are about personal data; the planner sees them.", n=hidden))
    return table(str(T("The data")), columns, rows, note)


def _warning(problem: Problem, names: Names) -> tuple[str, str, str, str, str, str]:
    place = problem.cell or ("" if problem.row is None else str(problem.row))
    column = "" if problem.column is None else _column_words(problem)
    return problem.file, place, column, problem.code, names.shown(problem.message), names.shown(problem.mend)


def _column_words(problem: Problem) -> str:
    """The heading of a column of a table; a key of the settings as it is."""
    stem = problem.file.rpartition("/")[2].partition(".")[0]
    for model in TABLES:
        if stem in (model.table, model.sheet) and problem.column in model.columns():
            return heading(model, problem.column)
    return problem.column or ""
