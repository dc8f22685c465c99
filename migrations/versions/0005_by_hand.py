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
    *("findings_discussions", "case_note_checks", "report_corrections"),
)
_STEP_GUARDS = {
    **{(table, "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} {_STAYS}" for table in _STEPS},
    ("audit_step_texts", "never_rewritten"): f"BEFORE UPDATE OR TRUNCATE ON audit_step_texts {_STAYS}",
}


def _put_guards(guards: dict[tuple[str, str], str]) -> None:
    for (_, name), guard in guards.items():
        op.execute(f"CREATE TRIGGER {name} {guard}")


def _drop_guards(guards: dict[tuple[str, str], str]) -> None:
    for table, name in guards:
        op.execute(f"DROP TRIGGER {name} ON {table}")


def upgrade() -> None:
    _put_guards(_TOOL_GUARDS)
    _put_guards(_REPORT_GUARDS)
    _put_guards(_STEP_GUARDS)


def downgrade() -> None:
    _drop_guards(_STEP_GUARDS)
    _drop_guards(_REPORT_GUARDS)
    _drop_guards(_TOOL_GUARDS)
