"""A process that imports one extract when it reads a line; made to be killed at any moment.

`python -m tests.faults.import_when_told URL FILE`
"""

import sys
from pathlib import Path

from db.session import make_engine, make_sessions
from tests.faults.extracts_to_import import import_file


def main(url: str, file: str) -> None:
    sessions = make_sessions(make_engine(url, name="to be killed"))
    with sessions() as session:
        session.connection()
    print("ready", flush=True)
    sys.stdin.readline()
    import_file(sessions, Path(file))
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
