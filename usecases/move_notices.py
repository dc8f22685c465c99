"""Who is told when audits change hands, are withdrawn or replaced: one message a person (section 9: A4, S9)."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.queries import audit_life, jobs
from db.queries.reminders import cancel_reminders_owed_no_more
from db.tables.audit_life import PlannedMeeting
from db.tables.audits import Audit as AuditRow
from rules.duties_asked import rules_asked
from rules.matrix import EventFacts, NoticeEvent, roles_told
from rules.post_holders import Post, Vacancy
from rules.programme import AuditCycle
from rules.recipients import AuditConcerned, Recipient, told_of
from rules.roles import Role
from usecases.audit_notices import facts_of_row, meeting_of
from usecases.notices import owe
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work

AUDITOR_CHANGED = NoticeEvent.AUDITOR_CHANGED
AUDIT_WITHDRAWN = NoticeEvent.AUDIT_WITHDRAWN
AUDIT_REPLACED = NoticeEvent.AUDIT_REPLACED

# What became of an audit for its practitioner, for its auditor, and for those who manage or oversee it.
_CHANGED = {Role.PRACTITIONER: "other_auditor_for_you", Role.AUDITOR: "now_yours"}
_WITHDRAWN = {Role.PRACTITIONER: "yours_withdrawn", Role.AUDITOR: "yours_withdrawn"}
_IN_PLACE = {Role.PRACTITIONER: "of_your_work", Role.AUDITOR: "now_yours"}


@dataclass(frozen=True, slots=True)
class AuditMove:
    """What happened to one audit, and who had it before if that is somebody else."""

    audit: AuditRow
    event: NoticeEvent
    words: Mapping[Role, str]
    for_others: str
    earlier_auditor_id: uuid.UUID | None = None

    def became(self, recipient: Recipient) -> str:
        """What the audit became for this reader."""
        if self.earlier_auditor_id is not None and recipient.role == Role.AUDITOR:
            return "not_yours" if recipient.person_id == str(self.earlier_auditor_id) else "now_yours"
        return self.words.get(Role(recipient.role), self.for_others)


def got_another_auditor(audit: AuditRow, earlier_auditor_id: uuid.UUID | None) -> AuditMove:
    return AuditMove(audit, AUDITOR_CHANGED, _CHANGED, "other_auditor", earlier_auditor_id)


def was_withdrawn(audit: AuditRow) -> AuditMove:
    return AuditMove(audit, AUDIT_WITHDRAWN, _WITHDRAWN, "withdrawn")


def takes_the_place(audit: AuditRow) -> AuditMove:
    return AuditMove(audit, AUDIT_REPLACED, _IN_PLACE, "in_place")


def owe_move_notices(
    work: Work, event: str, cycle: AuditCycle, cycle_id: uuid.UUID | None, moves: Sequence[AuditMove]
) -> list[dict[str, str]]:
    """Owes everybody whom these moves concern one message, resolved on today's staff.

    Answers who could not be told for want of an address (A5) and posts in which nobody can act (N1), as
    `{"rule", "sentence"}`. `cycle` has the dates that hold for the audits now.
    """
    staff = staff_today(work)
    telling = _Telling(work, staff, _meetings_ahead(work, [move.audit.id for move in moves]))
    for move in moves:
        telling.add(move)
    first = min(moves, key=lambda move: move.audit.id).audit
    alike = _alike(work, cycle)
    rows = [
        {
            "idempotency_key": f"{event}:{first.id}:{first.version}:{person_id}",
            "recipient_id": person_id,
            "address": staff.members[person_id].address,
            "content": {**alike, **content, "passed_on_by": staff.members[person_id].passed_on_by},
        }
        for person_id, content in telling.contents()
    ]
    cancel_reminders_owed_no_more(
        work.session
    )  # before the new auditor's are put off: today they hear that it is theirs
    owe(work, event, cycle_id, rows)
    jobs.ask_for_run(work.session, jobs.DELIVERY, work.now)  # so that people need not wait for the next tick
    return list(telling.shortfalls())


@dataclass(slots=True)
class _Telling:
    """Gathers, move by move, what each person is to be told; of one audit each is told once, the nearest first."""

    work: Work
    staff: Staff
    meetings: Mapping[uuid.UUID, PlannedMeeting]
    people: dict[str, dict[uuid.UUID, dict[str, Any]]] = field(default_factory=dict)
    standing_in: dict[str, dict[str, None]] = field(default_factory=dict)
    vacancies: dict[Post, Vacancy] = field(default_factory=dict)
    hear_of_vacancies: set[str] = field(default_factory=set)

    def add(self, move: AuditMove) -> None:
        audit, earlier = move.audit, move.earlier_auditor_id
        concerned = AuditConcerned(
            practitioner=self.staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id),
            auditor=self.staff.line_of(_known(audit.auditor_id)),
            earlier_auditor=str(earlier) if earlier else None,
        )
        told = told_of(move.event, EventFacts(), concerned, self.staff.on_the_day, self.work.policy)
        self.vacancies.update((vacancy.post, vacancy) for vacancy in told.vacancies)
        for recipient in told.recipients:
            self._tell(recipient, move)

    def _tell(self, recipient: Recipient, move: AuditMove) -> None:
        audit, person = move.audit, recipient.person_id
        line = {
            "id": str(audit.id),
            "reference": audit.reference,
            "team": self.staff.on_the_day.names[str(audit.team_id)],
            "became": move.became(recipient),
            "sequence": audit.version - 1,
            **self._meeting(audit, recipient),
        }
        self.people.setdefault(person, {}).setdefault(audit.id, line)
        if recipient.stands_in:
            self.standing_in.setdefault(person, {})[recipient.reasons[-1].sentence] = None
        if recipient.role in self.work.policy.notices.also_told_when_vacant:
            self.hear_of_vacancies.add(person)

    def _meeting(self, audit: AuditRow, recipient: Recipient) -> dict[str, Any]:
        """The meeting, for whoever is or was invited to it."""
        meeting = self.meetings.get(audit.id)
        invited = roles_told(NoticeEvent.MEETING_ARRANGED, facts_of_row(audit), self.work.policy)
        if meeting is None or recipient.role not in {one.role for one in invited}:
            return {}
        return {"meeting": {**meeting_of(meeting, self.work.policy), "sequence": audit.version}}

    def contents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each person with what their message holds beside what is alike for all."""
        for person, audits in self.people.items():
            theirs = [line["id"] for line in audits.values() if line["became"] == "now_yours"]
            rules = rules_asked(NoticeEvent.AUDITOR_CHANGED, [Role.AUDITOR])
            yield (
                person,
                {
                    "asks": [f"{audit}:{rule}" for audit in theirs for rule in rules],
                    "audits": sorted(audits.values(), key=lambda line: line["reference"]),
                    "standing_in": list(self.standing_in.get(person, ())),
                    "vacancies": self._warnings() if person in self.hear_of_vacancies else [],
                },
            )

    def shortfalls(self) -> Iterator[dict[str, str]]:
        """Who has no address, by reference, and posts in which nobody can act."""
        members = self.staff.members
        for reference in sorted(members[person].reference for person in self.people if not members[person].address):
            sentence = f"{reference} has no e-mail address, so the message about the change waits: give them one."
            yield {"rule": "A5", "sentence": sentence}
        for warning in self._warnings():
            yield {"rule": "N1", "sentence": warning}

    def _warnings(self) -> list[str]:
        return sorted({vacancy.reason.sentence for vacancy in self.vacancies.values()})


def _alike(work: Work, cycle: AuditCycle) -> dict[str, Any]:
    meeting_due_on = work.calendar.subtract(cycle.closes_on, work.policy.time_limits.meeting_due_before_close)
    return {
        "letter": "move",
        "cycle": cycle.month,
        "edition": work.policy.edition.id,
        "meeting_due_on": meeting_due_on.isoformat(),
        "report_due_on": cycle.report_due_on.isoformat(),
        "closes_on": cycle.closes_on.isoformat(),
        "documents": [
            {"title": document.title, "name": document.name} for document in work.policy.notices.allocation_documents
        ],
    }


def _meetings_ahead(work: Work, audits: Sequence[uuid.UUID]) -> dict[uuid.UUID, PlannedMeeting]:
    """Those that were arranged for today or later: what is past stays in calendars."""
    found = audit_life.planned_meetings(work.session, audits)
    return {audit: meeting for audit, meeting in found.items() if meeting.meets_on >= work.today}


def _known(auditor_id: uuid.UUID | None) -> uuid.UUID:
    assert auditor_id is not None, "an audit that was drawn here has an auditor"
    return auditor_id
