"""Who is told what of an audit's life, from its meeting to the discussion of its report (FRAMEWORK section 9).

A message holds a reference and links: neither a name, nor a grade, nor what was found (P4). A due date that would say
how an audit was graded stays behind the links too.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import groupby
from typing import Any, Protocol

from db.queries import jobs
from db.tables.audits import Audit as AuditRow
from rules.duties_asked import ASKS, DATES_UNSAID, rules_asked
from rules.matrix import EventFacts, NoticeEvent
from rules.policy.shape import Policy
from rules.post_holders import Line, Vacancy
from rules.recipients import AuditConcerned, Recipient, Told, told_of
from rules.roles import Role
from usecases.notices import owe
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work

# As what somebody reads who is told in several roles: as the one with the most to do. A line manager who manages the
# team too is asked for what the team manager owes (L10, L11).
_ORDER = sorted(Role, key=lambda role: 0 if role in (Role.PRACTITIONER, Role.AUDITOR, Role.TEAM_MANAGER) else 1)


@dataclass(frozen=True, slots=True)
class EarlierWork:
    """Whose work feedback is about: a practitioner of before, or nobody any more, in a team (L8)."""

    practitioner_id: uuid.UUID | None
    team_id: uuid.UUID
    service_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditNews:
    """What there is to an event beside the audit itself.

    `meets_on` and `meets_at` (Europe/London) are when a meeting is to be. `occurrence` tells two events of one audit
    apart whose version is the same. `earlier_grades` are those of the reports that are recalled, so that whoever had
    one hears of it (L15). `about` is the earlier work that feedback is about. `due_on` says by rule
    by when something is owed: of what the message asks for its date is said, where it tells no grade (P4).
    `dispute_id` is the dispute that it is a step of, and `step` what a letter says of that (D1).
    `what` is what messages call it, where that is not how they call the event.
    """

    meets_on: date | None = None
    meets_at: time | None = None
    occurrence: str | None = None
    earlier_grades: tuple[str, ...] = ()
    about: EarlierWork | None = None
    due_on: Mapping[str, date] = field(default_factory=dict)
    dispute_id: uuid.UUID | None = None
    step: Mapping[str, Any] | None = None
    what: str | None = None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An event of one audit, with the facts by which the matrix says who is told."""

    audit: AuditRow
    facts: EventFacts
    news: AuditNews = field(default_factory=AuditNews)


_NO_NEWS = AuditNews()


def owe_audit_notices(
    work: Work, event: NoticeEvent, audit: AuditRow, facts: EventFacts | None = None, extra: AuditNews = _NO_NEWS
) -> list[dict[str, str]]:
    """Owes everybody whom the matrix names one message about this event, resolved on today's staff.

    To be called once the audit is as the event has made it: facts that are not given, and the version, are the row's.
    Doing it again changes nothing. Answers who could not be told for want of an address (A5) and posts in which nobody
    can act (N1), as `{"rule", "sentence"}`.
    """
    return owe_notices_of_audits(work, event, [AuditEvent(audit, facts or facts_of_row(audit), extra)])


def owe_notices_of_audits(work: Work, event: NoticeEvent, events: Sequence[AuditEvent]) -> list[dict[str, str]]:
    """The same for many audits, in a fixed number of statements for each cycle among them."""
    if not events:
        return []
    staff = staff_today(work)
    telling = [_Telling(work, staff, event, one) for one in events]
    by_cycle = sorted(telling, key=lambda one: str(one.audit.cycle_id))
    for cycle_id, of_cycle in groupby(by_cycle, key=lambda one: one.audit.cycle_id):
        owe(work, event, cycle_id, [row for one in of_cycle for row in one.rows()])
    jobs.ask_for_run(work.session, jobs.DELIVERY, work.now)  # so that people need not wait for the next tick
    return _shortfalls(telling, staff)


def facts_of_row(audit: AuditRow) -> EventFacts:
    """What the matrix asks, as the audit stands."""
    return EventFacts(audit_kind=audit.kind, sequence=audit.sequence, grade=audit.overall_grade)


