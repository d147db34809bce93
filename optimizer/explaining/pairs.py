"""Why not this person for that post: the gates and decisions against it, or the exact price of forcing it."""

from __future__ import annotations

import numpy as np

from optimizer.admitting import blocking_gates, excluded
from optimizer.conflicts import decision_words
from optimizer.explaining.answers import OWN_CASE, ExplainedPair, FormRefused
from optimizer.explaining.case import Case
from optimizer.explaining.choices import forced_choice
from optimizer.explaining.forcing import Forcing
from optimizer.explaining.ranking import Ranking
from optimizer.program import Asked
from optimizer.rule_counts import OFFERS
from optimizer.scenario.vocabulary import FORMS, Form
from optimizer.starting import SENSITIVE


def explained_pair(forcing: Forcing, person_id: str, post_id: str, seconds: float) -> ExplainedPair:
    """The answer on somebody for a post."""
    case = forcing.case
    person, post = case.arrays.person_at[person_id], case.arrays.post_at[post_id]
    rows = np.flatnonzero((case.moves.person == person) & (case.moves.post == post)).astype(np.int32)
    if np.isin(rows, case.chosen).any():
        return ExplainedPair(case.plan.status, person_id, post_id, "chosen")
    if case.arrays.person_post[person] == post:
        return ExplainedPair(case.plan.status, person_id, post_id, "holds")
    if not len(rows):
        return ExplainedPair(case.plan.status, person_id, post_id, "refused", forms=_refused(case, person, post))
    known = Ranking(case).of_person(rows.tolist()).known
    choice = forced_choice(forcing, Asked(rows), known=known, seconds=seconds)
    return ExplainedPair(case.plan.status, person_id, post_id, "priced", choice=choice)


def _refused(case: Case, person: int, post: int) -> tuple[FormRefused, ...]:
    """What stands against each form by which the person could take the post, that with least of it first.

    Of forms with as much against them those come first by which the person is a candidate.
    """
    found = [_form(case, person, post, form) for form in _forms(case, person, post)]
    return tuple(sorted(found, key=lambda form: (form.n, OFFERS.name in form.gates)))


def _forms(case: Case, person: int, post: int) -> list[Form]:
    """The forms between units, or those within one; a seat is covered besides the own only where the post allows it."""
    a = case.arrays
    if a.person_unit[person] != a.post_unit[post]:
        return [form for form in FORMS if form not in ("internal", "concurrent")]
    return ["internal", "concurrent"] if a.post_concurrent[post] else ["internal"]


def _form(case: Case, person: int, post: int, form: Form) -> FormRefused:
    a = case.arrays
    i, j = np.array([person], dtype=np.intp), np.array([post], dtype=np.intp)
    gates = [gate.name for gate in blocking_gates(a, person, post, form)]
    told = [name for name in gates if name not in SENSITIVE]
    if len(told) < len(gates):
        told.append(OWN_CASE)
    decisions = [row for row in a.scenario.decisions if row.kind != "waive" and excluded(a, row, i, j, form).any()]
    return FormRefused(form, tuple(told), tuple(decision_words(row) for row in decisions))
