"""The life of an audit: tools, gradings, plans, versions of reports, deadlines that are swept, commands for the case system."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "audit_tools",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("composition", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_tools")),
        sa.UniqueConstraint("edition_id", "composition", name=op.f("uq_audit_tools_edition_id_composition")),
    )
    op.create_table(
        "theme_tools",
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("cycle", name=op.f("pk_theme_tools")),
    )
    op.create_table(
        "tool_versions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(origin = 'council') = (because IS NOT NULL)", name=op.f("ck_tool_versions_changed_with_a_reason")
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_tool_versions_published_at_an_instant")
        ),
        sa.CheckConstraint("origin IN ('edition', 'council')", name=op.f("ck_tool_versions_origin")),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_tool_versions_state")),
        sa.CheckConstraint("number > 0", name=op.f("ck_tool_versions_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_versions")),
        sa.UniqueConstraint("edition_id", "tool", "number", name=op.f("uq_tool_versions_edition_id_tool_number")),
    )
    op.create_index(
        "uq_tool_versions_one_draft",
        "tool_versions",
        ["edition_id", "tool"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "audit_tool_parts",
        sa.Column("audit_tool_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("tool_version_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["audit_tool_id"], ["audit_tools.id"], name=op.f("fk_audit_tool_parts_audit_tool_id")),
        sa.ForeignKeyConstraint(
            ["tool_version_id"], ["tool_versions.id"], name=op.f("fk_audit_tool_parts_tool_version_id")
        ),
        sa.PrimaryKeyConstraint("audit_tool_id", "place", name=op.f("pk_audit_tool_parts")),
    )
    op.create_index("ix_audit_tool_parts_version", "audit_tool_parts", ["tool_version_id"], unique=False)
    op.create_table(
        "audit_steps",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name=op.f("ck_audit_steps_has_reason")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_audit_steps_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_steps")),
    )
    op.create_index("ix_audit_steps_event", "audit_steps", ["event", "happened_on"], unique=False)
    op.create_index("uq_audit_steps_version", "audit_steps", ["audit_id", "version"], unique=True)
    op.create_table(
        "case_system_commands",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("recipients", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("may_have_arrived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_id", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('done', 'cancelled')) = (settled_at IS NOT NULL)",
            name=op.f("ck_case_system_commands_settled_with_time"),
        ),
        sa.CheckConstraint(
            "kind IN ('upload_document', 'record_note', 'send_alert')", name=op.f("ck_case_system_commands_kind")
        ),
        sa.CheckConstraint(
            "state <> 'done' OR btrim(coalesce(reference, '')) <> ''",
            name=op.f("ck_case_system_commands_done_with_reference"),
        ),
        sa.CheckConstraint(
            "state <> 'leased' OR (leased_until IS NOT NULL AND lease_id IS NOT NULL)",
            name=op.f("ck_case_system_commands_lease_ends"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'done', 'refused', 'uncertain', 'manual', 'cancelled')",
            name=op.f("ck_case_system_commands_state"),
        ),
        sa.CheckConstraint("after_id <> id", name=op.f("ck_case_system_commands_after_another")),
        sa.ForeignKeyConstraint(
            ["after_id"], ["case_system_commands.id"], name=op.f("fk_case_system_commands_after_id")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_case_system_commands_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_system_commands")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_case_system_commands_idempotency_key")),
    )
    op.create_index("ix_case_system_commands_after", "case_system_commands", ["after_id"], unique=False)
    op.create_index("ix_case_system_commands_audit", "case_system_commands", ["audit_id", "id"], unique=False)
    op.create_index(
        "ix_case_system_commands_due",
        "case_system_commands",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.create_index(
        "ix_case_system_commands_state",
        "case_system_commands",
        ["state", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_table(
        "earlier_feedback",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("to_person_id", sa.Uuid(), nullable=True),
        sa.Column("to_team_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_earlier_feedback_says_something")),
        sa.CheckConstraint("kind IN ('strength', 'concern')", name=op.f("ck_earlier_feedback_kind")),
        sa.CheckConstraint(
            "to_person_id IS NOT NULL OR to_team_id IS NOT NULL", name=op.f("ck_earlier_feedback_for_somebody")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_earlier_feedback_audit_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["people.id"], name=op.f("fk_earlier_feedback_to_person_id")),
        sa.ForeignKeyConstraint(["to_team_id"], ["teams.id"], name=op.f("fk_earlier_feedback_to_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_feedback")),
    )
    op.create_index("ix_earlier_feedback_audit", "earlier_feedback", ["audit_id", "id"], unique=False)
    op.create_index("ix_earlier_feedback_person", "earlier_feedback", ["to_person_id", "id"], unique=False)
    op.create_index("ix_earlier_feedback_team", "earlier_feedback", ["to_team_id", "id"], unique=False)
    op.create_table(
        "gradings",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("overall_grade", sa.Text(), nullable=True),
        sa.Column("overall_because", sa.Text(), nullable=False),
        sa.Column("is_anyone_unsafe", sa.Boolean(), nullable=True),
        sa.Column("strengths", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("areas_to_improve", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("added_by_discussion", sa.Text(), nullable=False),
        sa.Column("changed_because", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stage = 'after_discussion' OR added_by_discussion = ''", name=op.f("ck_gradings_added_after_it")
        ),
        sa.CheckConstraint("stage IN ('before_discussion', 'after_discussion')", name=op.f("ck_gradings_stage")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_gradings_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gradings")),
    )
    op.create_index("uq_gradings_stage", "gradings", ["audit_id", "stage"], unique=True)
    op.create_table(
        "improvement_plans",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_improvement_plans_revision")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_improvement_plans_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_plans")),
    )
    op.create_index(
        "uq_improvement_plans_one_draft",
        "improvement_plans",
        ["audit_id"],
        unique=True,
        postgresql_where=sa.text("fixed_at IS NULL"),
    )
    op.create_index("uq_improvement_plans_revision", "improvement_plans", ["audit_id", "revision"], unique=True)
    op.create_table(
        "report_versions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("is_issued", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("btrim(because) <> ''", name=op.f("ck_report_versions_has_a_reason")),
        sa.CheckConstraint(
            "(content IS NULL) = (cleared_at IS NOT NULL)", name=op.f("ck_report_versions_content_until_cleared")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_report_versions_number")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_report_versions_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_versions")),
    )
    op.create_index("uq_report_versions_number", "report_versions", ["audit_id", "number"], unique=True)
    op.create_table(
        "audit_step_texts",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_audit_step_texts_says_something")),
        sa.ForeignKeyConstraint(["step_id"], ["audit_steps.id"], name=op.f("fk_audit_step_texts_step_id")),
        sa.PrimaryKeyConstraint("step_id", "name", name=op.f("pk_audit_step_texts")),
    )
    op.create_table(
        "case_note_checks",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("is_there", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_case_note_checks_audit_id")),
        sa.ForeignKeyConstraint(["step_id"], ["audit_steps.id"], name=op.f("fk_case_note_checks_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_case_note_checks")),
    )
    op.create_index("ix_case_note_checks_audit", "case_note_checks", ["audit_id", "step_id"], unique=False)
    op.create_table(
        "case_system_texts",
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("note_type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("contact_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_significant", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["command_id"], ["case_system_commands.id"], name=op.f("fk_case_system_texts_command_id")
        ),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_case_system_texts")),
    )
    op.create_table(
        "check_results",
        sa.Column("grading_id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("answer IN ('yes', 'no', 'not_applicable')", name=op.f("ck_check_results_answer")),
        sa.ForeignKeyConstraint(["grading_id"], ["gradings.id"], name=op.f("fk_check_results_grading_id")),
        sa.PrimaryKeyConstraint("grading_id", "check_id", name=op.f("pk_check_results")),
    )
    op.create_index("ix_check_results_check", "check_results", ["check_id", "answer"], unique=False)
    op.create_table(
        "deadline_crossings",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("crossed_on", sa.Date(), nullable=False),
        sa.Column("crossed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadlines.id"], name=op.f("fk_deadline_crossings_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_crossings")),
    )
    op.create_index("uq_deadline_crossings_once", "deadline_crossings", ["deadline_id", "kind", "due_on"], unique=True)
    op.create_table(
        "domain_grades",
        sa.Column("grading_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("is_applicable", sa.Boolean(), nullable=False),
        sa.Column("changed_because", sa.Text(), server_default="", nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("is_applicable OR grade IS NULL", name=op.f("ck_domain_grades_applies_if_graded")),
        sa.ForeignKeyConstraint(["grading_id"], ["gradings.id"], name=op.f("fk_domain_grades_grading_id")),
        sa.PrimaryKeyConstraint("grading_id", "domain", name=op.f("pk_domain_grades")),
    )
    op.create_index("ix_domain_grades_domain", "domain_grades", ["domain", "grade"], unique=False)
    op.create_table(
        "findings_discussions",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("case_note_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_findings_discussions_audit_id")),
        sa.ForeignKeyConstraint(["step_id"], ["audit_steps.id"], name=op.f("fk_findings_discussions_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_findings_discussions")),
    )
    op.create_index("ix_findings_discussions_audit", "findings_discussions", ["audit_id", "step_id"], unique=False)
    op.create_table(
        "plan_agreements",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["improvement_plans.id"], name=op.f("fk_plan_agreements_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", "role", name=op.f("pk_plan_agreements")),
    )
    op.create_table(
        "planned_meetings",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("meets_at", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_planned_meetings_audit_id")),
        sa.ForeignKeyConstraint(["step_id"], ["audit_steps.id"], name=op.f("fk_planned_meetings_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_planned_meetings")),
    )
    op.create_index("ix_planned_meetings_audit", "planned_meetings", ["audit_id", "step_id"], unique=False)
    op.create_table(
        "quality_checks",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("is_discussion_offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome = 'returned' OR NOT is_discussion_offered", name=op.f("ck_quality_checks_offered_if_returned")
        ),
        sa.CheckConstraint("outcome IN ('accepted', 'returned')", name=op.f("ck_quality_checks_outcome")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_quality_checks_audit_id")),
        sa.ForeignKeyConstraint(["step_id"], ["audit_steps.id"], name=op.f("fk_quality_checks_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_quality_checks")),
    )
    op.create_index("ix_quality_checks_audit", "quality_checks", ["audit_id", "step_id"], unique=False)
    op.create_table(
        "re_audit_orders",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_re_audit_orders_audit_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_re_audit_orders_decided_by_id")),
        sa.ForeignKeyConstraint(["step_id"], ["audit_steps.id"], name=op.f("fk_re_audit_orders_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_re_audit_orders")),
    )
    op.create_index("ix_re_audit_orders_audit", "re_audit_orders", ["audit_id", "step_id"], unique=False)
    op.create_table(
        "reflective_discussions",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("team_manager_attended", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "held_on IS NOT NULL OR NOT coalesce(team_manager_attended, false)",
            name=op.f("ck_reflective_discussions_attended_if_held"),
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_reflective_discussions_audit_id")),
        sa.ForeignKeyConstraint(["step_id"], ["audit_steps.id"], name=op.f("fk_reflective_discussions_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_reflective_discussions")),
    )
    op.create_index("ix_reflective_discussions_audit", "reflective_discussions", ["audit_id", "step_id"], unique=False)
    op.create_table(
        "report_corrections",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("grade_before", sa.Text(), nullable=True),
        sa.Column("grade_after", sa.Text(), nullable=True),
        sa.Column("domain_grades", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_discussed_anew", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_report_corrections_audit_id")),
        sa.ForeignKeyConstraint(["step_id"], ["audit_steps.id"], name=op.f("fk_report_corrections_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_report_corrections")),
    )
    op.create_index("ix_report_corrections_audit", "report_corrections", ["audit_id", "step_id"], unique=False)
    op.create_table(
        "smart_actions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("specific", sa.Text(), nullable=False),
        sa.Column("measurable", sa.Text(), nullable=False),
        sa.Column("achievable", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_smart_actions_number")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_smart_actions_owner_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["improvement_plans.id"], name=op.f("fk_smart_actions_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_smart_actions")),
    )
    op.create_index("ix_smart_actions_owner", "smart_actions", ["owner_id", "due_on"], unique=False)
    op.create_index("uq_smart_actions_number", "smart_actions", ["plan_id", "number"], unique=True)
    op.create_table(
        "action_evidence",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(evidence) <> ''", name=op.f("ck_action_evidence_says_something")),
        sa.ForeignKeyConstraint(["action_id"], ["smart_actions.id"], name=op.f("fk_action_evidence_action_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_evidence")),
    )
    op.create_index("ix_action_evidence_action", "action_evidence", ["action_id", "id"], unique=False)
    op.add_column("audit_cycles", sa.Column("closing_report", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("audits", sa.Column("re_audit_case_reference", sa.Text(), nullable=True))
    op.add_column("audits", sa.Column("re_audit_waived_because", sa.Text(), nullable=True))
    op.add_column("audits", sa.Column("audit_tool_id", sa.Uuid(), nullable=True))
    op.create_index("ix_audits_audit_tool", "audits", ["audit_tool_id"], unique=False)
    op.create_index("ix_audits_issued", "audits", ["id"], unique=False, postgresql_where=sa.text("state = 'issued'"))
    op.create_foreign_key(op.f("fk_audits_audit_tool_id"), "audits", "audit_tools", ["audit_tool_id"], ["id"])
    op.add_column("deadlines", sa.Column("owed_by_role", sa.Text(), server_default="auditor", nullable=False))
    op.add_column("deadlines", sa.Column("met_on", sa.Date(), nullable=True))
    op.add_column(
        "deadlines", sa.Column("next_look_on", sa.Date(), server_default=sa.text("DATE '2000-01-01'"), nullable=True)
    )
    op.add_column("deadlines", sa.Column("working_days", sa.Integer(), nullable=True))
    op.drop_index(op.f("uq_deadlines_one_of_a_kind"), table_name="deadlines")
    op.create_index("ix_deadlines_audit", "deadlines", ["audit_id", "due_on"], unique=False)
    op.create_index(
        "ix_deadlines_to_look_at",
        "deadlines",
        ["next_look_on", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('running', 'overdue')"),
    )
    op.create_index(
        "uq_deadlines_one_running_of_a_kind",
        "deadlines",
        ["audit_id", "time_limit", "owed_by_role"],
        unique=True,
        postgresql_where=sa.text("state IN ('running', 'overdue')"),
    )
    op.add_column("notices", sa.Column("deadline_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_notices_of_deadlines",
        "notices",
        ["deadline_id"],
        unique=False,
        postgresql_where=sa.text("deadline_id IS NOT NULL AND state IN ('pending', 'parked')"),
    )
    op.create_foreign_key(op.f("fk_notices_deadline_id"), "notices", "deadlines", ["deadline_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_notices_deadline_id"), "notices", type_="foreignkey")
    op.drop_index(
        "ix_notices_of_deadlines",
        table_name="notices",
        postgresql_where=sa.text("deadline_id IS NOT NULL AND state IN ('pending', 'parked')"),
    )
    op.drop_column("notices", "deadline_id")
    op.drop_index(
        "uq_deadlines_one_running_of_a_kind",
        table_name="deadlines",
        postgresql_where=sa.text("state IN ('running', 'overdue')"),
    )
    op.drop_index(
        "ix_deadlines_to_look_at", table_name="deadlines", postgresql_where=sa.text("state IN ('running', 'overdue')")
    )
    op.drop_index("ix_deadlines_audit", table_name="deadlines")
    op.create_index(
        op.f("uq_deadlines_one_of_a_kind"), "deadlines", ["audit_id", "time_limit", "started_on"], unique=True
    )
    op.drop_column("deadlines", "working_days")
    op.drop_column("deadlines", "next_look_on")
    op.drop_column("deadlines", "met_on")
    op.drop_column("deadlines", "owed_by_role")
    op.drop_constraint(op.f("fk_audits_audit_tool_id"), "audits", type_="foreignkey")
    op.drop_index("ix_audits_issued", table_name="audits", postgresql_where=sa.text("state = 'issued'"))
    op.drop_index("ix_audits_audit_tool", table_name="audits")
    op.drop_column("audits", "audit_tool_id")
    op.drop_column("audits", "re_audit_waived_because")
    op.drop_column("audits", "re_audit_case_reference")
    op.drop_column("audit_cycles", "closing_report")
    op.drop_index("ix_action_evidence_action", table_name="action_evidence")
    op.drop_table("action_evidence")
    op.drop_index("uq_smart_actions_number", table_name="smart_actions")
    op.drop_index("ix_smart_actions_owner", table_name="smart_actions")
    op.drop_table("smart_actions")
    op.drop_index("ix_report_corrections_audit", table_name="report_corrections")
    op.drop_table("report_corrections")
    op.drop_index("ix_reflective_discussions_audit", table_name="reflective_discussions")
    op.drop_table("reflective_discussions")
    op.drop_index("ix_re_audit_orders_audit", table_name="re_audit_orders")
    op.drop_table("re_audit_orders")
    op.drop_index("ix_quality_checks_audit", table_name="quality_checks")
    op.drop_table("quality_checks")
    op.drop_index("ix_planned_meetings_audit", table_name="planned_meetings")
    op.drop_table("planned_meetings")
    op.drop_table("plan_agreements")
    op.drop_index("ix_findings_discussions_audit", table_name="findings_discussions")
    op.drop_table("findings_discussions")
    op.drop_index("ix_domain_grades_domain", table_name="domain_grades")
    op.drop_table("domain_grades")
    op.drop_index("uq_deadline_crossings_once", table_name="deadline_crossings")
    op.drop_table("deadline_crossings")
    op.drop_index("ix_check_results_check", table_name="check_results")
    op.drop_table("check_results")
    op.drop_table("case_system_texts")
    op.drop_index("ix_case_note_checks_audit", table_name="case_note_checks")
    op.drop_table("case_note_checks")
    op.drop_table("audit_step_texts")
    op.drop_index("uq_report_versions_number", table_name="report_versions")
    op.drop_table("report_versions")
    op.drop_index("uq_improvement_plans_revision", table_name="improvement_plans")
    op.drop_index(
        "uq_improvement_plans_one_draft", table_name="improvement_plans", postgresql_where=sa.text("fixed_at IS NULL")
    )
    op.drop_table("improvement_plans")
    op.drop_index("uq_gradings_stage", table_name="gradings")
    op.drop_table("gradings")
    op.drop_index("ix_earlier_feedback_team", table_name="earlier_feedback")
    op.drop_index("ix_earlier_feedback_person", table_name="earlier_feedback")
    op.drop_index("ix_earlier_feedback_audit", table_name="earlier_feedback")
    op.drop_table("earlier_feedback")
    op.drop_index(
        "ix_case_system_commands_state", table_name="case_system_commands", postgresql_where=sa.text("state <> 'done'")
    )
    op.drop_index(
        "ix_case_system_commands_due",
        table_name="case_system_commands",
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.drop_index("ix_case_system_commands_audit", table_name="case_system_commands")
    op.drop_index("ix_case_system_commands_after", table_name="case_system_commands")
    op.drop_table("case_system_commands")
    op.drop_index("uq_audit_steps_version", table_name="audit_steps")
    op.drop_index("ix_audit_steps_event", table_name="audit_steps")
    op.drop_table("audit_steps")
    op.drop_index("ix_audit_tool_parts_version", table_name="audit_tool_parts")
    op.drop_table("audit_tool_parts")
    op.drop_index("uq_tool_versions_one_draft", table_name="tool_versions", postgresql_where=sa.text("state = 'draft'"))
    op.drop_table("tool_versions")
    op.drop_table("theme_tools")
    op.drop_table("audit_tools")
