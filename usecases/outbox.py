"""The outbox: sends what is owed, after the commit that owes it (DESIGN §5).

What is due is put into messages. A message is taken on a lease, sent with no transaction open, and its outcome saved. A
worker that dies leaves a lease that ends, and another takes the message again: at least once, always with the same
Message-ID. Any number of workers may do this at the same moment; each uses several connections.
"""

from concurrent.futures import ThreadPoolExecutor

from usecases.delivery_results import Pace
from usecases.delivery_runs import Delivery, Run, SendingMeans
from usecases.message_forming import form_alerts, form_due
from usecases.sending_hours import SendingHours

__all__ = ["Delivery", "Pace", "deliver_alerts", "deliver_due"]


def deliver_due(means: SendingMeans, pace: Pace | None = None) -> Delivery:
    """Sends what is due, the longest due first, until nothing is, the time is up or the server can't be reached.

    Each step is saved in a transaction of its own, which the means' sessions open and commit.
    """
    pace = pace or Pace()
    hours = SendingHours.of_policy(means.policy, means.calendar)
    now = means.clock.now()
    form_alerts(means.sessions, now)
    form_due(means.sessions, hours, now)
    run = Run(means, pace, hours, now)
    if pace.lanes == 1:
        run.send_along_one_lane()
        return run.finish()
    with ThreadPoolExecutor(pace.lanes, thread_name_prefix="outbox") as threads:
        for lane in [threads.submit(run.send_along_one_lane) for _ in range(pace.lanes)]:
            lane.result()
    return run.finish()


def deliver_alerts(means: SendingMeans, pace: Pace | None = None) -> Delivery:
    """Sends what is due about safety alerts, at any hour and on a connection of its own, whatever else waits (W7).

    Called right after the commit that owes it, and every few seconds by the scheduler, for what could not go then.
    """
    pace, now = pace or Pace(), means.clock.now()
    form_alerts(means.sessions, now)
    run = Run(means, pace, SendingHours.of_policy(means.policy, means.calendar), now, only_alerts=True)
    run.send_along_one_lane()
    return run.finish()
