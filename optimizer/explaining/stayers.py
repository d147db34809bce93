"""Why somebody does not move: who may move at all, what stands against each post, and the price of moving them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.admitting import gate_lets_pass
from optimizer.arrays import BoolArray
from optimizer.explaining.answers import OWN_CASE, ExplainedStay, Refusal
from optimizer.explaining.case import Case
from optimizer.explaining.choices import forced_choice
from optimizer.explaining.forcing import Forcing
from optimizer.explaining.ranking import Ranking
from optimizer.program import Asked
from optimizer.rule_counts import OFFERS
from optimizer.rulebook import GATES
from optimizer.rulebook.facts import Facts
from optimizer.scenario.vocabulary import FORMS
from optimizer.starting import SENSITIVE


def explained_stay(forcing: Forcing, person_id: str, seconds: float) -> ExplainedStay:
    """The answer on somebody whom the plan leaves where they are."""
    case = forcing.case
    person = case.arrays.person_at[person_id]
    rows = np.arange(*np.searchsorted(case.moves.person, [person, person + 1])).astype(np.int32)
    if not len(rows):
        return _not_admitted(case, person_id)
    ranked = Ranking(case).of_person(rows.tolist())
    choice = forced_choice(forcing, Asked(rows), known=ranked.known, seconds=seconds)
    return ExplainedStay(
        plan_status=case.plan.status,
        person_id=person_id,
        reason="unused",
        options=ranked.rows,
        choice=choice,
        best=next((row for row in choice.changed if row.person_id == person_id), None),
    )


def _not_admitted(case: Case, person_id: str) -> ExplainedStay:
    """The answer on somebody who has no admissible move."""
    facts = Facts(case.scenario)
    person = facts.people[person_id]
    found = ExplainedStay(case.plan.status, person_id, "not_offered")
    if facts.is_away(person):
        return replace(found, reason="seconded_away")
    if facts.is_gone(person):
        return replace(found, reason=OWN_CASE)
    refused, offered = _refused(case, person_id)
    if not offered.any():
        return replace(found, reason="not_offered" if person.candidate is None else "narrowed")
    if (offered & ~np.any(list(refused.values()), axis=0)).any():
        return replace(found, reason="decided")
    return replace(found, reason="no_post", refusals=tuple(_counted(refused)))


def _refused(case: Case, person_id: str) -> tuple[dict[str, BoolArray], BoolArray]:
    """By gate the pairs of form and post that it refuses, of those for which the person is a candidate; and these."""
    a = case.arrays
    i, j = np.array([a.person_at[person_id]], dtype=np.intp), np.flatnonzero(a.unit_is_commune[a.post_unit])
    offered = np.array([gate_lets_pass(a, OFFERS, i, j, form) for form in FORMS])
    gates = [gate for gate in GATES if gate is not OFFERS]
    passes = {gate.name: np.array([gate_lets_pass(a, gate, i, j, form) for form in FORMS]) for gate in gates}
    return {name: offered & ~lets_pass for name, lets_pass in passes.items()}, offered


def _counted(refused: dict[str, BoolArray]) -> list[Refusal]:
    """How many posts each rule refuses, most first; rules on the person's own circumstances count as one."""
    posts: dict[str, BoolArray] = {}
    for name, pairs in refused.items():
        told = OWN_CASE if name in SENSITIVE else name
        posts[told] = np.asarray(posts.get(told, np.zeros(1, dtype=bool)) | pairs.any(axis=0))
    counts = [Refusal(name, int(hit.sum())) for name, hit in posts.items() if hit.any()]
    return sorted(counts, key=lambda row: -row.posts)
