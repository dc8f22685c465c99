"""The columns of the lists of a first use: what each holds, what else it may be called, which a list needs (C5)."""

from collections.abc import Mapping
from dataclasses import fields

from usecases.first_use_rows import ListKind, MonthCounted, OpenReAudit, PastAudit

SHAPES = {
    ListKind.PAST_AUDITS: PastAudit,
    ListKind.OPEN_RE_AUDITS: OpenReAudit,
    ListKind.COUNTS: MonthCounted,
}
# Our column names are the names of the rows' fields; a list is told its line and has no column for it.
ROWS: Mapping[ListKind, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(shape) if field.name != "line") for kind, shape in SHAPES.items()
}
NEEDED: Mapping[ListKind, tuple[str, ...]] = {
    ListKind.PAST_AUDITS: ("month", "case_reference", "practitioner", "grade", "issued_on"),
    ListKind.OPEN_RE_AUDITS: ("month", "case_reference", "practitioner", "grade", "issued_on"),
    ListKind.COUNTS: ("month", "allocated", "completed_on_time", "completed_late", "not_completed"),
}
COLUMNS: Mapping[str, str] = {
    "month": "month",
    "case_reference": "reference",
    "practitioner": "reference",
    "grade": "grade",
    "issued_on": "day",
    "auditor": "reference",
    "team": "reference",
    "service": "service",
    "kind": "kind",
    "re_audit_of": "month",
    "sequence": "number",
    "due_on": "day",
    "allocated_month": "month",
    "re_auditor": "reference",
    "allocated": "number",
    "completed_on_time": "number",
    "completed_late": "number",
    "not_completed": "number",
    "not_accepted": "number",
    "discussions_in_time": "number",
    "discussions_late": "number",
}
HEADERS: Mapping[str, tuple[str, ...]] = {
    "month": ("cycle", "audit_month", "audit_cycle"),
    "case_reference": ("case", "case_id", "person_id"),
    "practitioner": ("worker", "worker_id", "practitioner_id"),
    "grade": ("overall_grade", "overall_judgement", "overall", "judgement", "rating"),
    "issued_on": ("issued", "date_issued", "completed_on"),
    "auditor": ("auditor_id", "first_auditor"),
    "team": ("team_id",),
    "service": ("service_id",),
    "kind": ("audit_kind", "type", "audit_type"),
    "due_on": ("due", "re_audit_due"),
    "re_auditor": ("re_auditor_id",),
    "completed_on_time": ("on_time",),
    "completed_late": ("late",),
}
