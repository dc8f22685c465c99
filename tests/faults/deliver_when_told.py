"""A process that delivers what is due when it reads a line, as the scheduler does; made to be killed at any moment.

`python -m tests.faults.deliver_when_told URL MINUTES_AHEAD FOLDER_OR_PORT`
"""

import sys
from pathlib import Path

from db.session import make_engine, make_sessions
from integrations.mail.file import FileMail
from integrations.mail.smtp import SmtpMail, SmtpServer
from tests.faults.notices_to_send import clock_ahead
from tests.sending import Means
from usecases.delivery_results import Pace
from usecases.outbox import deliver_due
from usecases.ports import Mail


def main(url: str, minutes_ahead: str, target: str) -> None:
    mail: Mail = (
        SmtpMail(SmtpServer("127.0.0.1", int(target), starttls=False)) if target.isdigit() else FileMail(Path(target))
    )
    sessions = make_sessions(make_engine(url, name="to be killed"))
    with sessions() as session:
        session.connection()
    print("ready", flush=True)
    sys.stdin.readline()
    delivery = deliver_due(Means(sessions, clock_ahead(minutes=float(minutes_ahead)), mail), Pace(batch=20))
    print(delivery.sent, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
