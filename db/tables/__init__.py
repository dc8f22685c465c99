"""All tables, so that importing this package is enough for Alembic to know them."""

from db.tables import (
    access,
    aliases,
    audit_life,
    audit_tools,
    audits,
    caseload,
    deadlines,
    draws,
    first_use,
    jobs,
    notices,
    organisation,
    programme,
    report_versions,
    restorations,
    tasks,
    trail,
)
from db.tables.registry import Base

__all__ = [
    "Base",
    "access",
    "aliases",
    "audit_life",
    "audit_tools",
    "audits",
    "caseload",
    "deadlines",
    "draws",
    "first_use",
    "jobs",
    "notices",
    "organisation",
    "programme",
    "report_versions",
    "restorations",
    "tasks",
    "trail",
]
