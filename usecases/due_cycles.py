"""What the passing of days asks of cycles: open the one whose day has come, close those whose last day has passed.

Asked again and again, by however many schedulers; what is due is read from the rows, so a missed day is made good.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from db.queries import programme, sampling_frames
from rules.dates_in_words import listed, month_in_words
from rules.decisions import Reason
from rules.programme import AuditCycle, audit_year, cycle_running_on, first_cycle_from, first_day_of
from rules.programme_publishing import delayed_re_audits, why_next_programme_is_missing
from usecases.audit_cycles import close_cycle, open_cycle
from usecases.work import LONDON, Work


def open_due_cycle(work: Work, settle: timedelta) -> str:
    """Opens the cycle that runs today if it is not open yet; the sentence says what was done, or why nothing was.

    A new extract is left alone for `settle`, so that whoever loads one can read its row errors and preview the draw
    first. While nobody is appointed to audit it waits: an admin can open such a cycle, a scheduler should not.
    Raises as `open_cycle` does.
    """
    cycle = cycle_running_on(work.policy, work.calendar, work.today)
    if cycle is None:
        following = first_cycle_from(work.policy, work.calendar, work.today)
        return f"No cycle runs today; the next opens on {following.opens_on}.{_missed(work)}"
    if programme.months_not_planned(work.session, [cycle.month]):
        return f"The cycle {cycle.month} was opened.{_missed(work)}"
    waits = _why_wait(work, cycle, settle)
    if waits is not None:
        return f"The cycle {cycle.month} waits: {waits}"
    opened = open_cycle(work, cycle.month)
    done = "Opened" if opened.is_new else "Found open:"
    return f"{done} {cycle.month} with {len(opened.row.shortfalls)} shortfalls.{_missed(work)}"


def close_due_cycles(work: Work) -> str:
    """Closes the cycles whose last day has passed (P3)."""
    months = programme.open_cycles_past(work.session, work.today)
    for month in months:
        close_cycle(work, month)
    return f"Closed {listed(months)}." if months else "No cycle is to close."


def warn_of_programme(work: Work) -> str:
    """What there is to warn of about the programme today (P2, P7)."""
    missing = why_next_programme_is_missing(work.policy, work.today, programme.published_years(work.session))
    delayed = delayed_re_audits(work.policy, work.calendar, work.today.year)
    warnings = [*([missing] if missing else []), *delayed]
    return " ".join(warning.sentence for warning in warnings) or "Nothing to warn of."


def missed_cycles(work: Work) -> Sequence[AuditCycle]:
    """Cycles that were never opened though their last day has passed, since the first extract was loaded."""
    first_at = sampling_frames.first_extract_at(work.session)
    if first_at is None:
        return []
    since = first_at.astimezone(LONDON).date()
    past = [
        cycle
        for year in range(since.year, work.today.year + 1)
        for cycle in audit_year(work.policy, work.calendar, year)
        if cycle.opens_on >= since and cycle.closes_on < work.today
    ]
    opened = programme.months_not_planned(work.session, [cycle.month for cycle in past])
    return [cycle for cycle in past if cycle.month not in opened]


def why_missed(work: Work) -> tuple[Reason, ...]:
    """One warning for each cycle that was never opened (P3)."""
    return tuple(
        work.policy.reason("P3", f"The cycle of {_name(cycle)} was never opened, and its last day has passed.")
        for cycle in missed_cycles(work)
    )


def _why_wait(work: Work, cycle: AuditCycle, settle: timedelta) -> str | None:
    extract = sampling_frames.newest_extract(work.session)
    if extract is not None and work.now - settle < extract.imported_at <= work.now:
        return "its extract was loaded just now."
    if not sampling_frames.is_anybody_auditing(work.session, cycle.opens_on):
        return "nobody is appointed to audit."
    return None


def _missed(work: Work) -> str:
    missed = missed_cycles(work)
    return f" Never opened: {listed([_name(cycle) for cycle in missed])}." if missed else ""


def _name(cycle: AuditCycle) -> str:
    first_on: date = first_day_of(cycle.month)
    return month_in_words(first_on)
