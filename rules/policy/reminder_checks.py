"""Reminders, escalations and windows that cannot all hold: each found one as a sentence that names the keys (L13)."""

from collections.abc import Collection, Iterator

from rules.notice_events import TAKEN_FURTHER, NoticeEvent
from rules.policy.shape import Policy
from rules.roles import Role

# What is told beside the events of section 9: of duties, and that a cycle was withdrawn after it had opened.
_OTHER_MESSAGES = ("reminder", "overdue", "escalation", "cycle_withdrawn")
_MESSAGES = (*(event for event in NoticeEvent if event not in TAKEN_FURTHER), *_OTHER_MESSAGES)


def reminder_contradictions(policy: Policy) -> Iterator[str]:
    """Each is one thing that is said once: so no two of one length, and escalations of known duties and events."""
    before_due, escalations = policy.reminders.before_due, policy.reminders.escalations
    if list(before_due) != sorted(set(before_due), reverse=True):
        yield "reminders.before_due should go from the earliest reminder to the last, each length once."
    kinds = [(escalation.of, escalation.by, escalation.after) for escalation in escalations]
    if len(set(kinds)) < len(kinds):
        yield "reminders.escalations should name each duty once for each length: its event says who is told."
    yield from _unknown("notices.send_windows", policy.notices.send_windows, _MESSAGES, "messages")
    for escalation in escalations:
        key = f"reminders.escalations of {escalation.of!r}"
        yield from _unknown(key, (escalation.of, escalation.rule), policy.clauses, "the rules")
        yield from _unknown(f"{key}, by", (escalation.by,), list(Role), "roles")
        yield from _unknown(f"{key}, event", (escalation.event,), list(NoticeEvent), "events of section 9")


def _unknown(key: str, found: Collection[str], allowed: Collection[str], called: str) -> Iterator[str]:
    strange = [item for item in dict.fromkeys(found) if item not in allowed]
    if strange:
        yield f"{key} names {', '.join(map(repr, strange))}, not among {called} ({', '.join(map(str, allowed))})."
