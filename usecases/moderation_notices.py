"""Who is told of moderation: moderators of what is theirs, auditor and audit team of feedback (section 9; M2, M4)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.queries import jobs
from db.queries.moderated_audits import Moderated
from db.tables.moderation import ModerationRound
from rules.matrix import EventFacts, NoticeEvent
from rules.recipients import HEAR_OF_ALL, AuditConcerned, Recipient, told_of
from rules.roles import Role
from usecases.notices import owe
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work

_SAID = {
    NoticeEvent.MODERATION_DRAWN: "looked_at",
    NoticeEvent.MODERATION_GIVEN: "given",
    NoticeEvent.MODERATION_TAKEN: "taken",
    NoticeEvent.MODERATION_FEEDBACK: "feedback",
}


def tell_moderators(work: Work, drawn: ModerationRound, moderated: Sequence[Moderated]) -> None:
    """One message to each moderator, with all that is theirs of the round."""
    given = [(it, it.row.moderator_id) for it in moderated if it.row.moderator_id is not None]
    tell(work, NoticeEvent.MODERATION_GIVEN, drawn, str(drawn.id), given)


def tell_of_replacement(work: Work, it: Moderated, earlier: uuid.UUID | None) -> None:
    """The new moderator hears that it is theirs, and the one before that it is not any more."""
    key = f"{it.row.id}:{it.row.version}"
    tell(work, NoticeEvent.MODERATION_GIVEN, it.round, key, [(it, it.row.moderator_id)])
    if earlier is not None:
        tell(work, NoticeEvent.MODERATION_TAKEN, it.round, key, [(it, earlier)])


def tell_of_feedback(work: Work, it: Moderated) -> None:
    """Whom the matrix names: the auditor and the audit team (M4)."""
    tell(work, NoticeEvent.MODERATION_FEEDBACK, it.round, str(it.row.id), [(it, it.row.moderator_id)])


def tell(
    work: Work,
    event: NoticeEvent,
    drawn: ModerationRound,
    key: str,
    moderated: Iterable[tuple[Moderated, uuid.UUID | None]],
) -> None:
    """One message a person about these, each with the moderator whom it is told of."""
    staff = staff_today(work)
    theirs: dict[str, list[Moderated]] = {}
    as_what: dict[str, Recipient] = {}
    for it, moderator_id in moderated:
        for recipient in _told_of(work, event, it, moderator_id, staff):
            of_one = theirs.setdefault(recipient.person_id, [])
            if it not in of_one:
                of_one.append(it)
            as_what.setdefault(recipient.person_id, recipient)
    rows = [
        row_of(
            f"{event}:{key}:{id_}",
            id_,
            staff,
            {**content_of(_what(event, as_what[id_]), drawn, of_one), "standing_in": why_told(as_what[id_])},
        )
        for id_, of_one in theirs.items()
        if id_ in staff.members
    ]
    owe(work, event, None, rows)
    jobs.ask_for_run(work.session, jobs.DELIVERY, work.now)  # so that people need not wait for the next tick


def _told_of(
    work: Work, event: NoticeEvent, it: Moderated, moderator_id: uuid.UUID | None, staff: Staff
) -> tuple[Recipient, ...]:
    audit = it.audit
    assert audit.auditor_id is not None, "an audit that was drawn here has an auditor"
    concerned = AuditConcerned(
        staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id),
        staff.line_of(audit.auditor_id),
        moderator=str(moderator_id) if moderator_id else None,
    )
    facts = EventFacts(audit_kind=audit.kind, sequence=audit.sequence, grade=audit.overall_grade)
    told = told_of(event, facts, concerned, staff.on_the_day, work.policy).recipients
    return tuple(one for one in told if not (event is NoticeEvent.MODERATION_DRAWN and one.role in HEAR_OF_ALL))


def _what(event: NoticeEvent, recipient: Recipient) -> str:
    is_others = event is NoticeEvent.MODERATION_DRAWN and recipient.role != Role.AUDITOR
    return "concerned" if is_others else _SAID[event]


def why_told(recipient: Recipient) -> list[str]:
    """Why somebody is told in place of the one who holds the post; nothing for everybody else."""
    return [recipient.reasons[-1].sentence] if recipient.stands_in else []


def content_of(what: str, drawn: ModerationRound, moderated: Iterable[Moderated]) -> dict[str, Any]:
    """What a letter about these is made from."""
    return {
        "letter": "moderation",
        "what": what,
        "month": drawn.month.isoformat(),
        "due_on": drawn.due_on.isoformat(),
        "audits": [
            {"id": str(it.row.id), "audit_id": str(it.audit.id), "reference": it.audit.reference} for it in moderated
        ],
        "standing_in": [],
        "vacancies": [],
    }


def row_of(key: str, person_id: str, staff: Staff, content: Mapping[str, Any]) -> dict[str, Any]:
    """A notice to that person, as it is owed."""
    member = staff.members[person_id]
    return {
        "idempotency_key": key,
        "recipient_id": person_id,
        "address": member.address,
        "content": {**content, "passed_on_by": member.passed_on_by},
    }
