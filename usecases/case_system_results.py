"""What follows from one attempt at a command: done, tried again, asked about first, or left to a person (C2)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.queries import case_system_commands as commands
from db.queries import case_system_outbox as outbox
from db.queries.case_system_outbox import CommandOwed, Result
from db.tables.case_system import CaseSystemCommand
from db.tables.safety_alerts import SafetyAlert
from rules.matrix import NoticeEvent
from usecases.audit_notices import AuditEvent, AuditNews, facts_of_row, owe_notices_of_audits
from usecases.case_system_ports import (
    Capabilities,
    CaseSystemUnreachable,
    Done,
    NotNow,
    Operation,
    Outcome,
    Refused,
    Uncertain,
)
from usecases.delivery_results import Pace, wait_before
from usecases.tasks import NewTask, close_task, open_tasks
from usecases.trail import Entry, record
from usecases.work import Work

SUBJECT = "case_system_command"
REFUSED, UNCERTAIN, GIVEN_UP = "case_command_refused", "case_command_uncertain", "case_command_given_up"
ALERT_NOTE = "safety_alert_note_to_file"  # by hand, where no connector writes it (W5)
_TASKS = (REFUSED, UNCERTAIN, GIVEN_UP, ALERT_NOTE)
_LONGEST_ASKED_WAIT = timedelta(days=1)
_MOST_CHARACTERS = 500

NO_RECEIPTS = "It was sent before without a clear answer, and this case system gives no receipts."


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be saved of a command, and the kind of task that it leaves to the audit team, if any."""

    result: Result
    task: str | None = None


def not_for_sending(command: CommandOwed, can: Capabilities) -> Finding | None:
    """Why a command is not sent, or left to a person first; None for one that may be sent, or asked about."""
    if command.superseded_by is not None and not command.may_have_arrived:
        return superseded(command, command.superseded_by)
    if command.may_have_arrived and not can.gives_receipts:
        return _uncertain(command, NO_RECEIPTS)
    if command.kind not in can.operations and not command.may_have_arrived:
        return Finding(_result(command, "manual", last_error=cannot_do(command.kind)))
    return None


def perhaps_done(command: CommandOwed) -> Finding | None:
    """Of one that nobody is to do again, and that may have been done: a person looks. None for any other (L15)."""
    newer = command.superseded_by
    if newer is None or not command.may_have_arrived:
        return None
    return _uncertain(command, f"It was handed out before without a receipt, and version {newer} has taken its place.")


def superseded(command: CommandOwed, by: int) -> Finding:
    """It was not carried out, and a newer version of the report is owed in its place (L15)."""
    return Finding(_result(command, "cancelled", last_error=why_superseded(by)))


def why_superseded(by: int) -> str:
    return f"Not carried out: version {by} of the report has taken the place of this one, and is owed instead."


def cannot_do(kind: str) -> str:
    """In an installation without a connector as well, so that nobody looks for one."""
    return f"No connector does this ({kind.replace('_', ' ')}): do it by hand, then tick it off."


def finding_of(command: CommandOwed, outcome: Outcome, now: datetime, pace: Pace, can: Capabilities) -> Finding:
    """What one attempt comes to."""
    if isinstance(outcome, Done):
        return Finding(_result(command, "done", reference=plain(outcome.reference)))
    if isinstance(outcome, Refused):
        return Finding(_result(command, "refused", last_error=plain(outcome.why)), REFUSED)
    if isinstance(outcome, Uncertain) and not can.gives_receipts:
        return _uncertain(command, outcome.why)
    if command.attempts >= pace.most_attempts:
        return _given_up(command, outcome)
    return Finding(_again(command, outcome, now, pace))


def put_off(command: CommandOwed, why: str, now: datetime, pace: Pace, until: datetime | None = None) -> Finding:
    """Nothing was done this time; what was known of the times before still holds. Not tried before `until`."""
    if command.attempts >= pace.most_attempts:
        return _given_up(command, Uncertain(why) if command.may_have_arrived else NotNow(why))
    again_at = max(now + wait_before(command, pace), until or now)
    return Finding(
        _result(command, "pending", again_at, may_have_arrived=command.may_have_arrived, last_error=plain(why))
    )


def asked_to_wait(said: Outcome | CaseSystemUnreachable, now: datetime) -> datetime | None:
    """Until when the case system asks to be left alone, a day at most; None when it doesn't."""
    wait = None if isinstance(said, Done | Refused) else said.wait
    return None if wait is None else now + min(wait, _LONGEST_ASKED_WAIT)


def owe_alerts(work: Work, taken: Sequence[CommandOwed], can: Capabilities) -> None:
    """Where alerts do not go with notes: owes the alert of each note that is about to be written, to come after it."""
    if Operation.SEND_ALERT in can.operations:
        for command in taken:
            if command.kind == Operation.RECORD_NOTE and command.recipients and command.superseded_by is None:
                commands.add_alert(work.session, work.now, command.id)


def save_finding(work: Work, lease_id: uuid.UUID, command: CommandOwed, finding: Finding) -> bool:
    """Saves it, with its entry in the trail and its task; what waits for a command that is done may go.

    What was certainly not done is not owed any more once a newer version of the report is (L15). False, and nothing is
    saved, when the lease had ended and somebody else has the command, or has settled it.
    """
    finding = _given_up_for_a_newer_version(work, command, finding)
    result = finding.result
    if not outbox.save_result(work.session, work.now, work.actor, lease_id, result):
        return False
    if result.state in ("done", "cancelled"):
        close_tasks_about(work, command.id)
    if result.state != "pending":
        record(work, entry_of(command.id, result.state, command.kind, command.attempts, result.reference))
    if finding.task is not None:
        open_tasks(work, [_task(command, finding.task)])
    tell_of_to_dos(work, [command.id] if result.state == "manual" else [])
    return True


