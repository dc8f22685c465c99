"""Who is told that a whole cycle was withdrawn, cancelled or planned again (S9, P2)."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from db.queries import cycle_moves, jobs
from db.tables.programme import AuditCycle as CycleRow
from rules.told_of_moves import Move, told_of_no_audit
from usecases.letters.allocations import OWN_SECTIONS
from usecases.notices import owe
from usecases.staff_on_the_day import staff_today
from usecases.work import Work

CYCLE_WITHDRAWN, CYCLE_CANCELLED, CYCLE_REINSTATED = "cycle_withdrawn", "cycle_cancelled", "cycle_reinstated"
_EVENTS = {"cancelled": CYCLE_CANCELLED, "reinstated": CYCLE_REINSTATED}

Told = Mapping[uuid.UUID, Mapping[str, Any]]


def cancel_waiting_notices(work: Work, row: CycleRow) -> Told:
    """Cancels what was not sent yet about the opening, and answers who was told of it, with what they were told."""
    because = "Never sent: the cycle was withdrawn on its first day."
    cycle_moves.cancel_waiting_notices(work.session, row.id, because)
    return cycle_moves.allocations_told(work.session, row.id)


def owe_withdrawal_notices(work: Work, row: CycleRow, told: Told, opening: int) -> None:
    """Owes everybody who was told of the opening one message that takes it back, calendar entries included."""
    this_opening = {person: content for person, content in told.items() if content.get("opening", 0) == opening}
    _owe(
        work,
        row,
        CYCLE_WITHDRAWN,
        {person: _taken_back(content) for person, content in this_opening.items()},
        f"{row.month}:{opening}",
    )


def owe_board_notices(work: Work, row: CycleRow, became: str) -> None:
    """Owes those whom the policy names one message that the cycle is cancelled, or planned again."""
    move = Move("P2", work.policy.notices.told_of_cancellation)
    told = told_of_no_audit(move, staff_today(work).on_the_day, work.policy)
    nothing_to_take_back: dict[str, Any] = {"became": became, "audits": [], "has_cycle_entry": False, "opening": 0}
    contents = {uuid.UUID(recipient.person_id): nothing_to_take_back for recipient in told.recipients}
    _owe(work, row, _EVENTS[became], contents, f"{row.month}:{work.now.isoformat()}")


def _owe(work: Work, row: CycleRow, event: str, contents: Mapping[uuid.UUID, Mapping[str, Any]], key: str) -> None:
    staff = staff_today(work)
    alike = {
        "letter": "cycle",
        "cycle": row.month,
        "edition": row.edition_id,
        "report_due_on": row.report_due_on.isoformat(),
        "closes_on": row.closes_on.isoformat(),
    }
    rows = [
        {
            "idempotency_key": f"{event}:{key}:{person}",
            "recipient_id": person,
            "address": staff.members[str(person)].address,
            "content": {**alike, **content, "passed_on_by": staff.members[str(person)].passed_on_by},
        }
        for person, content in contents.items()
    ]
    owe(work, event, row.id, rows)
    jobs.ask_for_run(work.session, jobs.DELIVERY, work.now)  # so that people need not wait for the next tick


def _taken_back(content: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody's calendar was given with an allocation: their own audits, and the cycle for those who manage."""
    sections = content["sections"]
    own = [section for section in sections if section["as"] in OWN_SECTIONS]
    return {
        "became": "withdrawn",
        "audits": list(_each_once(audit for section in own for audit in section["audits"])),
        "has_cycle_entry": len(own) < len(sections),
        "opening": content.get("opening", 0),
    }


def _each_once(audits: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    by_id = {audit["id"]: audit["reference"] for audit in audits}
    return ({"id": id_, "reference": reference} for id_, reference in by_id.items())
