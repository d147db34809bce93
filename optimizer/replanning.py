"""A plan after its meeting: what was accepted stays, what was refused is obeyed, and little else changes.

The answers become decisions, the rows of the plan the table `former`, and the goal `changes` comes after all others: so
of all plans that are as good as these goals ask, the one is sought that changes fewest rows. With a tolerance that
plan tells the best value of every goal; then `changes` comes first, and of all plans in which no goal is worse than its
best value by more than the tolerance the one is sought that changes fewest rows, and of these the best goal by goal.
Every row that changes has a reason: by which posts it hangs together with what the meeting said.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from optimizer.answers import Answer
from optimizer.comparing import differing_people
from optimizer.comparison import PersonChange
from optimizer.conflicts import decision_words
from optimizer.errors import InputError, Problem, UsageError
from optimizer.goals.changes import Changes
from optimizer.plan import ChangedRow, Plan, Status
from optimizer.rulebook.facts import Facts
from optimizer.scenario.cells import INVISIBLE
from optimizer.scenario.deciding import contradict
from optimizer.scenario.meaning import GoalSettings
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision, FormerMove
from optimizer.scenario.tables import in_order_of_keys
from optimizer.solving import Listener, solve
from optimizer.texts import T
from optimizer.wording import CHANGE_REASONS

if TYPE_CHECKING:
    import pandas as pd

COVERS: Final = "concurrent"  # the form that fills no seat
CHANGE_IT: Final = T("Change the answer, or lift what stands against it in the scenario")
TOLD: Final = frozenset({"W514", "W515"})  # of a start's rows: what the answers did not ask for


@dataclass(frozen=True)
class Replanned:
    """The new plan, the scenario that it is a plan of, and every row in which it differs from the former one.

    The decisions of the scenario hold the answers, with their notes as reasons.
    """

    plan: Plan
    scenario: Scenario
    former: Plan
    changed: tuple[ChangedRow, ...]

    def to_frame(self) -> pd.DataFrame:
        """The changed rows as a data frame."""
        import pandas as pd

        return pd.DataFrame([row.model_dump() for row in self.changed], columns=list(ChangedRow.columns()))


def replan(
    scenario: Scenario,
    plan: Plan,
    answers: Iterable[Answer],
    *,
    tolerance: str | None = None,
    time_limit: float | None = None,
    listen: Listener | None = None,
) -> Replanned:
    """The best plan that obeys the answers of a meeting and changes fewest rows of `plan`; see `revised`.

    `tolerance`, whole units or per cent: how much worse than its best value every goal may be to change fewer rows; see
    `spending`. None: not at all. It starts from what the answers leave of `plan`. Raises InputError as `revised`, and
    where a gate forbids that somebody takes a post in question; InfeasibleError with the answers, decisions and rules
    that clash; UsageError where the tolerance is none; what `solve` raises besides.
    """
    answers, allowed = tuple(answers), tolerance_from(tolerance)
    again = revised(scenario, plan, answers)
    if allowed is None:
        return replan_revised(again, plan, answers, time_limit=time_limit, listen=listen)
    spent = spending(again, plan, answers, allowed, time_limit=time_limit, listen=listen)
    return replan_revised(spent.scenario, plan, answers, near=spent.strict, time_limit=spent.time_limit, listen=listen)


def replan_revised(
    again: Scenario,
    plan: Plan,
    answers: Iterable[Answer],
    *,
    near: Plan | None = None,
    time_limit: float | None = None,
    listen: Listener | None = None,
) -> Replanned:
    """The second half of `replan`: solve the scenario that `revised` gave, and say what changes of `plan` and why.

    `near`: a plan that obeys the answers, to start from, whose warnings hold; None: what they leave of `plan`.
    """
    answers = tuple(answers)
    dropped = {answer.person_id for answer in answers if answer.decision != "accept"}
    left = replace(plan, moves=tuple(row for row in plan.moves if row.person_id not in dropped))
    with _at_their_cells(answers):
        new = solve(again, time_limit=time_limit, start=near or left, listen=listen)
    told = new.warnings if near is None else near.warnings
    new = replace(new, warnings=tuple(problem for problem in told if problem.code in TOLD))
    return Replanned(new, again, plan, changed_rows(again, plan, new, answers))


@dataclass(frozen=True)
class Spending:
    """The scenario in which a tolerance is spent on fewer changes, the best plan without any, and the seconds left."""

    scenario: Scenario
    strict: Plan
    time_limit: float | None


def spending(
    again: Scenario,
    plan: Plan,
    answers: Iterable[Answer],
    allowed: GoalSettings,
    *,
    time_limit: float | None = None,
    listen: Listener | None = None,
) -> Spending:
    """What of the scenario that `revised` gave is asked with a tolerance: `changes` first, every other goal with a cap.

    The cap is the best value, found by `replan_revised`, and on top of it the tolerance. Where the time runs out before
    all best values are known, nothing is spent. `allowed` holds the tolerance; see `tolerance_from`.
    """
    began = time.monotonic()
    strict = replan_revised(again, plan, answers, time_limit=time_limit, listen=listen).plan
    left = None if time_limit is None else max(0.0, time_limit - (time.monotonic() - began))
    if strict.status is not Status.OPTIMAL:
        return Spending(again, strict, left)
    goals = dict(again.goals)
    for goal in strict.goals:
        if goal.name != Changes.name:
            own = goals[goal.name]
            most = goal.value + allowed.allowance(goal.value)
            cap = most if own.at_most is None else min(most, own.at_most)
            goals[goal.name] = own.model_copy(update={"at_most": cap})
    order = tuple(name for name in again.goal_order if name != Changes.name)
    return Spending(replace(again, goals=goals, goal_order=(Changes.name, *order)), strict, left)


def revised(scenario: Scenario, plan: Plan, answers: Iterable[Answer]) -> Scenario:
    """The scenario with the answers as decisions, the plan as `former`, and `changes` as its last goal.

    An accepted row is a pin of its person, post and form; a refused one a ban on the person in the post; `keep` keeps
    the person from moving; `replace` is a ban too, and others take as many seats of the post as the plan gave it, less
    rows refused or kept. Who or what the data does not know any more needs no ban. Decisions of the scenario stay.
    Where `changes` stands higher in the scenario, caps of goals below it, such as `spending` gives, go: in the new
    order they come first. Raises InputError for an answer on what is no row of the plan, a second one on a row, one
    that asks for who or what has left the data, and one that contradicts a decision.
    """
    answers = tuple(answers)
    order = tuple(name for name in scenario.goal_order if name != Changes.name)
    uncapped = {name: scenario.goals[name].model_copy(update={"at_most": None}) for name in _below_changes(scenario)}
    facts = Facts(scenario)
    known = [row for row in plan.moves if row.person_id in facts.people and row.to_post_id in facts.posts]
    former = [FormerMove(person_id=row.person_id, form=row.form, to_post_id=row.to_post_id) for row in known]
    _refuse(_strangers(plan, answers), scenario)
    every = list(_decisions(plan, answers))
    _refuse(_gone(facts, every), scenario)
    made = [(answer, decision) for answer, decision in every if _is_known(facts, decision)]
    _refuse(_against(facts, made), scenario)
    decisions = _together(scenario.decisions, (decision for _, decision in made))
    return replace(
        scenario,
        decisions=in_order_of_keys(Decision, decisions),
        former=in_order_of_keys(FormerMove, former),
        goals={**scenario.goals, **uncapped},
        goal_order=(*order, Changes.name),
    )


def _refuse(problems: Iterable[Problem], scenario: Scenario) -> None:
    found = list(problems)
    if found:
        raise InputError(found, scenario.config.language)


def _strangers(plan: Plan, answers: Sequence[Answer]) -> Iterator[Problem]:
    """Answers on what is no row of the plan, and second ones on a row."""
    rows = {(row.person_id, row.to_post_id, row.form) for row in plan.moves}
    seen: set[str] = set()
    for answer in answers:
        person, post, form = answer.person_id, answer.to_post_id, answer.form
        if (person, post, form) not in rows:
            message = T("the plan has no row that moves {person} into {post} by {form}", person=person, post=post,
                        form=form)  # fmt: skip
            yield answer.problem("E431", message, T("Answer the rows of this plan"))
        elif person in seen:
            message = T("the row of {person} has two answers", person=person)
            yield answer.problem("E432", message, T("Keep one of the two"))
        seen.add(person)


def _is_known(facts: Facts, decision: Decision) -> bool:
    """Whether the data knows whom and what a decision is about."""
    return {decision.person_id} - {None} <= facts.people.keys() and {decision.post_id} - {None} <= facts.posts.keys()


def _gone(facts: Facts, made: Sequence[tuple[Answer, Decision]]) -> Iterator[Problem]:
    """Answers that ask for somebody, or for a seat of a post, whom or which the data does not know any more."""
    for answer, new in made:
        if new.kind == "pin" and not _is_known(facts, new):
            names = [name for name in (new.person_id, new.post_id) if name not in {None, *facts.people, *facts.posts}]
            message = T("'{value}' is not in the data", value=names[0])
            yield answer.problem("E434", message, CHANGE_IT)


def _against(facts: Facts, made: Sequence[tuple[Answer, Decision]]) -> Iterator[Problem]:
    """Answers that contradict a decision of the scenario, whatever the rest."""
    for answer, new in made:
        for old in facts.scenario.decisions:
            if contradict(facts, new, old):
                message = T("the answer that gives {new} contradicts {old}, decided before",
                            new=decision_words(new), old=decision_words(old))  # fmt: skip
                yield answer.problem("E433", message, T("Change the answer, or delete the decision"))


def _decisions(plan: Plan, answers: Sequence[Answer]) -> Iterator[tuple[Answer, Decision]]:
    """The answers as decisions; those on the posts of rows that others are to take come last, one for each post."""
    for answer in answers:
        person, post, note = answer.person_id, answer.to_post_id, _in_one_line(answer.note) or None
        if answer.decision == "accept":
            yield answer, Decision(kind="pin", person_id=person, post_id=post, form=answer.form, reason=note)
        elif answer.decision == "keep":
            yield answer, Decision(kind="keep", person_id=person, reason=note)
        else:
            yield answer, Decision(kind="ban", person_id=person, post_id=post, reason=note)
    left = {answer.person_id for answer in answers if answer.decision in ("refuse", "keep")}
    replaced = [answer for answer in answers if answer.decision == "replace"]
    for (post, covers), answer in {(a.to_post_id, a.form == COVERS): a for a in reversed(replaced)}.items():
        rows = [row for row in plan.moves if row.to_post_id == post and (row.form == COVERS) == covers]
        seats = sum(row.person_id not in left for row in rows)
        yield answer, Decision(kind="pin", post_id=post, form=COVERS if covers else None, seats=seats)


def _in_one_line(note: str) -> str:
    """A note as the reason of a decision stands: its lines after one another, no invisible characters."""
    return " ".join(INVISIBLE.sub(" ", note).split())


def _together(decided: Iterable[Decision], made: Iterable[Decision]) -> list[Decision]:
    """Decisions of both, each key once: the earlier one, with the seats of that which asks for more."""
    found: dict[tuple[object, ...], Decision] = {}
    for row in (*decided, *made):
        key = tuple(getattr(row, column) for column in Decision.key)
        kept = found.setdefault(key, row)
        if (row.seats or 1) > (kept.seats or 1):
            found[key] = kept.model_copy(update={"seats": row.seats})
    return list(found.values())


@contextmanager
def _at_their_cells(answers: Sequence[Answer]) -> Iterator[None]:
    """What is wrong with the pin of an answer is told where the answer stands, as far as it stands somewhere."""
    asked = {("person_id", answer.person_id): answer for answer in answers if answer.decision == "accept"}
    asked |= {("post_id", answer.to_post_id): answer for answer in answers if answer.decision == "replace"}
    try:
        yield
    except InputError as error:
        of_answers = [(problem, asked.get((problem.column or "", problem.value or ""))) for problem in error.problems]
        raise InputError(
            [answer.problem(old.code, old.message, CHANGE_IT) if answer else old for old, answer in of_answers],
            error.language,
        ) from error


def tolerance_from(tolerance: str | None) -> GoalSettings | None:
    """A tolerance that is asked for, None where none is; raises UsageError where it is none."""
    try:
        return None if tolerance is None else GoalSettings(tolerance=tolerance)
    except ValidationError as error:
        message = T("'{value}' is no tolerance: give whole units, such as 5, or per cent, such as 2%", value=tolerance)
        raise UsageError(message) from error


def _below_changes(scenario: Scenario) -> tuple[str, ...]:
    """The goals with a cap that come after `changes`."""
    order = scenario.goal_order
    after = order[order.index(Changes.name) + 1 :] if Changes.name in order else ()
    return tuple(name for name in after if scenario.goals[name].at_most is not None)


def changed_rows(scenario: Scenario, plan: Plan, new: Plan, answers: Iterable[Answer]) -> tuple[ChangedRow, ...]:
    """Everybody whose move is another one in the new plan, with the reason; as reasons are listed, then by id."""
    changes = {change.person_id: change for change in differing_people(plan, new) if change.is_other_move}
    seats = {person.person_id: person.post_id for person in scenario.people}
    posts = {person: _posts_in_question(change, seats.get(person)) for person, change in changes.items()}
    refused = [answer for answer in answers if answer.decision != "accept"]
    opened = {answer.to_post_id for answer in refused}
    reasons = {answer.person_id: "answered" for answer in refused}
    for person, change in changes.items():
        was, row = change.before, change.after
        if row is not None and row.to_post_id in opened and (was is None or was.to_post_id != row.to_post_id):
            reasons.setdefault(person, "takes_over")
    linked = _linked(posts, opened | {post for person in changes if person in reasons for post in posts[person]})
    for person in changes:
        reasons.setdefault(person, "moved_on" if person in linked else "consequence")
    rank = list(CHANGE_REASONS)
    in_order = sorted(changes, key=lambda person: (rank.index(reasons[person]), person))
    return tuple(_changed(changes[person], reasons[person]) for person in in_order)


def _posts_in_question(change: PersonChange, seat: str | None) -> frozenset[str]:
    """The posts of both rows, and the person's own seat where one row leaves it and the other does not."""
    rows = (change.before, change.after)
    posts = {row.to_post_id for row in rows if row is not None}
    leaves = {row is not None and row.form != COVERS for row in rows}
    return frozenset(posts | {seat} if seat is not None and len(leaves) > 1 else posts)


def _linked(posts: Mapping[str, frozenset[str]], reached: set[str]) -> set[str]:
    """The people whose posts hang together with those `reached`, over the posts of others between them."""
    linked: set[str] = set()
    while more := {person for person, own in posts.items() if person not in linked and own & reached}:
        linked |= more
        reached = reached.union(*(posts[person] for person in more))
    return linked


def _changed(change: PersonChange, reason: str) -> ChangedRow:
    was, now = change.before, change.after
    return ChangedRow(
        person_id=change.person_id,
        former_form=None if was is None else was.form,
        former_post_id=None if was is None else was.to_post_id,
        form=None if now is None else now.form,
        to_post_id=None if now is None else now.to_post_id,
        reason=reason,
    )
