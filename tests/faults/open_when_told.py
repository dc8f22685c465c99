"""A process that opens one cycle when it reads a line, as the scheduler does; made to be killed at any moment.

`python -m tests.faults.open_when_told URL 2027-01-04`
"""

import sys
from datetime import date

from db.session import make_engine, make_sessions
from scheduler.runner import run
from tests.scheduling import job, means_on


def main(url: str, today: str) -> None:
    sessions = make_sessions(make_engine(url, name="to be killed"))
    with sessions() as session:
        session.connection()
    opening, means = job("open_cycles"), means_on(date.fromisoformat(today), sessions)
    print("ready", flush=True)
    sys.stdin.readline()
    run(opening, means)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
