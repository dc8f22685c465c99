"""The improvement plan: when one is owed, what a SMART action needs, and who agrees it (L4)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from rules.dates_in_words import day_in_words, listed
from rules.decisions import Reason
from rules.errors import Problem
from rules.gradings import GradingContent, title_of
from rules.names_in_words import words_of
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class SmartAction:
    """One thing that will change: specific, measurable, achievable, relevant and time-bound (3.13).

    `owner` is the reference of who sees to it. A draft may lack anything.
    """

    specific: str = ""
    measurable: str = ""
    achievable: str = ""
    relevant: str = ""
    owner: str | None = None
    due_on: date | None = None


# What an action is asked for beside its owner and day, in the order of the word.
_SAID = {
    "specific": "what exactly will be done",
    "measurable": "how one will see that it was done",
    "achievable": "why it can be done by then",
    "relevant": "which finding it answers",
}


def why_plan_is_owed(content: GradingContent, policy: Policy) -> Reason | None:
    """Why these grades ask for an improvement plan; None where they don't."""
    calling, grade = policy.gradings.improvement_plan_grades, content.overall
    if grade is not None and grade in calling:
        return policy.reason("L4", f"Graded {title_of(grade, policy)} overall, so an improvement plan is owed.")
    if not policy.gradings.improvement_plan_for_domains:
        return None
    for domain in content.domains:
        if domain.is_applicable and domain.grade is not None and domain.grade in calling:
            sentence = (
                f"Domain {domain.domain} is graded {title_of(domain.grade, policy)}, so an improvement plan is owed."
            )
            return policy.reason("L4", sentence)
    return None


def missing_in_plan(
    actions: Collection[SmartAction], owed: Reason | None, on: date, policy: Policy
) -> tuple[Reason, ...]:
    """What the plan lacks on that day: an action where one is owed, and what an action is asked for."""
    if owed is not None and not actions:
        return (policy.reason("L4", f"{owed.sentence} Write at least one action."),)
    return tuple(
        policy.reason("L4", f"Action {number} lacks {sentence}.")
        for number, action in enumerate(actions, 1)
        for sentence in _lacking(action, on)
    )


def why_not_agreed_by(role: str, policy: Policy) -> Reason | None:
    """Why the plan isn't for somebody in that role to agree; None when it is."""
    roles = policy.gradings.improvement_plan_agreed_by
    if role in roles:
        return None
    named = listed([words_of(each) for each in roles])
    return policy.reason("L4", f"The improvement plan is agreed by {named}, not by the {words_of(role)}.")


def not_agreed_yet(agreed: Collection[str], policy: Policy) -> tuple[str, ...]:
    """The roles that have still to agree the plan, in the policy's order."""
    return tuple(role for role in policy.gradings.improvement_plan_agreed_by if role not in agreed)


def is_confirmed_by_head_of_service(kind: str, policy: Policy) -> bool:
    """Whether the head of service confirms the agreed actions of an audit of that kind (R1)."""
    return kind in policy.gradings.improvement_plan_confirmed_for


def wrong_in_plan(
    actions: Collection[SmartAction], known: Collection[str], calendar: WorkingDayCalendar
) -> tuple[Problem, ...]:
    """What no draft may hold: an owner whom nobody knows, a day in years that the calendar does not know.

    `known` are the references that are somebody's.
    """
    return tuple(
        problem
        for place, action in enumerate(actions)
        for problem in _wrong_in_action(f"/actions/{place}", action, known, calendar)
    )


def _wrong_in_action(
    pointer: str, action: SmartAction, known: Collection[str], calendar: WorkingDayCalendar
) -> Iterator[Problem]:
    if action.owner is not None and action.owner not in known:
        sentence = f"There is nobody with the reference {action.owner!r:.60}: give that of somebody who works here."
        yield Problem(f"{pointer}/owner", sentence, action.owner[:60], "L4")
    if action.due_on is not None and not calendar.covers(action.due_on):
        sentence = (
            f"{action.due_on} lies outside the years {calendar.first_year} to {calendar.last_year}: give the day by "
            "which it is done."
        )
        yield Problem(f"{pointer}/due_on", sentence, action.due_on.isoformat(), "L4")


def _lacking(action: SmartAction, on: date) -> Iterator[str]:
    for name, words in _SAID.items():
        if not getattr(action, name).strip():
            yield f"{words} ({name})"
    if action.owner is None:
        yield "its owner"
    if action.due_on is None:
        yield "the day by which it is done (time-bound)"
    elif action.due_on <= on:
        yield f"a day still to come: {day_in_words(action.due_on)} is not after {day_in_words(on)}"
