"""What a person can do with a command: tick off what they did, have it tried again, or see to it that it isn't (C2)."""

import uuid

from db.queries import case_system_commands as commands
from db.queries import case_system_outbox as outbox
from db.queries import jobs
from db.queries.case_system_commands import PERSON_TO_SETTLE
from db.tables.case_system import CaseSystemCommand
from usecases.case_system_results import SUBJECT, close_tasks_about, plain, settle
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.trail import Entry, record
from usecases.work import Work

_MANUAL = "manual"
_OPEN = ("pending", *PERSON_TO_SETTLE)


def tick_off(work: Work, command_id: uuid.UUID, reference: str, version: int) -> None:
    """Somebody did it by hand, or found it done: `reference` is what the case system calls it.

    Whoever reaches their own audits alone ticks off what is left to them; what is uncertain or refused is for the
    audit team. Raises NotFound, AlreadyDifferent for a version that is no longer the newest, and NotAllowedNow for one
    that is settled, being sent, not theirs to settle, or that comes after one that is not done.
    """
    command = _held(work, command_id, "ticked off", version)
    if command.state != _MANUAL and not work.reach.is_all:
        raise NotAllowedNow(f"The command is {command.state}, which the audit team settles: tell them what you found.")
    if not commands.is_done_before(work.session, command):
        raise NotAllowedNow(
            "It comes after another that is not done yet, as a note comes after its upload: see to that one first."
        )
    command.state, command.reference, command.last_error = "done", plain(reference), None
    settle(work, command)
    outbox.release_what_waits_for(work.session, work.now, command.id)
    record(work, _entry(command, "command_ticked_off", ref=command.reference))


def try_again(work: Work, command_id: uuid.UUID, because: str, version: int) -> None:
    """Has a command that waits tried again. Of one that was uncertain, whoever asks for it says that it did not arrive.

    Raises NotFound, and NotAllowedNow for one that is settled, being sent, waiting for the command before it, or of a
    version of the report that another has taken the place of (L15).
    """
    command = _held(work, command_id, "tried again", version)
    newest = 0 if command.audit_id is None else commands.newest_version(work.session, command.audit_id)
    if newest > (command.report_version or 0):
        raise NotAllowedNow(
            f"Version {newest} of the report has taken the place of this one: tick the command off if it was done, "
            "else cancel it.",
            rule="L15",
            clause=work.policy.clause_of("L15"),
        )
    if command.state == "pending" and command.next_attempt_at is None:
        raise NotAllowedNow("The command waits for the upload that comes before it: see to that one first.")
    command.may_have_arrived = command.may_have_arrived and command.state not in PERSON_TO_SETTLE
    command.state, command.attempts, command.last_error = "pending", 0, None
    command.version += 1
    command.next_attempt_at = work.now if commands.is_done_before(work.session, command) else None
    work.session.flush()
    close_tasks_about(work, command.id)
    record(work, _entry(command, "command_tried_again", because=because))
    jobs.ask_for_run(work.session, jobs.CASE_SYSTEM, work.now)


def cancel(work: Work, command_id: uuid.UUID, because: str, version: int) -> None:
    """Sees to it that a command is never carried out, nor what would come after it.

    Raises NotFound, and NotAllowedNow for one that is settled or being sent.
    """
    command = _held(work, command_id, "cancelled", version)
    for each in [command, *commands.waiting_for(work.session, command.id)]:
        each.state, each.last_error = "cancelled", f"Cancelled by {work.actor}: {plain(because)}"
        settle(work, each)
        record(work, _entry(each, "command_cancelled", because=because))


def _held(work: Work, command_id: uuid.UUID, to_be: str, version: int) -> CaseSystemCommand:
    """The command, held until the transaction ends: nobody sends or changes it meanwhile."""
    command = commands.command_held(work.session, command_id, work.reach)
    if command is None:
        raise NotFound(f"There is no command {command_id}: find it with GET /v1/case-system/commands.")
    if command.version != version:
        raise AlreadyDifferent(f"The command changed since it was read (it is {command.state}): read it again.")
    if command.state == "leased":
        assert command.leased_until is not None
        if command.leased_until > work.now:
            raise NotAllowedNow(
                f"The command is being carried out, so it can't be {to_be}: look again in some minutes."
            )
    elif command.state not in _OPEN:
        raise NotAllowedNow(f"The command was {command.state} before, so it can't be {to_be}.")
    return command


def _entry(command: CaseSystemCommand, action: str, **texts: str | None) -> Entry:
    return Entry((SUBJECT, str(command.id)), action, rule="C2", details={"kind": command.kind}, texts=texts)
