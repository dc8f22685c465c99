"""Disputes, safety alerts and moderation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "moderation_frames",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_moderation_frames_month_is_its_first_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_frames")),
        sa.UniqueConstraint("month", name=op.f("uq_moderation_frames_month")),
    )
    op.create_table(
        "moderation_rounds",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("frame_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("edition_version", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["frame_id"], ["moderation_frames.id"], name=op.f("fk_moderation_rounds_frame_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_rounds")),
        sa.UniqueConstraint("frame_id", name=op.f("uq_moderation_rounds_frame_id")),
        sa.UniqueConstraint("month", name=op.f("uq_moderation_rounds_month")),
    )
    op.create_table(
        "safety_alerts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=True),
        sa.Column("case_reference", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("auditor_id", sa.Uuid(), nullable=True),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=True),
        sa.Column("is_concerned", sa.Boolean(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("awaits", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_on IS NULL)", name=op.f("ck_safety_alerts_ends_with_a_day")),
        sa.CheckConstraint("state IN ('open', 'resolved', 'lapsed', 'withdrawn')", name=op.f("ck_safety_alerts_state")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_safety_alerts_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_alerts")),
    )
    op.create_index(
        "ix_safety_alerts_audit",
        "safety_alerts",
        ["audit_id"],
        unique=False,
        postgresql_where=sa.text("audit_id IS NOT NULL"),
    )
    op.create_index("ix_safety_alerts_case", "safety_alerts", ["case_reference"], unique=False)
    op.create_index(
        "ix_safety_alerts_open", "safety_alerts", ["id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_safety_alerts_raiser", "safety_alerts", ["raised_by_id", "id"], unique=False)
    op.create_index("ix_safety_alerts_team", "safety_alerts", ["team_id", "id"], unique=False)
    op.create_index("uq_safety_alerts_number", "safety_alerts", ["number"], unique=True)
    op.create_table(
        "safety_alert_steps",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("safety_alert_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_clock", sa.Boolean(), nullable=False),
        sa.Column("moves", sa.Boolean(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "btrim(sentence) <> '' AND btrim(rule) <> ''", name=op.f("ck_safety_alert_steps_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["safety_alert_id"], ["safety_alerts.id"], name=op.f("fk_safety_alert_steps_safety_alert_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_alert_steps")),
    )
    op.create_index("uq_safety_alert_steps_version", "safety_alert_steps", ["safety_alert_id", "version"], unique=True)
    op.create_table(
        "dispute_consents",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_dispute_consents_audit_id")),
        sa.PrimaryKeyConstraint("audit_id", "report_version", name=op.f("pk_dispute_consents")),
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("raised_as", sa.Text(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("awaits", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("next_look_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("grade_before", sa.Text(), nullable=True),
        sa.Column("grade_after", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_on IS NULL)", name=op.f("ck_disputes_ended_or_open")),
        sa.CheckConstraint("state = 'open' OR next_look_on IS NULL", name=op.f("ck_disputes_looked_at_while_open")),
        sa.CheckConstraint("state IN ('open', 'resolved', 'lapsed', 'withdrawn')", name=op.f("ck_disputes_state")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_disputes_audit_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["people.id"], name=op.f("fk_disputes_raised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("reference", name=op.f("uq_disputes_reference")),
    )
    op.create_index(
        "ix_disputes_open", "disputes", ["due_on", "id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_disputes_raised_by", "disputes", ["raised_by_id", "id"], unique=False)
    op.create_index(
        "ix_disputes_to_look_at",
        "disputes",
        ["next_look_on", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("uq_disputes_one_a_version", "disputes", ["audit_id", "report_version"], unique=True)
    op.create_index(
        "uq_disputes_one_open", "disputes", ["audit_id"], unique=True, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "moderated_audits",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Uuid(), nullable=True),
        sa.Column("is_own_service", sa.Boolean(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("auditor_grade", sa.Text(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("fed_back_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state <> 'fed_back' OR fed_back_on IS NOT NULL", name=op.f("ck_moderated_audits_fed_back_on_a_day")
        ),
        sa.CheckConstraint("state IN ('allocated', 'fed_back', 'closed')", name=op.f("ck_moderated_audits_state")),
        sa.CheckConstraint(
            "fed_back_on IS NULL OR moderator_id IS NOT NULL", name=op.f("ck_moderated_audits_fed_back_by_somebody")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_moderated_audits_audit_id")),
        sa.ForeignKeyConstraint(["moderator_id"], ["people.id"], name=op.f("fk_moderated_audits_moderator_id")),
        sa.ForeignKeyConstraint(["round_id"], ["moderation_rounds.id"], name=op.f("fk_moderated_audits_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderated_audits")),
    )
    op.create_index("ix_moderated_audits_audit", "moderated_audits", ["audit_id"], unique=False)
    op.create_index("ix_moderated_audits_moderator", "moderated_audits", ["moderator_id", "due_on"], unique=False)
    op.create_index(
        "ix_moderated_audits_open",
        "moderated_audits",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'allocated'"),
    )
    op.create_index("uq_moderated_audits_once", "moderated_audits", ["round_id", "audit_id"], unique=True)
    op.create_index("uq_moderated_audits_place", "moderated_audits", ["round_id", "place"], unique=True)
    op.create_table(
        "safety_alert_step_texts",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_safety_alert_step_texts_says_something")),
        sa.ForeignKeyConstraint(
            ["step_id"], ["safety_alert_steps.id"], name=op.f("fk_safety_alert_step_texts_step_id")
        ),
        sa.PrimaryKeyConstraint("step_id", "name", name=op.f("pk_safety_alert_step_texts")),
    )
    op.create_table(
        "dispute_ground_texts",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_dispute_ground_texts_says_something")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_ground_texts_dispute_id")),
        sa.PrimaryKeyConstraint("dispute_id", "part", "name", name=op.f("pk_dispute_ground_texts")),
    )
    op.create_table(
        "dispute_grounds",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(part) <> ''", name=op.f("ck_dispute_grounds_says_what")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_grounds_dispute_id")),
        sa.PrimaryKeyConstraint("dispute_id", "part", name=op.f("pk_dispute_grounds")),
    )
    op.create_table(
        "dispute_steps",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("by_clock", sa.Boolean(), nullable=False),
        sa.Column("rung_before", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name=op.f("ck_dispute_steps_has_reason")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_steps_dispute_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name=op.f("fk_dispute_steps_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_steps")),
    )
    op.create_index("uq_dispute_steps_number", "dispute_steps", ["dispute_id", "number"], unique=True)
    op.create_index(
        "uq_dispute_steps_said_once",
        "dispute_steps",
        ["dispute_id", "rung_before", "event"],
        unique=True,
        postgresql_where=sa.text("by_clock"),
    )
    op.create_table(
        "independent_reviews",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(reported_on IS NULL) = (reported_by IS NULL)", name=op.f("ck_independent_reviews_reported_by_somebody")
        ),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_independent_reviews_dispute_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["people.id"], name=op.f("fk_independent_reviews_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_independent_reviews")),
    )
    op.create_index("ix_independent_reviews_dispute", "independent_reviews", ["dispute_id", "id"], unique=False)
    op.create_index("ix_independent_reviews_reviewer", "independent_reviews", ["reviewer_id"], unique=False)
    op.create_table(
        "moderation_steps",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("moderated_audit_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name=op.f("ck_moderation_steps_has_reason")),
        sa.ForeignKeyConstraint(
            ["moderated_audit_id"], ["moderated_audits.id"], name=op.f("fk_moderation_steps_moderated_audit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_steps")),
    )
    op.create_index("uq_moderation_steps_version", "moderation_steps", ["moderated_audit_id", "version"], unique=True)
    op.create_table(
        "moderation_templates",
        sa.Column("moderated_audit_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(content IS NULL) = (cleared_at IS NOT NULL)", name=op.f("ck_moderation_templates_content_until_cleared")
        ),
        sa.ForeignKeyConstraint(
            ["moderated_audit_id"], ["moderated_audits.id"], name=op.f("fk_moderation_templates_moderated_audit_id")
        ),
        sa.PrimaryKeyConstraint("moderated_audit_id", name=op.f("pk_moderation_templates")),
    )
    op.create_table(
        "regrades",
        sa.Column("moderated_audit_id", sa.Uuid(), nullable=False),
        sa.Column("overall_grade", sa.Text(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("strengths", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("areas_to_improve", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("fixed_at IS NULL OR overall_grade IS NOT NULL", name=op.f("ck_regrades_graded_when_fixed")),
        sa.ForeignKeyConstraint(
            ["moderated_audit_id"], ["moderated_audits.id"], name=op.f("fk_regrades_moderated_audit_id")
        ),
        sa.PrimaryKeyConstraint("moderated_audit_id", name=op.f("pk_regrades")),
    )
    op.create_table(
        "dispute_step_texts",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_dispute_step_texts_says_something")),
        sa.ForeignKeyConstraint(["step_id"], ["dispute_steps.id"], name=op.f("fk_dispute_step_texts_step_id")),
        sa.PrimaryKeyConstraint("step_id", "name", name=op.f("pk_dispute_step_texts")),
    )
    op.create_table(
        "independent_review_texts",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_independent_review_texts_says_something")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["independent_reviews.id"], name=op.f("fk_independent_review_texts_review_id")
        ),
        sa.PrimaryKeyConstraint("review_id", "name", name=op.f("pk_independent_review_texts")),
    )
    op.create_table(
        "moderation_step_texts",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_moderation_step_texts_says_something")),
        sa.ForeignKeyConstraint(["step_id"], ["moderation_steps.id"], name=op.f("fk_moderation_step_texts_step_id")),
        sa.PrimaryKeyConstraint("step_id", "name", name=op.f("pk_moderation_step_texts")),
    )
    op.create_table(
        "regraded_domains",
        sa.Column("moderated_audit_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("is_applicable", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.CheckConstraint("is_applicable OR grade IS NULL", name=op.f("ck_regraded_domains_applies_if_graded")),
        sa.ForeignKeyConstraint(
            ["moderated_audit_id"], ["regrades.moderated_audit_id"], name=op.f("fk_regraded_domains_moderated_audit_id")
        ),
        sa.PrimaryKeyConstraint("moderated_audit_id", "domain", name=op.f("pk_regraded_domains")),
    )
    op.add_column("case_system_commands", sa.Column("safety_alert_id", sa.Uuid(), nullable=True))
    op.add_column("case_system_commands", sa.Column("moderated_audit_id", sa.Uuid(), nullable=True))
    op.alter_column("case_system_commands", "audit_id", existing_type=sa.UUID(), nullable=True)
    op.alter_column("case_system_commands", "report_version", existing_type=sa.INTEGER(), nullable=True)
    op.create_index(
        "ix_case_system_commands_alert",
        "case_system_commands",
        ["safety_alert_id"],
        unique=False,
        postgresql_where=sa.text("safety_alert_id IS NOT NULL"),
    )
    op.create_index(
        "ix_case_system_commands_moderated",
        "case_system_commands",
        ["moderated_audit_id"],
        unique=False,
        postgresql_where=sa.text("moderated_audit_id IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("fk_case_system_commands_safety_alert_id"),
        "case_system_commands",
        "safety_alerts",
        ["safety_alert_id"],
        ["id"],
    )
    op.create_foreign_key(
        op.f("fk_case_system_commands_moderated_audit_id"),
        "case_system_commands",
        "moderated_audits",
        ["moderated_audit_id"],
        ["id"],
    )
    op.add_column("deadlines", sa.Column("dispute_id", sa.Uuid(), nullable=True))
    op.add_column("deadlines", sa.Column("safety_alert_id", sa.Uuid(), nullable=True))
    op.add_column("deadlines", sa.Column("moderated_audit_id", sa.Uuid(), nullable=True))
    op.add_column("deadlines", sa.Column("waited_for_id", sa.Uuid(), nullable=True))
    op.alter_column("deadlines", "audit_id", existing_type=sa.UUID(), nullable=True)
    op.drop_index(
        op.f("uq_deadlines_one_running_of_a_kind"),
        table_name="deadlines",
        postgresql_where="(state = ANY (ARRAY['running'::text, 'overdue'::text]))",
    )
    op.create_index(
        "uq_deadlines_one_running_of_a_dispute",
        "deadlines",
        ["dispute_id", "time_limit", "owed_by_role"],
        unique=True,
        postgresql_where=sa.text("state IN ('running', 'overdue') AND dispute_id IS NOT NULL"),
    )
    op.create_index(
        "uq_deadlines_one_running_of_a_moderation",
        "deadlines",
        ["moderated_audit_id", "time_limit", "owed_by_role"],
        unique=True,
        postgresql_where=sa.text("state IN ('running', 'overdue') AND moderated_audit_id IS NOT NULL"),
    )
    op.create_index(
        "uq_deadlines_one_running_of_an_alert",
        "deadlines",
        ["safety_alert_id", "time_limit", "owed_by_role"],
        unique=True,
        postgresql_where=sa.text("state IN ('running', 'overdue') AND safety_alert_id IS NOT NULL"),
    )
    op.create_index(
        "uq_deadlines_one_running_of_an_audit",
        "deadlines",
        ["audit_id", "time_limit", "owed_by_role"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('running', 'overdue') AND num_nonnulls(dispute_id, safety_alert_id, moderated_audit_id) = 0"
        ),
    )
    op.create_foreign_key(op.f("fk_deadlines_waited_for_id"), "deadlines", "disputes", ["waited_for_id"], ["id"])
    op.create_foreign_key(
        op.f("fk_deadlines_moderated_audit_id"), "deadlines", "moderated_audits", ["moderated_audit_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_deadlines_safety_alert_id"), "deadlines", "safety_alerts", ["safety_alert_id"], ["id"]
    )
    op.create_foreign_key(op.f("fk_deadlines_dispute_id"), "deadlines", "disputes", ["dispute_id"], ["id"])
    op.add_column("notices", sa.Column("safety_alert_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_notices_of_safety_alerts",
        "notices",
        ["safety_alert_id"],
        unique=False,
        postgresql_where=sa.text("safety_alert_id IS NOT NULL"),
    )
    op.create_index(
        "ix_notices_of_safety_alerts_waiting",
        "notices",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where=sa.text("safety_alert_id IS NOT NULL AND state = 'pending'"),
    )
    op.create_foreign_key(op.f("fk_notices_safety_alert_id"), "notices", "safety_alerts", ["safety_alert_id"], ["id"])
    op.add_column("report_corrections", sa.Column("is_anyone_unsafe", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("report_corrections", "is_anyone_unsafe")
    op.drop_constraint(op.f("fk_notices_safety_alert_id"), "notices", type_="foreignkey")
    op.drop_index(
        "ix_notices_of_safety_alerts_waiting",
        table_name="notices",
        postgresql_where=sa.text("safety_alert_id IS NOT NULL AND state = 'pending'"),
    )
    op.drop_index(
        "ix_notices_of_safety_alerts", table_name="notices", postgresql_where=sa.text("safety_alert_id IS NOT NULL")
    )
    op.drop_column("notices", "safety_alert_id")
    op.drop_constraint(op.f("fk_deadlines_dispute_id"), "deadlines", type_="foreignkey")
    op.drop_constraint(op.f("fk_deadlines_safety_alert_id"), "deadlines", type_="foreignkey")
    op.drop_constraint(op.f("fk_deadlines_moderated_audit_id"), "deadlines", type_="foreignkey")
    op.drop_constraint(op.f("fk_deadlines_waited_for_id"), "deadlines", type_="foreignkey")
    op.drop_index(
        "uq_deadlines_one_running_of_an_audit",
        table_name="deadlines",
        postgresql_where=sa.text(
            "state IN ('running', 'overdue') AND num_nonnulls(dispute_id, safety_alert_id, moderated_audit_id) = 0"
        ),
    )
    op.drop_index(
        "uq_deadlines_one_running_of_an_alert",
        table_name="deadlines",
        postgresql_where=sa.text("state IN ('running', 'overdue') AND safety_alert_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_deadlines_one_running_of_a_moderation",
        table_name="deadlines",
        postgresql_where=sa.text("state IN ('running', 'overdue') AND moderated_audit_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_deadlines_one_running_of_a_dispute",
        table_name="deadlines",
        postgresql_where=sa.text("state IN ('running', 'overdue') AND dispute_id IS NOT NULL"),
    )
    op.create_index(
        op.f("uq_deadlines_one_running_of_a_kind"),
        "deadlines",
        ["audit_id", "time_limit", "owed_by_role"],
        unique=True,
        postgresql_where="(state = ANY (ARRAY['running'::text, 'overdue'::text]))",
    )
    op.alter_column("deadlines", "audit_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("deadlines", "waited_for_id")
    op.drop_column("deadlines", "moderated_audit_id")
    op.drop_column("deadlines", "safety_alert_id")
    op.drop_column("deadlines", "dispute_id")
    op.drop_constraint(op.f("fk_case_system_commands_moderated_audit_id"), "case_system_commands", type_="foreignkey")
    op.drop_constraint(op.f("fk_case_system_commands_safety_alert_id"), "case_system_commands", type_="foreignkey")
    op.drop_index(
        "ix_case_system_commands_moderated",
        table_name="case_system_commands",
        postgresql_where=sa.text("moderated_audit_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_case_system_commands_alert",
        table_name="case_system_commands",
        postgresql_where=sa.text("safety_alert_id IS NOT NULL"),
    )
    op.alter_column("case_system_commands", "report_version", existing_type=sa.INTEGER(), nullable=False)
    op.alter_column("case_system_commands", "audit_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("case_system_commands", "moderated_audit_id")
    op.drop_column("case_system_commands", "safety_alert_id")
    op.drop_table("regraded_domains")
    op.drop_table("moderation_step_texts")
    op.drop_table("independent_review_texts")
    op.drop_table("dispute_step_texts")
    op.drop_table("regrades")
    op.drop_table("moderation_templates")
    op.drop_index("uq_moderation_steps_version", table_name="moderation_steps")
    op.drop_table("moderation_steps")
    op.drop_index("ix_independent_reviews_reviewer", table_name="independent_reviews")
    op.drop_index("ix_independent_reviews_dispute", table_name="independent_reviews")
    op.drop_table("independent_reviews")
    op.drop_index("uq_dispute_steps_said_once", table_name="dispute_steps", postgresql_where=sa.text("by_clock"))
    op.drop_index("uq_dispute_steps_number", table_name="dispute_steps")
    op.drop_table("dispute_steps")
    op.drop_table("dispute_grounds")
    op.drop_table("dispute_ground_texts")
    op.drop_table("safety_alert_step_texts")
    op.drop_index("uq_moderated_audits_place", table_name="moderated_audits")
    op.drop_index("uq_moderated_audits_once", table_name="moderated_audits")
    op.drop_index(
        "ix_moderated_audits_open", table_name="moderated_audits", postgresql_where=sa.text("state = 'allocated'")
    )
    op.drop_index("ix_moderated_audits_moderator", table_name="moderated_audits")
    op.drop_index("ix_moderated_audits_audit", table_name="moderated_audits")
    op.drop_table("moderated_audits")
    op.drop_index("uq_disputes_one_open", table_name="disputes", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("uq_disputes_one_a_version", table_name="disputes")
    op.drop_index("ix_disputes_to_look_at", table_name="disputes", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_disputes_raised_by", table_name="disputes")
    op.drop_index("ix_disputes_open", table_name="disputes", postgresql_where=sa.text("state = 'open'"))
    op.drop_table("disputes")
    op.drop_table("dispute_consents")
    op.drop_index("uq_safety_alert_steps_version", table_name="safety_alert_steps")
    op.drop_table("safety_alert_steps")
    op.drop_index("uq_safety_alerts_number", table_name="safety_alerts")
    op.drop_index("ix_safety_alerts_team", table_name="safety_alerts")
    op.drop_index("ix_safety_alerts_raiser", table_name="safety_alerts")
    op.drop_index("ix_safety_alerts_open", table_name="safety_alerts", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_safety_alerts_case", table_name="safety_alerts")
    op.drop_index(
        "ix_safety_alerts_audit", table_name="safety_alerts", postgresql_where=sa.text("audit_id IS NOT NULL")
    )
    op.drop_table("safety_alerts")
    op.drop_table("moderation_rounds")
    op.drop_table("moderation_frames")
