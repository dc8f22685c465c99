"""Consenting to a dispute about a version of a report that comes late (D7)."""

import uuid
from collections.abc import Mapping

from db.queries import disputes as queries
from db.queries.reaches import Reach
from db.tables.audits import Audit as AuditRow
from db.tables.disputes import DisputeConsent
from rules.disputes import barred_from_judging
from rules.policy.ladder_shapes import in_words
from rules.roles import Role
from usecases.dispute_actors import concerned_by, roles_of
from usecases.dispute_openings import newest_version
from usecases.held_audits import hold_audit, not_now
from usecases.staff_on_the_day import staff_today
from usecases.trail import Entry, record
from usecases.work import Work


def consent_to_late_dispute(
    work: Work, audit_id: uuid.UUID, reason: str, reaches: Mapping[Role, Reach], *, version: int | None = None
) -> DisputeConsent:
    """Lets a dispute about a version of a report be opened late. Once is enough, and saying so again changes nothing.

    Raises NotFound, and NotAllowedNow for a report that was not issued, for another version than the newest, which
    alone is disputed, and for anybody but whom the policy names.
    """
    audit = hold_audit(work, audit_id).row
    _refuse_others(work, audit, reaches)
    newest = newest_version(work, audit)
    if not newest or version not in (None, newest):
        none_such = f"There is no issued version {version or newest} of the report of {audit.reference}"
        other = f"Version {newest} of the report of {audit.reference} is the newest, and it alone is disputed"
        is_there = bool(version) and queries.issued_at(work.session, audit.id, version or newest) is not None
        raise not_now(work.policy.reason("D7", f"{other if is_there else none_such}."))
    return queries.consent_to(work.session, audit.id, newest) or _given(work, audit, newest, reason)


def _refuse_others(work: Work, audit: AuditRow, reaches: Mapping[Role, Reach]) -> None:
    staff = staff_today(work)
    policy, whose = work.policy, work.policy.ladders.late_disputes_need_consent_of
    barred = barred_from_judging(concerned_by(audit, staff), staff.on_the_day, policy)
    if barred & {str(one) for one in work.reach.standing.selves}:
        sentence = (
            "Whoever was the auditor, manages the practitioner or is concerned does not consent to a late dispute: the "
            f"deputy of the {in_words(whose)} does, else the next role up."
        )
        raise not_now(policy.reason_by_entry("ladders.disputes_never_judged_by", sentence))
    if whose not in roles_of(work, audit, staff, is_judgement=True, reaches=reaches):
        sentence = f"Consent to a late dispute is for the {in_words(whose)} to give, by their post on the day."
        raise not_now(policy.reason_by_entry("ladders.late_disputes_need_consent_of", sentence))


def _given(work: Work, audit: AuditRow, number: int, reason: str) -> DisputeConsent:
    given = DisputeConsent(
        audit_id=audit.id,
        report_version=number,
        given_on=work.today,
        given_at=work.now,
        given_by=work.actor,
        rule="D7",
        clause=work.policy.clause_of("D7"),
    )
    work.session.add(given)
    work.session.flush()
    details, texts = {"report_version": number}, {"reason": reason}
    record(work, Entry(("audit", str(audit.id)), "late_dispute_consented", rule="D7", details=details, texts=texts))
    return given
