"""The records that doctor looks at: what must never be, what waits too long, whether the scheduler lives."""

from collections.abc import Iterator
from datetime import timedelta

from cli.examinations import Examined, note, well, wrong
from db.queries import jobs, measures, safety_alerts
from db.queries.invariants import INVARIANTS
from rules.dates_in_words import day_in_words
from usecases.restored_copies import why_silent
from usecases.verified_records import broken_invariants, verify_records
from usecases.work import Work

_SILENT_AFTER = timedelta(minutes=3)
_STUCK_AFTER = timedelta(hours=1)
_ALERTS_LATE_AFTER = timedelta(minutes=1)


def examine_records(work: Work, *, thorough: bool) -> Iterator[Examined]:
    """What must never be; if `thorough` every issued draw is drawn again and the trail read from end to end."""
    if thorough:
        records = verify_records(work)
        found = list(records.findings)
        yield well("draws", f"{records.draws} issued draws drawn again and compared, the trail read from end to end")
    else:
        found = broken_invariants(work)
    for finding in found:
        yield wrong(
            "records", finding.sentence, "Ask whoever supports the product before changing a row.", finding.rule
        )
    if not found:
        yield well("records", f"None of the {len(INVARIANTS)} things that must never be")


def examine_extract(work: Work) -> Examined:
    """Whether a cycle could be opened from the newest extract of cases (C1)."""
    newest = dict(measures.days_of_newest_extracts(work.session))["involvements"]
    if newest is None:
        return note(
            "extract",
            "No extract of cases was loaded yet.",
            "`practice-audit import involvements FILE` loads one.",
            "C1",
        )
    oldest = work.policy.caseload.oldest_extract_at_opening
    if newest < work.calendar.subtract(work.today, oldest):
        return wrong(
            "extract",
            f"The newest extract of cases is of {day_in_words(newest)}; a cycle opens with one of at most {oldest}.",
            "Load a new one with `practice-audit import involvements FILE`.",
            "C1",
        )
    return well("extract", f"The newest extract of cases is of {day_in_words(newest)}")


def examine_scheduler(work: Work) -> Iterator[Examined]:
    """Whether the scheduler ticks, and which of its jobs fail."""
    heard_at = jobs.last_heartbeat(work.session)
    if heard_at is None or work.now - heard_at > _SILENT_AFTER:
        last = f"was last heard of at {heard_at:%Y-%m-%d %H:%M} UTC" if heard_at else "never ran here"
        yield wrong(
            "scheduler",
            f"The scheduler {last}: nothing is opened, sent or reminded of.",
            "Start `practice-audit scheduler`, or ./run.",
        )
    else:
        yield well("scheduler", f"Last heard of {max(0.0, (work.now - heard_at).total_seconds()):.0f} s ago")
    for run in jobs.last_runs(work.session):
        if run.failures_in_a_row:
            yield wrong(
                "scheduler",
                f"The job {run.job} failed {run.failures_in_a_row} times in a row: {run.outcome}",
                "The scheduler's log says more; it is tried again by itself.",
            )


def examine_case_system(work: Work) -> Iterator[Examined]:
    """What should have been carried out, and what waits for a person of the audit team (C2)."""
    found = measures.case_system_commands(work.session)
    due_since = measures.case_system_due_since(work.session, work.now)
    if due_since is not None and work.now - due_since > _STUCK_AFTER and why_silent(work) is None:
        yield wrong(
            "case_system",
            f"Commands for the case system wait, the longest since {due_since:%Y-%m-%d %H:%M} UTC.",
            "Look at the connector; GET /v1/case-system/commands?state=pending names its last answer.",
            "C2",
        )
    else:
        waiting = found.get("pending", 0) + found.get("manual", 0)
        yield well("case_system", f"{waiting} commands wait for their time, or to be done by hand")
    stuck = [f"{found[state]} {state}" for state in ("refused", "uncertain") if found.get(state)]
    if stuck:
        yield note(
            "case_system",
            f"{' and '.join(stuck)}: these wait for a person of the audit team.",
            "GET /v1/tasks?state=open says what to do about each.",
            "C2",
        )


def examine_safety_alerts(work: Work) -> Iterator[Examined]:
    """Open alerts of which nobody could be told, and those whose messages do not get through (W1, W7)."""
    silent = why_silent(work) is not None
    for alert in safety_alerts.alerts_nobody_told(work.session):
        yield wrong(
            "safety_alerts",
            f"Nobody who could act could be told of {alert.reference}, raised at {alert.raised_at:%Y-%m-%d %H:%M} UTC.",
            f"Ring whoever can act, now; GET /v1/safety-alerts/{alert.id} says who should have been told.",
            "W1",
        )
    figures = measures.safety_alerts(work.session, work.now)
    if figures.due_since is not None and work.now - figures.due_since > _ALERTS_LATE_AFTER and not silent:
        yield wrong(
            "safety_alerts",
            f"Messages about safety alerts wait, the longest since {figures.due_since:%Y-%m-%d %H:%M} UTC.",
            "Look at the mail server; until it works, ring whoever GET /v1/safety-alerts?state=open is about.",
            "W7",
        )
    overdue, oldest_on = safety_alerts.overdue_since(work.session, work.today)
    if oldest_on is not None:
        yield wrong(
            "safety_alerts",
            f"{figures.open} open, of which {overdue} are overdue, the oldest since {day_in_words(oldest_on)}.",
            "Ring whoever owes them: GET /v1/safety-alerts?state=open says who that is.",
            "W6",
        )
    if not figures.told_to_nobody and not overdue:
        yield well("safety_alerts", f"{figures.open} open, each told to somebody who can act")


def examine_outbox(work: Work) -> Iterator[Examined]:
    """Messages that should have gone, and those that wait for a person (A5)."""
    silent = why_silent(work)
    outbox = measures.outbox(work.session, work.now)
    if silent is not None:
        yield note(
            "outbox",
            f"This is a restored copy, as of {silent.backup_made_at:%Y-%m-%d %H:%M} UTC, and sends nothing; "
            f"{silent.owed} messages came along unsent.",
            "If it is the one to go on with, and the other is stopped for good: `practice-audit resume-sending`.",
        )
    elif outbox.due_since is not None and work.now - outbox.due_since > _STUCK_AFTER:
        yield wrong(
            "outbox",
            f"{outbox.waiting} messages wait, the longest since {outbox.due_since:%Y-%m-%d %H:%M} UTC.",
            "Look at the mail server and at the scheduler; GET /v1/notices?state=pending names the last answer.",
            "A5",
        )
    else:
        yield well("outbox", f"{outbox.waiting} messages wait for their time")
    if outbox.parked:
        yield note(
            "outbox",
            f"{outbox.parked} messages wait for a person: no address, or refused for good.",
            "GET /v1/notices?state=parked says why; mend the address, then send again.",
            "A5",
        )
