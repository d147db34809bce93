"""The questions of a meeting to a plan: each is answered from the data and the rules, prices by solving again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from optimizer.errors import InputError, Problem, UsageError
from optimizer.explaining.answers import Answer
from optimizer.explaining.case import told_case
from optimizer.explaining.forcing import Forcing
from optimizer.explaining.moved_people import explained_move
from optimizer.explaining.pairs import explained_pair
from optimizer.explaining.posts import explained_post
from optimizer.explaining.stayers import explained_stay
from optimizer.plan import Plan
from optimizer.scenario.names import nearest
from optimizer.scenario.scenario import Scenario
from optimizer.solving import require_seconds
from optimizer.texts import T

PLACE: Final = "question"
SECONDS: Final = 60.0


def explain(
    scenario: Scenario,
    plan: Plan,
    *,
    person: str | None = None,
    post: str | None = None,
    why_not: tuple[str, str] | None = None,
    time_limit: float | None = None,
    beside: str | Path | None = None,
) -> Answer:
    """Why `person` moves or stays, who takes `post` or why it is open, or why not this person for that post.

    Exactly one of the three is asked; `time_limit`: seconds for solving again, by default 60. `beside`: the folder of
    the plan, where what the first question had to find out is kept for the next ones; None: nowhere. Gives an
    ExplainedMove or ExplainedStay, an ExplainedPost, or an ExplainedPair. Raises UsageError where not one is asked or
    the time limit is no number, InputError for ids that the scenario does not know, FalseClaimError where the plan
    breaks a rule of the scenario or its goals or open posts are not those of its moves.
    """
    if sum(asked is not None for asked in (person, post, why_not)) != 1:
        raise UsageError(T("ask about one person, one post, or one person for one post"))
    require_seconds(time_limit)
    people, posts = ([person], []) if person is not None else ([], [post] if post is not None else [])
    if why_not is not None:
        people, posts = [why_not[0]], [why_not[1]]
    _require_known(scenario, people, posts)
    seconds = SECONDS if time_limit is None else time_limit
    with Forcing(told_case(scenario, plan), beside=None if beside is None else Path(beside)) as forcing:
        return answer(forcing, person=person, post=post, why_not=why_not, seconds=seconds)


def answer(
    forcing: Forcing,
    *,
    person: str | None = None,
    post: str | None = None,
    why_not: tuple[str, str] | None = None,
    seconds: float = SECONDS,
) -> Answer:
    """The answer to one question about a case that is ready for many; see `explain`."""
    if why_not is not None:
        return explained_pair(forcing, *why_not, seconds)
    if post is not None:
        return explained_post(forcing, post, seconds)
    moves = {row.person_id: row for row in forcing.case.plan.moves}
    if person in moves:
        return explained_move(forcing, moves[person], seconds)
    return explained_stay(forcing, str(person), seconds)


def _require_known(scenario: Scenario, people: list[str], posts: list[str]) -> None:
    known_people = {row.person_id for row in scenario.people}
    known_posts = {row.post_id for row in scenario.posts}
    problems = [
        *(_unknown("person_id", name, known_people) for name in people if name not in known_people),
        *(_unknown("post_id", name, known_posts) for name in posts if name not in known_posts),
    ]
    if problems:
        raise InputError(problems, scenario.config.language)


def _unknown(column: str, name: str, known: set[str]) -> Problem:
    guess = nearest(name, sorted(known))
    mend = T("Ask with an id of the scenario") if guess is None else T("Did you mean '{name}'?", name=guess)
    return Problem(PLACE, "E440", T("'{value}' is not in the data", value=name), mend, column=column, value=name)
