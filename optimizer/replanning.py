"""A plan after its meeting: what was accepted stays, what was refused is obeyed, and little else changes.

The answers become decisions, the rows of the plan the table `former`, and the goal `changes` comes after all others: so
of all plans that are as good as these goals and their tolerances ask, the one is sought that changes fewest rows.
Every row that changes has a reason: by which posts it hangs together with what the meeting said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from optimizer.answers import Answer
from optimizer.comparing import differing_people
from optimizer.comparison import PersonChange
from optimizer.conflicts import decision_words
from optimizer.errors import InputError, Problem, UsageError
from optimizer.goals.changes import Changes
from optimizer.plan import ChangedRow, Plan
from optimizer.rulebook.facts import Facts
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

    It starts from what the answers leave of `plan`. Raises InputError as `revised`, and where a gate forbids that
    somebody takes a post in question; InfeasibleError with the answers, decisions and rules that clash; what `solve`
    raises besides.
    """
    answers = tuple(answers)
    again = revised(scenario, plan, answers, tolerance)
    return replan_revised(again, plan, answers, time_limit=time_limit, listen=listen)


def replan_revised(
    again: Scenario,
    plan: Plan,
    answers: Iterable[Answer],
    *,
    time_limit: float | None = None,
    listen: Listener | None = None,
) -> Replanned:
    """The second half of `replan`: solve the scenario that `revised` gave, and say what changes of `plan` and why."""
    answers = tuple(answers)
    dropped = {answer.person_id for answer in answers if answer.decision != "accept"}
    start = replace(plan, moves=tuple(row for row in plan.moves if row.person_id not in dropped))
    new = solve(again, time_limit=time_limit, start=start, listen=listen)
    new = replace(new, warnings=tuple(problem for problem in new.warnings if problem.code in TOLD))
    return Replanned(new, again, plan, changed_rows(again, plan, new, answers))


def revised(scenario: Scenario, plan: Plan, answers: Iterable[Answer], tolerance: str | None = None) -> Scenario:
    """The scenario with the answers as decisions, the plan as `former`, and `changes` as its last goal.

    An accepted row is a pin of its person, post and form; a refused one a ban on the person in the post; `keep` keeps
    the person from moving; `replace` is a ban too, and others take as many seats of the post as the plan gave it, less
    rows refused or kept. Decisions of the scenario stay. `tolerance`, whole units or per cent, becomes that of every
    goal before `changes`; None leaves theirs. Raises InputError for an answer on what is no row of the plan, a second
    one on a row, and one that contradicts a decision; UsageError where the tolerance is none.
    """
    answers = tuple(answers)
    order = tuple(name for name in scenario.goal_order if name != Changes.name)
    goals = _tolerant(scenario.goals, order, tolerance)
    facts = Facts(scenario)
    known = [row for row in plan.moves if row.person_id in facts.people and row.to_post_id in facts.posts]
    former = [FormerMove(person_id=row.person_id, form=row.form, to_post_id=row.to_post_id) for row in known]
    _refuse(_strangers(plan, answers), scenario)
    made = list(_decisions(plan, answers))
    _refuse(_against(facts, made), scenario)
    decisions = _together(scenario.decisions, (decision for _, decision in made))
    return replace(
        scenario,
        decisions=in_order_of_keys(Decision, decisions),
        former=in_order_of_keys(FormerMove, former),
        goals=goals,
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
        person, post, note = answer.person_id, answer.to_post_id, answer.note or None
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


def _together(decided: Iterable[Decision], made: Iterable[Decision]) -> list[Decision]:
    """Decisions of both, each key once: the earlier one, with the seats of that which asks for more."""
    found: dict[tuple[object, ...], Decision] = {}
    for row in (*decided, *made):
        key = tuple(getattr(row, column) for column in Decision.key)
        kept = found.setdefault(key, row)
        if (row.seats or 1) > (kept.seats or 1):
            found[key] = kept.model_copy(update={"seats": row.seats})
    return list(found.values())


def _tolerant(
    goals: Mapping[str, GoalSettings], order: Sequence[str], tolerance: str | None
) -> Mapping[str, GoalSettings]:
    if tolerance is None:
        return goals
    try:
        GoalSettings(tolerance=tolerance)
    except ValidationError as error:
        message = T("'{value}' is no tolerance: give whole units, such as 5, or per cent, such as 2%", value=tolerance)
        raise UsageError(message) from error
    return {**goals, **{name: goals[name].model_copy(update={"tolerance": tolerance}) for name in order}}


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
