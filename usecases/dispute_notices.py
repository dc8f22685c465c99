"""Who is told of a dispute: each step by the matrix, the audit team always; reminders where there is no clock (D6)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from db.queries import clocks
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute
from rules.ladders import Standing, ladder_named
from rules.matrix import EventFacts, NoticeEvent
from rules.policy.ladder_shapes import Rung
from usecases.audit_notices import AuditNews, owe_audit_notices
from usecases.dispute_actors import LADDER, owed_by
from usecases.notices import owe
from usecases.staff_on_the_day import staff_today
from usecases.work import Work


def tell_of_step(
    work: Work, audit: AuditRow, dispute: Dispute, rungs: Iterable[str], occurrence: str
) -> list[dict[str, str]]:
    """Owes everybody of these rungs one message about a step; answers who could not be told."""
    running = clocks.running(work.session, clocks.of_dispute(dispute.id))
    due_on = {clock.rule: clock.due_on for clock in reversed(running)}
    news = AuditNews(occurrence=f"{dispute.reference}:{occurrence}", due_on=due_on, dispute_id=dispute.id)
    untold = []
    for rung in dict.fromkeys(rungs):
        facts = EventFacts(audit_kind=audit.kind, sequence=audit.sequence, grade=audit.overall_grade, stage=rung)
        untold += owe_audit_notices(work, NoticeEvent.DISPUTE_STEP, audit, facts, news)
    return [each for place, each in enumerate(untold) if each not in untold[:place]]


def rungs_told(work: Work, rung: str, *, is_overdue: bool) -> tuple[str, ...]:
    """Those of the rung; where its time ran out those of the next one too (D7)."""
    found: Rung = ladder_named(LADDER, work.policy).rung(rung)
    return (rung, found.tells_when_overdue) if is_overdue and found.tells_when_overdue else (rung,)


def remind(work: Work, audit: AuditRow, dispute: Dispute, standing: Standing, on: date) -> None:
    """Reminds those of a rung without a clock, once for that day (L13)."""
    staff = staff_today(work)
    rows = []
    for role in standing.owed_by:
        person = str(owed_by(work, audit, role, is_judgement=standing.rung.is_judgement, staff=staff))
        member = staff.members[person]
        content: dict[str, Any] = {
            "letter": "audit_event",
            "what": "dispute_waits",
            "as": role,
            "over": role,
            "audit": str(audit.id),
            "dispute": str(dispute.id),
            "reference": audit.reference,
            "month": audit.month.isoformat(),
            "asks": [],
            "due_on": None,
            "sequence": audit.version,
            "standing_in": [],
            "vacancies": [],
            "passed_on_by": member.passed_on_by,
        }
        rows.append(
            {
                "idempotency_key": f"dispute_reminder:{dispute.id}:{on}:{person}",
                "recipient_id": person,
                "address": member.address,
                "content": content,
            }
        )
    owe(work, NoticeEvent.DISPUTE_STEP, audit.cycle_id, rows)