def _given_up_for_a_newer_version(work: Work, command: CommandOwed, finding: Finding) -> Finding:
    """The same finding, unless the report was corrected while the command was being carried out."""
    if finding.result.state in ("done", "cancelled") or finding.result.may_have_arrived:
        return finding
    newer = outbox.superseded_by(work.session, command.id)
    return finding if newer is None else superseded(command, newer)


def entry_of(command_id: uuid.UUID, state: str, kind: str, attempts: int, reference: str | None = None) -> Entry:
    """The case system's reference is kept apart: what it looks like is not ours to say."""
    details = {"kind": kind, "attempts": attempts}
    return Entry((SUBJECT, str(command_id)), f"command_{state}", rule="C2", details=details, texts={"ref": reference})


def leave_to_people(work: Work, kinds: Sequence[str], why: str) -> int:
    """All commands of these kinds that wait are for people; answers how many."""
    left = outbox.leave_to_people(work.session, kinds, why) if kinds else []
    record(work, *(Entry((SUBJECT, str(id_)), f"command_{state}", rule="C2") for id_, state in left))
    unsure = outbox.commands_owed(work.session, {id_: True for id_, state in left if state == "uncertain"})
    open_tasks(work, [_task(command, UNCERTAIN) for command in unsure])
    tell_of_to_dos(work, [id_ for id_, _ in left])
    return len(left)


def tell_of_to_dos(work: Work, left: Sequence[uuid.UUID]) -> None:
    """Whoever puts reports on the record by hand hears of what is left to them, once for a version of a report (L7).

    A note of a safety alert is for the audit team, whoever raised it: a task each (W5).
    """
    if left:
        open_tasks(work, [_note_to_file(id_, alert) for id_, alert in commands.alert_notes_to_file(work.session, left)])
        events = [
            AuditEvent(audit, facts_of_row(audit), AuditNews(occurrence=f"v{version}"))
            for audit, version in commands.audits_to_file(work.session, left)
        ]
        owe_notices_of_audits(work, NoticeEvent.REPORT_TO_FILE, events)


def _note_to_file(command_id: uuid.UUID, alert: SafetyAlert) -> NewTask:
    sentence = (
        f"A note of {alert.reference} is to be put on the record of the case by hand: its words are at "
        f"GET /v1/case-system/commands/{command_id}; then tick it off."
    )
    return NewTask(ALERT_NOTE, str(command_id), sentence, "W5", (SUBJECT, str(command_id)))


def settle(work: Work, command: CaseSystemCommand) -> None:
    """Nobody carries it out any more, and its tasks are done; the caller has set its state and holds it."""
    command.settled_at, command.settled_by = work.now, work.actor
    command.next_attempt_at = command.leased_until = command.lease_id = command.leased_by = None
    command.may_have_arrived, command.version = False, command.version + 1
    work.session.flush()
    close_tasks_about(work, command.id)


def close_tasks_about(work: Work, command_id: uuid.UUID) -> None:
    for kind in _TASKS:
        close_task(work, kind, str(command_id), f"Settled by {work.actor}.")


def plain(words: str) -> str:
    """What the other side says, without what would not print, and not too much of it."""
    return "".join(letter if letter.isprintable() else " " for letter in words)[:_MOST_CHARACTERS].strip() or "—"


def _again(command: CommandOwed, outcome: NotNow | Uncertain, now: datetime, pace: Pace) -> Result:
    again_at = max(now + wait_before(command, pace), asked_to_wait(outcome, now) or now)
    is_uncertain = isinstance(outcome, Uncertain)
    return _result(command, "pending", again_at, may_have_arrived=is_uncertain, last_error=plain(outcome.why))


def _given_up(command: CommandOwed, outcome: NotNow | Uncertain) -> Finding:
    why = f"Given up after {command.attempts} attempts; the last answer was: {plain(outcome.why)}"
    if isinstance(outcome, Uncertain):
        return _uncertain(command, why)
    return Finding(_result(command, "manual", last_error=why), GIVEN_UP)


def _uncertain(command: CommandOwed, why: str) -> Finding:
    return Finding(_result(command, "uncertain", may_have_arrived=True, last_error=plain(why)), UNCERTAIN)


def _result(
    command: CommandOwed,
    state: str,
    next_attempt_at: datetime | None = None,
    *,
    may_have_arrived: bool = False,
    reference: str | None = None,
    last_error: str | None = None,
) -> Result:
    return Result(command.id, state, next_attempt_at, may_have_arrived, reference, last_error)


_DEEDS = {
    Operation.UPLOAD_DOCUMENT: "upload the report",
    Operation.RECORD_NOTE: "write the case note",
    Operation.SEND_ALERT: "send the alert",
}
_SENTENCES = {
    REFUSED: "The case system refuses to {what} for {reference}: see why, do it by hand or have it tried again",
    UNCERTAIN: "Nobody knows whether the case system did {what} for {reference}: look there, then say so",
    GIVEN_UP: "In days the case system could not {what} for {reference}: do it by hand or have it tried again",
}


def _task(command: CommandOwed, kind: str) -> NewTask:
    words = _SENTENCES[kind].format(what=_DEEDS[Operation(command.kind)], reference=command.audit_reference)
    sentence = f"{words} (GET /v1/case-system/commands/{command.id})."
    return NewTask(kind, str(command.id), sentence, "C2", (SUBJECT, str(command.id)))
