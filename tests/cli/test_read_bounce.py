"""Reading delivery reports at the command line, one from stdin or many from a mailbox (A5)."""

import io
import mailbox
from email import message_from_bytes
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.notices import Notice
from tests.cli.saying import say
from tests.integrations.test_mail_bounce_reports import HEADERS, MESSAGE_ID, STATUS, report
from tests.sending import Means, form
from tests.usecases import council
from tests.usecases.test_outbox import HeldClock, PostOffice
from usecases.delivery_results import Pace
from usecases.notices import owe_allocation_notices
from usecases.outbox import deliver_due

pytestmark = pytest.mark.usefixtures("at_the_database")


@pytest.fixture
def came_back(sessions: sessionmaker[Session]) -> bytes:
    """A report about the worker's message."""
    with sessions.begin() as session:
        home = council.found(session)
        owe_allocation_notices(council.work(session), home.cycle, [home.audit("worker", "auditor")])
    sent = form(sessions, HeldClock())["worker@council.example"]
    deliver_due(Means(sessions, HeldClock(), PostOffice()), Pace(lanes=1))
    status = STATUS.replace("gone@", "worker@")
    return report(status, HEADERS.replace(MESSAGE_ID, sent))


def states(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(Notice.state).where(Notice.address == "worker@council.example")))


def from_stdin(monkeypatch: pytest.MonkeyPatch, mail: bytes) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(mail)))


def test_a_report_that_a_mail_server_pipes_in_marks_the_message(
    monkeypatch: pytest.MonkeyPatch, sessions: sessionmaker[Session], came_back: bytes
) -> None:
    from_stdin(monkeypatch, came_back)

    told = say("read-bounce", "--json")

    assert (told.code, told.facts["items"]) == (0, [{"noted": "bounced", "why": None}])
    assert states(sessions) == ["bounced"]


@pytest.mark.parametrize(
    ("mail", "why"),
    [(b"Subject: Out of office\n\nAway.", "no delivery report"), (report(), "No message with that Message-ID")],
)
def test_what_is_none_of_ours_is_passed_over_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, sessions: sessionmaker[Session], came_back: bytes, mail: bytes, why: str
) -> None:
    from_stdin(monkeypatch, mail)

    told = say("read-bounce")

    assert (told.code, why in told.out) == (0, True)
    assert states(sessions) == ["sent"]


def test_a_mailbox_is_read_whole_and_again_without_harm(
    sessions: sessionmaker[Session], came_back: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "audit.mbox"
    box = mailbox.mbox(file)
    for mail in (b"Subject: hello\n\nhello", came_back):
        box.add(message_from_bytes(mail))
    box.close()

    first, again = (say("read-bounce", "--mailbox", str(file), "--json") for _ in range(2))

    assert [item["noted"] for item in first.facts["items"]] == ["ignored", "bounced"]
    assert [item["noted"] for item in again.facts["items"]] == ["ignored", "known"]
    assert states(sessions) == ["bounced"]


def test_a_mailbox_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = say("read-bounce", "--mailbox", str(tmp_path / "none"))

    assert (told.code, "is no file" in told.err) == (1, True)
