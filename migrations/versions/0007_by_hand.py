"""What Alembic cannot see of disputes, safety alerts and moderation: changed checks, and triggers."""

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: None = None
depends_on: None = None

_STAYS = "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"

# A clock runs for the audit itself, or for one other subject (D1, W1, M3).
_OTHERS = "num_nonnulls(dispute_id, safety_alert_id, moderated_audit_id)"
_CHECKS = {
    ("deadlines", "ck_deadlines_one_subject"): f"{_OTHERS} <= 1 AND (audit_id IS NOT NULL OR {_OTHERS} = 1)",
    # A command is about a report of an audit, or about a safety alert, which has none (W5).
    ("case_system_commands", "ck_case_system_commands_one_subject"): (
        "num_nonnulls(audit_id, safety_alert_id) = 1 AND (audit_id IS NULL) = (report_version IS NULL)"
    ),
}

# What happened to a dispute stays as it was recorded (D1 to D8); retention may clear what people wrote with it.
_DISPUTE_GUARDS = {
    **{
        (table, "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} {_STAYS}"
        for table in ("dispute_steps", "dispute_grounds", "dispute_consents")
    },
    **{
        (table, "never_rewritten"): f"BEFORE UPDATE OR TRUNCATE ON {table} {_STAYS}"
        for table in ("dispute_step_texts", "dispute_ground_texts", "independent_review_texts")
    },
    ("disputes", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON disputes {_STAYS}",
    ("disputes", "ended_stays"): (
        "BEFORE UPDATE ON disputes FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION refuse_change()"
    ),
    ("independent_reviews", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON independent_reviews {_STAYS}",
    ("independent_reviews", "reported_stays"): (
        "BEFORE UPDATE ON independent_reviews FOR EACH ROW WHEN (OLD.reported_on IS NOT NULL)"
        " EXECUTE FUNCTION refuse_change()"
    ),
}

# What happened to a safety alert stays as it was recorded (W1 to W7). Who raised it, when and about whom never changes;
# its team, case and audit may be named later, once, and where it stands follows its steps. What has ended stays ended.
SAFETY_ALERT_RECORDS = {
    ("safety_alert_steps", "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON safety_alert_steps {_STAYS}",
    ("safety_alert_step_texts", "never_rewritten"): f"BEFORE UPDATE OR TRUNCATE ON safety_alert_step_texts {_STAYS}",
    ("safety_alerts", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON safety_alerts {_STAYS}",
    ("safety_alerts", "ended_stays"): (
        "BEFORE UPDATE ON safety_alerts FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION refuse_change()"
    ),
    ("safety_alerts", "stays_as_raised"): (
        "BEFORE UPDATE ON safety_alerts FOR EACH ROW EXECUTE FUNCTION refuse_change_of_other_columns("
        "'team_id', 'case_reference', 'audit_id', 'practitioner_id', 'auditor_id', 'state', 'rung', 'awaits', 'due_on', "
        "'version', 'ended_on')"
    ),
    ("safety_alerts", "keeps_what_it_names"): (
        "BEFORE UPDATE ON safety_alerts FOR EACH ROW WHEN (OLD.case_reference <> '' AND "
        "NEW.case_reference <> OLD.case_reference OR NEW.audit_id <> OLD.audit_id OR (OLD.audit_id IS NOT NULL AND "
        "(NEW.audit_id, NEW.practitioner_id, NEW.auditor_id) IS DISTINCT FROM "
        "(OLD.audit_id, OLD.practitioner_id, OLD.auditor_id))) EXECUTE FUNCTION refuse_change()"
    ),
}

# A moderation draw stays as it was drawn, its steps as they were recorded, and a regrade as it was when feedback was
# given (M1 to M4); retention may empty the template that was kept, and clear what people wrote.
_REFUSE_FIXED_REGRADE = """
CREATE FUNCTION refuse_change_of_fixed_regrade() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('practice_audit.restoring', true) = 'yes' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF EXISTS (SELECT FROM regrades WHERE fixed_at IS NOT NULL
               AND moderated_audit_id IN (OLD.moderated_audit_id, NEW.moderated_audit_id)) THEN
        RAISE EXCEPTION '% is part of what is a record and stays as it was written: % is refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$
"""
MODERATION_RECORDS = {
    **{
        (table, "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} {_STAYS}"
        for table in ("moderation_frames", "moderation_rounds", "moderation_steps")
    },
    ("moderation_step_texts", "never_rewritten"): f"BEFORE UPDATE OR TRUNCATE ON moderation_step_texts {_STAYS}",
    ("moderated_audits", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON moderated_audits {_STAYS}",
    ("moderated_audits", "stays_as_drawn"): (
        "BEFORE UPDATE ON moderated_audits FOR EACH ROW EXECUTE FUNCTION refuse_change_of_other_columns("
        "'moderator_id', 'is_own_service', 'reasons', 'due_on', 'state', 'met_on', 'fed_back_on', 'version')"
    ),
    ("regrades", "never_emptied"): f"BEFORE TRUNCATE ON regrades {_STAYS}",
    ("regrades", "fixed_stays"): (
        "BEFORE UPDATE OR DELETE ON regrades FOR EACH ROW WHEN (OLD.fixed_at IS NOT NULL)"
        " EXECUTE FUNCTION refuse_change()"
    ),
    ("regraded_domains", "never_emptied"): f"BEFORE TRUNCATE ON regraded_domains {_STAYS}",
    ("regraded_domains", "part_of_fixed_stays"): (
        "BEFORE INSERT OR UPDATE OR DELETE ON regraded_domains FOR EACH ROW"
        " EXECUTE FUNCTION refuse_change_of_fixed_regrade()"
    ),
    ("moderation_templates", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON moderation_templates {_STAYS}",
    ("moderation_templates", "stays_as_made"): (
        "BEFORE UPDATE ON moderation_templates FOR EACH ROW WHEN (NEW.content IS NULL)"
        " EXECUTE FUNCTION refuse_change_of_other_columns('content', 'cleared_at')"
    ),
    ("moderation_templates", "never_rewritten"): (
        "BEFORE UPDATE ON moderation_templates FOR EACH ROW WHEN (NEW.content IS NOT NULL OR OLD.content IS NULL)"
        " EXECUTE FUNCTION refuse_change()"
    ),
}


# The release before knows none of the three: their clocks and notes go with them, and what was sent stays as sent.
_FORGOTTEN = """
    CREATE TEMPORARY TABLE forgotten ON COMMIT DROP AS
        SELECT id FROM deadlines WHERE num_nonnulls(dispute_id, safety_alert_id, moderated_audit_id) > 0
        UNION ALL SELECT id FROM case_system_commands WHERE safety_alert_id IS NOT NULL;
    UPDATE notices SET deadline_id = NULL WHERE deadline_id IN (SELECT id FROM forgotten);
    DELETE FROM deadline_crossings WHERE deadline_id IN (SELECT id FROM forgotten);
    DELETE FROM deadlines WHERE id IN (SELECT id FROM forgotten);
    DELETE FROM case_system_texts WHERE command_id IN (SELECT id FROM forgotten);
    UPDATE case_system_commands SET after_id = NULL WHERE after_id IN (SELECT id FROM forgotten);
    DELETE FROM case_system_commands WHERE id IN (SELECT id FROM forgotten)
"""


def upgrade() -> None:
    op.execute(_REFUSE_FIXED_REGRADE)
    for (table, name), check in _CHECKS.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({check})")
    for (_, name), guard in (*_DISPUTE_GUARDS.items(), *SAFETY_ALERT_RECORDS.items(), *MODERATION_RECORDS.items()):
        op.execute(f"CREATE TRIGGER {name} {guard}")


def downgrade() -> None:
    for table, name in (*_DISPUTE_GUARDS, *SAFETY_ALERT_RECORDS, *MODERATION_RECORDS):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP FUNCTION refuse_change_of_fixed_regrade()")
    for table, name in _CHECKS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(_FORGOTTEN)
