"""`practice-audit read-bounce`: delivery reports that came into the sender's mailbox (A5)."""

import contextlib
import mailbox
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import answer, counted
from cli.house import House, open_house
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, examples, word_app
from integrations.wiring import bounce_reader
from rules.errors import Refusal
from usecases.bounces import note_bounce
from usecases.ports import UnreadableReport

app = word_app()

_LARGEST = 10 * 1024 * 1024  # a report brings headers or the whole message back, and ours are small


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What became of one report: `noted` as over HTTP, or `ignored` with the reason."""

    noted: str
    why: str | None = None


@app.command(
    name="read-bounce",
    epilog=examples("read-bounce < report.eml", "read-bounce --mailbox /var/mail/audit", "read-bounce --json < r.eml"),
)
def read(
    mailbox_file: Annotated[
        Path | None, typer.Option("--mailbox", help="Read every message of this mbox file instead of one from stdin")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Read what mail servers report about messages that they could not deliver, and note which came back.

    Each opens a task for the audit team. Reading the same report again changes nothing. What is no such report, or is
    about nothing that was sent from here, is passed over with the reason and is no failure: a mail server that pipes
    its mail into this must not answer it with another bounce.
    """
    reports = [sys.stdin.buffer.read(_LARGEST)] if mailbox_file is None else list(_messages_in(mailbox_file))
    with open_house("read-bounce", data) as house:
        found = [read for report in reports for read in _noted(house, report)]
    counts = Counter(each.noted for each in found)
    lines = [each.why for each in found if each.why]
    lines.append(", ".join(f"{count} {noted}" for noted, count in sorted(counts.items())) or "Nothing to read.")
    answer(
        {"reports": len(reports), "items": found},
        [f"{counted(len(reports), 'message')} read.", *lines],
        as_json=as_json,
    )


def _messages_in(file: Path) -> Iterator[bytes]:
    if not file.is_file():
        raise WordRefused(f"{file} is no file: name a mailbox in mbox form.", code="no_mailbox")
    with contextlib.closing(mailbox.mbox(file, create=False)) as messages:
        for message in messages:
            yield message.as_bytes()[:_LARGEST]


def _noted(house: House, report: bytes) -> Iterator[ReadReport]:
    try:
        bounces = bounce_reader()(report)
    except UnreadableReport as why:
        yield ReadReport("ignored", str(why))
        return
    for bounce in bounces:
        try:
            with house.work() as work:
                yield ReadReport(note_bounce(work, bounce).value)
        except Refusal as why:
            yield ReadReport("ignored", why.sentence)
