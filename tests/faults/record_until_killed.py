"""A process that writes into the same few chains again and again until it is killed.

`python -m tests.faults.record_until_killed URL`
"""

import sys
from datetime import date

from db.session import make_engine, make_sessions
from tests.small_council import work_on
from usecases.trail import Entry, record


def main(url: str) -> None:
    sessions = make_sessions(make_engine(url, name="to be killed"))
    with sessions() as session:
        session.connection()
    print("ready", flush=True)
    sys.stdin.readline()
    while True:
        with sessions.begin() as session:
            work = work_on(session, date(2026, 10, 1))
            for _ in range(2):
                record(work, *(Entry(("audit", f"A{n}"), "read", texts={"reason": "Ann asked."}) for n in range(20)))


if __name__ == "__main__":
    main(*sys.argv[1:])
