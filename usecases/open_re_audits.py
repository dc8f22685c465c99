"""Recording re-audits still to come or under way when the product is first used, so that none is lost (C5, S7).

A re-audit to come is no row of its own: it follows from the audit before, which is put on record if it is in no list.
One that was allocated already is put on record as it stands, unfinished, with its auditor.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from rules.dates_in_words import day_in_words
from rules.errors import Refusal
from rules.ladders_of_audits import re_audits_by_themselves
from rules.programme import cycle_of, month_of
from rules.re_audits import calls_for_re_audit, re_audit_due_on
from usecases.first_use_rows import OpenReAudit, PastAudit, RowTold
from usecases.past_audit_checks import Known, OnRecord, faults_of, lines_of, notes_about, told
from usecases.recorded_audits import (
    NewRecord,
    PastAuditsRecorded,
    accept,
    by_current_references,
    save_records,
    what_is_known,
)
from usecases.work import Work


def record_open_re_audits(
    work: Work, rows: Sequence[OpenReAudit], import_id: uuid.UUID | None = None
) -> PastAuditsRecorded:
    """Puts on record what these re-audits need in order to fall due, or to go on (C5)."""
    rows = _by_current_references(work, rows)
    pasts = [_audit_before(row) for row in rows]
    known = what_is_known(work, pasts, {row.re_auditor for row in rows if row.re_auditor})
    accepted: list[NewRecord] = []
    refused: list[RowTold] = []
    notes: list[RowTold] = []
    known_already = 0
    for row, before in sorted(zip(rows, pasts, strict=True), key=lambda pair: (pair[0].month, pair[0].line)):
        faults = _faults_of(work, known, row, before)
        if faults:
            refused.extend(faults)
            continue
        made = list(_records(known, row, before))
        if not made:
            known_already += 1
            continue
        notes.extend(_notes(work, known, row, before))
        accepted.extend(made)
    save_records(work, known, accepted, import_id)
    recorded = len(rows) - known_already - lines_of(refused)
    return PastAuditsRecorded(recorded, known_already, tuple(refused), tuple(sorted(notes, key=lambda note: note.line)))


def _by_current_references(work: Work, rows: Sequence[OpenReAudit]) -> list[OpenReAudit]:
    before = by_current_references(work, [_audit_before(row) for row in rows])
    after = by_current_references(work, [replace(_audit_before(row), auditor=row.re_auditor) for row in rows])
    return [
        replace(
            row,
            practitioner=one.practitioner,
            case_reference=one.case_reference,
            auditor=one.auditor,
            re_auditor=other.auditor,
        )
        for row, one, other in zip(rows, before, after, strict=True)
    ]


def _audit_before(row: OpenReAudit) -> PastAudit:
    """The audit that a re-audit follows, as a row of a list of past audits."""
    is_first = row.sequence == 1
    return PastAudit(
        line=row.line,
        month=row.month,
        case_reference=row.case_reference,
        practitioner=row.practitioner,
        grade=row.grade,
        issued_on=row.issued_on,
        auditor=row.auditor,
        team=row.team,
        kind="ordinary" if is_first else "re_audit",
        sequence=None if is_first else row.sequence - 1,
    )


def _records(known: Known, row: OpenReAudit, before: PastAudit) -> list[NewRecord]:
    """What is to be put on record; nothing for a re-audit that follows from what is there already."""
    made = []
    if (row.practitioner, row.month) not in known.audits:
        made.append(accept(known, before))
    if row.allocated_month is not None and (row.practitioner, row.allocated_month) not in known.audits:
        known.audits[row.practitioner, row.allocated_month] = OnRecord(
            row.case_reference, row.re_auditor, None, row.sequence, "allocated"
        )
        made.append(
            NewRecord(
                line=row.line,
                month=row.allocated_month,
                case_reference=row.case_reference,
                practitioner=row.practitioner,
                team=row.team,
                auditor=row.re_auditor,
                kind="re_audit",
                sequence=row.sequence,
                re_audit_of=row.month,
            )
        )
    return made


def _notes(work: Work, known: Known, row: OpenReAudit, before: PastAudit) -> list[RowTold]:
    notes = [note for note in notes_about(work, known, before) if note.column != "re_audit_of"]
    due_on = re_audit_due_on(work.policy, row.issued_on)
    if row.due_on is not None and row.due_on != due_on:
        sentence = f"by the framework it falls due on {day_in_words(due_on)}, and that day counts (S7)."
        notes.append(told(row, "due_on", "S7", sentence))
    return notes


def _faults_of(work: Work, known: Known, row: OpenReAudit, before: PastAudit) -> list[RowTold]:
    """Everything that is wrong with a row, of each column the first fault."""
    checks = (_sequence, _there_already, _allocated)
    faults = [found for check in checks if (found := check(work, known, row)) is not None]
    if _sequence(work, known, row) is None:
        if (row.practitioner, row.month) not in known.audits:
            faults += faults_of(work, known, before)
        faults += filter(None, [_grade(work, known, row)])
    by_column: dict[str, RowTold] = {}
    for fault in faults:
        by_column.setdefault(fault.column, fault)
    return list(by_column.values())


def _sequence(work: Work, _: Known, row: OpenReAudit) -> RowTold | None:
    most = re_audits_by_themselves(work.policy)
    if 1 <= row.sequence <= most:
        return None
    return told(row, "sequence", "R2", f"give 1 to {most}; a further re-audit is a decision of the director.")


def _grade(work: Work, _: Known, row: OpenReAudit) -> RowTold | None:
    if calls_for_re_audit(work.policy, row.grade, row.sequence - 1):
        return None
    calling = " or ".join(work.policy.gradings.grades[grade] for grade in work.policy.gradings.re_audit_grades)
    return told(row, "grade", "S7", f"only an audit graded {calling} is re-audited; correct the grade or leave it out.")


def _there_already(_: Work, known: Known, row: OpenReAudit) -> RowTold | None:
    """The audit before is on record and says something else."""
    there = known.audits.get((row.practitioner, row.month))
    if there is None:
        return None
    if (there.case_reference, there.grade, there.sequence) != (row.case_reference, row.grade, row.sequence - 1):
        sentence = (
            f"the audit of {row.month} is on record for case {there.case_reference}, graded "
            f"{there.grade or 'not yet'}, {_as_what(there.sequence)}; correct this row or that audit."
        )
        return told(row, "month", "S7", sentence)
    has_follower = there.is_followed_up and (row.practitioner, row.allocated_month or "") not in known.audits
    if has_follower:
        sentence = f"a re-audit of {there.reference} is on record already; leave the row out."
        return told(row, "month", "S7", sentence)
    return None


def _as_what(sequence: int) -> str:
    return f"re-audit {sequence}" if sequence else "no re-audit"


def _allocated(work: Work, known: Known, row: OpenReAudit) -> RowTold | None:
    """The month in which it was allocated, and to whom: both or neither."""
    if row.allocated_month is None:
        if row.re_auditor is None:
            return None
        return told(row, "allocated_month", "C5", "say in which month it was allocated, or leave the re-auditor out.")
    for check in _CHECKS_OF_ALLOCATED:
        sentence = check(work, known, row)
        if sentence is not None:
            return told(row, *sentence)
    return None


def _allocated_month(work: Work, _: Known, row: OpenReAudit) -> tuple[str, str, str] | None:
    month = row.allocated_month or ""
    try:
        cycle_of(work.policy, work.calendar, month)
    except Refusal as why:
        return "allocated_month", why.rule or "P1", why.sentence
    if not row.month < month <= month_of(work.today):
        return "allocated_month", "S7", f"it lies before the audit's own month, {row.month}, or ahead."
    return None


def _re_auditor(_: Work, known: Known, row: OpenReAudit) -> tuple[str, str, str] | None:
    if row.re_auditor is None:
        return "re_auditor", "A1", "say who carries it out, or leave the month out: then it is allocated anew."
    if row.re_auditor not in known.people:
        return "re_auditor", "C5", "nobody has this reference; add the person, or leave month and re-auditor out."
    if row.re_auditor == row.practitioner:
        return "re_auditor", "A2", "nobody audits their own work; correct the re-auditor."
    return None


def _only_one_a_month(_: Work, known: Known, row: OpenReAudit) -> tuple[str, str, str] | None:
    there = known.audits.get((row.practitioner, row.allocated_month or ""))
    if there is None or (there.case_reference, there.sequence) == (row.case_reference, row.sequence):
        return None
    other = f"the practitioner has another audit in {row.allocated_month}, of case {there.case_reference}"
    return "allocated_month", "S2", f"{other}, and nobody has two in a month."


_CHECKS_OF_ALLOCATED: tuple[Callable[[Work, Known, OpenReAudit], tuple[str, str, str] | None], ...] = (
    _allocated_month,
    _re_auditor,
    _only_one_a_month,
)
