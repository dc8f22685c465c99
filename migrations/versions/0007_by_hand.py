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
# its team may be named later, and where it stands follows its steps. What has ended stays ended.
SAFETY_ALERT_RECORDS = {
    ("safety_alert_steps", "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON safety_alert_steps {_STAYS}",
    ("safety_alert_step_texts", "never_rewritten"): f"BEFORE UPDATE OR TRUNCATE ON safety_alert_step_texts {_STAYS}",
    ("safety_alerts", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON safety_alerts {_STAYS}",
    ("safety_alerts", "ended_stays"): (
        "BEFORE UPDATE ON safety_alerts FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION refuse_change()"
    ),
    ("safety_alerts", "stays_as_raised"): (
        "BEFORE UPDATE ON safety_alerts FOR EACH ROW EXECUTE FUNCTION refuse_change_of_other_columns("
        "'team_id', 'state', 'rung', 'awaits', 'due_on', 'version', 'ended_on')"
    ),
}


def upgrade() -> None:
    for (table, name), check in _CHECKS.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({check})")
    for (_, name), guard in (*_DISPUTE_GUARDS.items(), *SAFETY_ALERT_RECORDS.items()):
        op.execute(f"CREATE TRIGGER {name} {guard}")


def downgrade() -> None:
    for table, name in (*_DISPUTE_GUARDS, *SAFETY_ALERT_RECORDS):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for table, name in _CHECKS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
