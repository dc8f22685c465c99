"""Opening a dispute about one version of an issued report, and consenting to one that comes late (D1, D7)."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from db.queries import disputes as queries
from db.queries.reaches import Reach, Relation
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import Dispute, DisputeConsent
from rules.disputes import Challenge, DisputeAsked, Opening, may_open
from rules.ladders import LadderState, ladder_named
from rules.policy.ladder_shapes import in_words
from rules.roles import Role
from usecases.audit_contents import contents_of
from usecases.audit_tools import tool_read
from usecases.dispute_actors import LADDER, roles_of, team_managers_of
from usecases.dispute_walks import DisputeKnown, DisputeMoved, save_standing, standing_of
from usecases.errors import refused_for
from usecases.held_audits import hold_audit, not_now
from usecases.trail import Entry, record
from usecases.work import LONDON, Work

FINDINGS, OVERALL = "findings", "overall_grade"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDispute:
    """What is challenged: reasons and evidence by part of the report; `version` of the report, else the newest."""

    audit_id: uuid.UUID
    grounds: Mapping[str, Mapping[str, str]]
    version: int | None = None


def raise_dispute(work: Work, asked: NewDispute) -> DisputeMoved:
    """Opens a dispute about an issued report; its first clock runs from today.

    Raises NotFound, and NotAllowedNow with every reason against it: by somebody else than the policy names, too late
    without consent, about a version that was disputed before or is not the newest, without reasons or evidence.
    """
    audit = hold_audit(work, asked.audit_id, as_own=(Relation.AS_PRACTITIONER, Relation.AS_AUDITOR)).row
    number = asked.version or _newest(work, audit)
    roles, person = _raiser(work, audit)
    opening = _opening(work, audit, asked, number, roles)
    if not opening.is_allowed:
        raise refused_for(opening.reasons)
    assert person is not None, "whoever may open one is somebody"
    row = Dispute(
        reference=f"{audit.reference}-D{number}",
        audit_id=audit.id,
        report_version=number,
        raised_by_id=person,
        raised_as=next(role for role in work.policy.ladders.disputes_opened_by if role in roles),
        raised_on=work.today,
        edition_id=work.policy.edition.id,
        state=LadderState.OPEN.value,
        rung=ladder_named(LADDER, work.policy).rungs[0].id,
        grade_before=audit.overall_grade,
    )
    work.session.add(row)
    work.session.flush()
    queries.add_grounds(work.session, row.id, asked.grounds)
    known = DisputeKnown(row, audit, ())
    moved = save_standing(work, known, standing_of(work, known))
    entry = Entry(
        ("audit", str(audit.id)),
        "dispute_opened",
        rule="D1",
        details={"dispute": str(row.id), "report_version": number, "parts": sorted(asked.grounds)},
    )
    record(work, entry)
    return moved


def consent_to_late_dispute(
    work: Work, audit_id: uuid.UUID, reason: str, reaches: Mapping[Role, Reach], *, version: int | None = None
) -> DisputeConsent:
    """Lets a dispute about a version of a report be opened late. Once is enough, and saying so again changes nothing.

    Raises NotFound, and NotAllowedNow for a report that was not issued, and for anybody but whom the policy names.
    """
    audit = hold_audit(work, audit_id).row
    policy, whose = work.policy, work.policy.ladders.late_disputes_need_consent_of
    if whose not in roles_of(work, audit, is_judgement=False, reaches=reaches):
        sentence = f"Consent to a late dispute is for the {in_words(whose)} to give."
        raise not_now(policy.reason_by_entry("ladders.late_disputes_need_consent_of", sentence))
    number = version or _newest(work, audit)
    if queries.issued_at(work.session, audit.id, number) is None:
        raise not_now(policy.reason("D7", f"There is no issued version {number} of the report of {audit.reference}."))
    given = queries.consent_to(work.session, audit.id, number)
    if given is not None:
        return given
    given = DisputeConsent(
        audit_id=audit.id,
        report_version=number,
        given_on=work.today,
        given_at=work.now,
        given_by=work.actor,
        rule="D7",
        clause=policy.clause_of("D7"),
    )
    work.session.add(given)
    work.session.flush()
    details = {"report_version": number}
    entry = Entry(("audit", str(audit.id)), "late_dispute_consented", rule="D7", details=details)
    record(work, Entry(entry.subject, entry.action, entry.rule, details, {"reason": reason}))
    return given


def parts_of(work: Work, audit: AuditRow) -> tuple[str, ...]:
    """What of its report may be disputed: the overall grade and the domains that are graded, and the findings."""
    if not contents_of(work, audit).is_graded:
        return (FINDINGS,)
    return (OVERALL, FINDINGS, *(domain.id for domain in tool_read(work, audit).domains))


def _newest(work: Work, audit: AuditRow) -> int:
    """The number of the newest version of an issued report; 0 where none was issued."""
    newest = queries.newest_issued(work.session, audit.id)
    return newest[0] if newest else 0


def _raiser(work: Work, audit: AuditRow) -> tuple[frozenset[str], uuid.UUID | None]:
    """As what somebody opens it, and which record of theirs it is."""
    selves = work.reach.standing.selves
    if audit.practitioner_id in selves:
        return frozenset({Role.PRACTITIONER}), audit.practitioner_id
    if audit.auditor_id not in selves:
        managing = {uuid.UUID(person) for person in team_managers_of(work, audit)} & set(selves)
        if managing:
            return frozenset({Role.TEAM_MANAGER}), min(managing)
    return frozenset(), None


def _opening(work: Work, audit: AuditRow, asked: NewDispute, number: int, roles: Collection[str]) -> Opening:
    received_at = queries.issued_at(work.session, audit.id, number)
    earlier = {one.report_version: one.state for one in queries.disputes_of(work.session, audit.id)}
    is_open = next((state for state in earlier.values() if state == LadderState.OPEN), None)
    wanted = DisputeAsked(
        roles=frozenset(roles),
        received_on=received_at.astimezone(LONDON).date() if received_at else None,
        challenges=tuple(
            Challenge(part, bool(texts.get("reasons", "").strip()), bool(texts.get("evidence", "").strip()))
            for part, texts in asked.grounds.items()
        ),
        parts=parts_of(work, audit),
        is_newest_version=number == _newest(work, audit),
        earlier=earlier.get(number) or is_open,
        has_consent=queries.consent_to(work.session, audit.id, number) is not None,
    )
    return may_open(wanted, on=work.today, policy=work.policy, calendar=work.calendar)
