"""A council that does not exist, as of any day: `python -m samples --as-of 2026-09-01 --into FOLDER` writes its files.

The same day and seed make the same council to the last byte. Everybody and everything in it is made up: family names
that say so, addresses at example.org and .invalid, references that begin with SYN or lie in 990001 to 990999.
"""

from dataclasses import dataclass
from datetime import date

from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from samples.cases import SampleCase, make_cases
from samples.past_audits import SamplePastAudit, make_past_audits
from samples.people import Staff, make_staff
from samples.posts import SampleAbsence, SampleAuditor, SamplePost, make_absences, make_auditors, make_posts

SEED = "sample council"


@dataclass(frozen=True, slots=True)
class Council:
    """The sample council on one day."""

    as_of: date
    seed: str
    staff: Staff
    posts: list[SamplePost]
    auditors: list[SampleAuditor]
    absences: list[SampleAbsence]
    cases: list[SampleCase]
    past_audits: list[SamplePastAudit]


def make_council(as_of: date, policy: Policy, calendar: WorkingDayCalendar, seed: str = SEED) -> Council:
    """The council on that day, with ten cycles of history behind it under that policy."""
    staff = make_staff(as_of, seed)
    cases = make_cases(staff.practitioners, as_of, seed)
    return Council(
        as_of=as_of,
        seed=seed,
        staff=staff,
        posts=make_posts(staff, as_of),
        auditors=make_auditors(staff, as_of, seed),
        absences=make_absences(staff, as_of, seed),
        cases=cases,
        past_audits=make_past_audits(staff, cases, as_of, policy=policy, calendar=calendar, seed=seed),
    )
