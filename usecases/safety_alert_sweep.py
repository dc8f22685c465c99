"""The sweep of safety alerts: up by themselves when a stage's time has run out or its post is vacant (W4, W6).

Each alert is looked at in a transaction of its own, so that nothing about one holds up another.
"""

import uuid

from db.queries import safety_alerts
from usecases.errands import Means, work_of
from usecases.notices import address_missing
from usecases.safety_alert_steps import AlertOnItsWay
from usecases.safety_alerts import task_of_nobody_told
from usecases.staff_on_the_day import staff_today
from usecases.tasks import open_tasks
from usecases.work import Work


def sweep_alerts(means: Means) -> str:
    """Looks at every open alert: says what the clock says, reminds, and opens tasks for what nobody heard."""
    looked_at = said = 0
    after: uuid.UUID | None = None
    while True:
        with means.sessions.begin() as session:
            work = work_of(means, session, means.clock.now())
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
