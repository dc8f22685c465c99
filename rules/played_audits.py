"""The audits of a year that is played: how they turn out, when they are issued, and which re-audits follow (S7, Q3)."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from rules.lengths import WorkingDays, months_between
from rules.played_chances import Chances, Dice
from rules.played_people import PlayedPerson, PlayedStaff
from rules.policy.shape import Policy
from rules.programme import AuditCycle, cycle_of, first_day_of, next_cycle_month
from rules.re_audits import calls_for_re_audit, re_audit_due_on
from rules.samples import Sample
from rules.sampling_frames import CarriedOver, DueReAudit, Pairing, SamplingFrame
from rules.working_days import WorkingDayCalendar

# An audit in time is issued on one of so many last working days of its cycle.
_LAST_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class PlayedAudit:
    """An audit of a year that is played. `waited` are the months since the last audit, or since the start of the
    never audited; `due_on` is that of a re-audit, and `cycles_late` how many cycles went by since."""

    id: str
    month: str
    practitioner_id: str
    team_id: str
    auditor_id: str
    case_id: str
    sequence: int
    grade: str | None
    issued_on: date
    waited: int | None
    is_first: bool
    due_on: date | None = None
    cycles_late: int = 0

    @property
    def is_re_audit(self) -> bool:
        return self.sequence > 0


class FactsOfAudits(TypedDict):
    """The lists of a frame that earlier audits decide."""

    re_audits: tuple[DueReAudit, ...]
    carried_over: tuple[CarriedOver, ...]
    pairings: tuple[Pairing, ...]


@dataclass(slots=True)
class _Chain:
    """A re-audit that is still to come, and how many cycles could have had it but for other rules."""

    re_audit: DueReAudit
    sequence: int
    cycles_late: int = 0


class PlayedAudits:
    """What earlier cycles left behind: chains of re-audits, unfinished audits, and who met whom."""

    def __init__(
        self, frame: SamplingFrame, policy: Policy, calendar: WorkingDayCalendar, chances: Chances, dice: Dice
    ) -> None:
        self.policy, self.calendar, self.chances, self.dice = policy, calendar, chances, dice
        self._chains = {it.id: _Chain(it, 0) for it in frame.re_audits}
        self._to_issue: list[PlayedAudit] = []
        self._unfinished = list(frame.carried_over)
        self._met = list(frame.pairings)
        # Re-audits that a moderation month held over (P7), for whoever asks why others had no room later.
        self.moderated: set[str] = set()

    def cases_in_chains(self) -> Iterator[str]:
        """Cases that a re-audit is still to come for."""
        for chain in self._chains.values():
            yield chain.re_audit.case_id
        for audit in self._to_issue:
            yield audit.case_id

    def waiting(self) -> int:
        """How many re-audits are still to come."""
        return len(self._chains)

    def facts_for(self, cycle: AuditCycle, people: Mapping[str, PlayedPerson], cases: Container[str]) -> FactsOfAudits:
        """What a cycle's frame says of earlier audits. A re-audit whose practitioner has left is closed (S7)."""
        self._issue_until(cycle.opens_on)
        self._chains = {
            key: chain
            for key, chain in self._chains.items()
            if chain.re_audit.practitioner_id in people and chain.re_audit.case_id in cases
        }
        lately = self.policy.eligibility.months_before_meeting_again.count
        self._met = [it for it in self._met if months_between(it.on, cycle.opens_on) < lately]
        return FactsOfAudits(
            re_audits=tuple(chain.re_audit for chain in self._chains.values()),
            carried_over=tuple(it for it in self._unfinished if it.practitioner_id in people),
            pairings=tuple(it for it in self._met if it.practitioner_id in people),
        )

    def of_cycle(self, sample: Sample, staff: PlayedStaff) -> list[PlayedAudit]:
        """The audits that a cycle's sample becomes, each with its grade and the day it is issued."""
        done = [*self._re_audits(sample, staff), *self._drawn(sample, staff)]
        month_on = first_day_of(sample.cycle.month)
        self.moderated |= {key for key, reasons in sample.turns.held_over.items() if reasons[0].rule == "P7"}
        self._unfinished = [
            CarriedOver(it.id, it.practitioner_id, it.auditor_id)
            for it in done
            if it.issued_on > sample.cycle.closes_on
        ]
        for audit in done:
            staff.audited(audit.practitioner_id, audit.case_id, month_on)
            self._met.append(Pairing(audit.auditor_id, audit.practitioner_id, month_on))
            if calls_for_re_audit(self.policy, audit.grade, audit.sequence):
                self._to_issue.append(audit)
        return done

    def _issue_until(self, opens_on: date) -> None:
        still = []
        for audit in self._to_issue:
            if audit.issued_on >= opens_on:
                still.append(audit)
                continue
            assert audit.grade is not None, "one without a grade calls for no re-audit"
            due_on = re_audit_due_on(self.policy, audit.issued_on)
            people = audit.practitioner_id, audit.team_id
            listed = DueReAudit(
                audit.id, audit.case_id, *people, audit.grade, due_on, audit.issued_on, audit.auditor_id
            )
            self._chains[audit.id] = _Chain(listed, audit.sequence)
        self._to_issue = still

    def _re_audits(self, sample: Sample, staff: PlayedStaff) -> Iterator[PlayedAudit]:
        for key, chain in list(self._chains.items()):
            re_audit, auditor_id = chain.re_audit, sample.allocations.auditor_of_re_audit(key)
            if auditor_id is not None:
                del self._chains[key]
                yield self._audit(
                    sample.cycle,
                    staff.people[re_audit.practitioner_id],
                    (auditor_id, re_audit.case_id),
                    chain,
                )
            elif re_audit.due_on <= sample.cycle.opens_on:
                chain.cycles_late += 1

    def _drawn(self, sample: Sample, staff: PlayedStaff) -> Iterator[PlayedAudit]:
        for team in sample.frame.teams:
            for place in sample.candidates.of_team(team.id)[: sample.seats.by_team[team.id]]:
                auditor_id = sample.allocations.auditor_of_audit(place.practitioner.id)
                chosen = auditor_id, place.case_to_draw(sample.tickets)
                yield self._audit(sample.cycle, staff.people[place.practitioner.id], chosen)

    def _audit(
        self, cycle: AuditCycle, person: PlayedPerson, chosen: tuple[str, str], chain: _Chain | None = None
    ) -> PlayedAudit:
        identifier = f"{person.id} {cycle.month}"
        auditor_id, case_id = chosen
        since = person.waiting_since
        return PlayedAudit(
            id=identifier,
            month=cycle.month,
            practitioner_id=person.id,
            team_id=person.team_id,
            auditor_id=auditor_id,
            case_id=case_id,
            sequence=chain.sequence + 1 if chain else 0,
            grade=self.dice.one_of(sorted(self.chances.grades.items()), "grade", identifier),
            issued_on=self._issued_on(cycle, identifier),
            waited=None if since is None else months_between(since, cycle.opens_on),
            is_first=person.last_audited_on is None,
            due_on=chain.re_audit.due_on if chain else None,
            cycles_late=chain.cycles_late if chain else 0,
        )

    def _issued_on(self, cycle: AuditCycle, identifier: str) -> date:
        """In the last days of its cycle; a late one when the next cycle's reports are due (Q3)."""
        if self.dice.happens(self.chances.issued_late, "late", identifier):
            return cycle_of(self.policy, self.calendar, next_cycle_month(self.policy, cycle.month)).report_due_on
        before = self.dice.between(0, _LAST_WORKING_DAYS - 1, "issued before close", identifier)
        return self.calendar.subtract(cycle.closes_on, WorkingDays(before))
