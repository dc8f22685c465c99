"""The notices that are owed: who is told of a cycle's allocations, in one message a person (A5, section 9)."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from db.queries import notices, reminders
from db.tables.programme import AuditCycle
from rules.policy.notice_shapes import SendWindow
from rules.post_holders import Post, Vacancy
from rules.recipients import AuditConcerned, Told, told_of_audit, told_of_every_audit
from rules.send_windows import window_of
from usecases.allocation_contents import ListedAudit, PersonsAudits
from usecases.sending_hours import SendingHours
from usecases.staff_on_the_day import Staff, staff_today
from usecases.tasks import NewTask, open_tasks
from usecases.work import LONDON, Work

ALLOCATION = "allocation"
ADDRESS_MISSING = "address_missing"


class AllocatedAudit(Protocol):
    """What is asked of an audit to tell of it."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def reference(self) -> str: ...
    @property
    def practitioner_id(self) -> uuid.UUID: ...
    @property
    def auditor_id(self) -> uuid.UUID: ...
    @property
    def team_id(self) -> uuid.UUID: ...
    @property
    def service_id(self) -> str: ...


def owe_allocation_notices(
    work: Work, cycle: AuditCycle, audits: Sequence[AllocatedAudit], opening: int = 0
) -> list[dict[str, str]]:
    """Owes everybody whom these audits concern one message, and answers the shortfalls as `{"rule", "sentence"}`.

    A fixed number of statements whatever the number of audits. Doing it again changes nothing: one notice per cycle
    and person. Shortfalls are people without an address, whose notice is parked (A5), and posts in which nobody can
    act today (N1, section 9). `opening` counts the openings of this cycle that were withdrawn before (S9).
    """
    staff = staff_today(work)
    telling = _Telling(tell_of_vacancies=work.policy.notices.also_told_when_vacant)
    listed = [ListedAudit(audit.id, audit.reference, staff.on_the_day.names[str(audit.team_id)]) for audit in audits]
    for audit, line in zip(audits, listed, strict=True):
        telling.add([line], told_of_audit(_concerned(audit, staff), staff.on_the_day, work.policy))
    telling.add(listed, told_of_every_audit(staff.on_the_day, work.policy))
    alike = {**_alike(work, cycle), "opening": opening}
    key = f"{ALLOCATION}:{cycle.month}" if opening == 0 else f"{ALLOCATION}:{cycle.month}:{opening}"
    rows = [_row(key, person_id, staff, {**alike, **content}) for person_id, content in telling.contents()]
    owe(work, ALLOCATION, cycle.id, rows)
    return [*_without_address(telling, staff), *({"rule": "N1", "sentence": warning} for warning in telling.warnings())]


def owe(work: Work, event: str, cycle_id: uuid.UUID | None, rows: Sequence[Mapping[str, Any]]) -> None:
    """Owes notices of an event, each a row of `idempotency_key`, `recipient_id`, `address` and `content`.

    They are due as the policy says for the event (L13): at once, or when working hours begin. Those whose key is there
    already stay as they are. Whoever has no address is a task for the audit team (A5). Nobody gets two messages a day
    about one duty: one that asks for what somebody was reminded of today goes into the digest of the next day, and
    other reminders of it wait until then.
    """
    window = window_of(work.policy, event)
    hours = SendingHours.of_policy(work.policy, work.calendar)
    due_at = work.now if window is SendWindow.AT_ONCE else hours.open_at(work.now)
    waits = _reminded_today(work, rows) if window is not SendWindow.DAILY_DIGEST else set()
    now = [row for row in rows if uuid.UUID(str(row["recipient_id"])) not in waits]
    later = [row for row in rows if uuid.UUID(str(row["recipient_id"])) in waits]
    missing = notices.add_notices(work.session, event, cycle_id, work.now, now, send_window=window.value, due_at=due_at)
    if later:
        digest, until = SendWindow.DAILY_DIGEST.value, hours.open_next_day(work.now)
        add = notices.add_notices
        missing += add(work.session, event, cycle_id, work.now, later, send_window=digest, due_at=until)
    if missing:
        people = notices.references_of(work.session, missing)
        open_tasks(work, [address_missing(str(id_), reference) for id_, reference in people])


