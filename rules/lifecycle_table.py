"""The life of an audit from its allocation to its close, as a table: what can happen, when, and what follows.

Who may do each is the policy's (`rules/lifecycle_roles.py`). `docs/the-life-of-an-audit.md` is this table in words.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules import lifecycle_clocks as clocks
from rules import lifecycle_guards as guards
from rules import lifecycle_needs as needs
from rules import re_audit_guards as re_audits
from rules import re_audit_orders as orders
from rules.audit_events import Event, Record, State
from rules.audit_facts import FINDINGS_DISCUSSIONS, MISSING_NOTE, Asking
from rules.decisions import DeadlineStart, DeadlineWithdrawn, Reason
from rules.quality_checks import AMENDMENTS, CARRIED_OVER_REPORT, ISSUE, QUALITY_CHECK
from rules.waiting_re_audits import no_dispute_is_waited_for

Check = Callable[[Asking], Iterator[Reason]]
Starts = Callable[[Asking], Iterator[DeadlineStart]]
Withdraws = Callable[[Asking], Iterator[DeadlineWithdrawn]]

OPEN = (State.ALLOCATED, State.UNDER_WAY)
BEFORE_SUBMISSION = (*OPEN, State.DISCUSSED)
AFTER_ISSUE = (State.ISSUED, State.CLOSED)
EVERYTHING_FILED = (Record.REPORT_VERSION, Record.UPLOAD, Record.CASE_NOTE, Record.ALERT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleMove:
    """One row: the event, the states in which it may happen, and the state after it, None where that stays.

    `guards` look at the audit, `needs` at what comes with the move. `meets` are the clocks that it stops as met,
    `starts` and `withdraws` those that begin with it and those that nobody owes any more; `told_of` is the event of
    section 9, told where `tells_if` holds, if it says anything.
    """

    event: Event
    rule: str
    states: tuple[State, ...]
    to: State | None = None
    guards: tuple[Check, ...] = ()
    needs: tuple[Check, ...] = ()
    meets: tuple[str, ...] = ()
    starts: tuple[Starts, ...] = ()
    withdraws: tuple[Withdraws, ...] = ()
    told_of: str | None = None
    tells_if: Callable[[Asking], bool] | None = None
    records: tuple[Record, ...] = ()
    says: str


LIFECYCLE: tuple[LifecycleMove, ...] = (
    LifecycleMove(
        event=Event.MEETING_ARRANGED,
        rule="L1",
        states=OPEN,
        to=State.UNDER_WAY,
        guards=(no_dispute_is_waited_for, guards.no_meeting_is_arranged),
        needs=(needs.a_day_ahead,),
        told_of="meeting_arranged",
        says="the meeting was arranged for {day}.",
    ),
    LifecycleMove(
        event=Event.MEETING_MOVED,
        rule="L1",
        states=(State.UNDER_WAY,),
        to=State.UNDER_WAY,
        guards=(guards.a_meeting_is_arranged,),
        needs=(needs.a_day_ahead, needs.another_day_or_hour),
        told_of="meeting_moved",
        says="the meeting was moved to {day}.",
    ),
    LifecycleMove(
        event=Event.DRAFT_BEGUN,
        rule="L2",
        states=(State.ALLOCATED,),
        to=State.UNDER_WAY,
        guards=(no_dispute_is_waited_for,),
        says="the draft was begun on {on}.",
    ),
    LifecycleMove(
        event=Event.DISCUSSION_HELD,
        rule="L3",
        states=BEFORE_SUBMISSION,
        to=State.DISCUSSED,
        guards=(no_dispute_is_waited_for, guards.first_grading_is_given, guards.discussion_was_not_held),
        needs=(needs.the_day_it_was_held, needs.the_team_manager),
        meets=(clocks.MEETING,),
        told_of="meeting_called_off",
        tells_if=clocks.a_meeting_is_called_off,
        says="the reflective discussion was held on {day}{attended}.",
    ),
    LifecycleMove(
        event=Event.DISCUSSION_NOT_HELD,
        rule="L3",
        states=OPEN,
        to=State.DISCUSSED,
        guards=(no_dispute_is_waited_for, guards.first_grading_is_given),
        needs=(needs.a_reason,),
        withdraws=(clocks.meeting,),
        told_of="meeting_called_off",
        tells_if=clocks.a_meeting_is_called_off,
        says="the reflective discussion was not held, and why was recorded on {on}.",
    ),
    LifecycleMove(
        event=Event.REPORT_SUBMITTED,
        rule="L5",
        states=(State.DISCUSSED,),
        to=State.SUBMITTED,
        guards=(guards.nothing_is_missing,),
        meets=(clocks.REPORT,),
        starts=(clocks.quality_check,),
        withdraws=(clocks.issue_until_it_is_accepted,),
        told_of="report_submitted",
        says="the report was submitted on {on}.",
    ),
    LifecycleMove(
        event=Event.REPORT_ACCEPTED,
        rule="L6",
        states=(State.SUBMITTED,),
        to=State.ACCEPTED,
        meets=(QUALITY_CHECK,),
        starts=(clocks.issue,),
        told_of="report_accepted",
        says="the report was accepted on {on}.",
    ),
    LifecycleMove(
        event=Event.REPORT_RETURNED,
        rule="L6",
        states=(State.SUBMITTED,),
        to=State.RETURNED,
        needs=(needs.points_to_change,),
        meets=(QUALITY_CHECK,),
        starts=(clocks.amendment,),
        told_of="report_returned",
        says="the report was returned on {on} with {points} to change.",
    ),
    LifecycleMove(
        event=Event.REPORT_AMENDED,
        rule="Q1",
        states=(State.RETURNED,),
        to=State.SUBMITTED,
        guards=(guards.nothing_is_missing,),
        meets=(*AMENDMENTS, CARRIED_OVER_REPORT),
        starts=(clocks.quality_check,),
        withdraws=(clocks.issue_until_it_is_accepted,),
        told_of="report_amended",
        says="the report came back amended on {on}.",
    ),
    LifecycleMove(
        event=Event.NOT_ACCEPTED,
        rule="Q2",
        states=(State.RETURNED,),
        guards=(guards.amendment_has_lapsed,),
        starts=(clocks.completion_for_the_next_cycle,),
        withdraws=(clocks.amendment_and_issue,),
        told_of="not_accepted",
        says="not amended in time, the report was not accepted on {on}.",
    ),
    LifecycleMove(
        event=Event.AUDIT_ISSUED,
        rule="L7",
        states=(State.ACCEPTED,),
        to=State.ISSUED,
        guards=(guards.a_grade_is_effective,),
        meets=(ISSUE, clocks.LATE_ISSUE),
        starts=(clocks.discussion_of_findings, clocks.follow_up, clocks.word_on_a_further_re_audit),
        told_of="audit_issued",
        records=EVERYTHING_FILED,
        says="the report was issued on {on}.",
    ),
    LifecycleMove(
        event=Event.REPORT_ACKNOWLEDGED,
        rule="L14",
        states=AFTER_ISSUE,
        guards=(guards.receipt_is_not_acknowledged,),
        says="the practitioner acknowledged receipt on {on}.",
    ),
    LifecycleMove(
        event=Event.REPORT_COMMENTED,
        rule="L14",
        states=AFTER_ISSUE,
        needs=(needs.a_text,),
        told_of="report_commented",
        says="the practitioner commented on the report on {on}.",
    ),
    LifecycleMove(
        event=Event.FEEDBACK_GIVEN,
        rule="L8",
        states=(State.ALLOCATED, State.UNDER_WAY, State.DISCUSSED, State.RETURNED),  # while the report is written
        needs=(needs.a_text,),
        told_of="feedback_given",
        says="feedback went to an earlier practitioner or team on {on}.",
    ),
    LifecycleMove(
        event=Event.FINDINGS_DISCUSSED,
        rule="L10",
        states=(State.ISSUED,),
        guards=(guards.there_are_findings_to_discuss, guards.actions_are_agreed),
        needs=(needs.the_day_of_the_findings,),
        meets=FINDINGS_DISCUSSIONS,
        told_of="findings_discussed",
        says="the findings were discussed on {day}.",
    ),
    LifecycleMove(
        event=Event.FINDINGS_NOTE_CHECKED,
        rule="L11",
        states=(State.ISSUED,),
        guards=(guards.findings_are_discussed, guards.note_is_not_checked),
        meets=(MISSING_NOTE,),
        says="the audit team saw the case note of the discussion on {on}.",
    ),
    LifecycleMove(
        event=Event.FINDINGS_NOTE_MISSING,
        rule="L11",
        states=(State.ISSUED,),
        guards=(guards.findings_are_discussed, guards.note_is_not_checked, guards.note_is_not_reported_missing),
        starts=(clocks.note_of_the_discussion,),
        told_of="findings_note_missing",
        says="the case note of the discussion was not there on {on}.",
    ),
    LifecycleMove(
        event=Event.FINDINGS_CONFIRMED,
        rule="R1",
        states=(State.ISSUED,),
        guards=(
            guards.head_of_service_follows_up,
            guards.findings_to_follow_up_are_discussed,
            guards.findings_are_not_confirmed,
        ),
        meets=(clocks.FOLLOW_UP,),
        told_of="findings_confirmed",
        says="the head of service confirmed the agreed actions on {on}.",
    ),
    LifecycleMove(
        event=Event.FURTHER_RE_AUDIT_ADVISED_AGAINST,
        rule="R2",
        states=(State.DISCUSSED, State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.ISSUED),
        guards=(
            re_audits.further_re_audit_is_due,
            re_audits.further_re_audit_is_not_decided,
            re_audits.re_auditor_is_silent,
        ),
        needs=(needs.a_reason,),
        says="the re-auditor advised against a further re-audit on {on}.",
    ),
    LifecycleMove(
        event=Event.FURTHER_RE_AUDIT_WAIVED,
        rule="R2",
        states=(State.ISSUED,),
        guards=(
            re_audits.further_re_audit_is_due,
            re_audits.further_re_audit_is_not_decided,
            re_audits.re_auditor_advises_against,
        ),
        needs=(needs.a_reason,),
        says="the audit manager agreed on {on} that there is no further re-audit.",
    ),
    LifecycleMove(
        event=Event.FURTHER_RE_AUDIT_ORDERED,
        rule="R2",
        states=AFTER_ISSUE,
        to=State.ISSUED,
        guards=(
            re_audits.no_more_are_due_by_themselves,
            re_audits.further_re_audit_is_not_decided,
            guards.findings_were_acted_on,
        ),
        needs=(needs.a_reason, orders.whose_decision_it_was),
        meets=(clocks.FURTHER_RE_AUDIT,),
        told_of="further_re_audit_ordered",
        says="{decider} ordered a further re-audit on {day}{recorded}.",
    ),
    LifecycleMove(
        event=Event.ANOTHER_CASE_CHOSEN,
        rule="S7",
        states=AFTER_ISSUE,
        guards=(
            re_audits.a_re_audit_is_awaited,
            re_audits.practitioner_is_still_here,
            re_audits.own_case_is_not_open,
        ),
        needs=(needs.another_open_case,),
        says="the case that its re-audit looks at was chosen on {on}.",
    ),
    LifecycleMove(
        event=Event.REPORT_CORRECTED,
        rule="L15",
        states=(State.ACCEPTED, *AFTER_ISSUE),
        guards=(guards.there_are_grades_to_correct, guards.no_dispute_is_open),
        needs=(needs.a_reason, needs.a_known_grade, needs.a_grade_that_changes),
        starts=(clocks.what_follows_from_a_changed_grade,),
        withdraws=(clocks.what_followed_from_the_grade,),
        told_of="report_corrected",
        records=EVERYTHING_FILED,
        says="the report was corrected on {on}.",
    ),
    LifecycleMove(
        event=Event.DISPUTE_RESOLVED,
        rule="D7",
        states=AFTER_ISSUE,
        guards=(guards.a_dispute_was_decided,),
        needs=(needs.a_reason, needs.a_known_grade),
        starts=(clocks.what_follows_from_a_changed_grade,),
        withdraws=(clocks.what_followed_from_the_disputed_grade,),
        told_of="report_corrected",
        records=EVERYTHING_FILED,
        says="a dispute about the report was resolved on {on}.",
    ),
    LifecycleMove(
        event=Event.MODERATED_GRADE_RECORDED,
        rule="M6",
        states=AFTER_ISSUE,
        guards=(guards.there_are_grades_to_correct, guards.a_moderation_was_done, guards.no_dispute_is_open),
        needs=(needs.a_reason, needs.a_known_grade, needs.a_grade_that_changes),
        starts=(clocks.what_follows_from_a_changed_grade,),
        withdraws=(clocks.what_followed_from_the_moderated_grade,),
        told_of="report_corrected",
        records=EVERYTHING_FILED,
        says="the grade that moderators gave was recorded on {on}.",
    ),
    LifecycleMove(
        event=Event.AUDIT_CLOSED,
        rule="S7",
        states=(State.ISSUED,),
        to=State.CLOSED,
        guards=(guards.no_dispute_is_open, guards.nothing_is_owed),
        needs=(needs.a_reason_for_closing,),
        withdraws=(clocks.everything,),
        says="the audit was closed on {on}.",
    ),
    LifecycleMove(
        event=Event.AUDIT_WITHDRAWN,
        rule="S9",
        states=BEFORE_SUBMISSION,
        to=State.WITHDRAWN,
        needs=(needs.a_reason_for_withdrawing,),
        withdraws=(clocks.everything,),
        told_of="audit_withdrawn",
        says="the audit was withdrawn on {on}.",
    ),
)
