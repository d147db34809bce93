"""Who does not come to the posts that stay open, and which rules keep them away: everybody against every such post.

Of each person and post the form by which the fewest rules refuse tells what stands against them; concurrent duty fills
no seat and is left out. The rules on the person's own circumstances are told as one, so that nobody can work out which
of them it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.admitting import PAIRS_AT_ONCE, gate_lets_pass, leave_out
from optimizer.arrays import Arrays, BoolArray, IntArray
from optimizer.rulebook import GATES
from optimizer.rulebook.base import Index
from optimizer.scenario.vocabulary import FORMS, Form
from optimizer.starting import SENSITIVE

FILLING: Final = tuple(form for form in FORMS if form != "concurrent")
DECIDED: Final = 1 << len(GATES)  # the bit of bans, keeps and pins
PERSONAL: Final = "personal"  # stands for a rule on somebody's own circumstances
NEAREST: Final = 5
NAMED_BITS: Final[
    dict[str, int]
] = {  # what is told apart of refusals: rules by name, and those that are not told apart
    **{gate.name: 1 << place for place, gate in enumerate(GATES) if gate.name not in SENSITIVE},
    PERSONAL: sum(1 << place for place, gate in enumerate(GATES) if gate.name in SENSITIVE),
    "decided": DECIDED,
}
NOBODY_REFUSES: Final = 0


@dataclass(frozen=True)
class Miss:
    """Somebody who nearly comes: `against` are the rules that refuse, by name, `PERSONAL` for sensitive ones."""

    person_id: str
    form: str
    against: tuple[str, ...]
    km: float


@dataclass(frozen=True)
class Missed:
    """Why people do not come to one post, in numbers of people. `refused` and `only`: by the name of the rule,
    `PERSONAL` for all on somebody's own circumstances together, `decided` for decisions.

    `admitted`: people whom every rule and decision lets pass; `only`: those whom nothing else refuses; `nearest`: some
    of those refused by fewest, the near ones first.
    """

    admitted: int
    refused: Mapping[str, int]
    only: Mapping[str, int]
    nearest: tuple[Miss, ...]


@dataclass(frozen=True, eq=False)
class Refusals:
    """What refuses everybody from some posts.

    posts: int64 (k,). bits: int64 (n_people, k), the gates that refuse the person by the form of fewest, as bits by
    their place in GATES, and DECIDED; form: int8 (n_people, k), that form; holds: bool, True for who holds the post.
    alone: persons, posts, forms and gates, int64 (n, 4), of every triple that exactly one gate and no decision refuses.
    """

    posts: IntArray
    bits: IntArray
    form: np.ndarray[tuple[int, int], np.dtype[np.int8]]
    holds: BoolArray
    alone: IntArray


def refusals(a: Arrays, posts: IntArray) -> Refusals:
    """Everybody against each of `posts`, in blocks of people."""
    bits = np.full((a.n_people, len(posts)), -1, dtype=np.int64)
    form = np.zeros(bits.shape, dtype=np.int8)
    alone = [np.empty((0, 4), dtype=np.int64)]
    step = max(1, PAIRS_AT_ONCE // max(1, len(posts)))
    for first in range(0, a.n_people, step):
        people = np.arange(first, min(first + step, a.n_people))
        part, of_form = bits[people], form[people]
        for name in FILLING:
            against = _against(a, people[:, None], posts[None, :], name)
            fewer = (part < 0) | (np.bitwise_count(against) < np.bitwise_count(part))
            part[fewer], of_form[fewer] = against[fewer], FORMS.index(name)
            rows, columns = np.nonzero((np.bitwise_count(against) == 1) & (against != DECIDED))
            gate = np.log2(against[rows, columns]).astype(np.int64)
            code = np.full(len(rows), FORMS.index(name))
            alone.append(np.stack([people[rows], posts[columns], code, gate], axis=1))
        bits[people], form[people] = part, of_form
    holds = a.person_post[:, None] == posts[None, :]
    triples = np.concatenate(alone)
    return Refusals(posts, bits, form, holds, triples[a.person_post[triples[:, 0]] != triples[:, 1]])


def _against(a: Arrays, i: Index, j: Index, form: Form) -> IntArray:
    """The gates that refuse each pair, as bits, and DECIDED where a ban, a keep or a pin does."""
    found = np.zeros(np.broadcast_shapes(i.shape, j.shape), dtype=np.int64)
    for place, gate in enumerate(GATES):
        found |= np.where(gate_lets_pass(a, gate, i, j, form), 0, 1 << place)
    undecided = np.ones(found.shape, dtype=np.bool_)
    leave_out(a, a.scenario.decisions, i, j, form, undecided)
    return found | np.where(undecided, 0, DECIDED)


def missed(a: Arrays, found: Refusals, column: int) -> Missed:
    """What `found` says of the post in that column, in words and numbers."""
    bits, others = found.bits[:, column], ~found.holds[:, column]
    number = np.bitwise_count(bits).astype(np.int64)
    refused: dict[str, int] = {}
    only: dict[str, int] = {}
    for name, mask in NAMED_BITS.items():
        of_rule = others & (bits & mask != 0)
        if of_rule.any():
            refused[name] = int(of_rule.sum())
            only[name] = int((of_rule & (bits & ~mask == 0)).sum())
    near = np.flatnonzero(others & (number > 0))
    post = found.posts[column]
    metres = a.metres[a.person_unit[near], a.post_unit[post]]
    near = near[np.lexsort((near, metres, number[near]))[:NEAREST]]
    return Missed(
        admitted=int((others & (bits == NOBODY_REFUSES)).sum()),
        refused=refused,
        only={name: n for name, n in only.items() if n},
        nearest=tuple(_miss(a, int(i), int(post), int(bits[i]), int(found.form[i, column])) for i in near),
    )


def _miss(a: Arrays, person: int, post: int, bits: int, form: int) -> Miss:
    against = (name for name, mask in NAMED_BITS.items() if bits & mask)
    km = int(a.metres[a.person_unit[person], a.post_unit[post]]) / 1000
    return Miss(a.people[person].person_id, FORMS[form], tuple(against), km)
