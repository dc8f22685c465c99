"""What Alembic cannot see: changed checks, values carried over, columns dropped after that, and triggers."""

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None

# What is a record stays as it was written, whoever asks (DESIGN §4, §5): the trail, frozen frames, draws.
_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a record and stays as it was written: % is refused.', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$
"""
_REFUSE_OTHERS = """
CREATE FUNCTION refuse_change_of_other_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION '% is a record, of which only % may change: % is refused.',
            TG_TABLE_NAME, array_to_string(TG_ARGV, ', '), TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$
"""
_ADDED_ONLY = ("trail_entries", "trail_root_heads", "sampling_frames", "draw_case_outcomes")
_STAYS = "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
# Each guard by table and name. Retention may delete texts of the trail, and nothing else of it.
_GUARDS = {
    **{(table, "only_added_to"): f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} {_STAYS}" for table in _ADDED_ONLY},
    ("trail_texts", "never_rewritten"): f"BEFORE UPDATE OR TRUNCATE ON trail_texts {_STAYS}",
    ("trail_heads", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON trail_heads {_STAYS}",
    ("trail_heads", "moves_by_one"): (
        "BEFORE UPDATE ON trail_heads FOR EACH ROW WHEN (NEW.number <> OLD.number + 1"
        " OR NEW.subject_kind <> OLD.subject_kind OR NEW.subject_id <> OLD.subject_id)"
        " EXECUTE FUNCTION refuse_change()"
    ),
    ("trail_roots", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON trail_roots {_STAYS}",
    ("trail_roots", "stays_as_made"): (
        "BEFORE UPDATE ON trail_roots FOR EACH ROW EXECUTE FUNCTION refuse_change_of_other_columns('exported_at')"
    ),
    ("draws", "never_deleted"): f"BEFORE DELETE OR TRUNCATE ON draws {_STAYS}",
    ("draws", "drawn_once"): f"BEFORE UPDATE OF id, cycle_id, frame_id, seed, drawn_at, drawn_by ON draws {_STAYS}",
    ("draws", "stays_as_issued"): (
        "BEFORE UPDATE ON draws FOR EACH ROW WHEN (OLD.state IN ('issued', 'withdrawn')) EXECUTE FUNCTION"
        " refuse_change_of_other_columns('state', 'withdrawn_at', 'withdrawn_by', 'withdrawn_because')"
    ),
    ("draws", "stays_issued"): (
        "BEFORE UPDATE OF state ON draws FOR EACH ROW WHEN (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn'"
        " OR OLD.state = 'issued' AND NEW.state NOT IN ('issued', 'withdrawn')) EXECUTE FUNCTION refuse_change()"
    ),
}

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

# Aliases tell who somebody is (S10): under another id too nobody gets a second audit in a month (S2), or one of their
# own work (A2). What was saved before a merger stays as it was, and comes back so from a backup.
_SAME_PERSON = """
CREATE FUNCTION refuse_audit_of_same_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present uuid := coalesce((SELECT current_person_id FROM person_aliases
        WHERE from_person_id = NEW.practitioner_id AND undone_at IS NULL), NEW.practitioner_id);
    records uuid[] := array(SELECT from_person_id FROM person_aliases
        WHERE current_person_id = present AND undone_at IS NULL AND from_person_id IS NOT NULL) || present;
BEGIN
    IF cardinality(records) = 1 OR current_setting('practice_audit.restoring', true) = 'yes' THEN
        RETURN NEW;
    END IF;
    IF NEW.auditor_id = ANY (records) THEN
        RAISE EXCEPTION 'Auditor and practitioner are one person under two ids.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'auditor_is_somebody_else_under_every_id';
    END IF;
    IF (TG_OP = 'INSERT' OR OLD.state = 'withdrawn'
            OR (OLD.practitioner_id, OLD.month) <> (NEW.practitioner_id, NEW.month))
        AND EXISTS (SELECT FROM audits WHERE practitioner_id = ANY (records) AND practitioner_id <> NEW.practitioner_id
            AND month = NEW.month AND state <> 'withdrawn' AND id <> NEW.id) THEN
        RAISE EXCEPTION 'The practitioner has an audit in this month under another id.'
        USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_audit_a_month_under_every_id';
    END IF;
    RETURN NEW;
