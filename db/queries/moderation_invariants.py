"""What must never be of moderation: a name, the rule, what was found, and the question that finds it (M1 to M4)."""


def _present(who: str) -> str:
    """Who somebody is now, by the aliases (S10)."""
    return f"""coalesce((SELECT l.current_person_id FROM person_aliases l
        WHERE l.from_person_id = {who} AND l.undone_at IS NULL), {who})"""


_ONE = "SELECT a.reference FROM moderated_audits m JOIN audits a ON a.id = m.audit_id"
_RUNNING = "d.moderated_audit_id = m.id AND d.state IN ('running', 'overdue')"

MODERATION = (
    (
        "moderation_frame_other_than_its_hash",
        "S5",
        "frame of a moderation whose text is not the one that was hashed before the seed was taken",
        """SELECT to_char(month, 'YYYY-MM') FROM moderation_frames
           WHERE encode(sha256(convert_to(canonical, 'UTF8')), 'hex') <> hash""",
    ),
    (
        "moderation_round_without_its_audits",
        "M1",
        "round of moderation with other audits than were drawn",
        """SELECT to_char(r.month, 'YYYY-MM') FROM moderation_rounds r WHERE r.result -> 'size_drawn' IS DISTINCT FROM
           (SELECT to_jsonb(count(*)) FROM moderated_audits m WHERE m.round_id = r.id)""",
    ),
    (
        "moderation_of_own_audit",
        "M2",
        "audit that is moderated by its auditor or its practitioner, perhaps under another id",
        f"""{_ONE} WHERE m.moderator_id IN (a.auditor_id, a.practitioner_id) OR (m.state = 'allocated'
            AND {_present("m.moderator_id")} IN ({_present("a.auditor_id")}, {_present("a.practitioner_id")}))""",
    ),
    (
        "moderation_that_nobody_has",
        "M2",
        "audit that is to be moderated, by nobody, for which the audit team has no task",
        f"""{_ONE} WHERE m.state = 'allocated' AND m.moderator_id IS NULL AND NOT EXISTS
            (SELECT 1 FROM tasks t WHERE t.kind = 'moderator_missing' AND t.key IN (m.id::text, m.round_id::text))""",
    ),
    (
        "moderation_that_nobody_owes",
        "M3",
        "audit that somebody moderates and has not one clock for, theirs and by its day",
        f"""{_ONE} WHERE m.state = 'allocated' AND m.moderator_id IS NOT NULL AND 1 <> (SELECT count(*)
            FILTER (WHERE d.owed_by_id = m.moderator_id AND d.due_on = m.due_on) FROM deadlines d WHERE {_RUNNING})""",
    ),
    (
        "ended_moderation_with_a_clock",
        "M3",
        "moderation that has ended, and of which a clock still runs",
        f"{_ONE} WHERE m.state <> 'allocated' AND EXISTS (SELECT 1 FROM deadlines d WHERE {_RUNNING})",
    ),
    (
        "moderation_other_than_its_steps",
        "M4",
        "moderation that stands elsewhere than its steps left it",
        f"""{_ONE} WHERE m.state <> CASE
            WHEN EXISTS (SELECT 1 FROM moderation_steps s
                WHERE s.moderated_audit_id = m.id AND s.event = 'moderation_closed') THEN 'closed'
            WHEN EXISTS (SELECT 1 FROM moderation_steps s
                WHERE s.moderated_audit_id = m.id AND s.event = 'feedback_given') THEN 'fed_back'
            ELSE 'allocated' END""",
    ),
    (
        "feedback_without_its_template",
        "M4",
        "moderation with feedback whose regrade can still change, or whose template was not kept and owed",
        f"""{_ONE} WHERE m.fed_back_on IS NOT NULL AND NOT (
            EXISTS (SELECT 1 FROM regrades g WHERE g.moderated_audit_id = m.id AND g.fixed_at IS NOT NULL)
            AND EXISTS (SELECT 1 FROM moderation_templates t WHERE t.moderated_audit_id = m.id)
            AND EXISTS (SELECT 1 FROM case_system_commands c WHERE c.moderated_audit_id = m.id))""",
    ),
)
