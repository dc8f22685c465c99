"""Why somebody may not make a move whatever the audit is like, or not in the state that it is in (A2, L1–L15)."""

from rules.audit_events import SCHEDULER
from rules.audit_facts import Asking
from rules.decisions import Reason
from rules.lifecycle_deeds import DEEDS
from rules.lifecycle_roles import roles_that_may
from rules.lifecycle_table import LifecycleMove
from rules.names_in_words import any_of, words_of
from rules.roles import COUNCIL_POSTS, SERVICE_POSTS, TEAM_POSTS, Role

_THE_TWO = frozenset({Role.PRACTITIONER, Role.AUDITOR})
_OF_SEVERAL = (Role.AUDIT_TEAM, Role.AUDIT_MANAGER)
_POSTS = {Role.LINE_MANAGER, *TEAM_POSTS, *SERVICE_POSTS, *COUNCIL_POSTS}.difference(_OF_SEVERAL)


def why_not_by_them(move: LifecycleMove, asking: Asking) -> Reason | None:
    """Whose move it is, for somebody who may not make it.

    Whoever is audited or audits does what is theirs, and of what others judge nothing, whatever post they hold (A2).
    """
    of_it = roles_that_may(move.event, asking.policy)
    may, roles = frozenset(of_it), asking.actor.roles
    if roles & may & _THE_TWO:
        return None
    whose = f"{DEEDS[move.event]} is for {_people_of(of_it)}"
    if asking.actor.is_concerned and (roles & may or not may & _THE_TWO):
        instead = "the next role up does it" if may & _POSTS else "somebody else of them does it"
        sentence = f"{whose}, and never for whoever is audited or audits: where they hold that post, {instead}."
        return asking.reason("A2", sentence)
    return None if roles & may else asking.reason(move.rule, f"{whose}.")


def why_not_in_this_state(move: LifecycleMove, asking: Asking) -> Reason | None:
    """In which states it is possible, where the audit is in another."""
    state = asking.facts.state
    if state in move.states:
        return None
    sentence = f"the audit is {words_of(state)}; {DEEDS[move.event]} is possible while it is {any_of(move.states)}."
    return asking.reason(move.rule, sentence)


def _people_of(roles: tuple[str, ...]) -> str:
    """Those of them who are people: nobody asks the clock to do it."""
    return any_of(f"the {words_of(role)}" for role in roles if role != SCHEDULER)
