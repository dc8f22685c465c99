"""A process that moves ladders by the clock when it reads a line, as the scheduler does; made to be killed.

`python -m tests.faults.climb_when_told URL DAY`
"""

import sys
from datetime import date

from db.session import make_engine, make_sessions
from tests.faults.disagreements import Disagreements
from usecases.dispute_sweep import walk_disputes
from usecases.safety_alert_sweep import sweep_alerts
from usecases.sweep import sweep_due

NAME = "to be killed"


def main(url: str, day: str) -> None:
    sessions = make_sessions(make_engine(url, name=NAME))
    with sessions() as session:
        session.connection()
    means = Disagreements(sessions).means(date.fromisoformat(day))
    print("ready", flush=True)
    sys.stdin.readline()
    walk_disputes(means)
    sweep_due(means)
    sweep_alerts(means)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
