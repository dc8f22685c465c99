"""First tables: organisation, caseload, programme, draws, audits, deadlines, notices, access."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "audit_cycles",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("edition_version", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("report_due_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=True),
        sa.Column("opened_because", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.Column("figures_at_close", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("shortfalls", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'open', 'closed')", name=op.f("ck_audit_cycles_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_cycles")),
        sa.UniqueConstraint("month", name=op.f("uq_audit_cycles_month")),
    )
    op.create_table(
        "audit_reference_numbers",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_audit_reference_numbers")),
    )
    op.create_table(
        "audit_years",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_audit_years_state")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_audit_years")),
    )
    op.create_table(
        "caseload_imports",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("date_form", sa.Text(), nullable=True),
        sa.Column("extracted_on", sa.Date(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_loaded", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("rows_passed_over", sa.Integer(), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caseload_imports")),
    )
    op.create_index(
        "ix_caseload_imports_newest",
        "caseload_imports",
        ["kind", "imported_at"],
        unique=False,
        postgresql_where=sa.text("state = 'loaded'"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_code", sa.Integer(), nullable=True),
        sa.Column("answer_location", sa.Text(), nullable=True),
        sa.Column("answer_body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_made_at", "idempotency_keys", ["made_at"], unique=False)
    op.create_table(
        "job_runs",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures_in_a_row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("line_manager_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("left_on >= started_on", name=op.f("ck_people_leaves_after_starting")),
        sa.ForeignKeyConstraint(["line_manager_id"], ["people.id"], name=op.f("fk_people_line_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("reference", name=op.f("uq_people_reference")),
    )
    op.create_index(op.f("ix_people_line_manager_id"), "people", ["line_manager_id"], unique=False)
    op.create_table(
        "services",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    op.create_table(
        "sign_in_links",
        sa.Column("code_sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_sign_in_links")),
    )
    op.create_table(
        "sign_in_sessions",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sign_in_sessions")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_absences_ends_after_beginning")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("uq_absences", "absences", ["person_id", "first_on", "last_on"], unique=True)
    op.create_table(
        "auditor_appointments",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_auditor_appointments_capacity_not_negative")),
        sa.CheckConstraint("ended_on >= began_on", name=op.f("ck_auditor_appointments_ends_after_beginning")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_auditor_appointments_person_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_auditor_appointments_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_appointments")),
    )
    op.create_index(op.f("ix_auditor_appointments_person_id"), "auditor_appointments", ["person_id"], unique=False)
    op.create_index(
        "uq_auditor_appointments_one_at_a_time",
        "auditor_appointments",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "import_row_errors",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["caseload_imports.id"], name=op.f("fk_import_row_errors_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row_errors")),
    )
    op.create_index("ix_import_row_errors_import", "import_row_errors", ["import_id", "id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "coalesce(btrim(address), '') <> '' OR state IN ('parked', 'cancelled')",
            name=op.f("ck_notices_has_address"),
        ),
        sa.CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name=op.f("ck_notices_lease_ends")),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'sent', 'parked', 'cancelled')", name=op.f("ck_notices_state")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["audit_cycles.id"], name=op.f("fk_notices_cycle_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["people.id"], name=op.f("fk_notices_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_notices_idempotency_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_notices_message_id")),
    )
    op.create_index("ix_notices_cycle", "notices", ["cycle_id"], unique=False)
    op.create_index("ix_notices_recipient", "notices", ["recipient_id"], unique=False)
    op.create_index(
        "ix_notices_to_send",
        "notices",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.create_table(
        "planned_cycles",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("kind IN ('ordinary', 'themed')", name=op.f("ck_planned_cycles_kind")),
        sa.ForeignKeyConstraint(
            ["year"], ["audit_years.year"], name=op.f("fk_planned_cycles_year"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_planned_cycles")),
    )
    op.create_index(op.f("ix_planned_cycles_year"), "planned_cycles", ["year"], unique=False)
    op.create_table(
        "sampling_frames",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("caseload_import_id", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["caseload_import_id"], ["caseload_imports.id"], name=op.f("fk_sampling_frames_caseload_import_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["audit_cycles.id"], name=op.f("fk_sampling_frames_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_frames")),
    )
    op.create_index("uq_sampling_frames_content", "sampling_frames", ["cycle_id", "hash"], unique=True)
    op.create_table(
        "teams",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_teams_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("reference", name=op.f("uq_teams_reference")),
    )
    op.create_index(op.f("ix_teams_service_id"), "teams", ["service_id"], unique=False)
    op.create_table(
        "draws",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("frame_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("redrawn_because", sa.Text(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("state IN ('preview', 'issued', 'superseded')", name=op.f("ck_draws_state")),
        sa.CheckConstraint("state <> 'issued' OR issued_at IS NOT NULL", name=op.f("ck_draws_issued_at")),
        sa.ForeignKeyConstraint(["cycle_id"], ["audit_cycles.id"], name=op.f("fk_draws_cycle_id")),
        sa.ForeignKeyConstraint(["frame_id"], ["sampling_frames.id"], name=op.f("fk_draws_frame_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint("frame_id", name=op.f("uq_draws_frame_id")),
    )
    op.create_index(op.f("ix_draws_cycle_id"), "draws", ["cycle_id"], unique=False)
    op.create_index(
        "uq_draws_one_issued", "draws", ["cycle_id"], unique=True, postgresql_where=sa.text("state = 'issued'")
    )
    op.create_index(
        "uq_draws_one_preview", "draws", ["cycle_id"], unique=True, postgresql_where=sa.text("state = 'preview'")
    )
    op.create_table(
        "involvements",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("case_reference", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("allocated_on", sa.Date(), nullable=False),
        sa.Column("involvement_began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("last_import_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ended_on >= allocated_on", name=op.f("ck_involvements_ends_after_beginning")),
        sa.ForeignKeyConstraint(
            ["last_import_id"], ["caseload_imports.id"], name=op.f("fk_involvements_last_import_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_involvements_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_involvements_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvements")),
    )
    op.create_index("ix_involvements_extract", "involvements", ["last_import_id"], unique=False)
    op.create_index("ix_involvements_person", "involvements", ["person_id"], unique=False)
    op.create_index("uq_involvements", "involvements", ["case_reference", "person_id", "allocated_on"], unique=True)
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Text(), nullable=True),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_posts_deputy_is_somebody_else")),
        sa.CheckConstraint("ended_on >= began_on", name=op.f("ck_posts_ends_after_beginning")),
        sa.CheckConstraint("team_id IS NULL OR service_id IS NULL", name=op.f("ck_posts_one_scope")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_posts_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_posts_person_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_posts_service_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_posts_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_person_id"), "posts", ["person_id"], unique=False)
    op.create_index("ix_posts_role", "posts", ["role", "team_id", "service_id"], unique=False)
    op.create_index(op.f("ix_posts_team_id"), "posts", ["team_id"], unique=False)
    op.create_table(
        "team_memberships",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ended_on >= began_on", name=op.f("ck_team_memberships_ends_after_beginning")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_team_memberships_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_memberships_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_memberships")),
    )
    op.create_index(op.f("ix_team_memberships_person_id"), "team_memberships", ["person_id"], unique=False)
    op.create_index(op.f("ix_team_memberships_team_id"), "team_memberships", ["team_id"], unique=False)
    op.create_index(
        "uq_team_memberships_one_team_at_a_time",
        "team_memberships",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "audits",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=True),
        sa.Column("draw_id", sa.Uuid(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("case_reference", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("auditor_id", sa.Uuid(), nullable=True),
        sa.Column("allocated_on", sa.Date(), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_to", sa.Date(), nullable=False),
        sa.Column("report_due_on", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("overall_grade", sa.Text(), nullable=True),
        sa.Column("re_audit_of", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("(kind = 're_audit') = (sequence > 0)", name=op.f("ck_audits_sequence")),
        sa.CheckConstraint("kind IN ('ordinary', 'themed', 're_audit')", name=op.f("ck_audits_kind")),
        sa.CheckConstraint("origin = 'recorded' OR auditor_id IS NOT NULL", name=op.f("ck_audits_has_auditor")),
        sa.CheckConstraint("auditor_id <> practitioner_id", name=op.f("ck_audits_auditor_is_somebody_else")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_audits_month_is_its_first_day")),
        sa.CheckConstraint("origin IN ('drawn', 'recorded')", name=op.f("ck_audits_origin")),
        sa.CheckConstraint(
            "state IN ('allocated', 'under_way', 'discussed', 'submitted', 'returned', 'accepted', 'issued', 'closed', 'withdrawn')",
            name=op.f("ck_audits_state"),
        ),
        sa.ForeignKeyConstraint(["auditor_id"], ["people.id"], name=op.f("fk_audits_auditor_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["audit_cycles.id"], name=op.f("fk_audits_cycle_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.id"], name=op.f("fk_audits_draw_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["people.id"], name=op.f("fk_audits_practitioner_id")),
        sa.ForeignKeyConstraint(["re_audit_of"], ["audits.id"], name=op.f("fk_audits_re_audit_of")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_audits_service_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_audits_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
        sa.UniqueConstraint("reference", name=op.f("uq_audits_reference")),
    )
    op.create_index("ix_audits_auditor", "audits", ["auditor_id", "month"], unique=False)
    op.create_index("ix_audits_cycle", "audits", ["cycle_id"], unique=False)
    op.create_index("ix_audits_draw", "audits", ["draw_id"], unique=False)
    op.create_index("ix_audits_history", "audits", ["case_reference", "month"], unique=False)
    op.create_index("ix_audits_re_audit_of", "audits", ["re_audit_of"], unique=False)
    op.create_index("ix_audits_team", "audits", ["team_id", "month"], unique=False)
    op.create_index("ix_audits_service", "audits", ["service_id", "month"], unique=False)
    op.create_index(
        "uq_audits_one_a_month",
        "audits",
        ["practitioner_id", "month"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "draw_case_outcomes",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("case_reference", sa.Text(), nullable=False),
        sa.Column("practitioner_reference", sa.Text(), nullable=False),
        sa.Column("team_reference", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("auditor_reference", sa.Text(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('drawn', 'reserve', 'excluded', 'not_reached', 're_audit')",
            name=op.f("ck_draw_case_outcomes_outcome"),
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.id"], name=op.f("fk_draw_case_outcomes_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "case_reference", name=op.f("pk_draw_case_outcomes")),
    )
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("time_limit", sa.Text(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("owed_by_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name=op.f("ck_deadlines_has_reason")),
        sa.CheckConstraint("state IN ('running', 'met', 'overdue', 'withdrawn')", name=op.f("ck_deadlines_state")),
        sa.CheckConstraint("due_on >= started_on", name=op.f("ck_deadlines_due_after_start")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_deadlines_audit_id")),
        sa.ForeignKeyConstraint(["owed_by_id"], ["people.id"], name=op.f("fk_deadlines_owed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    op.create_index(
        "ix_deadlines_due", "deadlines", ["due_on", "id"], unique=False, postgresql_where=sa.text("state = 'running'")
    )
    op.create_index(
        "ix_deadlines_owed",
        "deadlines",
        ["owed_by_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("state IN ('running', 'overdue')"),
    )
    op.create_index("uq_deadlines_one_of_a_kind", "deadlines", ["audit_id", "time_limit", "started_on"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_deadlines_one_of_a_kind", table_name="deadlines")
    op.drop_index(
        "ix_deadlines_owed", table_name="deadlines", postgresql_where=sa.text("state IN ('running', 'overdue')")
    )
    op.drop_index("ix_deadlines_due", table_name="deadlines", postgresql_where=sa.text("state = 'running'"))
    op.drop_table("deadlines")
    op.drop_table("draw_case_outcomes")
    op.drop_index("uq_audits_one_a_month", table_name="audits", postgresql_where=sa.text("state <> 'withdrawn'"))
    op.drop_index("ix_audits_team", table_name="audits")
    op.drop_index("ix_audits_service", table_name="audits")
    op.drop_index("ix_audits_re_audit_of", table_name="audits")
    op.drop_index("ix_audits_history", table_name="audits")
    op.drop_index("ix_audits_draw", table_name="audits")
    op.drop_index("ix_audits_cycle", table_name="audits")
    op.drop_index("ix_audits_auditor", table_name="audits")
    op.drop_table("audits")
    op.drop_index(
        "uq_team_memberships_one_team_at_a_time",
        table_name="team_memberships",
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_index(op.f("ix_team_memberships_team_id"), table_name="team_memberships")
    op.drop_index(op.f("ix_team_memberships_person_id"), table_name="team_memberships")
    op.drop_table("team_memberships")
    op.drop_index(op.f("ix_posts_team_id"), table_name="posts")
    op.drop_index("ix_posts_role", table_name="posts")
    op.drop_index(op.f("ix_posts_person_id"), table_name="posts")
    op.drop_table("posts")
    op.drop_index("uq_involvements", table_name="involvements")
    op.drop_index("ix_involvements_person", table_name="involvements")
    op.drop_index("ix_involvements_extract", table_name="involvements")
    op.drop_table("involvements")
    op.drop_index("uq_draws_one_preview", table_name="draws", postgresql_where=sa.text("state = 'preview'"))
    op.drop_index("uq_draws_one_issued", table_name="draws", postgresql_where=sa.text("state = 'issued'"))
    op.drop_index(op.f("ix_draws_cycle_id"), table_name="draws")
    op.drop_table("draws")
    op.drop_index(op.f("ix_teams_service_id"), table_name="teams")
    op.drop_table("teams")
    op.drop_index("uq_sampling_frames_content", table_name="sampling_frames")
    op.drop_table("sampling_frames")
    op.drop_index(op.f("ix_planned_cycles_year"), table_name="planned_cycles")
    op.drop_table("planned_cycles")
    op.drop_index(
        "ix_notices_to_send", table_name="notices", postgresql_where=sa.text("state IN ('pending', 'leased')")
    )
    op.drop_index("ix_notices_recipient", table_name="notices")
    op.drop_index("ix_notices_cycle", table_name="notices")
    op.drop_table("notices")
    op.drop_index("ix_import_row_errors_import", table_name="import_row_errors")
    op.drop_table("import_row_errors")
    op.drop_index(
        "uq_auditor_appointments_one_at_a_time",
        table_name="auditor_appointments",
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_index(op.f("ix_auditor_appointments_person_id"), table_name="auditor_appointments")
    op.drop_table("auditor_appointments")
    op.drop_index("uq_absences", table_name="absences")
    op.drop_table("absences")
    op.drop_table("sign_in_sessions")
    op.drop_table("sign_in_links")
    op.drop_table("services")
    op.drop_index(op.f("ix_people_line_manager_id"), table_name="people")
    op.drop_table("people")
    op.drop_table("job_runs")
    op.drop_index("ix_idempotency_keys_made_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(
        "ix_caseload_imports_newest", table_name="caseload_imports", postgresql_where=sa.text("state = 'loaded'")
    )
    op.drop_table("caseload_imports")
    op.drop_table("audit_years")
    op.drop_table("audit_reference_numbers")
    op.drop_table("audit_cycles")
