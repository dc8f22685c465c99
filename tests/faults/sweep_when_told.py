"""A process that sweeps when it reads a line, as the scheduler does; made to be killed at any moment.

`python -m tests.faults.sweep_when_told URL`
"""

import sys

from db.session import make_engine, make_sessions
from tests.faults.duties_to_sweep import SWEPT_AT
from tests.sending import Means
from tests.usecases.test_outbox import HeldClock, PostOffice
from usecases.sweep import sweep_due

NAME = "to be killed"
BATCH = 10  # many transactions in one sweep, so that a kill falls into the middle


def main(url: str) -> None:
    sessions = make_sessions(make_engine(url, name=NAME))
    with sessions() as session:
        session.connection()
    print("ready", flush=True)
    sys.stdin.readline()
    sweep_due(Means(sessions, HeldClock(SWEPT_AT), PostOffice()), BATCH)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
