"""Whose word it takes that a further re-audit follows beyond those that are due by themselves (R2).

Of the roles that the policy lets make the move the first decides; the others record what was decided, in whose name
and on which day.
"""

from collections.abc import Iterator

from rules.audit_events import Event
from rules.audit_facts import Asking
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.names_in_words import words_of
from rules.policy.shape import Policy


def who_orders(policy: Policy) -> str:
    """The role that decides on a further re-audit."""
    return policy.lifecycle.who_may[Event.FURTHER_RE_AUDIT_ORDERED][0]


def whose_decision_it_was(asking: Asking) -> Iterator[Reason]:
    """where somebody else records it, who decided and on which day, not before the report was issued"""
    asked, post = asking.asked, words_of(who_orders(asking.policy))
    if not _decides_in_person(asking) and (asked.decider is None or asked.on_day is None):
        yield asking.reason("R2", f"the decision is the {post}'s: name who decided, and on which day.")
    if asked.on_day is not None:
        yield from _not_possible_on_that_day(asking)
    if asked.decider is not None and asked.decider.is_concerned:
        sentence = f"{asked.decider.reference} is concerned by it, and nobody decides in a matter of their own"
        yield asking.reason("A2", f"{sentence}: the next role up decides.")
    elif asked.decider is not None and not asked.decider.may_decide:
        sentence = (
            f"by the records {asked.decider.reference} was not the {post} on {day_in_words(asked.on_day or asking.on)} "
            f"and did not act in the {post}'s place: name who decided, or put the post on record first."
        )
        yield asking.reason("R2", sentence)


def decider_in_words(asking: Asking) -> str:
    """ "the director (D-001)"."""
    decider, post = asking.asked.decider, words_of(who_orders(asking.policy))
    if decider is None:
        return f"the {post}"
    return f"{decider.reference}, in the {post}'s place," if decider.stood_in else f"the {post} ({decider.reference})"


def recorded_in_words(asking: Asking) -> str:
    """Who recorded what somebody else decided; nothing where it was the same."""
    if _decides_in_person(asking):
        return ""
    others = [words_of(role) for role in asking.policy.lifecycle.who_may[Event.FURTHER_RE_AUDIT_ORDERED][1:]]
    recorded_by = next((role for role in others if role in map(words_of, asking.actor.roles)), "audit team")
    return f"; the {recorded_by} recorded it on {day_in_words(asking.on)}"


def _decides_in_person(asking: Asking) -> bool:
    return who_orders(asking.policy) in asking.actor.roles


def _not_possible_on_that_day(asking: Asking) -> Iterator[Reason]:
    on_day, since = asking.asked.on_day or asking.on, asking.facts.issued_on or asking.facts.allocated_on
    if on_day > asking.on:
        yield asking.reason("R2", f"{day_in_words(on_day)} is still to come: record the decision once it is made.")
    elif on_day < since:
        sentence = f"{day_in_words(on_day)} lies before {day_in_words(since)}, when the report was issued"
        yield asking.reason("R2", f"{sentence}: nobody could decide on it yet.")
