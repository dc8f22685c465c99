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


def upgrade() -> None:
    op.execute(_REFUSE)
    op.execute(_GUARD)


def downgrade() -> None:
    op.execute("DROP TRIGGER only_added_to ON trail_entries")
    op.execute("DROP FUNCTION refuse_change_of_trail()")
