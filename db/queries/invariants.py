"""What must never be, asked of the rows themselves: for doctor, for monitoring and for the tests of faults.

The database refuses most of it by constraints, and the use cases the rest; this looks whether they did.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from db.queries.moderation_invariants import MODERATION

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must never be. `query` finds it: one row, with one text, for each case of it."""

    name: str
    rule: str
    sentence: str  # what was found, after its number
    query: str


@dataclass(frozen=True, slots=True)
class Violation:
    """What must never be, and is: how often, and the first few subjects."""

    invariant: Invariant
    times: int
    subjects: tuple[str, ...]


def _present(who: str) -> str:
    """Who somebody in an audit is now, by the aliases (S10)."""
    return f"""coalesce((SELECT l.current_person_id FROM person_aliases l
        WHERE l.from_person_id = a.{who}_id AND l.undone_at IS NULL), a.{who}_id)"""


INVARIANTS = (
    Invariant(
        "two_audits_in_a_month",
        "S2",
        "practitioner and month with more than one audit that was not withdrawn",
        """SELECT practitioner_id::text || ' in ' || to_char(month, 'YYYY-MM') FROM audits WHERE state <> 'withdrawn'
           GROUP BY practitioner_id, month HAVING count(*) > 1""",
    ),
    Invariant(
        "audit_of_own_work",
        "A2",
        "audit whose auditor is the practitioner, perhaps under another id",
        f"""SELECT reference FROM audits a WHERE auditor_id = practitioner_id OR (
            state NOT IN ('issued', 'closed', 'withdrawn') AND {_present("auditor")} = {_present("practitioner")})""",
    ),
    Invariant(
        "two_issued_draws",
        "S5",
        "cycle with more than one issued draw",
        """SELECT month FROM audit_cycles c JOIN draws d ON d.cycle_id = c.id AND d.state = 'issued'
           GROUP BY month HAVING count(*) > 1""",
    ),
    Invariant(
        "open_cycle_without_issued_draw",
        "P3",
        "cycle that is open or closed without an issued draw",
        """SELECT month FROM audit_cycles c WHERE state IN ('open', 'closed')
           AND NOT EXISTS (SELECT 1 FROM draws d WHERE d.cycle_id = c.id AND d.state = 'issued')""",
    ),
    Invariant(
        "form_of_drafts",
        "P8",
        "form that audits are pinned to without a part, or with one that was never published",
        """SELECT t.composition FROM audit_tools t LEFT JOIN audit_tool_parts p ON p.audit_tool_id = t.id
           LEFT JOIN tool_versions v ON v.id = p.tool_version_id AND v.state = 'published'
           WHERE v.id IS NULL""",
    ),
    Invariant(
        "audits_of_a_cycle_that_is_not_open",
        "P3",
        "cycle that was not opened and has audits",
        """SELECT month FROM audit_cycles c WHERE state = 'planned' AND EXISTS
           (SELECT 1 FROM audits a WHERE a.cycle_id = c.id AND a.state <> 'withdrawn')""",
    ),
    Invariant(
        "issued_draw_without_its_audits",
        "S5",
        "issued draw with fewer audits than cases drawn",
        """SELECT d.id::text FROM draws d WHERE d.state = 'issued'
           AND (SELECT count(*) FROM draw_case_outcomes o WHERE o.draw_id = d.id AND o.outcome = 'drawn')
             > (SELECT count(*) FROM audits a WHERE a.draw_id = d.id)""",
    ),
    Invariant(
        "frame_other_than_its_hash",
        "S5",
        "sampling frame whose text is not the one that was hashed before the seed was taken",
        """SELECT id::text FROM sampling_frames
           WHERE encode(sha256(convert_to(canonical, 'UTF8')), 'hex') <> hash""",
    ),
    Invariant(
        "deadline_of_withdrawn_audit",
        "S9",
        "deadline that runs on an audit that was withdrawn",
        """SELECT a.reference || ' ' || d.time_limit FROM deadlines d JOIN audits a ON a.id = d.audit_id
           WHERE a.state = 'withdrawn' AND d.state IN ('running', 'overdue')
           AND num_nonnulls(d.dispute_id, d.safety_alert_id, d.moderated_audit_id) = 0""",
    ),
    Invariant(
        "deadline_of_closed_audit",
        "L13",
        "deadline that runs on an audit that is closed",
        """SELECT a.reference || ' ' || d.time_limit FROM deadlines d JOIN audits a ON a.id = d.audit_id
           WHERE a.state = 'closed' AND d.state = 'running'
           AND num_nonnulls(d.dispute_id, d.safety_alert_id, d.moderated_audit_id) = 0""",
    ),
    Invariant(
        "audit_that_nobody_owes",
        "L5",
        "audit that is allocated and not issued, and for which nobody owes anything",
        """SELECT a.reference FROM audits a WHERE a.origin = 'drawn' AND a.cycle_id IS NOT NULL
           AND a.state NOT IN ('issued', 'closed', 'withdrawn') AND NOT EXISTS
           (SELECT 1 FROM deadlines d WHERE d.audit_id = a.id AND d.state IN ('running', 'overdue'))
           AND NOT (a.state = 'allocated' AND EXISTS
               (SELECT 1 FROM disputes p WHERE p.audit_id = a.re_audit_of AND p.state = 'open'))""",
    ),
    Invariant(
        "findings_that_nobody_discusses",
        "L10",
        "audit that was issued with a grade, whose findings were not discussed and need not be",
        """SELECT a.reference FROM audits a WHERE a.origin = 'drawn' AND a.state = 'issued'
           AND a.overall_grade IS NOT NULL
           AND EXISTS (SELECT 1 FROM audit_steps s WHERE s.audit_id = a.id AND s.event = 'audit_issued')
           AND NOT EXISTS (SELECT 1 FROM audit_steps s WHERE s.audit_id = a.id AND s.event = 'findings_discussed')
           AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.audit_id = a.id AND d.rule = 'L10'
               AND d.state IN ('running', 'overdue'))""",
    ),
    Invariant(
        "issued_report_never_owed_to_the_case_system",
        "C2",
        "issued report whose newest version was never owed to the case system, as upload and as case note",
        """SELECT a.reference || ' version ' || v.number FROM report_versions v JOIN audits a ON a.id = v.audit_id
           WHERE v.is_issued AND v.number =
               (SELECT max(n.number) FROM report_versions n WHERE n.audit_id = v.audit_id AND n.is_issued)
           AND (SELECT count(DISTINCT c.kind) FROM case_system_commands c WHERE c.audit_id = v.audit_id
               AND c.report_version = v.number AND c.kind IN ('upload_document', 'record_note')) < 2""",
    ),
    Invariant(
        "re_audit_that_nobody_will_draw",
        "S7",
        "audit that was closed, or is done without a re-audit, and nobody has decided it",
        """SELECT a.reference FROM audits a WHERE a.origin = 'drawn'
           AND (a.state = 'closed' OR a.re_audit_waived_because IS NOT NULL)
           AND NOT EXISTS (SELECT 1 FROM audit_steps s WHERE s.audit_id = a.id AND (s.event = 'audit_closed'
               OR (s.event = 'further_re_audit_waived' AND a.state <> 'closed')))""",
    ),
    Invariant(
        "re_audit_that_nobody_decides_about",
        "S7",
        "audit whose re-audit the newest opening left to the audit team, which has no task for it",
        """SELECT a.reference FROM (SELECT d.issued_at, d.result FROM draws d JOIN audit_cycles c ON c.id = d.cycle_id
               WHERE d.state = 'issued' AND c.month NOT LIKE '%-extra-%' ORDER BY c.opens_on DESC LIMIT 1) AS newest
           CROSS JOIN jsonb_array_elements(coalesce(newest.result -> 'to_decide', '[]')) AS left_to_them
           JOIN audits a ON a.id = (left_to_them ->> 'audit_id')::uuid
           WHERE a.state IN ('issued', 'closed') AND a.re_audit_waived_because IS NULL
           AND NOT EXISTS (SELECT 1 FROM audits f WHERE f.re_audit_of = a.id AND f.state <> 'withdrawn')
           AND NOT EXISTS (SELECT 1 FROM audit_steps s WHERE s.audit_id = a.id AND s.recorded_at >= newest.issued_at
               AND s.event IN ('another_case_chosen', 'report_corrected', 'dispute_resolved',
                   'moderated_grade_recorded'))
           AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.kind = 're_audit_to_decide' AND t.key = a.id::text
               AND (t.state = 'open' OR t.closed_at >= newest.issued_at))""",
    ),
    Invariant(
        "deadline_of_former_auditor",
        "A4",
        "deadline that runs for an auditor who handed the audit on",
        """SELECT a.reference || ' ' || d.time_limit FROM deadlines d JOIN audits a ON a.id = d.audit_id
           WHERE d.state = 'running' AND d.owed_by_role = 'auditor' AND d.owed_by_id <> a.auditor_id AND EXISTS
           (SELECT 1 FROM auditor_changes c WHERE c.audit_id = a.id AND c.from_id = d.owed_by_id)""",
    ),
    Invariant(
        "deadline_without_reason",
        "L13",
        "deadline without a sentence that says why",
        "SELECT id::text FROM deadlines WHERE btrim(sentence) = '' OR btrim(rule) = ''",
    ),
    Invariant(
        "dispute_other_than_its_steps",
        "D8",
        "dispute that stands elsewhere than its newest step left it",
        """SELECT d.reference FROM disputes d LEFT JOIN LATERAL (SELECT s.rung, s.state FROM dispute_steps s
               WHERE s.dispute_id = d.id ORDER BY s.number DESC LIMIT 1) AS newest ON true
           WHERE (newest.rung, newest.state) IS DISTINCT FROM (d.rung, d.state)""",
    ),
    Invariant(
        "re_audit_that_does_not_wait",
        "S7",
        "deadline that runs on a re-audit that is not begun, while the report before it is disputed",
        """SELECT a.reference || ' ' || c.time_limit FROM disputes d JOIN audits a ON a.re_audit_of = d.audit_id
           JOIN deadlines c ON c.audit_id = a.id
           WHERE d.state = 'open' AND a.state = 'allocated' AND c.state IN ('running', 'overdue')
               AND num_nonnulls(c.dispute_id, c.safety_alert_id, c.moderated_audit_id) = 0""",
    ),
    Invariant(
        "clock_of_a_dispute_that_ended",
        "D8",
        "deadline that runs for a dispute that is over, or another day than its dispute has",
        """SELECT d.reference || ' ' || c.time_limit FROM disputes d JOIN deadlines c ON c.dispute_id = d.id
           WHERE c.state IN ('running', 'overdue') AND (d.state <> 'open' OR c.due_on IS DISTINCT FROM d.due_on)""",
    ),
    Invariant(
        "notice_without_recipient",
        "A5",
        "message without an address that is not waiting for a person",
        """SELECT id::text FROM notices
           WHERE coalesce(btrim(address), '') = '' AND state NOT IN ('parked', 'cancelled')""",
    ),
    Invariant(
        "command_that_waits_for_nothing",
        "C2",
        "command for the case system that waits for another, which is settled",
        """SELECT c.idempotency_key FROM case_system_commands c JOIN case_system_commands b ON b.id = c.after_id
           WHERE c.state = 'pending' AND c.next_attempt_at IS NULL AND b.state IN ('done', 'cancelled')""",
    ),
    Invariant(
        "safety_alert_other_than_its_steps",
        "W1",
        "safety alert that stands elsewhere than its last step, or has none",
        """SELECT a.number::text FROM safety_alerts a
           LEFT JOIN safety_alert_steps s ON s.safety_alert_id = a.id AND s.version = a.version
           WHERE s.rung IS DISTINCT FROM a.rung OR s.state IS DISTINCT FROM a.state""",
    ),
    Invariant(
        "safety_alert_of_no_audit",
        "W7",
        "safety alert that names an audit which is not there",
        """SELECT s.number::text FROM safety_alerts s
           WHERE s.audit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audits a WHERE a.id = s.audit_id)""",
    ),
    Invariant(
        "ended_safety_alert_with_a_clock",
        "W6",
        "safety alert that has ended, and of which a clock still runs",
        """SELECT DISTINCT a.number::text FROM safety_alerts a JOIN deadlines d ON d.safety_alert_id = a.id
           WHERE a.state <> 'open' AND d.state IN ('running', 'overdue')""",
    ),
    *(Invariant(*told) for told in MODERATION),
    Invariant(
        "trail_head_other_than_last_entry",
        "C4",
        "chain of the trail whose head is not its last entry",
        """SELECT h.subject_kind || ' ' || h.subject_id FROM trail_heads h
           LEFT JOIN trail_entries e USING (subject_kind, subject_id, number)
           WHERE e.hash IS DISTINCT FROM h.hash OR EXISTS
               (SELECT 1 FROM trail_entries l WHERE l.subject_kind = h.subject_kind AND l.subject_id = h.subject_id
                AND l.number > h.number)""",
    ),
    Invariant(
        "report_version_other_than_the_trail_says",
        "L7",
        "stored version of a report with another hash than the trail has of it, or unknown to it",
        """SELECT a.reference || ' version ' || v.number FROM report_versions v JOIN audits a ON a.id = v.audit_id
           LEFT JOIN trail_entries e ON e.subject_kind = 'audit' AND e.subject_id = v.audit_id::text
               AND e.action = 'report_stored' AND (e.details ->> 'version')::integer = v.number
           WHERE e.details ->> 'content_hash' IS DISTINCT FROM v.content_hash""",
    ),
    Invariant(
        "person_in_two_teams",
        "P4",
        "person who belongs to two teams on one day",
        """SELECT DISTINCT p.reference FROM team_memberships a
           JOIN team_memberships b ON b.person_id = a.person_id AND b.id > a.id
               AND daterange(a.began_on, a.ended_on, '[]') && daterange(b.began_on, b.ended_on, '[]')
           JOIN people p ON p.id = a.person_id""",
    ),
)


def violations(session: Session, invariants: Sequence[Invariant] = INVARIANTS) -> list[Violation]:
    """What must never be, and is; nothing when all is well. One statement for each."""
    found = []
    for invariant in invariants:
        times, subjects = session.execute(_counting(invariant)).one()
        if times:
            found.append(Violation(invariant, times, tuple(subjects)))
    return found


def _counting(invariant: Invariant) -> TextClause:
    return text(
        "SELECT count(*), coalesce((array_agg(subject ORDER BY subject))[1:"
        f"{_MOST_NAMED}], '{{}}') FROM ({invariant.query}) AS found (subject)"
    )
