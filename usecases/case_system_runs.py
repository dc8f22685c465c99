"""Carrying out what is owed to the case system, one command after the other, after the commit that owes it (C2).

A command is taken on a lease in one transaction, sent with none open, and its outcome saved in another. That it may
have arrived is on record before it is sent: after a time-out, a crash or a killed worker the case system is asked for
its receipt before anything is sent again, and where it gives none the command waits for a person.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from db.queries import case_system_outbox as outbox
from db.queries.case_system_outbox import CommandOwed, Lease
from rules.audit_events import SCHEDULER
from usecases.case_system_contents import Reports, ReportUnavailable, command_of
from usecases.case_system_ports import (
    Capabilities,
    CaseSystem,
    CaseSystemUnreachable,
    NeverArrived,
    NotNow,
    Operation,
    Outcome,
    Refused,
)
from usecases.case_system_results import (
    Finding,
    asked_to_wait,
    cannot_do,
    finding_of,
    leave_to_people,
    not_for_sending,
    owe_alerts,
    put_off,
    save_finding,
    why_superseded,
)
from usecases.delivery_results import Pace
from usecases.errands import Means, work_of
from usecases.work import Work


class CaseSystemMeans(Means, Protocol):
    """What carrying out works with. Without a case system, the council's connector fetches what is owed."""

    @property
    def case_system(self) -> CaseSystem | None: ...
    @property
    def reports(self) -> Reports: ...


@dataclass(slots=True)
class Served:
    """What one run came to, in commands; `ended_early` says why it did, if it did."""

    done: int = 0
    put_off: int = 0
    left_to_people: int = 0
    ended_early: str | None = None

    def count(self, state: str) -> None:
        self.done += state == "done"
        self.put_off += state == "pending"
        self.left_to_people += state not in ("done", "pending")


def serve_case_system(means: CaseSystemMeans, pace: Pace | None = None) -> Served:
    """Carries out what is due, the longest due first, until nothing is, the time is up or the system is not there."""
    if means.case_system is None:
        return Served()
    run = _Run(means, means.case_system, pace or Pace())
    with means.sessions() as session:
        if not outbox.is_anything_due(session, means.clock.now()):
            return run.served
    try:
        can = means.case_system.capabilities()
    except CaseSystemUnreachable as problem:
        run.end_early(str(problem), asked_to_wait(problem, means.clock.now()))
        return run.served
    run.serve(can)
    return run.served


class _Run:
    """One run. Only it holds its lease."""

    def __init__(self, means: CaseSystemMeans, system: CaseSystem, pace: Pace) -> None:
        self.served = Served()
        self._means = means
        self._system = system
        self._pace = pace
        self._id = uuid.uuid4()

    def serve(self, can: Capabilities) -> None:
        """Leaves to people what the system cannot do at all, and carries out the rest."""
        with self._means.sessions.begin() as session:
            lacking = [operation.value for operation in Operation if operation not in can.operations]
            for kind in lacking:
                self.served.left_to_people += leave_to_people(self._work(session), [kind], cannot_do(kind))
        until = self._means.clock.now() + self._pace.at_most
        while self.served.ended_early is None and self._means.clock.now() < until:
            command = self._take(can)
            if command is None:
                return
            self._save(command, self._attempt(command, can))

    def end_early(self, why: str, until: datetime | None = None) -> None:
        """Nothing can be had from the case system now: what is due says so, and waits as long as it asks for."""
        self.served.ended_early = why
        with self._means.sessions.begin() as session:
            outbox.hold_back(session, until or self._means.clock.now(), why)

    def _take(self, can: Capabilities) -> CommandOwed | None:
        now = self._means.clock.now()
        with self._means.sessions.begin() as session:
            taken = outbox.lease_due(session, now, Lease(self._id, SCHEDULER, now + self._pace.lease), 1)
            owe_alerts(self._work(session), taken, can)
        return taken[0] if taken else None

    def _attempt(self, command: CommandOwed, can: Capabilities) -> Finding:
        left = not_for_sending(command, can)
        if left is not None:
            return left
        try:
            outcome = self._outcome(command, can)
        except ReportUnavailable as problem:
            return put_off(command, str(problem), self._means.clock.now(), self._pace)
        except CaseSystemUnreachable as problem:
            now = self._means.clock.now()
            until = asked_to_wait(problem, now)
            self.end_early(str(problem), until)
            return put_off(command, str(problem), now, self._pace, until)
        until = asked_to_wait(outcome, self._means.clock.now())
        if until is not None:
            self.end_early("The case system asks to be left alone for a while.", until)
        return finding_of(command, outcome, self._means.clock.now(), self._pace, can)

    def _outcome(self, command: CommandOwed, can: Capabilities) -> Outcome:
        if command.may_have_arrived:
            receipt = self._system.receipt_of(command.idempotency_key)
            if not isinstance(receipt, NeverArrived):
                return receipt
            command = replace(command, may_have_arrived=False)
            if command.superseded_by is not None:
                return NotNow(why_superseded(command.superseded_by))  # and saving it gives it up
            if command.kind not in can.operations:
                return Refused(cannot_do(command.kind))
        with self._means.sessions.begin() as session:
            formed = command_of(self._work(session), command, self._means.reports)
        return formed if isinstance(formed, Refused) else self._system.carry_out(formed)

    def _save(self, command: CommandOwed, finding: Finding) -> None:
        with self._means.sessions.begin() as session:
            if save_finding(self._work(session), self._id, command, finding):
                self.served.count(finding.result.state)

    def _work(self, session: Session) -> Work:
        return work_of(self._means, session, self._means.clock.now(), self._id.hex)