END $$
"""
_SAME_PERSON_ADDED = """
CREATE TRIGGER same_person_added BEFORE INSERT ON audits FOR EACH ROW WHEN (NEW.state <> 'withdrawn')
EXECUTE FUNCTION refuse_audit_of_same_person()
"""
_SAME_PERSON_CHANGED = """
CREATE TRIGGER same_person_changed BEFORE UPDATE OF practitioner_id, auditor_id, month, state ON audits FOR EACH ROW
WHEN (NEW.state <> 'withdrawn' AND (OLD.state = 'withdrawn' OR (OLD.practitioner_id, OLD.auditor_id, OLD.month)
    IS DISTINCT FROM (NEW.practitioner_id, NEW.auditor_id, NEW.month)))
EXECUTE FUNCTION refuse_audit_of_same_person()
"""

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


# Until now two rows could share days, and on each day the one that began later counted. The days of the other are cut
# out, so that every day stays as it was read; what is left in the middle becomes a row of its own.
_SHARED_DAYS = """
CREATE TEMPORARY TABLE apart ON COMMIT DROP AS
WITH ordered AS (
    SELECT id, {key} AS key, daterange(began_on, ended_on, '[]') AS days,
        row_number() OVER (PARTITION BY {key} ORDER BY began_on NULLS FIRST, id DESC) AS place
    FROM {table}
), cut AS (
    SELECT earlier.id, datemultirange(earlier.days) - range_agg(later.days) AS own FROM ordered AS earlier
    JOIN ordered AS later ON later.key = earlier.key AND later.place > earlier.place AND later.days && earlier.days
    GROUP BY earlier.id, earlier.days
)
SELECT cut.id, piece, row_number() OVER (PARTITION BY cut.id ORDER BY piece) AS number
FROM cut LEFT JOIN LATERAL unnest(own) AS piece ON true
"""
_CUT_OUT = (
    "DELETE FROM {table} USING apart WHERE apart.id = {table}.id AND piece IS NULL",
    """UPDATE {table} SET began_on = lower(piece), ended_on = upper(piece) - 1
    FROM apart WHERE apart.id = {table}.id AND number = 1""",
    """INSERT INTO {table} SELECT (jsonb_populate_record({table}, jsonb_build_object(
        'id', uuidv7(), 'began_on', lower(piece), 'ended_on', upper(piece) - 1))).*
    FROM apart JOIN {table} USING (id) WHERE number > 1""",
    "DROP TABLE apart",
)


def _put_one_at_a_time() -> None:
    for table, key in _ONE_AT_A_TIME.items():
        for statement in (_SHARED_DAYS, *_CUT_OUT):
            op.execute(statement.format(table=table, key=key))
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_one_at_a_time EXCLUDE USING gist"
            f" (int8range({key}, {key}, '[]') WITH =, daterange(began_on, ended_on, '[]') WITH &&)"
        )


# Messages apart from what they tell of (A5, L13): until now each notice was a message of its own.
_STATES_OF_NOTICES = "state IN ('pending', 'sent', 'parked', 'bounced', 'cancelled')"
_STATES_OF_NOTICES_BEFORE = "state IN ('pending', 'leased', 'sent', 'parked', 'cancelled')"
_MESSAGES_OF_NOTICES = (
    "ALTER TABLE notices DROP CONSTRAINT ck_notices_state, DROP CONSTRAINT ck_notices_lease_ends",
    """
    INSERT INTO messages
        (id, message_id, recipient_id, address, send_window, state, attempts, formed_at, next_attempt_at, leased_until,
         sent_at, last_error)
    SELECT id, message_id, recipient_id, address, 'at_once', state, attempts, created_at, next_attempt_at, leased_until,
        sent_at, last_error
    FROM notices WHERE btrim(address) <> ''
    """,
    """
    UPDATE notices SET in_message = messages.id,
        state = CASE notices.state WHEN 'leased' THEN 'pending' ELSE notices.state END
    FROM messages WHERE messages.id = notices.id
    """,
    "ALTER TABLE notices DROP COLUMN message_id, DROP COLUMN attempts, DROP COLUMN leased_until, DROP COLUMN sent_at",
    f"ALTER TABLE notices ADD CONSTRAINT ck_notices_state CHECK ({_STATES_OF_NOTICES})",
)
_NOTICES_AS_MESSAGES = (
    "ALTER TABLE notices DROP CONSTRAINT ck_notices_state",
    """
    ALTER TABLE notices ADD COLUMN message_id text, ADD COLUMN attempts integer NOT NULL DEFAULT 0,
        ADD COLUMN leased_until timestamptz, ADD COLUMN sent_at timestamptz
    """,
    # The first notice of a message keeps its Message-ID, because no two of them could have the same.
    """
    UPDATE notices SET attempts = messages.attempts, leased_until = messages.leased_until, sent_at = messages.sent_at,
        message_id = messages.message_id, state = messages.state
    FROM messages
    WHERE messages.id = notices.in_message AND notices.state <> 'cancelled' AND NOT EXISTS
        (SELECT FROM notices AS earlier WHERE earlier.in_message = notices.in_message AND earlier.id < notices.id
        AND earlier.state <> 'cancelled')
    """,
    "UPDATE notices SET message_id = '<' || id || '@practice-audit.invalid>' WHERE message_id IS NULL",
    "UPDATE notices SET state = 'parked' WHERE state = 'bounced'",
    "ALTER TABLE notices ALTER COLUMN message_id SET NOT NULL, ALTER COLUMN attempts DROP DEFAULT",
    f"ALTER TABLE notices ADD CONSTRAINT ck_notices_state CHECK ({_STATES_OF_NOTICES_BEFORE})",
    """
    ALTER TABLE notices ADD CONSTRAINT ck_notices_lease_ends CHECK (state <> 'leased' OR leased_until IS NOT NULL)
    """,
)


def _put_checks(checks: dict[tuple[str, str], str]) -> None:
    for (table, name), condition in checks.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition})")


def _drop_checks(checks: dict[tuple[str, str], str]) -> None:
    for table, name in checks:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")


def _put_guards() -> None:
    op.execute(_REFUSE)
    op.execute(_REFUSE_OTHERS)
    for (_, name), guard in _GUARDS.items():
        op.execute(f"CREATE TRIGGER {name} {guard}")


def _drop_guards() -> None:
    for table, name in _GUARDS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP FUNCTION refuse_change_of_other_columns()")


def upgrade() -> None:
    _drop_checks(_CHECKS_BEFORE)
    _put_checks(_NEW_CHECKS)
    _put_checks(_ORGANISATION_CHECKS)
    _put_one_at_a_time()
    for statement in _CARRY_OVER:
        op.execute(statement)
    op.execute(_GONE)
    for statement in (_SAME_PERSON, _SAME_PERSON_ADDED, _SAME_PERSON_CHANGED):
        op.execute(statement)
    _put_guards()  # last: what was carried over may still change what is a record from now on
    for statement in _MESSAGES_OF_NOTICES:
        op.execute(statement)


def downgrade() -> None:
    for statement in _NOTICES_AS_MESSAGES:
        op.execute(statement)
    _drop_guards()
    op.execute("DROP TRIGGER same_person_added ON audits")
    op.execute("DROP TRIGGER same_person_changed ON audits")
    op.execute("DROP FUNCTION refuse_audit_of_same_person()")
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
