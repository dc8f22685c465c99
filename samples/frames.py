"""The sample council as a sampling frame, without a database: what a year is played with (C5)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rules.policy.shape import Policy
from rules.programme import first_cycle_from, first_day_of
from rules.re_audits import calls_for_re_audit, re_audit_due_on
from rules.sampling_frames import Auditor, Case, DueReAudit, Pairing, Practitioner, SamplingFrame, Team
from rules.working_days import WorkingDayCalendar
from samples.council import Council
from samples.past_audits import SamplePastAudit
from samples.services_and_teams import TEAMS


def council_frame(council: Council, policy: Policy, calendar: WorkingDayCalendar) -> SamplingFrame:
    """Its teams, open cases, auditors and ten cycles of history, in the first cycle from its day on.

    Restricted records are left out (S10), and so is who is away on the day: a year that is played has its own absences.
    """
    teams = {team.id: team.service for team in TEAMS}
    by_person = {(audit.practitioner, audit.month): audit for audit in council.past_audits}
    last_of_person = _latest((audit.practitioner, audit.month) for audit in council.past_audits)
    last_of_case = _latest((audit.case, audit.month) for audit in council.past_audits)
    cases = [case for case in council.cases if not case.restricted]
    practitioners = {person.id: person for person in council.staff.practitioners}
    auditors = tuple(_auditors(council, practitioners))
    known = {auditor.id for auditor in auditors}
    return SamplingFrame(
        cycle=first_cycle_from(policy, calendar, council.as_of).month,
        size=1,
        teams=tuple(Team(reference, service) for reference, service in teams.items()),
        practitioners=tuple(
            Practitioner(person.id, person.team or "", last_of_person.get(person.id), person.started_on)
            for person in practitioners.values()
        ),
        cases=tuple(
            Case(it.reference, it.holder, it.allocated_on, it.began_on, last_of_case.get(it.reference)) for it in cases
        ),
        auditors=auditors,
        re_audits=tuple(_re_audits(policy, by_person, {it.reference: it.holder for it in cases}, known, practitioners)),
        pairings=tuple(
            Pairing(audit.auditor, audit.practitioner, first_day_of(audit.month))
            for audit in council.past_audits
            if audit.auditor in known and audit.practitioner in practitioners
        ),
    ).in_order()


def _latest(months: Iterable[tuple[str, str]]) -> dict[str, date]:
    latest: dict[str, date] = {}
    for subject, month in months:
        latest[subject] = max(latest.get(subject, date.min), first_day_of(month))
    return latest


def _auditors(council: Council, practitioners: Mapping[str, object]) -> Iterator[Auditor]:
    everybody = {person.id: person for person in council.staff.everybody}
    teams, managed = _teams_of(council), defaultdict(list)
    for person in council.staff.practitioners:
        managed[person.manager].append(person.id)
    for row in council.auditors:
        if row.ended_on is None:
            yield Auditor(
                id=row.person,
                service_id=row.service,
                roles=(row.grade,) if row.grade else (),
                team_ids=tuple(sorted({*teams[row.person], *filter(None, [everybody[row.person].team])})),
                practitioner_id=row.person if row.person in practitioners else None,
                line_manages=tuple(managed[row.person]),
                capacity=row.capacity,
            )


def _teams_of(council: Council) -> dict[str, list[str]]:
    """The teams that somebody manages, those of a whole service too (A2)."""
    of_service: dict[str, list[str]] = defaultdict(list)
    for team in TEAMS:
        of_service[team.service].append(team.id)
    found: dict[str, list[str]] = defaultdict(list)
    for post in council.posts:
        if post.ended_on is None:
            found[post.person] += [post.team] if post.team else of_service[post.service]
    return found


def _re_audits(
    policy: Policy,
    by_person: Mapping[tuple[str, str], SamplePastAudit],
    holders: Mapping[str, str],
    auditors: set[str],
    practitioners: Mapping[str, object],
) -> Iterator[DueReAudit]:
    """Re-audits still to come of cases that are open with the same practitioner (S7)."""
    followed_up = {(audit.practitioner, audit.re_audit_of) for audit in by_person.values() if audit.re_audit_of}
    for key, audit in by_person.items():
        is_open = holders.get(audit.case) == audit.practitioner and audit.practitioner in practitioners
        if is_open and key not in followed_up and calls_for_re_audit(policy, audit.grade, _sequence(by_person, audit)):
            due_on = re_audit_due_on(policy, audit.issued_on)
            first = audit.auditor if audit.auditor in auditors else None
            people = audit.practitioner, audit.team
            yield DueReAudit(
                f"{audit.practitioner} {audit.month}", audit.case, *people, audit.grade, due_on, audit.issued_on, first
            )


def _sequence(by_person: Mapping[tuple[str, str], SamplePastAudit], audit: SamplePastAudit) -> int:
    """0 for an audit, 1 for a first re-audit."""
    return 1 + _sequence(by_person, by_person[audit.practitioner, audit.re_audit_of]) if audit.re_audit_of else 0
