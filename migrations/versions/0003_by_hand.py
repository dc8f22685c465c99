"""What Alembic cannot see: changed checks, values carried over, columns dropped after that, and triggers."""

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None

# The trail is only ever added to (DESIGN §5).
_REFUSE = """
CREATE FUNCTION refuse_change_of_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is only added to: % of % is refused.', TG_OP, TG_TABLE_NAME;
END $$
"""
_GUARD = """
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_trail()
"""

# Moves after issue (S9, A4, P2): new states, and what says that something was withdrawn says why.
_NEW_CHECKS = {
    ("draws", "state"): "state IN ('preview', 'issued', 'superseded', 'withdrawn')",
    ("draws", "withdrawn_with_a_reason"): (
        "(state = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL) = (withdrawn_because IS NULL)"
    ),
    ("audit_cycles", "state"): "state IN ('planned', 'open', 'closed', 'cancelled')",
    ("audit_cycles", "cancelled_with_a_reason"): "(state = 'cancelled') = (cancelled_because IS NOT NULL)",
    ("audits", "withdrawn_with_a_reason"): (
        "(withdrawn_at IS NULL) = (withdrawn_because IS NULL) AND (withdrawn_at IS NULL OR state = 'withdrawn')"
    ),
    ("audits", "replaces_another"): "replaces_id <> id",
    ("deadlines", "withdrawn_with_a_reason"): (
        "(withdrawn_on IS NULL) = (withdrawn_because IS NULL) AND (withdrawn_on IS NULL OR state = 'withdrawn')"
    ),
}
_CHECKS_BEFORE = {
    ("draws", "state"): "state IN ('preview', 'issued', 'superseded')",
    ("audit_cycles", "state"): "state IN ('planned', 'open', 'closed')",
}
# What the tables before had no word for, said in the nearest that they had.
_STATES_BEFORE = (
    "UPDATE draws SET state = 'superseded' WHERE state = 'withdrawn'",
    "UPDATE audit_cycles SET state = 'planned' WHERE state = 'cancelled'",
)


def _put_checks(checks: dict[tuple[str, str], str]) -> None:
    for (table, name), condition in checks.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition})")


def _drop_checks(checks: dict[tuple[str, str], str]) -> None:
    for table, name in checks:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")


def upgrade() -> None:
    _drop_checks(_CHECKS_BEFORE)
    _put_checks(_NEW_CHECKS)
    op.execute(_REFUSE)
    op.execute(_GUARD)


def downgrade() -> None:
    _drop_checks(_NEW_CHECKS)
    for statement in _STATES_BEFORE:
        op.execute(statement)
    _put_checks(_CHECKS_BEFORE)
    op.execute("DROP TRIGGER only_added_to ON trail_entries")
    op.execute("DROP FUNCTION refuse_change_of_trail()")
