"""Opening this month's cycle at the start, so that there is something to see."""

from sqlalchemy.orm import Session, sessionmaker

from clock import Clock
from rules.errors import Refusal
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from usecases.audit_cycles import CycleOpened, figures_of, open_cycle
from usecases.work import Work


def words_on_opening_now(sessions: sessionmaker[Session], clock: Clock, policy: Policy) -> str:
    """Open the cycle of this month, late if need be, and say what came of it; a refusal is also an answer."""
    month = f"{clock.today():%Y-%m}"
    try:
        with sessions.begin() as session:
            calendar = WorkingDayCalendar.of_policy(policy.calendar)
            work = Work(
                session=session, now=clock.now(), calendar=calendar, policy=policy, actor="start of the service"
            )
            opened = open_cycle(work, month)
            return _told(opened, figures_of(work, opened.row)["allocated"])
    except Refusal as why_not:
        return f"No cycle was opened: {why_not.sentence}"


def _told(opened: CycleOpened, audits: int) -> str:
    row = opened.row
    so_far = "was opened now" if opened.is_new else "is open already"
    shortfalls = f", {len(row.shortfalls)} shortfalls" if row.shortfalls else ""
    return (
        f"The cycle {row.month} {so_far}: {audits} audits{shortfalls}; reports due on {row.report_due_on:%A %-d %B %Y}."
    )
