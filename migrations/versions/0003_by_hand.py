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

# The organisation from day to day (P4): line managers and deputies have rows of their own, and days never overlap.
_ORGANISATION_CHECKS = {
    ("teams", "ends_after_beginning"): "ended_on >= began_on",
    ("teams", "merged_into_another"): "merged_into_id <> id",
    ("teams", "merged_has_ended"): "merged_into_id IS NULL OR ended_on IS NOT NULL",
    ("auditor_appointments", "employment"): "employment IN ('full_time', 'part_time', 'agency', 'partner')",
    ("absences", "somebody_else_stands_in"): "stands_in_id <> person_id",
}
_ONE_AT_A_TIME = {
    "team_memberships": "uuid_hash_extended(person_id, 0)",
    "auditor_appointments": "uuid_hash_extended(person_id, 0)",
    "posts": ("hashtextextended(role || '/' || coalesce(team_id::text, service_id, '') || '/' || person_id::text, 0)"),
}
_CARRY_OVER = (
    """INSERT INTO line_managements (person_id, manager_id)
    SELECT id, line_manager_id FROM people WHERE line_manager_id <> id""",
    """INSERT INTO post_deputies (post_id, person_id, began_on, ended_on)
    SELECT id, deputy_id, began_on, ended_on FROM posts WHERE deputy_id IS NOT NULL""",
    "ALTER TABLE people DROP COLUMN line_manager_id",
    "ALTER TABLE posts DROP COLUMN deputy_id",
)
# Only the newest line manager and deputy have a place in the tables before.
_CARRY_BACK = (
    "ALTER TABLE people ADD COLUMN line_manager_id uuid",
    """ALTER TABLE posts ADD COLUMN deputy_id uuid
    CONSTRAINT ck_posts_deputy_is_somebody_else CHECK (deputy_id <> person_id)""",
    """UPDATE people SET line_manager_id = managed.manager_id FROM line_managements AS managed
    WHERE managed.person_id = people.id AND managed.ended_on IS NULL""",
    """UPDATE posts SET deputy_id = deputy.person_id FROM post_deputies AS deputy
    WHERE deputy.post_id = posts.id AND deputy.person_id <> posts.person_id
    AND deputy.ended_on IS NOT DISTINCT FROM posts.ended_on""",
)

# An involvement stays in the caseload until an extract lacks it; before, each extract was written on all it had (C1).
_GONE = """
UPDATE involvements SET gone_import_id = newest.id
FROM (SELECT id FROM caseload_imports WHERE kind = 'involvements' AND state = 'loaded'
  ORDER BY imported_at DESC, id DESC LIMIT 1) AS newest
WHERE last_import_id <> newest.id
"""
_HAD = """
UPDATE involvements SET last_import_id = newest.id
FROM (SELECT id FROM caseload_imports WHERE kind = 'involvements' AND state = 'loaded'
  ORDER BY imported_at DESC, id DESC LIMIT 1) AS newest
WHERE gone_import_id IS NULL
"""


def _put_one_at_a_time() -> None:
    for table, key in _ONE_AT_A_TIME.items():
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_one_at_a_time EXCLUDE USING gist"
            f" (int8range({key}, {key}, '[]') WITH =, daterange(began_on, ended_on, '[]') WITH &&)"
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
    _put_checks(_ORGANISATION_CHECKS)
    _put_one_at_a_time()
    for statement in _CARRY_OVER:
        op.execute(statement)
    op.execute(_GONE)
    op.execute(_REFUSE)
    op.execute(_GUARD)


def downgrade() -> None:
    op.execute(_HAD)
    for statement in _CARRY_BACK:
        op.execute(statement)
    for table in _ONE_AT_A_TIME:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ex_{table}_one_at_a_time")
    _drop_checks(_ORGANISATION_CHECKS)
    _drop_checks(_NEW_CHECKS)
    for statement in _STATES_BEFORE:
        op.execute(statement)
    _put_checks(_CHECKS_BEFORE)
    op.execute("DROP TRIGGER only_added_to ON trail_entries")
    op.execute("DROP FUNCTION refuse_change_of_trail()")
