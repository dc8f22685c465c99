"""Who is told of moderation: moderators of what is theirs, auditor and audit team of feedback (section 9; M2, M4)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.queries import jobs
from db.queries.moderated_audits import Moderated
from db.tables.moderation import ModerationRound
from rules.matrix import EventFacts, NoticeEvent
from rules.recipients import AuditConcerned, Recipient, told_of
from usecases.notices import owe
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work

MODERATION_GIVEN, MODERATION_TAKEN = "moderation_given", "moderation_taken"


def tell_moderators(work: Work, drawn: ModerationRound, moderated: Sequence[Moderated]) -> None:
    """One message to each moderator, with all that is theirs of the round."""
    theirs: dict[uuid.UUID, list[Moderated]] = {}
    for it in moderated:
        if it.row.moderator_id is not None:
            theirs.setdefault(it.row.moderator_id, []).append(it)
    staff = staff_today(work)
    rows = [
        _row(f"{MODERATION_GIVEN}:{drawn.id}:{id_}", id_, staff, _content("given", drawn, of_one))
        for id_, of_one in theirs.items()
    ]
    _owe(work, MODERATION_GIVEN, rows)


def tell_of_replacement(work: Work, it: Moderated, earlier: uuid.UUID | None) -> None:
    """The new moderator hears that it is theirs, and the one before that it is not any more."""
    staff = staff_today(work)
    assert it.row.moderator_id is not None, "somebody takes it"
    key = f"{it.row.id}:{it.row.version}"
    given = _row(f"{MODERATION_GIVEN}:{key}", it.row.moderator_id, staff, _content("given", it.round, [it]))
    _owe(work, MODERATION_GIVEN, [given])
    if earlier is not None:
        taken = _row(f"{MODERATION_TAKEN}:{key}", earlier, staff, _content("taken", it.round, [it]))
        _owe(work, MODERATION_TAKEN, [taken])


def tell_of_feedback(work: Work, it: Moderated) -> None:
    """Whom the matrix names: the auditor and the audit team (M4)."""
    staff, audit = staff_today(work), it.audit
    assert audit.auditor_id is not None, "an audit that was drawn here has an auditor"
    concerned = AuditConcerned(
        staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id), staff.line_of(audit.auditor_id)
    )
    facts = EventFacts(audit_kind=audit.kind, sequence=audit.sequence, grade=audit.overall_grade)
    told = told_of(NoticeEvent.MODERATION_FEEDBACK, facts, concerned, staff.on_the_day, work.policy)
    content = _content("feedback", it.round, [it])
    key = f"{NoticeEvent.MODERATION_FEEDBACK}:{it.row.id}"
    people = {recipient.person_id: recipient for recipient in reversed(told.recipients)}
    rows = [
        _row(f"{key}:{id_}", uuid.UUID(id_), staff, {**content, "standing_in": _why(recipient)})
        for id_, recipient in people.items()
        if id_ in staff.members
    ]
    _owe(work, NoticeEvent.MODERATION_FEEDBACK, rows)


def _why(recipient: Recipient) -> list[str]:
    return [recipient.reasons[-1].sentence] if recipient.stands_in else []


def _content(what: str, drawn: ModerationRound, moderated: Iterable[Moderated]) -> dict[str, Any]:
    return {
        "letter": "moderation",
        "what": what,
        "month": drawn.month.isoformat(),
        "due_on": drawn.due_on.isoformat(),
        "audits": [{"id": str(it.row.id), "reference": it.audit.reference} for it in moderated],
        "standing_in": [],
        "vacancies": [],
    }


def _row(key: str, person_id: uuid.UUID, staff: Staff, content: Mapping[str, Any]) -> dict[str, Any]:
    member = staff.members[str(person_id)]
    return {
        "idempotency_key": key,
        "recipient_id": str(person_id),
        "address": member.address,
        "content": {**content, "passed_on_by": member.passed_on_by},
    }


def _owe(work: Work, event: str, rows: Sequence[Mapping[str, Any]]) -> None:
    owe(work, event, None, rows)
    jobs.ask_for_run(work.session, jobs.DELIVERY, work.now)  # so that people need not wait for the next tick
