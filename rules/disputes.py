"""Whether a dispute may be opened, and who may judge it (D7). Its rungs are `rules/ladders.py`.

Nobody judges their own work: whoever was the auditor, or manages the practitioner, is barred from every rung on which
somebody judges, and so is the practitioner. There the deputy does it, else the next role up.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rules.dates_in_words import day_in_words, listed
from rules.decisions import Reason
from rules.errors import Problem
from rules.policy.ladder_shapes import LadderState, in_words
from rules.policy.shape import Policy
from rules.post_holders import WHOLE_COUNCIL, StaffOnTheDay, Taken, who_takes
from rules.recipients import AuditConcerned
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

_JUDGING = "D7"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is disputed, a domain of the audit tool, the findings or the overall grade, and what comes with it."""

    part: str
    has_reasons: bool
    has_evidence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDispute:
    """A dispute that there was about an audit, whatever became of it.

    `is_final` where it was resolved on the last rung, whose word is final (D6).
    """

    reference: str
    state: str
    is_final: bool = False
    is_about_this_version: bool = False
    left_this_version_unchanged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeAsked:
    """A dispute that somebody wants to open about one version of an issued report.

    `roles` are what they are to the audit on the day. `received_on` is the day on which that version was issued, None
    where it was not. `earlier` are the disputes that there were about this audit.
    """

    roles: frozenset[str]
    received_on: date | None
    earlier: tuple[EarlierDispute, ...] = ()
    has_consent: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it may be opened, with every reason against it; `until_on` is the last day without consent.

    `needs_consent` says that it comes late: with the consent of whom the policy names it may still be opened.
    """

    is_allowed: bool
    until_on: date | None
    needs_consent: bool
    reasons: tuple[Reason, ...]


def may_open(asked: DisputeAsked, *, on: date, policy: Policy, calendar: WorkingDayCalendar) -> Opening:
    """Whether the dispute may be opened that day. Raises OutsideCalendar."""
    within = policy.ladders.disputes_opened_within
    counted = calendar.explain(asked.received_on, within) if asked.received_on is not None else None
    is_late = counted is not None and on > counted.due_on
    against = [*_not_by_them(asked, policy), *_not_this_version(asked, policy)]
    if counted is not None and is_late and not asked.has_consent:
        whose = in_words(policy.ladders.late_disputes_need_consent_of)
        sentence = f"A dispute is opened within {counted.sentence}; later it needs the consent of the {whose}."
        against.append(_by_entry(policy, "disputes_opened_within", sentence))
    until_on = counted.due_on if counted is not None else None
    return Opening(
        not against, until_on, is_late, tuple(against) or tuple(_in_favour(asked, until_on, is_late, policy))
    )


def wrong_in_challenges(challenges: Sequence[Challenge], parts: Collection[str]) -> Iterator[Problem]:
    """What is wrong with what a dispute is about; `parts` are those of the report that can be disputed (D1)."""
    if not challenges:
        sentence = "A dispute says what is disputed: name a domain, the findings or the overall grade."
        yield Problem("/grounds", sentence, None, "D1")
    named: set[str] = set()
    for place, challenge in enumerate(challenges):
        pointer, part = f"/grounds/{place}", challenge.part
        if part not in parts:
            sentence = f"{part!r:.60} is no part of this audit: name one of {', '.join(parts)}."
            yield Problem(f"{pointer}/part", sentence, part[:60], "D1")
        elif part in named:
            yield Problem(f"{pointer}/part", f"{part} stands twice: put all about it into one.", part, "D1")
        named.add(part)
        for name, is_given in (("reasons", challenge.has_reasons), ("evidence", challenge.has_evidence)):
            if not is_given:
                sentence = f"{part!r:.60} is disputed without {name}: give reasons and evidence for each part."
                yield Problem(f"{pointer}/{name}", sentence, None, "D1")


def barred_from_judging(
    audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy, involved: Collection[str] = ()
) -> frozenset[str]:
    """The people who judge no dispute about this audit: those concerned by it, and whoever the policy names.

    Whoever takes the place of a manager of the practitioner on the day manages them; `involved` are those who raised
    the dispute, or had a say in it in such a place before.
    """
    barred, line = {*audit.people, *involved}, audit.practitioner
    for role in policy.ladders.disputes_never_judged_by:
        if role == Role.LINE_MANAGER and line.line_manager_id is not None:
            barred.add(line.line_manager_id)
        scopes = {line.team_id, line.service_id, WHOLE_COUNCIL}
        for (held, scope), holders in staff.holders.items():
            if held == role and scope in scopes:
                barred |= {holder.person_id for holder in holders}
        if role != Role.AUDITOR:
            barred.update(who_takes(role, line, audit.people, staff, policy).people)
    return frozenset(barred)


def is_of_a_judgement(time_limit: str, policy: Policy) -> bool:
    """Whether a clock, by its entry of the policy, is of a rung on which a dispute is judged."""
    rungs = {rung.id for rung in policy.ladders.dispute.rungs if rung.is_judgement}
    return bool(rungs & set(time_limit.split(".")))


def who_may_judge(
    audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy, involved: Collection[str] = ()
) -> StaffOnTheDay:
    """The staff of the day, without those who judge no dispute about this audit."""
    return replace(staff, away=staff.away | barred_from_judging(audit, staff, policy, involved))


def who_judges(
    role: str, audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy, involved: Collection[str] = ()
) -> Taken:
    """Who acts in a role on a rung that judges: its holders who are not barred, else their deputies, else the next up.

    Nobody is barred because of a post alone, so a barred holder leaves no vacancy behind while somebody takes it.
    """
    barred = barred_from_judging(audit, staff, policy, involved)
    taken = who_takes(role, audit.practitioner, frozenset(), who_may_judge(audit, staff, policy, involved), policy)
    stepping_back = [
        post
        for post, holders in staff.holders.items()
        if post[0] == role and any(holder.person_id in barred for holder in holders)
    ]
    if not stepping_back or taken.because is None:
        return taken
    sentence = (
        f"The {staff.called(stepping_back[0])} was the auditor, manages the practitioner or is concerned, and never "
        "judges the dispute: the deputy does, else the next role up."
    )
    vacancies = tuple(one for one in taken.vacancies if not taken.people or one.post not in stepping_back)
    return replace(taken, because=policy.reason(_JUDGING, sentence), vacancies=vacancies)


def _not_by_them(asked: DisputeAsked, policy: Policy) -> Iterator[Reason]:
    by = policy.ladders.disputes_opened_by
    if not asked.roles & set(by):
        sentence = (
            f"A dispute is opened by the {listed([in_words(role) for role in by])} of the audit, and nobody else."
        )
        yield _by_entry(policy, "disputes_opened_by", sentence.replace(" and ", " or ", 1))


def _not_this_version(asked: DisputeAsked, policy: Policy) -> Iterator[Reason]:
    if asked.received_on is None:
        yield policy.reason(
            _JUDGING, "Only an issued report is disputed: comment on a draft in the reflective discussion."
        )
    for earlier in asked.earlier:
        against = _against_another(earlier, policy)
        if against is not None:
            yield against
            return


def _against_another(earlier: EarlierDispute, policy: Policy) -> Reason | None:
    """Why nothing more is disputed after an earlier dispute; None where it stands in nobody's way."""
    if earlier.state == LadderState.OPEN:
        sentence = f"The dispute {earlier.reference} about this report is open: what there is to say is said there."
        return policy.reason(_JUDGING, sentence)
    if earlier.is_final:
        sentence = f"The dispute {earlier.reference} was decided for good: no other follows about this audit."
        return policy.reason(policy.ladders.dispute.rungs[-1].rule, sentence)
    if earlier.is_about_this_version:
        was = f"The dispute {earlier.reference} about this version is {in_words(earlier.state)}"
        return policy.reason(_JUDGING, f"{was}: each version is disputed once.")
    if earlier.left_this_version_unchanged:
        sentence = (
            f"This version came of the dispute {earlier.reference}, which changed no grade of it: what was disputed is "
            "not disputed again."
        )
        return policy.reason(_JUDGING, sentence)
    return None


def _in_favour(asked: DisputeAsked, until_on: date | None, is_late: bool, policy: Policy) -> Iterator[Reason]:
    if until_on is None:
        return
    said = f"A dispute about this version is opened until {day_in_words(until_on)}"
    whose = in_words(policy.ladders.late_disputes_need_consent_of)
    late = f"; it comes later, with the consent of the {whose}" if is_late and asked.has_consent else ""
    yield _by_entry(policy, "disputes_opened_within", f"{said}{late}.")


def _by_entry(policy: Policy, entry: str, sentence: str) -> Reason:
    return policy.reason_by_entry(f"ladders.{entry}", sentence)
