"""What a sampling frame is built from, loaded with a fixed number of questions however many cases there are (S5)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.queries import audits_to_follow, frame_auditors, sampling_frames
from db.queries.audit_moves import loads_in
from db.queries.audits_to_follow import CarriedOverRow, ReAuditRow
from db.queries.frame_auditors import AuditorRow
from db.queries.sampling_frames import CaseRow, PractitionerRow
from rules.absences import Absence
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.themes import EVERYTHING, Theme
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """The state of things for one cycle; people, teams and audits by reference."""

    cases: Sequence[CaseRow]
    holders: Mapping[str, PractitionerRow]
    teams: Mapping[str, str]
    auditors: Mapping[str, AuditorRow]
    absences: Mapping[str, Sequence[Absence]]
    teams_of: Mapping[str, Sequence[str]]
    line_manages: Mapping[str, Sequence[str]]
    disputed_cases: Mapping[str, str]  # each with the audit that the dispute is about
    without_re_audit: Sequence[ReAuditRow]
    unfinished: Sequence[CarriedOverRow]
    pairings: Sequence[tuple[str, str, date]]
    given_this_month: Mapping[str, int]


def load_frame_facts(work: Work, policy: Policy, cycle: AuditCycle, theme: Theme = EVERYTHING) -> FrameFacts:
    """Cases, auditors and absences are those of the cycle's nominal opening day (P3).

    Teams, posts and line managers are those of the day on which the cycle really opens: today when that is late, and
    for a preview the day to come. Until the transaction ends no other extract can be loaded, so that all questions
    see the same one.
    """
    session, opens_on = work.session, cycle.opens_on
    day = max(work.today, opens_on)
    month = cycle.first_on
    grades = policy.gradings.re_audit_grades
    holders = sampling_frames.practitioners(session, opens_on, day, grades)
    return FrameFacts(
        cases=sampling_frames.open_cases(session, opens_on, with_attributes=bool(theme.narrowings)),
        holders={row.reference: row for row in holders},
        teams=dict(sampling_frames.teams(session, day)),
        auditors={row.reference: row for row in frame_auditors.auditors(session, opens_on, cycle.closes_on)},
        absences=absences_by_person(work, cycle.opens_on, cycle.closes_on),
        teams_of=by_first(frame_auditors.teams_of_auditors(session, day)),
        line_manages=by_first(frame_auditors.line_managed_by_auditors(session, day)),
        disputed_cases=audits_to_follow.disputed_cases(session),
        without_re_audit=audits_to_follow.audits_without_re_audit(session, grades),
        unfinished=audits_to_follow.unfinished_audits(session, month),
        pairings=frame_auditors.pairings(session, policy.eligibility.months_before_meeting_again.before(month)),
        given_this_month=loads_in(session, month),
    )


def absences_by_person(work: Work, first_day: date, last_day: date) -> dict[str, list[Absence]]:
    """Who is away on any of these days, by their references."""
    found: dict[str, list[Absence]] = defaultdict(list)
    for reference, first_on, last_on in frame_auditors.absences(work.session, first_day, last_day):
        found[reference].append(Absence(first_on, last_on))
    return dict(found)


def by_first(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """All second ones of each first one."""
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        found[one].append(other)
    return dict(found)
