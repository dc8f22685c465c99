"""Who may take over an audit, who should first, and why others may not (A4, by A1–A3, S9 and S10)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from rules.decisions import Reason
from rules.eligible_auditors import who_audits
from rules.policy.shape import Policy
from rules.sampling_frames import Auditor
from rules.tickets import Tickets

_IN_SHORT = {
    "A1": "it takes another standing",
    "A2": "they are not independent of it",
    "A3": "they have no room or no days for it",
    "S10": "they are not cleared for its record",
}


@dataclass(frozen=True, slots=True)
class AuditToGive:
    """An audit that wants an auditor.

    `team_ids` are the team of the work and today's team of the practitioner; `area` is the service of the auditor who
    gives it up, None where none is known. `takes_room` unless it was carried over (A3). `gave_it_back` are those who
    had it before and may not have it again. One of a restricted record goes to a cleared auditor only (S10).
    """

    reference: str
    practitioner_id: str
    team_ids: frozenset[str]
    service_id: str
    is_re_audit: bool = False
    auditor_id: str | None = None
    first_auditor_id: str | None = None
    area: str | None = None
    takes_room: bool = True
    is_restricted: bool = False
    gave_it_back: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An auditor as they stand today. `load` counts their audits of the cycle, withdrawn ones aside.

    `why_unable` says why they can't do an audit of this cycle at all; None for one who can.
    """

    auditor: Auditor
    load: int = 0
    why_unable: str | None = None
    has_met: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who may take over, the best first in a list."""

    candidate: Candidate
    reasons: tuple[Reason, ...]


def why_not_auditor(
    candidate: Candidate, audit: AuditToGive, policy: Policy, *, beyond_area: bool = False
) -> Reason | None:
    """The first rule against giving the audit to them: A1, A2, S10, A3, then the service area (A4); None if none."""
    return next(_against(candidate, audit, policy, beyond_area=beyond_area), None)


def without_the_practitioner(why_not: Reason, candidate: Candidate, audit: AuditToGive, policy: Policy) -> Reason:
    """The same for the auditor's line: nothing of whose work it is, how it was graded, or what concerns others (C4)."""
    if why_not.rule not in _IN_SHORT:
        return why_not
    sentence = f"{candidate.auditor.id} may not take {audit.reference}: {_IN_SHORT[why_not.rule]}."
    return policy.reason(why_not.rule, sentence)


def suggested_without_the_practitioner(suggestion: Suggestion, audit: AuditToGive, policy: Policy) -> Suggestion:
    """A suggestion for the auditor's line: their room, and nothing of whom they met before (C4)."""
    unmet = replace(suggestion.candidate, has_met=False)
    reason = _why_able(unmet, replace(audit, first_auditor_id=None), policy)
    return Suggestion(unmet, (reason,))


def suggestions(
    candidates: Iterable[Candidate],
    audit: AuditToGive,
    policy: Policy,
    tickets: Tickets,
    *,
    beyond_area: bool = False,
    freed: str | None = None,
) -> list[Suggestion]:
    """Everybody who may take over, in the order of A3: least load, not the first auditor, not met lately, ticket.

    `freed` is the auditor whose audit fell out: unless they met the practitioner lately they go first, so that the
    load of all stays as the draw spread it.
    """
    able = [it for it in candidates if why_not_auditor(it, audit, policy, beyond_area=beyond_area) is None]

    def turn(it: Candidate) -> tuple[bool, int, bool, bool, str]:
        stays = it.auditor.id == freed and not it.has_met
        return not stays, it.load, _is_first(it, audit), it.has_met, tickets.of("auditor", it.auditor.id)

    return [Suggestion(it, (_why_able(it, audit, policy),)) for it in sorted(able, key=turn)]


def why_not_widened(candidates: Iterable[Candidate], audit: AuditToGive, policy: Policy) -> Reason | None:
    """Why nobody is looked for beyond the service area: somebody in it can take over (A4); None when nobody can."""
    if audit.area is None:
        return None
    inside = sum(why_not_auditor(it, audit, policy) is None for it in candidates)
    if not inside:
        return None
    can = "1 auditor of its service area can" if inside == 1 else f"{inside} auditors of its service area can"
    sentence = f"{can} take over {audit.reference} ({audit.area}): the search is widened only when nobody there can."
    return policy.reason("A4", sentence)