@dataclass(slots=True)
class _Telling:
    """Who is told of one event of one audit: each person once, as what they are nearest to it."""

    work: Work
    staff: Staff
    event: NoticeEvent
    one: AuditEvent
    people: dict[str, list[Recipient]] = field(default_factory=dict)
    vacancies: tuple[Vacancy, ...] = ()

    def __post_init__(self) -> None:
        for told in self._told():
            self.vacancies = (*self.vacancies, *told.vacancies)
            for recipient in told.recipients:
                if recipient.person_id in self.staff.members:  # earlier work may be nobody's any more
                    self.people.setdefault(recipient.person_id, []).append(recipient)

    @property
    def audit(self) -> AuditRow:
        return self.one.audit

    def rows(self) -> Iterator[dict[str, Any]]:
        """The notices to be owed."""
        occurrence = self.one.news.occurrence or str(self.audit.version)
        for person_id, recipients in self.people.items():
            member = self.staff.members[person_id]
            yield {
                "idempotency_key": f"{self.event}:{self.audit.id}:{occurrence}:{person_id}",
                "recipient_id": person_id,
                "address": member.address,
                "content": {**self._content(recipients), "passed_on_by": member.passed_on_by},
            }

    def warnings(self) -> list[str]:
        return sorted({vacancy.reason.sentence for vacancy in self.vacancies})

    def _told(self) -> Iterator[Told]:
        """By the facts as they are; of a report that is recalled also by the grades that it had."""
        policy, on_the_day = self.work.policy, self.staff.on_the_day
        concerned = _concerned(self.one, self.staff)
        yield told_of(self.event, self.one.facts, concerned, on_the_day, policy)
        for earlier in self.one.news.earlier_grades:
            facts = EventFacts(audit_kind=self.one.facts.audit_kind, sequence=self.one.facts.sequence, grade=earlier)
            yield told_of(self.event, facts, concerned, on_the_day, policy)

    def _content(self, recipients: Sequence[Recipient]) -> dict[str, Any]:
        nearest = min(recipients, key=lambda recipient: _ORDER.index(Role(recipient.role)))
        hears = any(recipient.role in self.work.policy.notices.also_told_when_vacant for recipient in recipients)
        standing_in = {recipient.reasons[-1].sentence: None for recipient in recipients if recipient.stands_in}
        return {
            "letter": "audit_event",
            "what": self._what(),
            "as": nearest.role,
            "over": nearest.over,
            "audit": str(self.audit.id),
            "reference": self.audit.reference,
            "month": self.audit.month.isoformat(),
            **self._asked([recipient.role for recipient in recipients]),
            "sequence": self.audit.version,
            **_meeting(self.one.news, self.work.policy),
            "standing_in": list(standing_in),
            "vacancies": self.warnings() if hears else [],
            **_of_a_dispute(self.one.news),
        }

    def _what(self) -> str:
        if self.one.news.what is not None:
            return self.one.news.what
        is_of_checks_alone = self.event is NoticeEvent.AUDIT_ISSUED and self.one.facts.grade is None
        return ISSUED_WITHOUT_GRADE if is_of_checks_alone else WHAT[self.event]

    def _asked(self, roles: Sequence[str]) -> dict[str, Any]:
        """Which duties of theirs the message asks for (L13), and by when what it asks somebody for is due."""
        due_on = self.one.news.due_on
        said = [due_on[rule] for rule, _ in ASKS.get(self.event, ()) if rule in due_on and rule not in DATES_UNSAID]
        return {
            "asks": [f"{self.audit.id}:{rule}" for rule in rules_asked(self.event, roles)],
            "due_on": min(said).isoformat() if said else None,
        }


ISSUED_WITHOUT_GRADE = "issued_without_grade"
# What messages call an event: none of these words says how an audit went. Of what is overdue and taken further the
# sweep tells, among the reminders (usecases/letters/reminders.py).
WHAT: Mapping[NoticeEvent, str] = {
    NoticeEvent.MEETING_ARRANGED: "meeting_arranged",
    NoticeEvent.MEETING_MOVED: "meeting_moved",
    NoticeEvent.MEETING_CALLED_OFF: "meeting_called_off",
    NoticeEvent.REPORT_SUBMITTED: "submitted",
    NoticeEvent.REPORT_AMENDED: "amended",
    NoticeEvent.REPORT_RETURNED: "returned",
    NoticeEvent.REPORT_ACCEPTED: "accepted",
    NoticeEvent.NOT_ACCEPTED: "not_accepted",
    NoticeEvent.AUDIT_ISSUED: "issued",
    NoticeEvent.REPORT_CORRECTED: "corrected",
    NoticeEvent.REPORT_COMMENTED: "commented",
    NoticeEvent.REPORT_TO_FILE: "to_file",
    NoticeEvent.FEEDBACK_GIVEN: "feedback",
    NoticeEvent.FINDINGS_DISCUSSED: "discussed",
    NoticeEvent.FINDINGS_CONFIRMED: "confirmed",
    NoticeEvent.FINDINGS_NOTE_MISSING: "note_missing",
    NoticeEvent.FURTHER_RE_AUDIT_ORDERED: "another_ordered",
    NoticeEvent.NOT_ISSUED_AT_CLOSE: "not_issued",
    NoticeEvent.DISPUTE_STEP: "dispute_step",
}


class _MeetsOn(Protocol):
    """What is asked of a meeting to put it into calendars."""

    @property
    def meets_on(self) -> date | None: ...
    @property
    def meets_at(self) -> time | None: ...


def meeting_of(meeting: _MeetsOn, policy: Policy) -> dict[str, Any]:
    """A meeting as a notice's content holds it."""
    on, at = meeting.meets_on, meeting.meets_at
    return {
        "meets_on": on.isoformat() if on else None,
        "meets_at": at.isoformat("minutes") if at else None,
        "minutes": policy.notices.meeting_minutes,
    }


def _meeting(news: AuditNews, policy: Policy) -> dict[str, Any]:
    return {} if news.meets_on is None else meeting_of(news, policy)


def _of_a_dispute(news: AuditNews) -> dict[str, Any]:
    return {} if news.dispute_id is None else {"dispute": str(news.dispute_id), "step": news.step}


def _concerned(event: AuditEvent, staff: Staff) -> AuditConcerned:
    audit, about = event.audit, event.news.about
    auditor = staff.line_of(audit.auditor_id) if audit.auditor_id else Line("")
    if about is None:
        return AuditConcerned(staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id), auditor)
    if about.practitioner_id is None:
        return AuditConcerned(staff.line_of_team(about.team_id), auditor)
    return AuditConcerned(staff.line_of_work(about.practitioner_id, about.team_id, about.service_id), auditor)


def no_address(reference: str) -> dict[str, str]:
    """That somebody could not be told (A5)."""
    return {"rule": "A5", "sentence": f"{reference} has no e-mail address, so their message waits: give them one."}


def _shortfalls(telling: Iterable[_Telling], staff: Staff) -> list[dict[str, str]]:
    """Who has no address, by reference, and posts in which nobody can act: each once."""
    people = {person for one in telling for person in one.people if not staff.members[person].address}
    warnings = {warning for one in telling for warning in one.warnings()}
    without = sorted(staff.members[person].reference for person in people)
    return [
        *(no_address(reference) for reference in without),
        *({"rule": "N1", "sentence": warning} for warning in sorted(warnings)),
    ]
