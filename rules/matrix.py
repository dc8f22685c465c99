"""The matrix of FRAMEWORK section 9: which roles are told of an event, and by what facts.

Which roles are told is policy (recipients.toml); who holds them on the day is `rules/recipients.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.decisions import Reason
from rules.names_in_words import words_of
from rules.notice_events import WORDS, NoticeEvent
from rules.policy.notice_shapes import Channel, TellingRow
from rules.policy.shape import Policy
from rules.roles import Role

__all__ = [
    "WORDS",
    "EventFacts",
    "NoticeEvent",
    "RoleTold",
    "facts_needed",
    "is_met",
    "roles_hearing",
    "roles_told",
    "rows_of",
    "stages_known",
]

_ORDINALS = {1: "a re-audit", 2: "a second re-audit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What the matrix asks of the audit concerned; `stage` is the rung of a dispute or a safety alert ("D3", "W2").

    `grade` is the effective one, None where there is none (yet): rows for a grade then tell nobody.
    """

    audit_kind: str = "ordinary"
    sequence: int = 0
    grade: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class RoleTold:
    """One role that is told: whose, if it is a manager's (`practitioner` or `auditor`), by which channel, and why."""

    role: Role
    over: Role
    channel: Channel
    reasons: tuple[Reason, ...]


def roles_told(event: NoticeEvent, facts: EventFacts, policy: Policy) -> tuple[RoleTold, ...]:
    """The roles that hear of an event, each once, in the order of the policy's rows."""
    told: dict[tuple[Role, Role], RoleTold] = {}
    for row in rows_of(policy)[event]:
        if is_met(row, facts):
            for role in map(Role, row.roles):
                over = role if role in (Role.PRACTITIONER, Role.AUDITOR) else Role(row.over)
                sentence = f"{_sentence(event, row, role, over)}{_because(row, facts, policy)}."
                found = RoleTold(role, over, row.channel, (policy.reason(row.rule, sentence),))
                told.setdefault((role, over), found)
    return tuple(told.values())


def roles_hearing(event: NoticeEvent, policy: Policy) -> tuple[str, ...]:
    """The roles that hear of an event whatever the audit, for one whose facts decide nothing."""
    return tuple(dict.fromkeys(told.role for told in roles_told(event, EventFacts(), policy)))


def rows_of(policy: Policy) -> Mapping[NoticeEvent, tuple[TellingRow, ...]]:
    """Every event with its rows; what the framework has in one line of its matrix shares one entry of the policy."""
    told = policy.recipients
    return {
        NoticeEvent.ALLOCATION: told.allocation,
        NoticeEvent.AUDITOR_CHANGED: told.auditor_changed,
        NoticeEvent.AUDIT_WITHDRAWN: told.audit_withdrawn,
        NoticeEvent.AUDIT_REPLACED: told.audit_withdrawn,
        NoticeEvent.CYCLE_CANCELLED: told.cycle_cancelled,
        NoticeEvent.CYCLE_REINSTATED: told.cycle_cancelled,
        NoticeEvent.MEETING_ARRANGED: told.meeting_arranged,
        NoticeEvent.MEETING_MOVED: told.meeting_arranged,
        NoticeEvent.MEETING_CALLED_OFF: told.meeting_arranged,
        NoticeEvent.REPORT_SUBMITTED: told.report_checked,
        NoticeEvent.REPORT_AMENDED: told.report_checked,
        NoticeEvent.REPORT_RETURNED: told.report_checked,
        NoticeEvent.REPORT_ACCEPTED: told.report_checked,
        NoticeEvent.QUALITY_CHECK_OVERDUE: told.quality_check_overdue,
        NoticeEvent.NOT_ACCEPTED: told.not_accepted,
        NoticeEvent.AUDIT_ISSUED: told.audit_issued,
        NoticeEvent.REPORT_CORRECTED: told.report_corrected,
        NoticeEvent.REPORT_COMMENTED: told.report_commented,
        NoticeEvent.REPORT_TO_FILE: told.report_to_file,
        NoticeEvent.FEEDBACK_GIVEN: told.feedback_given,
        NoticeEvent.FINDINGS_DISCUSSED: told.findings_discussed,
        NoticeEvent.FINDINGS_CONFIRMED: told.findings_confirmed,
        NoticeEvent.FINDINGS_NOTE_MISSING: told.findings_discussion_overdue,
        NoticeEvent.FINDINGS_DISCUSSION_OVERDUE: told.findings_discussion_overdue,
        NoticeEvent.FINDINGS_NOT_DISCUSSED: told.findings_not_discussed,
        NoticeEvent.FURTHER_RE_AUDIT_ORDERED: told.further_re_audit_ordered,
        NoticeEvent.NOT_ISSUED_AT_CLOSE: told.not_issued_at_close,
        NoticeEvent.DISPUTE_STEP: told.dispute_step,
        NoticeEvent.SAFETY_ALERT: told.safety_alert,
        NoticeEvent.MODERATION_DRAWN: told.moderation_drawn,
        NoticeEvent.MODERATION_GIVEN: told.moderation_given,
        NoticeEvent.MODERATION_TAKEN: told.moderation_given,
        NoticeEvent.MODERATION_OVERDUE: told.moderation_overdue,
        NoticeEvent.MODERATION_FEEDBACK: told.moderation_feedback,
    }


def is_met(row: TellingRow, facts: EventFacts) -> bool:
    """Whether a row is for these facts; what it does not name does not matter to it."""
    return (
        (not row.kinds or facts.audit_kind in row.kinds)
        and facts.sequence >= row.from_sequence
        and (not row.grades or facts.grade in row.grades)
        and (not row.stages or facts.stage in row.stages)
    )


def facts_needed(event: NoticeEvent, policy: Policy) -> tuple[str, ...]:
    """The facts that decide who is told of an event, in the order in which `EventFacts` has them."""
    rows = rows_of(policy)[event]
    needs = {
        "audit_kind": any(row.kinds or row.from_sequence for row in rows),
        "sequence": any(row.from_sequence for row in rows),
        "grade": any(row.grades for row in rows),
        "stage": any(row.stages for row in rows),
    }
    return tuple(name for name, is_needed in needs.items() if is_needed)


def stages_known(event: NoticeEvent, policy: Policy) -> tuple[str, ...]:
    """The stages that an edition knows of an event, in order; none for one without."""
    return tuple(sorted({stage for row in rows_of(policy)[event] for stage in row.stages}))


def _sentence(event: NoticeEvent, row: TellingRow, role: Role, over: Role) -> str:
    whose = "auditor's " if over is Role.AUDITOR and role is not Role.AUDITOR else ""
    how = "" if row.channel is Channel.MESSAGE else f" by {row.channel.replace('_', ' ')}"
    return f"The {whose}{words_of(role)} is told{how} of {WORDS[event]}"


def _because(row: TellingRow, facts: EventFacts, policy: Policy) -> str:
    """The conditions of a row that these facts meet."""
    is_so = []
    if row.from_sequence > 1:
        is_so.append(_ORDINALS.get(facts.sequence, "a further re-audit"))
    elif row.from_sequence or row.kinds:
        is_so.append("a re-audit" if facts.sequence else f"an {facts.audit_kind} audit")
    if row.grades and facts.grade is not None:
        is_so.append(f"graded {policy.gradings.grades[facts.grade]}")
    stage = f", at {facts.stage}" if row.stages else ""
    return f"{stage}, for it is {' and '.join(is_so)}" if is_so else stage
