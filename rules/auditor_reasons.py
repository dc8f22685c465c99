"""Why an audit has the auditor that it has, or none: A1, A2, A3 and S10 in words.

What is optimal is the assignment as a whole: no sentence claims of a single row that nobody else could have taken it.
"""

from collections.abc import Iterator

from rules.decisions import Reason
from rules.draw_shortfalls import why_no_auditor
from rules.policy.shape import Policy
from rules.samples import Sample
from rules.sampling_frames import Case, DueReAudit, Team

# A1 stands in several clauses: the reason has that of the entry which governed.
_OF_RE_AUDITS = "eligibility.auditors_of_re_audits"
_OF_SERVICES = "eligibility.auditors_of_services"


def why_this_auditor(sample: Sample, team: Team, case: Case, auditor_id: str, policy: Policy) -> Iterator[Reason]:
    """The reasons for the auditor of a new audit; A1 is one of them where a service has auditors of its own."""
    who = policy.eligibility.auditors_of_services.get(team.service_id)
    if who is not None:
        sentence = f"New audits of {team.service_id} are for {who.in_words()}; {auditor_id} is one of those."
        yield policy.reason_by_entry(_OF_SERVICES, sentence)
    yield from _cleared_for_it(sample, case.id, auditor_id, policy)
    yield _why_of_all_who_may(sample, auditor_id, case.practitioner_id, policy)


def why_this_re_auditor(sample: Sample, re_audit: DueReAudit, auditor_id: str, policy: Policy) -> Iterator[Reason]:
    """The reasons for the auditor of an admitted re-audit."""
    sentence = f"Re-audits are for {policy.eligibility.auditors_of_re_audits.in_words()}; {auditor_id} is one of those."
    yield policy.reason_by_entry(_OF_RE_AUDITS, sentence)
    yield from _cleared_for_it(sample, re_audit.case_id, auditor_id, policy)
    yield _why_of_all_who_may(sample, auditor_id, re_audit.practitioner_id, policy)
    if auditor_id == re_audit.first_auditor_id:
        yield policy.reason(
            "A2",
            f"{auditor_id} also did the first audit: no assignment of this draw's audits with level load has fewer "
            "re-audits with their first auditor.",
        )


def why_no_re_auditor(sample: Sample, re_audit: DueReAudit, policy: Policy) -> Reason:
    """The rule in the way of a re-audit that is due and was not admitted."""
    rule = sample.refused_re_audits[re_audit.id]
    sentence = f"Re-audit {re_audit.id} could not be given to an auditor: {why_no_auditor(rule)}."
    return policy.reason_by_entry(_OF_RE_AUDITS, sentence) if rule == "A1" else policy.reason(rule, sentence)


def _cleared_for_it(sample: Sample, case_id: str, auditor_id: str, policy: Policy) -> Iterator[Reason]:
    if sample.allocations.eligible.is_restricted(case_id):
        yield policy.reason("S10", f"The record of case {case_id} is restricted, and {auditor_id} is cleared for that.")


def _why_of_all_who_may(sample: Sample, auditor_id: str, practitioner_id: str, policy: Policy) -> Reason:
    if sample.allocations.have_met(auditor_id, practitioner_id):
        sentence = (
            f"{auditor_id} and {practitioner_id} met less than {policy.eligibility.months_before_meeting_again} ago: "
            "of the assignments of this draw's audits with level load and the fewest re-audits with their first "
            "auditor, none has fewer such pairs."
        )
        return policy.reason("A2", sentence)
    sentence = (
        f"{auditor_id} may audit this, is independent and has room for it; no assignment of this draw's audits "
        "spreads them more evenly over the auditors."
    )
    return policy.reason("A3", sentence)
