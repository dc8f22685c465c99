"""What happens by itself: each job's name, how often it ticks, its use case and the clause behind it.

A tick decides nothing: what is due is read from the rows. Running a job twice, late, or in two processes at once
changes nothing more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from clock import Clock
from db.queries.jobs import CASE_SYSTEM, DELIVERY, HEARTBEAT
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from usecases.case_system_contents import Reports
from usecases.case_system_ports import CaseSystem
from usecases.case_system_runs import serve_case_system
from usecases.cycle_closings import report_closings
from usecases.dispute_sweep import walk_disputes
from usecases.due_cycles import close_due_cycles, open_due_cycle, open_due_extra_cycles, warn_of_programme
from usecases.finished_audits import close_finished
from usecases.kept_answers import forget_what_was_kept
from usecases.lapsed_amendments import say_not_accepted
from usecases.lengthenings import lengthen_clocks
from usecases.letters import Letterhead
from usecases.moderation_rounds import draw_due_round
from usecases.outbox import Delivery, deliver_alerts, deliver_due
from usecases.ports import Mail, RootFolder
from usecases.safety_alert_sweep import sweep_alerts
from usecases.sweep import sweep_due
from usecases.team_changes import settle_teams
from usecases.trail_nights import make_and_export_root
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class Means:
    """What the jobs of one scheduler work with."""

    sessions: sessionmaker[Session]
    clock: Clock
    policy: Policy
    calendar: WorkingDayCalendar
    mail: Mail
    root_folder: RootFolder
    case_system: CaseSystem | None  # None where the council's connector fetches what is owed
    reports: Reports
    letterhead: Letterhead
    settle: timedelta
    keep_answers: timedelta


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the table: `does` answers in a sentence what it did, within the transaction of its work."""

    name: str
    every: timedelta
    does: Callable[[Work, Means], str]
    rule: str


@dataclass(frozen=True, slots=True)
class Errand:
    """A job that opens and commits transactions of its own, because it waits for the outside between them."""

    name: str
    every: timedelta
    does: Callable[[Means], str]
    rule: str


def _deliver(means: Means) -> str:
    return _in_words(deliver_due(means))


def _in_words(delivery: Delivery) -> str:
    ended = f" Ended early: {delivery.unreachable}" if delivery.unreachable else ""
    return f"Sent {delivery.sent}, put off {delivery.put_off}, parked {delivery.parked}.{ended}"


def _deliver_alerts(means: Means) -> str:
    """Beside all other sending, for what could not go right after its commit."""
    return _in_words(deliver_alerts(means))


def _sweep(means: Means) -> str:
    """What changes an audit comes first, so that nobody is reminded of a clock that ended with it."""
    return f"Not accepted: {say_not_accepted(means)}. {sweep_due(means)}"


def _serve_case_system(means: Means) -> str:
    if means.case_system is None:
        return "The connector fetches what is owed."
    served = serve_case_system(means)
    ended = f" Ended early: {served.ended_early}" if served.ended_early else ""
    return f"Done {served.done}, put off {served.put_off}, left to people {served.left_to_people}.{ended}"


JOBS: tuple[Job | Errand, ...] = (
    Job(HEARTBEAT, timedelta(seconds=10), lambda _work, _means: "The scheduler ticks.", "—"),
    Job("close_cycles", timedelta(minutes=1), lambda work, _means: close_due_cycles(work), "P3"),
    Job("report_closings", timedelta(minutes=5), lambda work, _means: report_closings(work), "L12"),
    Job("settle_teams", timedelta(minutes=1), lambda work, _means: settle_teams(work), "P4"),
    Job("open_cycles", timedelta(seconds=30), lambda work, means: open_due_cycle(work, means.settle), "P3"),
    Job(
        "open_extra_cycles",
        timedelta(seconds=30),
        lambda work, means: open_due_extra_cycles(work, means.settle),
        "P2",
    ),
    Job("lengthen_clocks", timedelta(hours=1), lambda work, _means: lengthen_clocks(work), "P3"),
    Errand("sweep_disputes", timedelta(minutes=1), walk_disputes, "D7"),
    Job("draw_moderation", timedelta(hours=1), lambda work, _means: draw_due_round(work), "M1"),
    Errand("sweep_deadlines", timedelta(minutes=1), _sweep, "L13"),
    Errand("close_finished_audits", timedelta(minutes=10), close_finished, "S7"),
    Errand("sweep_safety_alerts", timedelta(minutes=1), sweep_alerts, "W6"),
    Errand("send_safety_alerts", timedelta(seconds=2), _deliver_alerts, "W7"),
    Errand(DELIVERY, timedelta(seconds=15), _deliver, "A5"),
    Errand(CASE_SYSTEM, timedelta(seconds=15), _serve_case_system, "C2"),
    Job(
        "forget_what_was_kept",
        timedelta(hours=1),
        lambda work, means: forget_what_was_kept(work, means.keep_answers),
        "—",
    ),
    Errand(
        "make_trail_root",
        timedelta(minutes=10),
        lambda means: make_and_export_root(means.sessions, means.clock, means.root_folder),
        "C4",
    ),
    Job("warn_of_programme", timedelta(hours=1), lambda work, _means: warn_of_programme(work), "P2"),
)
