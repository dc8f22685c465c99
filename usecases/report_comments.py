"""What practitioners wrote on a report, kept with it and shown when it is read (L14)."""

import uuid
from dataclasses import replace

from db.queries import audit_life as life
from db.queries.reaches import Reach, Relation
from reports.audit_reports import CommentShown
from rules.audit_events import Event
from usecases.work import Work


def comments_for(work: Work, audit_id: uuid.UUID, reach: Reach) -> tuple[CommentShown, ...]:
    """Every comment on the report, the oldest first; none for somebody who sees the audit as its auditor alone.

    They are for team manager and audit team (L14), and whoever else answers for the work or did it.
    """
    others = replace(reach, relations=reach.relations - {Relation.AS_AUDITOR})
    if life.reached_by(work.session, audit_id, [others]) == [False]:
        return ()
    texts = life.texts_of(work.session, audit_id)
    return tuple(
        CommentShown(step.recorded_by, step.happened_on, texts[step.id]["comment"])
        for step in life.steps_of(work.session, audit_id)
        if step.event == Event.REPORT_COMMENTED and "comment" in texts.get(step.id, {})
    )
