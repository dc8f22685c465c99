"""What people wrote with the steps of an audit, a dispute, a safety alert or a moderation, apart from them (C3)."""

import uuid
from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.tables.audit_life import AuditStepText
from db.tables.disputes import DisputeStepText
from db.tables.moderation import ModerationStepText
from db.tables.safety_alerts import SafetyAlertStepText

StepText = AuditStepText | DisputeStepText | SafetyAlertStepText | ModerationStepText


def texts_by_step(session: Session, kind: type[StepText], steps: Select[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """What was written with each of these steps, by name; those without any are left out."""
    found: dict[uuid.UUID, dict[str, str]] = {}
    written = select(kind.step_id, kind.name, kind.text).where(kind.step_id.in_(steps))
    for step_id, name, text in session.execute(written):
        found.setdefault(step_id, {})[name] = text
    return found


def add_texts(session: Session, kind: type[StepText], step_id: uuid.UUID, texts: Mapping[str, str | None]) -> None:
    """Saves what was written with a step; texts that are None or blank are left out."""
    written = {name: text for name, text in texts.items() if text is not None and text.strip()}
    session.add_all(kind(step_id=step_id, name=name, text=text) for name, text in written.items())
    session.flush()
