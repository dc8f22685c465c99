"""What is said of a deadline, and the notices in which it is said: prepared once for a sweep (L13, section 9)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from db.queries.sweep import Telling
from rules.policy.shape import SendWindow
from rules.post_holders import Vacancy
from rules.recipients import AuditConcerned, Recipient, Told
from rules.reminder_recipients import Owed, told_of_crossing
from rules.reminders import ESCALATION, OVERDUE, REMINDER, Crossing, Standing, crossings_of, standing_on
from rules.send_windows import window_of
from usecases.sending_hours import SendingHours
from usecases.staff_on_the_day import Staff, staff_today
from usecases.tasks import NewTask
from usecases.work import Work

NOBODY_TO_TELL = "nobody_to_tell"
_EVENTS = (REMINDER, OVERDUE, ESCALATION)


@dataclass(slots=True)
class Reminding:
    """One sweep's knowledge: who is who today, the hours, and what was worked out before."""

    work: Work
    _staff: Staff | None = None
    _windows: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _crossings: dict[tuple[str, date, date], tuple[Crossing, ...]] = field(default_factory=dict)
    _told: dict[tuple[Any, ...], Told] = field(default_factory=dict)
    _clauses: dict[str, str] = field(default_factory=dict)
    _tasks: list[NewTask] = field(default_factory=list)

    def begin(self, work: Work) -> None:
        """Goes on in another transaction of the same sweep; who is who is asked in the first that needs it."""
        self.work = work
        if self._staff is None:
            hours = SendingHours.of_policy(work.policy, work.calendar)
            windows = {event: window_of(work.policy, event) for event in _EVENTS}
            self._windows = {event: _opens(window, hours, work.now) for event, window in windows.items()}
            self._staff = staff_today(work)

    @property
    def staff(self) -> Staff:
        assert self._staff is not None, "begun before anybody is told"
        return self._staff

    def standing(self, row: Any) -> Standing:
        """How the deadline stands today, and what is to be said of it now."""
        key = (row.rule, row.started_on, row.due_on)
        if key not in self._crossings:
            self._crossings[key] = crossings_of(*key, self.work.policy, self.work.calendar)
        return standing_on(self.work.today, row.due_on, self._crossings[key], row.said or ())

    def clause_of(self, rule: str) -> str:
        return self._clauses.setdefault(rule, self.work.policy.clause_of(rule))

    def tellings(self, row: Any, crossings: Sequence[Crossing]) -> Iterator[Telling]:
        """One notice a person, of the first that concerns them: whoever owes the duty hears of that alone."""
        heard: set[str] = set()
        for crossing in crossings:
            told = self._told_of(row, crossing)
            if not told.recipients:
                self._tasks.append(_nobody(row, crossing, told.vacancies))
            for recipient in told.recipients:
                if recipient.person_id not in heard:
                    heard.add(recipient.person_id)
                    yield self._telling(row, crossing, recipient)

    def take_tasks(self) -> list[NewTask]:
        """What was found that only a person can settle, since this was asked last."""
        tasks, self._tasks = self._tasks, []
        return tasks

    def _told_of(self, row: Any, crossing: Crossing) -> Told:
        people = (row.asked_of_id, row.practitioner_id, row.auditor_id)
        key = (crossing.escalation, row.owed_by_role, row.team_id, row.service_id, *people)
        if key not in self._told:
            concerned = AuditConcerned(
                practitioner=self.staff.line_of_work(row.practitioner_id, row.team_id, row.service_id),
                auditor=self.staff.line_of(row.auditor_id),
            )
            owed = Owed(row.owed_by_role, str(row.asked_of_id))
            self._told[key] = told_of_crossing(crossing, owed, concerned, self.staff.on_the_day, self.work.policy)
        return self._told[key]

    def _telling(self, row: Any, crossing: Crossing, recipient: Recipient) -> Telling:
        member = self.staff.members[recipient.person_id]
        send_window, due_at = self._windows[crossing.event]
        content = {
            "letter": "reminder",
            "event": crossing.event,
            "kind": crossing.kind,
            "rule": row.rule,
            "due_on": row.due_on.isoformat(),
            "audit_id": str(row.audit_id),
            "audit": row.audit,
            "is_owed": crossing.escalation is None,
            "owed_by_id": str(row.owed_by_id),
            "standing_in": [recipient.reasons[-1].sentence] if recipient.stands_in else [],
            "passed_on_by": member.passed_on_by,
        }
        return Telling(
            deadline_id=row.id,
            kind=crossing.kind,
            event=crossing.event,
            send_window=send_window,
            due_at=due_at,
            recipient_id=recipient.person_id,
            address=member.address,
            cycle_id=row.cycle_id,
            content=json.dumps(content, ensure_ascii=False),
        )


def _opens(window: SendWindow, hours: SendingHours, now: datetime) -> tuple[str, datetime]:
    return window.value, now if window is SendWindow.AT_ONCE else hours.open_at(now)


def _nobody(row: Any, crossing: Crossing, vacancies: Sequence[Vacancy]) -> NewTask:
    because = " ".join(dict.fromkeys(vacancy.reason.sentence for vacancy in vacancies))
    sentence = f"Nobody could be told of a duty of {row.audit} ({row.rule}, due on {row.due_on}). {because}".strip()
    return NewTask(NOBODY_TO_TELL, f"{row.id}:{crossing.kind}", sentence, crossing.rule, ("audit", str(row.audit_id)))
