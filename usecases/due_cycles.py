"""What the passing of days asks of cycles: open the one whose day has come, close those whose last day has passed.

Asked again and again, by however many schedulers; what is due is read from the rows, so a missed day is made good.
"""

from datetime import timedelta

from db.queries import draws, frame_auditors, programme
from db.queries.newest_extract import newest_extract
from db.tables.programme import AuditCycle as CycleRow
from rules.cycle_withdrawals import CANCELLED
from rules.dates_in_words import listed
from rules.errors import Refusal
from rules.programme import AuditCycle, cycle_running_on, first_cycle_from
from rules.programme_publishing import delayed_re_audits, why_next_programme_is_missing
from usecases.audit_cycles import close_cycle, open_cycle
from usecases.cycle_rows import known_cycle
from usecases.missed_cycles import began_elsewhere, missed_cycles, never_opened
from usecases.tasks import PROGRAMME_MISSING, NewTask, open_once
from usecases.work import Work


def open_due_cycle(work: Work, settle: timedelta) -> str:
    """Opens the cycle that runs today if it is not open yet; the sentence says what was done, or why nothing was.

    A new extract is left alone for `settle`, so that whoever loads one can read its row errors and preview the draw
    first. While nobody is appointed to audit it waits, and so it does for a cycle that began before the council's first
    extract, whose audits may be under way by the old ways (C5): an admin can open such a cycle, a scheduler should not.
    Raises as `open_cycle` does.
    """
    cycle = cycle_running_on(work.policy, work.calendar, work.today)
    if cycle is None:
        following = first_cycle_from(work.policy, work.calendar, work.today)
        return f"No cycle runs today; the next opens on {following.opens_on}.{_missed(work)}"
    known = programme.cycle_in(work.session, cycle.month)
    if known is not None and known.state == CANCELLED:
        return f"The cycle {cycle.month} is cancelled.{_missed(work)}"
    if known is not None and known.state != "planned":
        return f"The cycle {cycle.month} was opened.{_missed(work)}"
    waits = _why_wait(work, cycle, known, settle)
    if waits is not None:
        return f"The cycle {cycle.month} waits: {waits}"
    opened = open_cycle(work, cycle.month)
    done = "Opened" if opened.is_new else "Found open:"
    return f"{done} {cycle.month} with {len(opened.row.shortfalls)} shortfalls.{_missed(work)}"


def open_due_extra_cycles(work: Work, settle: timedelta) -> str:
    """Opens the extra cycles whose day has come (P2), each for itself; the sentence says what was done and what waits.

    Beside a cycle of the programme that is to open today too they wait for it: it goes first.
    """
    said = [_open_extra(work, cycle, settle) for cycle in programme.extra_cycles_due(work.session, work.today)]
    return " ".join(said) or "No extra cycle is to open."


def _open_extra(work: Work, cycle_id: str, settle: timedelta) -> str:
    cycle = known_cycle(work, cycle_id)
    waits = _why_wait(work, cycle, programme.cycle_in(work.session, cycle_id), settle)
    if waits is not None:
        return f"The extra cycle {cycle_id} waits: {waits}"
    try:
        with work.session.begin_nested():
            opened = open_cycle(work, cycle_id)
    except Refusal as refusal:
        return f"Not opened, {cycle_id}: {refusal.sentence}"
    return f"Opened {cycle_id} with {len(opened.row.shortfalls)} shortfalls."


def close_due_cycles(work: Work) -> str:
    """Closes the cycles whose last day has passed (P3); one that is refused does not keep the others from closing."""
    months = programme.open_cycles_past(work.session, work.today)
    refused = {month: why_not for month in months if (why_not := _why_not_closed(work, month)) is not None}
    closed = [month for month in months if month not in refused]
    done = [f"Closed {listed(closed)}."] if closed else []
    not_done = [f"Not closed, {month}: {why_not}" for month, why_not in refused.items()]
    return " ".join([*done, *not_done]) or "No cycle is to close."


def _why_not_closed(work: Work, month: str) -> str | None:
    """Closes a cycle, or undoes what that had written and answers why it is refused."""
    try:
        with work.session.begin_nested():
            close_cycle(work, month)
    except Refusal as refusal:
        return refusal.sentence
    return None


def warn_of_programme(work: Work) -> str:
    """Warns the audit team, once each, of a year without a programme (P2) and of cycles that were never opened (P3)."""
    missing = why_next_programme_is_missing(work.policy, work.today, programme.published_years(work.session))
    following = str(work.today.year + 1)
    new = (
        [NewTask(PROGRAMME_MISSING, following, missing.sentence, missing.rule, ("audit_year", following))]
        if missing
        else []
    )
    new += [
        NewTask("cycle_missed", cycle.month, never_opened(cycle), "P3", ("audit_cycle", cycle.month))
        for cycle in missed_cycles(work)
    ]
    open_once(work, new)
    delayed = delayed_re_audits(work.policy, work.calendar, work.today.year)
    return " ".join([*(task.sentence for task in new), *(delay.sentence for delay in delayed)]) or "Nothing to warn of."


def _why_wait(work: Work, cycle: AuditCycle, known: CycleRow | None, settle: timedelta) -> str | None:
    extract = newest_extract(work.session)
    withdrawn_at = draws.withdrawn_last_at(work.session, known.id) if known else None
    if withdrawn_at is not None and (extract is None or extract.imported_at <= withdrawn_at):
        return "it was withdrawn, and no extract of open cases was loaded since."
    if cycle.is_extra and _is_another_to_open(work):
        return "the cycle of the programme goes first, and it is to open today."
    if extract is not None and not cycle.is_extra and began_elsewhere(work, cycle):
        way_out = f"to open it here too, POST /v1/audit-cycles/{cycle.month}/open."
        return f"it began before the first extract was loaded here; {way_out}"
    if extract is not None and work.now - settle < extract.imported_at <= work.now:
        return "its extract was loaded just now."
    if not frame_auditors.is_anybody_auditing(work.session, cycle.opens_on):
        return "nobody is appointed to audit."
    return None


def _is_another_to_open(work: Work) -> bool:
    """Whether a cycle of the programme is still to open, on its own first day."""
    cycle = cycle_running_on(work.policy, work.calendar, work.today)
    if cycle is None or cycle.opens_on != work.today or began_elsewhere(work, cycle):
        return False
    known = programme.cycle_in(work.session, cycle.month)
    return known is None or known.state == "planned"


def _missed(work: Work) -> str:
    missed = missed_cycles(work)
    return f" Never opened: {listed([cycle.name for cycle in missed])}." if missed else ""
