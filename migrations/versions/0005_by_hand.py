"""What Alembic cannot see of the life of an audit: changed checks, and triggers."""

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: None = None
depends_on: None = None

_STAYS = "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"

# A form in use never changes, whoever asks (P8, L2): what is published stays, and so does what an audit is pinned to.
_TOOL_GUARDS = {
    ("tool_versions", "published_stays"): (
        "BEFORE UPDATE OR DELETE ON tool_versions FOR EACH ROW WHEN (OLD.state = 'published')"
        " EXECUTE FUNCTION refuse_change()"
    ),
    ("tool_versions", "never_emptied"): f"BEFORE TRUNCATE ON tool_versions {_STAYS}",
    ("audit_tools", "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_tools {_STAYS}",
    ("audit_tool_parts", "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_tool_parts {_STAYS}",
    ("audits", "keeps_its_tool"): (
        "BEFORE UPDATE OF audit_tool_id ON audits FOR EACH ROW"
        " WHEN (OLD.audit_tool_id IS NOT NULL AND NEW.audit_tool_id IS DISTINCT FROM OLD.audit_tool_id)"
        " EXECUTE FUNCTION refuse_change()"
    ),
}

# Each version of a report stays as somebody read it (L7, L15); retention may empty it, and nothing else.
_REPORT_GUARDS = {
    ("report_versions", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON report_versions {_STAYS}",
    ("report_versions", "stays_as_made"): (
        "BEFORE UPDATE ON report_versions FOR EACH ROW WHEN (NEW.content IS NULL)"
        " EXECUTE FUNCTION refuse_change_of_other_columns('content', 'cleared_at')"
    ),
    ("report_versions", "never_rewritten"): (
        "BEFORE UPDATE ON report_versions FOR EACH ROW WHEN (NEW.content IS NOT NULL OR OLD.content IS NULL)"
        " EXECUTE FUNCTION refuse_change()"
    ),
}

# What happened to an audit stays as it was recorded (L1 to L15); retention may clear what people wrote with it.
_STEPS = (
    *("audit_steps", "planned_meetings", "reflective_discussions", "quality_checks"),
    *("findings_discussions", "case_note_checks", "report_corrections", "re_audit_orders"),
)
_STEP_GUARDS = {
    **{(table, "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} {_STAYS}" for table in _STEPS},
    ("audit_step_texts", "never_rewritten"): f"BEFORE UPDATE OR TRUNCATE ON audit_step_texts {_STAYS}",
}

# What an auditor wrote stays as it was when it was fixed, and what was given or shown as done stays so (L3, L4, L8).
_REFUSE_FIXED = """
CREATE FUNCTION refuse_change_of_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_fixed boolean;
    whole text := TG_ARGV[0];
BEGIN
    IF current_setting('practice_audit.restoring', true) = 'yes' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = ANY ($1) AND fixed_at IS NOT NULL)', whole) INTO is_fixed
    USING ARRAY[(to_jsonb(OLD) ->> TG_ARGV[1])::uuid, (to_jsonb(NEW) ->> TG_ARGV[1])::uuid];
    IF is_fixed THEN
        RAISE EXCEPTION '% is part of what is a record and stays as it was written: % is refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$
"""
_FIXED = "FOR EACH ROW WHEN (OLD.fixed_at IS NOT NULL) EXECUTE FUNCTION refuse_change()"
_CONTENT_GUARDS = {
    **{
        (table, "fixed_stays"): f"BEFORE UPDATE OR DELETE ON {table} {_FIXED}"
        for table in ("gradings", "improvement_plans")
    },
    **{
        (table, "part_of_fixed_stays"): (
            f"BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION refuse_change_of_fixed('{whole}', '{column}')"
        )
        for table, whole, column in (
            ("domain_grades", "gradings", "grading_id"),
            ("check_results", "gradings", "grading_id"),
            ("smart_actions", "improvement_plans", "plan_id"),
        )
    },
    ("plan_agreements", "never_rewritten"): f"BEFORE UPDATE OR TRUNCATE ON plan_agreements {_STAYS}",
    ("plan_agreements", "part_of_fixed_stays"): (
        "BEFORE DELETE ON plan_agreements FOR EACH ROW"
        " EXECUTE FUNCTION refuse_change_of_fixed('improvement_plans', 'plan_id')"
    ),
    ("action_evidence", "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON action_evidence {_STAYS}",
    ("earlier_feedback", "given_stays"): (
        "BEFORE UPDATE OR DELETE ON earlier_feedback FOR EACH ROW WHEN (OLD.given_at IS NOT NULL)"
        " EXECUTE FUNCTION refuse_change()"
    ),
    **{
        (table, "never_emptied"): f"BEFORE TRUNCATE ON {table} {_STAYS}"
        for table in (
            *("gradings", "domain_grades", "check_results"),
            *("improvement_plans", "smart_actions", "earlier_feedback"),
        )
    },
}


def _put_guards(guards: dict[tuple[str, str], str]) -> None:
    for (_, name), guard in guards.items():
        op.execute(f"CREATE TRIGGER {name} {guard}")


def _drop_guards(guards: dict[tuple[str, str], str]) -> None:
    for table, name in guards:
        op.execute(f"DROP TRIGGER {name} ON {table}")


def upgrade() -> None:
    op.execute(_REFUSE_FIXED)
    _put_guards(_CONTENT_GUARDS)
    _put_guards(_TOOL_GUARDS)
    _put_guards(_REPORT_GUARDS)
    _put_guards(_STEP_GUARDS)


def downgrade() -> None:
    _drop_guards(_CONTENT_GUARDS)
    op.execute("DROP FUNCTION refuse_change_of_fixed()")
    _drop_guards(_STEP_GUARDS)
    _drop_guards(_REPORT_GUARDS)
    _drop_guards(_TOOL_GUARDS)
