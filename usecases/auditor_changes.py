"""Giving an audit to another auditor, who is asked for by name or suggested (A4)."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.queries import audit_moves, organisation
from db.queries import draws as draw_queries
from db.tables.audits import Audit as AuditRow
from db.tables.audits import AuditorChange
from rules.auditor_changes import auditor_change
from rules.auditor_suggestions import (
    AuditToGive,
    Candidate,
    Suggestion,
    suggested_without_the_practitioner,
    suggestions,
    why_not_auditor,
    why_not_widened,
    without_the_practitioner,
)
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.draw_answers import as_plain
from rules.errors import InvalidFacts, Problem
from rules.service_titles import with_titles
from rules.tickets import Tickets
from usecases.auditor_candidates import audit_to_give, auditors_today, candidates
from usecases.held_audits import (
    HeldAudit,
    days_of,
    hold_audit,
    hold_audits,
    look_at_audit,
    not_now,
    refuse,
    refuse_unknown_reason,
)
from usecases.move_notices import AUDITOR_CHANGED, AuditMove, got_another_auditor, owe_move_notices
from usecases.restricted_audits import note_settled
from usecases.tasks import AUDITOR_LEAVES, close_tasks_of_leavers
from usecases.trail import Entry, record
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class AuditorsChanged:
    """Audits that passed to somebody else; `shortfalls` say who could not be told, as `{"rule", "sentence"}`."""

    audits: tuple[AuditRow, ...]
    shortfalls: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuditorsSuggested:
    """Who may take over, the best first, and the rule against each other one who was looked at."""

    audit: AuditRow
    area: str | None
    suggested: Sequence[Suggestion]
    not_suggested: Sequence[tuple[Candidate, Reason]]


@dataclass(frozen=True, slots=True)
class Handover:
    """An audit, and the person who is to carry it out from now on."""

    audit_id: uuid.UUID
    auditor_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class _Why:
    """Why audits change hands; `note` is as somebody wrote it."""

    code: str
    note: str | None
    is_widened: bool


def change_auditor(
    work: Work,
    audit_id: uuid.UUID,
    auditor_id: uuid.UUID,
    reason: str,
    note: str | None = None,
    *,
    widened: bool = False,
    version: int | None = None,
) -> AuditorsChanged:
    """Gives one audit to another auditor; its clocks run on, owed by them, and everybody concerned is told.

    `reason` is a code of `eligibility.auditor_change_reasons`; `widened` looks beyond the service area, which needs a
    note. Raises NotFound, AlreadyDifferent for an audit that changed since `version` was read, InvalidFacts for an
    unknown reason or person, and NotAllowedNow with the rule against the audit or against the auditor. Whoever may do
    this for auditors of theirs alone is told the rule in short, and never whose work it is (C4).
    """
    hold_audit(work, audit_id, version)
    return change_auditors(work, [Handover(audit_id, auditor_id)], reason, note, widened=widened)


def change_auditors(
    work: Work, handovers: Sequence[Handover], reason: str, note: str | None = None, *, widened: bool = False
) -> AuditorsChanged:
    """The same for several audits at once, all or none, with one message a person and cycle."""
    refuse_unknown_reason(work.policy.eligibility.auditor_change_reasons, reason, "A4")
    why = _Why(reason, note, widened)
    _refuse_widening_without_note(why)
    moves = []
    each = hold_audits(work, [handover.audit_id for handover in handovers])
    for handover, held in zip(handovers, list(each), strict=True):
        earlier = _change(work, held, handover.auditor_id, why)
        moves.append((held, got_another_auditor(held.row, earlier)))
    return AuditorsChanged(tuple(held.row for held, _ in moves), tuple(_tell(work, moves)))


def suggest_auditors(work: Work, audit_id: uuid.UUID, *, beyond_area: bool = False) -> AuditorsSuggested:
    """Who may take over an audit, ranked by A3; `beyond_area` looks at all services if nobody of its own can.

    Raises NotFound, and NotAllowedNow for an audit that was issued or withdrawn, or while somebody of the area can.
    """
    held = look_at_audit(work, audit_id)
    audit, everybody = _looked_at(work, held)
    _refuse_when_done(work, held)
    if beyond_area:
        _refuse_widening(work, everybody, audit)
    found = suggestions(everybody, audit, work.policy, _tickets(work, held), beyond_area=beyond_area)
    looked_at = everybody if beyond_area else [it for it in everybody if audit.area in (None, it.auditor.service_id)]
    against = ((it, _why_not(work, it, audit, beyond_area=beyond_area)) for it in looked_at)
    if not work.reach.is_all:
        found = [suggested_without_the_practitioner(it, audit, work.policy) for it in found]
    titles = organisation.service_titles(work.session)
    found = [replace(it, reasons=tuple(with_titles(reason, titles) for reason in it.reasons)) for it in found]
    refused = [(it, with_titles(why, titles)) for it, why in against if why is not None]
    return AuditorsSuggested(held.row, audit.area, found, refused)


def _change(work: Work, held: HeldAudit, auditor_id: uuid.UUID, why: _Why) -> uuid.UUID | None:
    """Gives the audit away and answers who had it."""
    refuse(auditor_change(held.standing, why.code, work.policy))
    _refuse_auditor(work, held, auditor_id, why)
    row, earlier = held.row, held.row.auditor_id
    row.auditor_id, row.version = auditor_id, row.version + 1
    row.reasons = [*row.reasons, *as_plain((_why_this_auditor(work, auditor_id),))]
    work.session.add(
        AuditorChange(
            audit_id=row.id,
            from_id=earlier,
            to_id=auditor_id,
            changed_at=work.now,
            changed_by=work.actor,
            because=why.code,
            is_widened=why.is_widened,
        )
    )
    work.session.flush()
    audit_moves.hand_over_deadlines(work.session, row.id, auditor_id)
    note_settled(work, row.reference)
    close_tasks_of_leavers(work, [row.id], "The audit was given to another auditor.", [AUDITOR_LEAVES])
    record(work, _entry(row, earlier, why))
    return earlier


def _refuse_auditor(work: Work, held: HeldAudit, auditor_id: uuid.UUID, why: _Why) -> None:
    """Raises for a person who is not there, who does not audit, or against whom a rule stands."""
    person = organisation.person(work.session, auditor_id)
    if person is None:
        sentence = f"There is no person {auditor_id}: find them with GET /v1/people."
        raise InvalidFacts([Problem("/auditor_id", sentence, str(auditor_id), "A4")])
    audit, everybody = _looked_at(work, held)
    if why.is_widened:
        _refuse_widening(work, everybody, audit)
    candidate = next((it for it in everybody if it.auditor.id == person.reference), None)
    if candidate is None:
        sentence = f"{person.reference} is not appointed to audit: appoint them, or name an auditor."
        raise not_now(work.policy.reason("A1", sentence))
    against = _why_not(work, candidate, audit, beyond_area=why.is_widened)
    if against is not None:
        raise not_now(with_titles(against, organisation.service_titles(work.session)))


def _why_not(work: Work, candidate: Candidate, audit: AuditToGive, *, beyond_area: bool) -> Reason | None:
    """The first rule against somebody; in short for those to whom not all audits are open."""
    against = why_not_auditor(candidate, audit, work.policy, beyond_area=beyond_area)
    if against is None:
        return None
    if not work.reach.is_all:
        against = without_the_practitioner(against, candidate, audit, work.policy)
    return against


def _looked_at(work: Work, held: HeldAudit) -> tuple[AuditToGive, list[Candidate]]:
    today = auditors_today(work, held)
    audit = audit_to_give(work, held, today)
    return audit, candidates(work, today, audit.practitioner_id, held.row.id)


def _refuse_when_done(work: Work, held: HeldAudit) -> None:
    any_reason = next(iter(work.policy.eligibility.auditor_change_reasons))
    refuse(auditor_change(held.standing, any_reason, work.policy))


def _refuse_widening(work: Work, everybody: Sequence[Candidate], audit: AuditToGive) -> None:
    why_not = why_not_widened(everybody, audit, work.policy)
    if why_not is not None:
        raise not_now(why_not)


def _refuse_widening_without_note(why: _Why) -> None:
    if why.is_widened and not (why.note and why.note.strip()):
        sentence = "Looking beyond the service area needs a reason in words, which is kept: give `note`."
        raise InvalidFacts([Problem("/note", sentence, None, "A4")])


def _tickets(work: Work, held: HeldAudit) -> Tickets:
    """Chance as the draw had it; for an audit from before, of its own reference."""
    row = held.row
    found = draw_queries.draw_with_frame(work.session, row.draw_id) if row.draw_id else None
    return Tickets(found[0].seed if found else row.reference)


def _why_this_auditor(work: Work, auditor_id: uuid.UUID) -> Reason:
    """Whoever may see the audit reads this, so it does not say why: that may be somebody's sickness."""
    person = organisation.person(work.session, auditor_id)
    assert person is not None, "looked for before"
    since = f"{person.reference} took over on {day_in_words(work.today)}"
    return work.policy.reason("A4", f"{since}: the clocks run on, and none starts anew.")


def _entry(row: AuditRow, earlier: uuid.UUID | None, why: _Why) -> Entry:
    return Entry(
        ("audit", str(row.id)),
        "auditor_changed",
        rule="A4",
        details={
            "from": str(earlier) if earlier else None,
            "to": str(row.auditor_id),
            "because": why.code,
            "widened": why.is_widened,
            "version": row.version,
        },
        texts={"note": why.note},
    )


def _tell(work: Work, moves: Sequence[tuple[HeldAudit, AuditMove]]) -> Iterator[dict[str, str]]:
    """One message a person and cycle: of an audit that was carried over the running cycle's dates hold."""
    months = {days_of(work, held).month for held, _ in moves}
    for month in sorted(months):
        of_month = [(held, move) for held, move in moves if days_of(work, held).month == month]
        held = of_month[0][0]
        cycle_id = held.cycle.id if held.cycle else None
        yield from owe_move_notices(
            work, AUDITOR_CHANGED, days_of(work, held), cycle_id, [move for _, move in of_month]
        )
