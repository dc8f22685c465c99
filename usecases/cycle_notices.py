"""Who is told that a whole cycle was withdrawn, cancelled or planned again (S9, P2)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from db.queries import cycle_moves, jobs
from db.tables.programme import AuditCycle as CycleRow
from rules.matrix import NoticeEvent
from rules.recipients import told_of_no_audit
from usecases.letters.allocations import OWN_SECTIONS
from usecases.notices import owe
from usecases.staff_on_the_day import staff_today
from usecases.work import Work

CYCLE_WITHDRAWN = "cycle_withdrawn"  # goes to whoever was told of the cycle
_EVENTS = {"cancelled": NoticeEvent.CYCLE_CANCELLED, "reinstated": NoticeEvent.CYCLE_REINSTATED}

# What a line of a message about a move says of an audit that is one's own from then on, or no longer.
_OWN_NOW, _OWN_NO_MORE = ("now_yours", "of_your_work"), ("not_yours", "yours_withdrawn")


def owe_withdrawal_notices(work: Work, row: CycleRow, opening: int, sequences: Mapping[str, int]) -> None:
    """Cancels what was not sent yet, and owes everybody who was told of this opening one message that takes it back.

    `sequences` has every audit of this opening, with the version of its calendar entry: of one that was withdrawn or
    given to somebody else before, the message that says so may be among those that are never sent now.
    """
    cycle_moves.cancel_waiting_notices(work.session, row.id, "Never sent: the cycle was withdrawn on its first day.")
    told = cycle_moves.told_of_cycle(work.session, row.id)
    contents = {person: _taken_back(said, opening, sequences) for person, said in told.items()}
    taken_back = {person: content for person, content in contents.items() if content is not None}
    _owe(work, row, CYCLE_WITHDRAWN, taken_back, f"{row.month}:{opening}")


def owe_board_notices(work: Work, row: CycleRow, became: str) -> None:
    """Owes those whom the policy names one message that the cycle is cancelled, or planned again."""
    told = told_of_no_audit(_EVENTS[became], staff_today(work).on_the_day, work.policy)
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


def _taken_back(said: Sequence[Mapping[str, Any]], opening: int, sequences: Mapping[str, int]) -> dict[str, Any] | None:
    """What somebody's calendar holds of this opening: their own audits, and the cycle for those who manage.

    None for somebody who was told of an earlier opening only, and so was told of its end as well.
    """
    allocations = [content for content in said if "sections" in content and content.get("opening", 0) == opening]
    lines = [line for content in said if content.get("letter") == "move" for line in content["audits"]]
    lines = [line for line in lines if line["id"] in sequences]
    if not allocations and not lines:
        return None
    sections = [section for content in allocations for section in content["sections"]]
    own = {
        audit["id"]: audit["reference"]
        for section in sections
        if section["as"] in OWN_SECTIONS
        for audit in section["audits"]
    }
    for line in lines:
        if line["became"] in _OWN_NOW:
            own[line["id"]] = line["reference"]
        elif line["became"] in _OWN_NO_MORE:
            own.pop(line["id"], None)
    return {
        "became": "withdrawn",
        "audits": [
            {"id": audit, "reference": reference, "sequence": sequences[audit]}
            for audit, reference in own.items()
            if audit in sequences
        ],
        "has_cycle_entry": any(section["as"] not in OWN_SECTIONS for section in sections),
        "opening": opening,
    }
