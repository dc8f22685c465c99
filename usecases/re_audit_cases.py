"""Choosing another case for a re-audit whose own case has closed (S7)."""

import uuid

from db.queries import re_audit_cases as cases
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event
from rules.audit_facts import Asked, CaseAsked
from rules.ladders_of_audits import re_audits_by_themselves
from usecases.audit_life import Move, Moved, hold_for, move
from usecases.work import Work


def choose_case(
    work: Work, audit_id: uuid.UUID, case_reference: str, note: str | None = None, *, version: int | None = None
) -> Moved:
    """Lets the re-audit of an audit look at another open case of the same practitioner.

    Choosing once more takes the choice before back; the audit's own case can be chosen where it is open again. Raises
    as `move`.
    """
    row = hold_for(work, audit_id, Event.ANOTHER_CASE_CHOSEN, version).row
    case = _case(work, row, case_reference)
    wanted = Move(
        event=Event.ANOTHER_CASE_CHOSEN,
        asked=Asked(case=case, has_text=note is not None),
        written={"case": case.reference, "note": note},
        version=version,
    )
    return move(work, audit_id, wanted)


def _case(work: Work, row: AuditRow, reference: str) -> CaseAsked:
    session, policy = work.session, work.policy
    practitioner = cases.practitioner_of(session, row.id)
    cases.hold_choices_of(session, practitioner.id)
    names = cases.names_of_case(session, reference)
    found = cases.open_case(session, names.every, work.today)
    return CaseAsked(
        reference=names.present,
        is_own=row.case_reference in names.every,
        is_open=found is not None,
        is_theirs=found is not None and found.holder_id == practitioner.id,
        is_restricted=found is not None and found.is_restricted,
        awaited_by=cases.re_audit_looking_at(
            session,
            names.every,
            row.id,
            policy.gradings.re_audit_grades,
            re_audits_by_themselves(policy),
        ),
    )
