"""What is said of deadlines, and to whom: gathered for one batch of a sweep (L13, section 9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db.queries.sweep import Looked, Said, audits_concerned
from rules.disputes import is_of_a_judgement, who_may_judge
from rules.policy.notice_shapes import SendWindow
from rules.post_holders import Line, Vacancy
from rules.recipients import THEMSELVES, AuditConcerned, Owed, Recipient, Told, told_of_crossing, told_themselves
from rules.reminders import REMINDER, Crossing, Duty, Standing, crossings_of, standing_on
from rules.send_windows import window_of
from usecases.sending_hours import SendingHours
from usecases.staff_on_the_day import Staff, staff_today
from usecases.tasks import NewTask
from usecases.work import Work

NOBODY_TO_TELL = "nobody_to_tell"
_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Found:
    """What one batch comes to: how deadlines stand, what is said of which, whom it is told, and what nobody is told."""

    looked: dict[tuple[str, date | None], Looked] = field(default_factory=dict)
    said: dict[tuple[str, date, str], Said] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[NewTask] = field(default_factory=list)


@dataclass(slots=True)
class Reminding:
    """One sweep's knowledge: who is who today, the hours, and what was worked out before."""

    work: Work
    _staff: Staff | None = None
    _standings: dict[tuple[str, str, date, date, frozenset[str]], Standing] = field(default_factory=dict)
    _told: dict[tuple[Any, ...], Told] = field(default_factory=dict)
    _found: Found = field(default_factory=Found)
    _waiting: list[tuple[Any, Sequence[Crossing]]] = field(default_factory=list)

    def begin(self, work: Work) -> None:
        """Goes on in another transaction of the same sweep; who is who is asked in the first that needs it."""
        self.work = work
        if self._staff is None:
            self._staff = staff_today(work)

    def look_at(self, row: Any, standing: Standing) -> None:
        """Gathers how a deadline stands today and what is to be said of it."""
        key = ("overdue" if standing.is_overdue else row.state, standing.next_look_on)
        looked = self._found.looked.get(key)
        if looked is None:
            looked = self._found.looked[key] = Looked(*key)
        looked.ids.append(row.id)
        if standing.to_say:
            self._say(row, standing.to_say)

    def take_found(self) -> Found:
        """What was gathered since this was asked last; whose audits they are is asked for those that need it."""
        if self._waiting:
            audits = audits_concerned(self.work.session, [row.id for row, _ in self._waiting])
            for row, crossings in self._waiting:
                self._tell_all(row, crossings, audits[row.id])
        found, self._found, self._waiting = self._found, Found(), []
        return found

    def standing_of(self, row: Any, said: Collection[str] = _NOTHING) -> Standing:
        """How a deadline stands today, when `said` was said of it before."""
        key = (row.rule, row.owed_by_role, row.started_on, row.due_on, frozenset(said))
        standing = self._standings.get(key)
        if standing is None:
            work = self.work
            crossings = crossings_of(Duty(*key[:4]), work.policy, work.calendar)
            standing = self._standings[key] = standing_on(work.today, row.due_on, crossings, said)
        return standing

    def _say(self, row: Any, crossings: Sequence[Crossing]) -> None:
        for crossing in crossings:
            self._said(row, crossing).ids.append(row.id)
        if len(crossings) > 1 or crossings[0].escalation is not None or row.owed_by_role not in THEMSELVES:
            self._waiting.append((row, crossings))
            return
        for recipient in self._owing(row, crossings[0]).recipients:
            self._tell(row, crossings[0], recipient)

    def _tell_all(self, row: Any, crossings: Sequence[Crossing], audit: Any) -> None:
        """One notice a person, of the first that concerns them: whoever owes the duty hears of that alone."""
        heard: set[str] = set()
        for crossing in crossings:
            if (audit.alert_id is not None or audit.is_of_dispute) and crossing.event != REMINDER:
                continue  # the alert, or the dispute, tells of that itself, at once (W6, D7, L13)
            told = self._told_of(row, crossing, audit)
            if not told.recipients:
                self._found.tasks.append(_nobody(row, crossing, audit, told.vacancies))
            for recipient in told.recipients:
                if recipient.person_id not in heard:
                    heard.add(recipient.person_id)
                    self._tell(row, crossing, recipient)

    def _said(self, row: Any, crossing: Crossing) -> Said:
        key = (crossing.kind, row.due_on, crossing.rule)
        said = self._found.said.get(key)
        if said is None:
            said = self._found.said[key] = self._new(row.due_on, crossing)
        return said

    def _new(self, due_on: date, crossing: Crossing) -> Said:
        work = self.work
        window = window_of(work.policy, crossing.event)
        is_at_once = window is SendWindow.AT_ONCE
        return Said(
            kind=crossing.kind,
            due_on=due_on,
            crossed_on=crossing.on,
            rule=crossing.rule,
            clause=work.policy.clause_of(crossing.rule),
            event=crossing.event,
            send_window=window.value,
            due_at=work.now if is_at_once else SendingHours.of_policy(work.policy, work.calendar).open_at(work.now),
            is_owed=crossing.escalation is None,
        )

    def _tell(self, row: Any, crossing: Crossing, recipient: Recipient) -> None:
        member = self.staff.members[recipient.person_id]
        telling = {
            "id": row.id,
            "kind": crossing.kind,
            "whom": recipient.person_id,
            "reader": recipient.role,
            "address": member.address,
        }
        if member.passed_on_by:
            telling["passed_on_by"] = member.passed_on_by
        if recipient.stands_in:
            telling["standing_in"] = [recipient.reasons[-1].sentence]
        self._found.told.append(telling)

    @property
    def staff(self) -> Staff:
        assert self._staff is not None, "begun before anybody is told"
        return self._staff

    def _owing(self, row: Any, crossing: Crossing) -> Told:
        """The person who owes it."""
        key = (crossing.rule, row.owed_by_role, row.asked_of_id)
        told = self._told.get(key)
        if told is None:
            owed = Owed(row.owed_by_role, row.asked_of_id)
            told = self._told[key] = told_themselves(crossing, owed, self.work.policy)
        return told

    def _told_of(self, row: Any, crossing: Crossing, audit: Any) -> Told:
        if crossing.escalation is None and row.owed_by_role in THEMSELVES:
            return self._owing(row, crossing)
        people = (row.asked_of_id, audit.practitioner_id, audit.auditor_id)
        is_judged = audit.is_of_dispute and is_of_a_judgement(audit.time_limit, self.work.policy)
        key = (crossing.escalation, row.owed_by_role, audit.team_id, audit.service_id, is_judged, *people)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = self._worked_out(row, crossing, audit, is_judged=is_judged)
        return told

    def _worked_out(self, row: Any, crossing: Crossing, audit: Any, *, is_judged: bool) -> Told:
        auditor = self.staff.line_of(audit.auditor_id) if audit.auditor_id else Line("")
        concerned = AuditConcerned(self._line(audit), auditor)
        owed = Owed(row.owed_by_role, row.asked_of_id)
        staff, policy = self.staff.on_the_day, self.work.policy
        able = who_may_judge(concerned, staff, policy) if is_judged else staff
        return told_of_crossing(crossing, owed, concerned, able, policy)

    def _line(self, audit: Any) -> Line:
        """Those above the work; of a safety alert those above the team, where one is known (W7)."""
        if audit.practitioner_id is not None:
            return self.staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id)
        return self.staff.line_of_team(audit.team_id) if audit.team_id else Line("")


def _nobody(row: Any, crossing: Crossing, audit: Any, vacancies: Sequence[Vacancy]) -> NewTask:
    because = " ".join(dict.fromkeys(vacancy.reason.sentence for vacancy in vacancies))
    sentence = f"Nobody could be told of a duty of {audit.audit} ({row.rule}, due on {row.due_on}). {because}".strip()
    subject = ("audit", audit.audit_id) if audit.audit_id else ("safety_alert", audit.alert_id)
    return NewTask(NOBODY_TO_TELL, f"{row.id}:{crossing.kind}", sentence, crossing.rule, subject)