def _against(candidate: Candidate, audit: AuditToGive, policy: Policy, *, beyond_area: bool) -> Iterator[Reason]:
    who, reference = candidate.auditor.id, audit.reference
    if who == audit.auditor_id:
        yield policy.reason("A4", f"{reference} is with {who} already: name somebody else.")
    entry, may = who_audits(policy.eligibility, audit.service_id, is_re_audit=audit.is_re_audit)
    if not may.includes(candidate.auditor.service_id, candidate.auditor.roles):
        what = "re-audits" if audit.is_re_audit else f"audits of {audit.service_id}"
        sentence = f"{who} may not take {reference}: {what} are for {may.in_words()}."
        yield policy.reason_by_entry(f"eligibility.{entry}", sentence)
    yield from _not_independent(candidate, audit, policy)
    if audit.is_restricted and not candidate.auditor.is_cleared_for_restricted:
        sentence = f"The record of {reference} is restricted, and {who} is not cleared for that: name somebody who is."
        yield policy.reason("S10", sentence)
    yield from _no_room(candidate, audit, policy)
    if not beyond_area and audit.area is not None and candidate.auditor.service_id != audit.area:
        sentence = (
            f"{who} audits for {candidate.auditor.service_id}, and {reference} was with an auditor of {audit.area}: "
            "only the audit manager looks beyond the service area, with a reason."
        )
        yield policy.reason("A4", sentence)


def _not_independent(candidate: Candidate, audit: AuditToGive, policy: Policy) -> Iterator[Reason]:
    auditor, reference = candidate.auditor, audit.reference
    if audit.practitioner_id in (auditor.id, auditor.practitioner_id):
        yield policy.reason("A2", f"{reference} is of {auditor.id}'s own work: nobody audits that.")
    if audit.practitioner_id in auditor.line_manages:
        sentence = f"{auditor.id} line-manages {audit.practitioner_id}, so may not take {reference}."
        yield policy.reason("A2", sentence)
    if not audit.team_ids.isdisjoint(auditor.team_ids):
        team = min(audit.team_ids.intersection(auditor.team_ids))
        sentence = f"{auditor.id} manages or belongs to team {team}, so may not take {reference}."
        yield policy.reason("A2", sentence)
    if auditor.id in audit.gave_it_back:
        sentence = f"{auditor.id} gave {reference} up for a reason after which an auditor does not get it back."
        yield policy.reason("A2", sentence)


def _no_room(candidate: Candidate, audit: AuditToGive, policy: Policy) -> Iterator[Reason]:
    auditor = candidate.auditor
    if candidate.why_unable is not None:
        yield policy.reason("A3", f"{auditor.id} can't take {audit.reference}: {candidate.why_unable}.")
    if audit.takes_room and candidate.load >= auditor.capacity:
        sentence = (
            f"{auditor.id} has {candidate.load} of at most {auditor.capacity} audits in this cycle, so there is "
            f"no room for {audit.reference}."
        )
        yield policy.reason("A3", sentence)


def _is_first(candidate: Candidate, audit: AuditToGive) -> bool:
    return candidate.auditor.id == audit.first_auditor_id


def _why_able(candidate: Candidate, audit: AuditToGive, policy: Policy) -> Reason:
    auditor = candidate.auditor
    room = f"has {candidate.load} of at most {auditor.capacity} audits in this cycle"
    if not audit.takes_room:
        room = "needs no room for it, because it was carried over"
    noted = [*(["did the first audit"] if _is_first(candidate, audit) else [])]
    noted += [f"met {audit.practitioner_id} lately"] if candidate.has_met else []
    also = f"; {auditor.id} {' and '.join(noted)}" if noted else ""
    rule = "A2" if noted else "A3"
    sentence = f"{auditor.id} of {auditor.service_id} may take {audit.reference}, is independent and {room}{also}."
    return policy.reason(rule, sentence)