def _reminded_today(work: Work, rows: Sequence[Mapping[str, Any]]) -> Collection[uuid.UUID]:
    """Who was reminded today of what these ask for; the others' reminders of it are put off (L13)."""
    asked = [
        (uuid.UUID(str(row["recipient_id"])), *entry.split(":"))
        for row in rows
        for entry in row["content"].get("asks", ())
    ]
    if not asked:
        return ()
    hours = SendingHours.of_policy(work.policy, work.calendar)
    day = datetime.combine(work.today, time.min, LONDON)
    reminders.put_off_reminders(work.session, asked, hours.open_next_day(work.now), work.today + timedelta(days=1))
    return reminders.reminded_since(work.session, asked, day)


@dataclass(slots=True)
class _Telling:
    """Gathers, audit by audit, what each person is to be told."""

    tell_of_vacancies: Sequence[str]
    people: dict[str, PersonsAudits] = field(default_factory=dict)
    vacancies: dict[Post, Vacancy] = field(default_factory=dict)
    hear_of_vacancies: set[str] = field(default_factory=set)

    def add(self, audits: Sequence[ListedAudit], told: Told) -> None:
        self.vacancies.update((vacancy.post, vacancy) for vacancy in told.vacancies)
        for recipient in told.recipients:
            self.people.setdefault(recipient.person_id, PersonsAudits()).add(audits, recipient)
            if recipient.role in self.tell_of_vacancies:
                self.hear_of_vacancies.add(recipient.person_id)

    def warnings(self) -> list[str]:
        return sorted({vacancy.reason.sentence for vacancy in self.vacancies.values()})

    def contents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each person with what their message holds beside what is alike for all."""
        warnings = self.warnings()
        for person_id, person in self.people.items():
            vacancies = warnings if person_id in self.hear_of_vacancies else []
            yield person_id, {**person.content(), "vacancies": vacancies}


def _concerned(audit: AllocatedAudit, staff: Staff) -> AuditConcerned:
    return AuditConcerned(
        practitioner=staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id),
        auditor=staff.line_of(audit.auditor_id),
    )


def _alike(work: Work, cycle: AuditCycle) -> dict[str, Any]:
    meeting_due_on = work.calendar.subtract(cycle.closes_on, work.policy.time_limits.meeting_due_before_close)
    return {
        "cycle": cycle.month,
        "edition": cycle.edition_id,
        "meeting_due_on": meeting_due_on.isoformat(),
        "report_due_on": cycle.report_due_on.isoformat(),
        "closes_on": cycle.closes_on.isoformat(),
        "documents": [
            {"title": document.title, "name": document.name} for document in work.policy.notices.allocation_documents
        ],
    }


def _row(key: str, person_id: str, staff: Staff, content: dict[str, Any]) -> dict[str, Any]:
    member = staff.members[person_id]
    return {
        "idempotency_key": f"{key}:{person_id}",
        "recipient_id": person_id,
        "address": member.address,
        "content": {**content, "passed_on_by": member.passed_on_by},
    }


def _without_address(telling: _Telling, staff: Staff) -> list[dict[str, str]]:
    missing = sorted(
        (staff.members[person_id].reference, person.count())
        for person_id, person in telling.people.items()
        if staff.members[person_id].address is None
    )
    return [{"rule": "A5", "sentence": _no_address(reference, count)} for reference, count in missing]


def address_missing(person_id: str, reference: str) -> NewTask:
    sentence = (
        f"{reference} has no e-mail address, so what they are to be told waits: give them an address, then send their "
        f"notices again (GET /v1/notices?state=parked&recipient={reference})."
    )
    return NewTask(ADDRESS_MISSING, reference, sentence, "A5", ("person", person_id))


def _no_address(reference: str, count: int) -> str:
    audits = "1 audit" if count == 1 else f"{count} audits"
    return (
        f"{reference} has no e-mail address, so the message about {audits} waits: "
        "give them an address, then send their notice again."
    )
