"""The sweep of safety alerts: up by themselves when a stage's time has run out or its post is vacant (W4, W6).

Each alert is looked at in a transaction of its own, so that nothing about one holds up another.
"""

import uuid
from typing import Protocol

from sqlalchemy.orm import Session, sessionmaker

from db.queries import safety_alerts
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from usecases.notices import address_missing
from usecases.ports import Clock
from usecases.safety_alert_steps import AlertOnItsWay
from usecases.safety_alerts import task_of_nobody_told
from usecases.staff_on_the_day import staff_today
from usecases.tasks import open_tasks
from usecases.work import Work

SWEEPER = "scheduler"


class Means(Protocol):
    """What sweeping works with."""

    @property
    def sessions(self) -> sessionmaker[Session]: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def calendar(self) -> WorkingDayCalendar: ...


def sweep_alerts(means: Means) -> str:
    """Looks at every open alert: says what the clock says, reminds, and opens tasks for what nobody heard."""
    looked_at = said = 0
    after: uuid.UUID | None = None
    while True:
        with means.sessions.begin() as session:
            work = Work(session, means.clock.now(), means.calendar, means.policy, SWEEPER)
            alert = safety_alerts.alert_to_look_at(session, after)
            if alert is None:
                return f"Looked at {looked_at} safety alerts: {said} steps by the clock."
            after = alert.id
            way = AlertOnItsWay.of(work, alert, staff_today(work))
            way.catch_up()
            way.remind()
            _leave_to_people(work, way)
            looked_at, said = looked_at + 1, said + len(way.added)


def _leave_to_people(work: Work, way: AlertOnItsWay) -> None:
    missing = safety_alerts.without_address(work.session, way.alert.id)
    tasks = [address_missing(str(id_), reference) for id_, reference in missing]
    if safety_alerts.is_nobody_told(work.session, way.alert.id):
        tasks.append(task_of_nobody_told(way.alert))
    open_tasks(work, tasks)
