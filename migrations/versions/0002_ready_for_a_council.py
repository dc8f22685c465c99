"""Ready for a council: organisation over time, accounts and keys, aliases, trail, tasks, moves after issue."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_api_keys_has_name")),
        sa.CheckConstraint("cardinality(permissions) > 0", name=op.f("ck_api_keys_may_something")),
        sa.CheckConstraint("slot IN (1, 2)", name=op.f("ck_api_keys_two_at_a_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_index(
        "uq_api_keys_two_live_of_a_name",
        "api_keys",
        ["name", "slot"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "case_aliases",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("from_reference", sa.Text(), nullable=False),
        sa.Column("to_reference", sa.Text(), nullable=False),
        sa.Column("current_reference", sa.Text(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.CheckConstraint("from_reference <> current_reference", name=op.f("ck_case_aliases_leads_elsewhere")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_aliases")),
    )
    op.create_index(
        "ix_case_aliases_current",
        "case_aliases",
        ["current_reference"],
        unique=False,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index(
        "uq_case_aliases_in_force",
        "case_aliases",
        ["from_reference"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "first_use_imports",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("date_form", sa.Text(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_loaded", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("rows_passed_over", sa.Integer(), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('past_audits', 'open_re_audits', 'counts')", name=op.f("ck_first_use_imports_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_use_imports")),
    )
    op.create_table(
        "refused_attempts",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_refused_attempts")),
    )
    op.create_table(
        "restorations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_by", sa.Text(), nullable=False),
        sa.Column("backup_made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("backup_sha256", sa.Text(), nullable=False),
        sa.Column("owed_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by", sa.Text(), nullable=True),
        sa.Column("owed_messages", sa.Text(), nullable=True),
        sa.CheckConstraint("owed_messages IN ('send', 'park')", name=op.f("ck_restorations_owed_messages")),
        sa.CheckConstraint(
            "(resumed_at IS NULL) = (resumed_by IS NULL)", name=op.f("ck_restorations_resumed_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restorations")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND closed_by IS NOT NULL AND closed_because IS NOT NULL)",
            name=op.f("ck_tasks_closed_with_reason"),
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_tasks_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_kind", "tasks", ["kind", "id"], unique=False)
    op.create_index("ix_tasks_state", "tasks", ["state", "id"], unique=False)
    op.create_index("ix_tasks_subject", "tasks", ["subject_kind", "subject_id"], unique=False)
    op.create_index("uq_tasks_open", "tasks", ["kind", "key"], unique=True, postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "trail_entries",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text_hashes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_entries")),
    )
    op.create_index("ix_trail_entries_action", "trail_entries", ["action", "at", "id"], unique=False)
    op.create_index("ix_trail_entries_actor", "trail_entries", ["actor", "at", "id"], unique=False)
    op.create_index("ix_trail_entries_at", "trail_entries", ["at", "id"], unique=False)
    op.create_index("uq_trail_entries_place", "trail_entries", ["subject_kind", "subject_id", "number"], unique=True)
    op.create_table(
        "trail_heads",
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_trail_heads")),
    )
    op.create_table(
        "trail_roots",
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("made_on", name=op.f("pk_trail_roots")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("linked_by", sa.Text(), nullable=True),
        sa.Column("first_seen_on", sa.Date(), nullable=True),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind = 'person' OR person_id IS NULL", name=op.f("ck_accounts_machine_is_nobody")),
        sa.CheckConstraint("kind IN ('person', 'machine')", name=op.f("ck_accounts_kind")),
        sa.CheckConstraint("(person_id IS NULL) = (linked_at IS NULL)", name=op.f("ck_accounts_linked_at_a_time")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"], unique=False)
    op.create_index("uq_accounts_issuer_subject", "accounts", ["issuer", "subject"], unique=True)
    op.create_table(
        "extra_cycles",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arranged_by", sa.Text(), nullable=False),
        sa.CheckConstraint("topic <> '' AND reason <> ''", name=op.f("ck_extra_cycles_says_why")),
        sa.CheckConstraint("size > 0", name=op.f("ck_extra_cycles_size")),
        sa.ForeignKeyConstraint(["cycle_id"], ["audit_cycles.id"], name=op.f("fk_extra_cycles_cycle_id")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_extra_cycles")),
    )
    op.create_table(
        "line_managements",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(uuid_hash_extended(person_id, 0), uuid_hash_extended(person_id, 0), '[]')"), "="),
            (sa.text("daterange(began_on, ended_on, '[]')"), "&&"),
            using="gist",
            name="ex_line_managements_one_at_a_time",
        ),
        sa.CheckConstraint("ended_on >= began_on", name=op.f("ck_line_managements_ends_after_beginning")),
        sa.CheckConstraint("manager_id <> person_id", name=op.f("ck_line_managements_manager_is_somebody_else")),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name=op.f("fk_line_managements_manager_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_line_managements_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_managements")),
    )
    op.create_index(op.f("ix_line_managements_manager_id"), "line_managements", ["manager_id"], unique=False)
    op.create_index(op.f("ix_line_managements_person_id"), "line_managements", ["person_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("send_window", sa.Text(), nullable=False),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("formed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("btrim(address) <> ''", name=op.f("ck_messages_has_address")),
        sa.CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name=op.f("ck_messages_lease_ends")),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'sent', 'parked', 'bounced', 'cancelled')", name=op.f("ck_messages_state")
        ),
        sa.ForeignKeyConstraint(["recipient_id"], ["people.id"], name=op.f("fk_messages_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_messages_message_id")),
    )
    op.create_index(
        "ix_messages_to_send",
        "messages",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.create_index(
        "uq_messages_digest",
        "messages",
        ["recipient_id", "digest_on"],
        unique=True,
        postgresql_where=sa.text("digest_on IS NOT NULL"),
    )
    op.create_index(
        "uq_messages_waiting_digest",
        "messages",
        ["recipient_id"],
        unique=True,
        postgresql_where=sa.text("digest_on IS NOT NULL AND state IN ('pending', 'leased')"),
    )
    op.create_table(
        "person_aliases",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("from_reference", sa.Text(), nullable=False),
        sa.Column("to_reference", sa.Text(), nullable=False),
        sa.Column("current_reference", sa.Text(), nullable=False),
        sa.Column("from_person_id", sa.Uuid(), nullable=True),
        sa.Column("current_person_id", sa.Uuid(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.CheckConstraint("from_reference <> current_reference", name=op.f("ck_person_aliases_leads_elsewhere")),
        sa.ForeignKeyConstraint(["current_person_id"], ["people.id"], name=op.f("fk_person_aliases_current_person_id")),
        sa.ForeignKeyConstraint(["from_person_id"], ["people.id"], name=op.f("fk_person_aliases_from_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_aliases")),
    )
    op.create_index(
        "ix_person_aliases_current",
        "person_aliases",
        ["current_person_id"],
        unique=False,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index(
        "uq_person_aliases_in_force",
        "person_aliases",
        ["from_reference"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index(
        "uq_person_aliases_person",
        "person_aliases",
        ["from_person_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "trail_root_heads",
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_on"],
            ["trail_roots.made_on"],
            name=op.f("fk_trail_root_heads_made_on"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", "number", name=op.f("pk_trail_root_heads")),
    )
    op.create_index(
        "ix_trail_root_heads_root", "trail_root_heads", ["made_on", "subject_kind", "subject_id"], unique=False
    )
    op.create_table(
        "trail_texts",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["trail_entries.id"], name=op.f("fk_trail_texts_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "name", name=op.f("pk_trail_texts")),
    )
    op.create_table(
        "recorded_counts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("auditor_id", sa.Uuid(), nullable=True),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.Column("completed_on_time", sa.Integer(), nullable=False),
        sa.Column("completed_late", sa.Integer(), nullable=False),
        sa.Column("not_completed", sa.Integer(), nullable=False),
        sa.Column("not_accepted", sa.Integer(), nullable=False),
        sa.Column("discussions_in_time", sa.Integer(), nullable=False),
        sa.Column("discussions_late", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "completed_on_time + completed_late + not_completed <= allocated",
            name=op.f("ck_recorded_counts_no_more_than_were_allocated"),
        ),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_recorded_counts_month_is_its_first_day")),
        sa.CheckConstraint(
            "least(allocated, completed_on_time, completed_late, not_completed, not_accepted, discussions_in_time, discussions_late) >= 0",
            name=op.f("ck_recorded_counts_counts_are_not_negative"),
        ),
        sa.ForeignKeyConstraint(["auditor_id"], ["people.id"], name=op.f("fk_recorded_counts_auditor_id")),
        sa.ForeignKeyConstraint(["import_id"], ["first_use_imports.id"], name=op.f("fk_recorded_counts_import_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_recorded_counts_service_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_recorded_counts_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_counts")),
    )
    op.create_index(
        "uq_recorded_counts",
        "recorded_counts",
        ["month", "service_id", "team_id", "auditor_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "team_placements",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(uuid_hash_extended(team_id, 0), uuid_hash_extended(team_id, 0), '[]')"), "="),
            (sa.text("daterange(began_on, ended_on, '[]')"), "&&"),
            using="gist",
            name="ex_team_placements_one_at_a_time",
        ),
        sa.CheckConstraint("ended_on >= began_on", name=op.f("ck_team_placements_ends_after_beginning")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_team_placements_service_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_placements_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_placements")),
    )
    op.create_index(op.f("ix_team_placements_team_id"), "team_placements", ["team_id"], unique=False)
    op.create_table(
        "post_deputies",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(uuid_hash_extended(post_id, 0), uuid_hash_extended(post_id, 0), '[]')"), "="),
            (sa.text("daterange(began_on, ended_on, '[]')"), "&&"),
            using="gist",
            name="ex_post_deputies_one_at_a_time",
        ),
        sa.CheckConstraint("ended_on >= began_on", name=op.f("ck_post_deputies_ends_after_beginning")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_post_deputies_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_deputies_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_deputies")),
    )
    op.create_index(op.f("ix_post_deputies_person_id"), "post_deputies", ["person_id"], unique=False)
    op.create_index(op.f("ix_post_deputies_post_id"), "post_deputies", ["post_id"], unique=False)
    op.create_table(
        "auditor_changes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("is_widened", sa.Boolean(), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_auditor_changes_to_somebody_else")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_auditor_changes_audit_id")),
        sa.ForeignKeyConstraint(["from_id"], ["people.id"], name=op.f("fk_auditor_changes_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_auditor_changes_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_changes")),
    )
    op.create_index("ix_auditor_changes_audit", "auditor_changes", ["audit_id", "id"], unique=False)
    op.create_table(
        "recorded_audits",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_recorded_audits_audit_id")),
        sa.ForeignKeyConstraint(["import_id"], ["first_use_imports.id"], name=op.f("fk_recorded_audits_import_id")),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_recorded_audits")),
    )
    op.create_index("ix_recorded_audits_import", "recorded_audits", ["import_id"], unique=False)
    op.add_column("absences", sa.Column("stands_in_id", sa.Uuid(), nullable=True))
    op.add_column("absences", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.create_foreign_key(op.f("fk_absences_stands_in_id"), "absences", "people", ["stands_in_id"], ["id"])
    op.add_column("audit_cycles", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("audit_cycles", sa.Column("cancelled_by", sa.Text(), nullable=True))
    op.add_column("audit_cycles", sa.Column("cancelled_because", sa.Text(), nullable=True))
    op.add_column(
        "auditor_appointments",
        sa.Column("employment", sa.Text(), server_default=sa.text("'full_time'"), nullable=False),
    )
    op.add_column("auditor_appointments", sa.Column("employer", sa.Text(), nullable=True))
    op.add_column(
        "auditor_appointments",
        sa.Column("is_cleared_for_restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "auditor_appointments", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("audits", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("audits", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("audits", sa.Column("withdrawn_by", sa.Text(), nullable=True))
    op.add_column("audits", sa.Column("withdrawn_because", sa.Text(), nullable=True))
    op.add_column("audits", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.create_index("ix_audits_practitioner", "audits", ["practitioner_id", "month"], unique=False)
    op.create_index(
        "uq_audits_one_replacement",
        "audits",
        ["replaces_id"],
        unique=True,
        postgresql_where=sa.text("replaces_id IS NOT NULL"),
    )
    op.create_foreign_key(op.f("fk_audits_replaces_id"), "audits", "audits", ["replaces_id"], ["id"])
    op.add_column("caseload_imports", sa.Column("mapping", sa.Text(), nullable=True))
    op.add_column("caseload_imports", sa.Column("mapping_sha256", sa.Text(), nullable=True))
    op.add_column("caseload_imports", sa.Column("confirmed_because", sa.Text(), nullable=True))
    op.add_column("deadlines", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.add_column("deadlines", sa.Column("withdrawn_because", sa.Text(), nullable=True))
    op.drop_index(
        op.f("ix_deadlines_owed"),
        table_name="deadlines",
        postgresql_where="(state = ANY (ARRAY['running'::text, 'overdue'::text]))",
    )
    op.create_index("ix_deadlines_owed", "deadlines", ["owed_by_id", "due_on", "id"], unique=False)
    op.create_index("ix_deadlines_listed", "deadlines", ["due_on", "id"], unique=False)
    op.create_index(
        "ix_deadlines_overdue",
        "deadlines",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'overdue'"),
    )
    op.create_index(
        "ix_draw_case_outcomes_reserve",
        "draw_case_outcomes",
        ["draw_id"],
        unique=False,
        postgresql_where=sa.text("outcome = 'reserve'"),
    )
    op.add_column("draws", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("draws", sa.Column("withdrawn_by", sa.Text(), nullable=True))
    op.add_column("draws", sa.Column("withdrawn_because", sa.Text(), nullable=True))
    op.add_column("import_row_errors", sa.Column("row_key", sa.Text(), nullable=True))
    op.add_column("import_row_errors", sa.Column("refused_since", sa.Date(), nullable=True))
    op.add_column(
        "import_row_errors", sa.Column("times_refused", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("involvements", sa.Column("gone_import_id", sa.Uuid(), nullable=True))
    op.add_column(
        "involvements",
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.drop_index(op.f("ix_involvements_extract"), table_name="involvements")
    op.create_index(
        "ix_involvements_attributes",
        "involvements",
        ["attributes"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"attributes": "jsonb_path_ops"},
        postgresql_where=sa.text("attributes <> '{}'"),
    )
    op.drop_constraint(op.f("fk_involvements_last_import_id"), "involvements", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_involvements_gone_import_id"), "involvements", "caseload_imports", ["gone_import_id"], ["id"]
    )
    op.add_column("notices", sa.Column("send_window", sa.Text(), server_default="at_once", nullable=False))
    op.add_column("notices", sa.Column("in_message", sa.Uuid(), nullable=True))
    op.drop_index(
        op.f("ix_notices_to_send"),
        table_name="notices",
        postgresql_where="(state = ANY (ARRAY['pending'::text, 'leased'::text]))",
    )
    op.drop_constraint(op.f("uq_notices_message_id"), "notices", type_="unique")
    op.create_index(
        "ix_notices_for_a_person",
        "notices",
        ["state", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('parked', 'bounced')"),
    )
    op.create_index("ix_notices_in_message", "notices", ["in_message"], unique=False)
    op.create_index(
        "ix_notices_to_form",
        "notices",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending' AND in_message IS NULL"),
    )
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_foreign_key(op.f("fk_notices_in_message"), "notices", "messages", ["in_message"], ["id"])
    op.add_column("people", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.drop_index(op.f("ix_people_line_manager_id"), table_name="people")
    op.drop_constraint(op.f("fk_people_line_manager_id"), "people", type_="foreignkey")
    op.add_column(
        "planned_cycles",
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("posts", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.drop_constraint(op.f("fk_posts_deputy_id"), "posts", type_="foreignkey")
    op.add_column("services", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("teams", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.add_column("teams", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.create_index(op.f("ix_teams_merged_into_id"), "teams", ["merged_into_id"], unique=False)
    op.create_foreign_key(op.f("fk_teams_merged_into_id"), "teams", "teams", ["merged_into_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_teams_merged_into_id"), "teams", type_="foreignkey")
    op.drop_index(op.f("ix_teams_merged_into_id"), table_name="teams")
    op.drop_column("teams", "version")
    op.drop_column("teams", "merged_into_id")
    op.drop_column("services", "version")
    op.create_foreign_key(op.f("fk_posts_deputy_id"), "posts", "people", ["deputy_id"], ["id"])
    op.drop_column("posts", "version")
    op.drop_column("planned_cycles", "attributes")
    op.create_foreign_key(op.f("fk_people_line_manager_id"), "people", "people", ["line_manager_id"], ["id"])
    op.create_index(op.f("ix_people_line_manager_id"), "people", ["line_manager_id"], unique=False)
    op.drop_column("people", "version")
    op.drop_constraint(op.f("fk_notices_in_message"), "notices", type_="foreignkey")
    op.drop_index("ix_notices_waiting", table_name="notices", postgresql_where=sa.text("state = 'pending'"))
    op.drop_index(
        "ix_notices_to_form", table_name="notices", postgresql_where=sa.text("state = 'pending' AND in_message IS NULL")
    )
    op.drop_index("ix_notices_in_message", table_name="notices")
    op.drop_index(
        "ix_notices_for_a_person", table_name="notices", postgresql_where=sa.text("state IN ('parked', 'bounced')")
    )
    op.create_unique_constraint(
        op.f("uq_notices_message_id"), "notices", ["message_id"], postgresql_nulls_not_distinct=False
    )
    op.create_index(
        op.f("ix_notices_to_send"),
        "notices",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where="(state = ANY (ARRAY['pending'::text, 'leased'::text]))",
    )
    op.drop_column("notices", "in_message")
    op.drop_column("notices", "send_window")
    op.drop_constraint(op.f("fk_involvements_gone_import_id"), "involvements", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_involvements_last_import_id"), "involvements", "caseload_imports", ["last_import_id"], ["id"]
    )
    op.drop_index(
        "ix_involvements_attributes",
        table_name="involvements",
        postgresql_using="gin",
        postgresql_ops={"attributes": "jsonb_path_ops"},
        postgresql_where=sa.text("attributes <> '{}'"),
    )
    op.create_index(op.f("ix_involvements_extract"), "involvements", ["last_import_id"], unique=False)
    op.drop_column("involvements", "attributes")
    op.drop_column("involvements", "gone_import_id")
    op.drop_column("import_row_errors", "times_refused")
    op.drop_column("import_row_errors", "refused_since")
    op.drop_column("import_row_errors", "row_key")
    op.drop_column("draws", "withdrawn_because")
    op.drop_column("draws", "withdrawn_by")
    op.drop_column("draws", "withdrawn_at")
    op.drop_index(
        "ix_draw_case_outcomes_reserve",
        table_name="draw_case_outcomes",
        postgresql_where=sa.text("outcome = 'reserve'"),
    )
    op.drop_index("ix_deadlines_overdue", table_name="deadlines", postgresql_where=sa.text("state = 'overdue'"))
    op.drop_index("ix_deadlines_listed", table_name="deadlines")
    op.drop_index("ix_deadlines_owed", table_name="deadlines")
    op.create_index(
        op.f("ix_deadlines_owed"),
        "deadlines",
        ["owed_by_id", "due_on"],
        unique=False,
        postgresql_where="(state = ANY (ARRAY['running'::text, 'overdue'::text]))",
    )
    op.drop_column("deadlines", "withdrawn_because")
    op.drop_column("deadlines", "withdrawn_on")
    op.drop_column("caseload_imports", "confirmed_because")
    op.drop_column("caseload_imports", "mapping_sha256")
    op.drop_column("caseload_imports", "mapping")
    op.drop_constraint(op.f("fk_audits_replaces_id"), "audits", type_="foreignkey")
    op.drop_index("uq_audits_one_replacement", table_name="audits", postgresql_where=sa.text("replaces_id IS NOT NULL"))
    op.drop_index("ix_audits_practitioner", table_name="audits")
    op.drop_column("audits", "replaces_id")
    op.drop_column("audits", "withdrawn_because")
    op.drop_column("audits", "withdrawn_by")
    op.drop_column("audits", "withdrawn_at")
    op.drop_column("audits", "version")
    op.drop_column("auditor_appointments", "version")
    op.drop_column("auditor_appointments", "is_cleared_for_restricted")
    op.drop_column("auditor_appointments", "employer")
    op.drop_column("auditor_appointments", "employment")
    op.drop_column("audit_cycles", "cancelled_because")
    op.drop_column("audit_cycles", "cancelled_by")
    op.drop_column("audit_cycles", "cancelled_at")
    op.drop_constraint(op.f("fk_absences_stands_in_id"), "absences", type_="foreignkey")
    op.drop_column("absences", "version")
    op.drop_column("absences", "stands_in_id")
    op.drop_index("ix_recorded_audits_import", table_name="recorded_audits")
    op.drop_table("recorded_audits")
    op.drop_index("ix_auditor_changes_audit", table_name="auditor_changes")
    op.drop_table("auditor_changes")
    op.drop_index(op.f("ix_post_deputies_post_id"), table_name="post_deputies")
    op.drop_index(op.f("ix_post_deputies_person_id"), table_name="post_deputies")
    op.drop_table("post_deputies")
    op.drop_index(op.f("ix_team_placements_team_id"), table_name="team_placements")
    op.drop_table("team_placements")
    op.drop_index("uq_recorded_counts", table_name="recorded_counts", postgresql_nulls_not_distinct=True)
    op.drop_table("recorded_counts")
    op.drop_table("trail_texts")
    op.drop_index("ix_trail_root_heads_root", table_name="trail_root_heads")
    op.drop_table("trail_root_heads")
    op.drop_index(
        "uq_person_aliases_person", table_name="person_aliases", postgresql_where=sa.text("undone_at IS NULL")
    )
    op.drop_index(
        "uq_person_aliases_in_force", table_name="person_aliases", postgresql_where=sa.text("undone_at IS NULL")
    )
    op.drop_index(
        "ix_person_aliases_current", table_name="person_aliases", postgresql_where=sa.text("undone_at IS NULL")
    )
    op.drop_table("person_aliases")
    op.drop_index(
        "uq_messages_waiting_digest",
        table_name="messages",
        postgresql_where=sa.text("digest_on IS NOT NULL AND state IN ('pending', 'leased')"),
    )
    op.drop_index("uq_messages_digest", table_name="messages", postgresql_where=sa.text("digest_on IS NOT NULL"))
    op.drop_index(
        "ix_messages_to_send", table_name="messages", postgresql_where=sa.text("state IN ('pending', 'leased')")
    )
    op.drop_table("messages")
    op.drop_index(op.f("ix_line_managements_person_id"), table_name="line_managements")
    op.drop_index(op.f("ix_line_managements_manager_id"), table_name="line_managements")
    op.drop_table("line_managements")
    op.drop_table("extra_cycles")
    op.drop_index("uq_accounts_issuer_subject", table_name="accounts")
    op.drop_index(op.f("ix_accounts_person_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_table("trail_roots")
    op.drop_table("trail_heads")
    op.drop_index("uq_trail_entries_place", table_name="trail_entries")
    op.drop_index("ix_trail_entries_at", table_name="trail_entries")
    op.drop_index("ix_trail_entries_actor", table_name="trail_entries")
    op.drop_index("ix_trail_entries_action", table_name="trail_entries")
    op.drop_table("trail_entries")
    op.drop_index("uq_tasks_open", table_name="tasks", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_tasks_subject", table_name="tasks")
    op.drop_index("ix_tasks_state", table_name="tasks")
    op.drop_index("ix_tasks_kind", table_name="tasks")
    op.drop_table("tasks")
    op.drop_table("restorations")
    op.drop_table("refused_attempts")
    op.drop_table("first_use_imports")
    op.drop_index("uq_case_aliases_in_force", table_name="case_aliases", postgresql_where=sa.text("undone_at IS NULL"))
    op.drop_index("ix_case_aliases_current", table_name="case_aliases", postgresql_where=sa.text("undone_at IS NULL"))
    op.drop_table("case_aliases")
    op.drop_index(
        "uq_api_keys_two_live_of_a_name", table_name="api_keys", postgresql_where=sa.text("revoked_at IS NULL")
    )
    op.drop_table("api_keys")
