"""The sweep of safety alerts: up by themselves when a stage's time has run out or its post is vacant (W4, W6).

Each alert is looked at in a transaction of its own, and waits for rows that others hold no longer than a moment, so
that nothing about one holds up another.
"""

import uuid

from db.queries import safety_alerts
from db.queries.row_locks import WAIT, RowsHeld, waiting_at_most
from db.tables.safety_alerts import SafetyAlert
from rules.errors import Refusal
from usecases.errands import Means, work_of
from usecases.new_safety_alerts import look_up_what_was_typed
from usecases.safety_alert_steps import AlertOnItsWay
from usecases.safety_alert_tasks import leave_standing, leave_what_the_sweep_finds
from usecases.staff_on_the_day import staff_today
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
            looked_at, said = looked_at + 1, said + _look_at(work, alert)


def _look_at(work: Work, alert: SafetyAlert) -> int:
    """How many things the clock said of one alert. One that the rules refuse to take further is left to a person.

    One whose people somebody holds is left to the next sweep.
    """
    try:
        with waiting_at_most(work.session, WAIT):
            way = AlertOnItsWay.of(work, alert, staff_today(work))
            look_up_what_was_typed(way)
            way.catch_up()
            way.start_missing_clocks()
            way.tell_newcomers()
            way.remind()
            leave_what_the_sweep_finds(way.work, alert, way.standing())
    except RowsHeld:
        return 0
    except Refusal as why:
        leave_standing(work, alert, why)
        return 0
    return len(way.added)
