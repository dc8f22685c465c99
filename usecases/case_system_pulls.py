"""A connector that fetches what is owed, because its case system cannot be reached from here: lease, then receipt (C2).

It says what it can do and whether it gives receipts, as one that is called does, and the same follows from it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from db.queries import case_system_commands as commands
from db.queries import case_system_outbox as outbox
from db.queries.case_system_outbox import CommandOwed, Lease
from db.tables.case_system import CaseSystemCommand
from usecases.case_system_ports import Capabilities, Done, NotNow, Operation, Outcome
from usecases.case_system_results import (
    cannot_do,
    finding_of,
    leave_to_people,
    not_for_sending,
    owe_alerts,
    perhaps_done,
    plain,
    save_finding,
)
from usecases.delivery_results import Pace
from usecases.errors import NotAllowedNow, NotFound
from usecases.work import Work

_PACE = Pace()
# Being handed out and tried again by a person, which starts to count anew, takes more changes than this; being left to
# people takes one.
_NEVER_LEASED = 2
_KNOWS_NO_MORE = Capabilities(frozenset(), gives_receipts=False)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """Commands that are the connector's until the lease ends."""

    lease: Lease
    commands: Sequence[CommandOwed]


def hand_out(work: Work, can: Capabilities, limit: int, length: timedelta) -> HandedOut:
    """Hands out up to `limit` commands that are due. What the connector cannot do, or must not do again, is left out.

    One that is handed out again says so (`may_have_arrived`): the connector asks its own record first. One of a version
    of the report that was corrected since is not handed out again: a person looks whether it was done (L15).
    """
    lease = Lease(uuid.uuid4(), work.actor, work.now + length)
    for kind in (operation.value for operation in Operation if operation not in can.operations):
        leave_to_people(work, [kind], cannot_do(kind))
    taken = outbox.lease_due(work.session, work.now, lease, limit)
    owe_alerts(work, taken, can)
    handed_out = []
    for command in taken:
        left = not_for_sending(command, can) or perhaps_done(command)
        if left is None:
            handed_out.append(command)
        else:
            save_finding(work, lease.id, command, left)
    return HandedOut(lease, handed_out)


def leased_command(work: Work, command_id: uuid.UUID, lease_id: uuid.UUID) -> CommandOwed:
    """A command as long as it is on this lease. Raises NotFound, and NotAllowedNow once the lease has ended."""
    row = commands.command_seen(work.session, command_id)
    if row is None:
        raise _not_found(command_id)
    if row.state != "leased" or row.lease_id != lease_id or row.leased_until is None or row.leased_until <= work.now:
        raise NotAllowedNow(
            "The command is not on this lease, or the lease has ended: lease it again to read its file."
        )
    (command,) = outbox.commands_owed(work.session, {command_id: row.may_have_arrived})
    return command


def take_receipt(work: Work, command_id: uuid.UUID, lease_id: uuid.UUID, outcome: Outcome) -> None:
    """What became of a command that was handed out. The same receipt again changes nothing.

    One that is done is done, also when its lease had ended; where the connector itself does not know, a person has to
    look. Raises NotFound, and NotAllowedNow when another receipt came before, for a command that was never handed out,
    or for any other receipt than `done` of a lease that has ended.
    """
    row = commands.command_held(work.session, command_id)
    if row is None:
        raise _not_found(command_id)
    if row.state == "done" and isinstance(outcome, Done) and row.reference == plain(outcome.reference):
        return
    why_not = _why_not_taken(row, lease_id, outcome)
    if why_not is not None:
        raise NotAllowedNow(why_not)
    (command,) = outbox.commands_owed(work.session, {command_id: row.may_have_arrived})
    finding = finding_of(command, outcome, work.now, _PACE, _KNOWS_NO_MORE)
    save_finding(work, lease_id, command, finding)
    if isinstance(outcome, NotNow) and outcome.wait is not None:
        outbox.hold_back(work.session, work.now + outcome.wait, plain(outcome.why))


def _why_not_taken(row: CaseSystemCommand, lease_id: uuid.UUID, outcome: Outcome) -> str | None:
    is_done = isinstance(outcome, Done)
    if row.state == "done" and is_done:
        return (
            f"The command was done before, by {row.settled_by}, under another reference than this receipt's. If the "
            "case system has both, it was made twice: take one of them out there."
        )
    if row.state == "cancelled" and is_done:
        return (
            f"The command was cancelled before, by {row.settled_by}: it should not have been done. Tell the audit "
            "team, and take it out of the case system."
        )
    if row.state in ("done", "cancelled"):
        return f"The command was {row.state} before, by {row.settled_by}: this receipt comes too late."
    if row.lease_id == lease_id:
        return None
    if row.attempts == 0 and row.version <= _NEVER_LEASED:
        return "The command was never handed out, so nobody can have a receipt of it: look whether its id is right."
    if not is_done:
        return (
            "The command is not on this lease, or the lease has ended, so only a receipt that says `done` is taken: "
            "lease it again."
        )
    return None


def _not_found(command_id: uuid.UUID) -> NotFound:
    return NotFound(f"There is no command {command_id}: lease some with POST /v1/case-system/commands/lease.")
