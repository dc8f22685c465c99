"""Consenting to a dispute about a version of a report that comes late (D7)."""

import uuid
from collections.abc import Mapping

from db.queries import disputes as queries
from db.queries.reaches import Reach
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

    Raises NotFound, and NotAllowedNow for a report that was not issued, and for anybody but whom the policy names.
    """
    audit = hold_audit(work, audit_id).row
    staff = staff_today(work)
    policy, whose = work.policy, work.policy.ladders.late_disputes_need_consent_of
    if whose not in roles_of(work, audit, staff, is_judgement=True, reaches=reaches):
        sentence = f"Consent to a late dispute is for the {in_words(whose)} to give."
        raise not_now(policy.reason_by_entry("ladders.late_disputes_need_consent_of", sentence))
    barred = barred_from_judging(concerned_by(audit, staff), staff.on_the_day, policy)
    if barred & {str(one) for one in work.reach.standing.selves}:
        sentence = (
            "Whoever was the auditor, manages the practitioner or is concerned does not consent to a late dispute: the "
            f"deputy of the {in_words(whose)} does, else the next role up."
        )
        raise not_now(policy.reason_by_entry("ladders.disputes_never_judged_by", sentence))
    number = version or newest_version(work, audit)
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
