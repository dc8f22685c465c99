"""Sends letters through an SMTP server (RFC 5321), many on one connection."""

import smtplib
import ssl
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from integrations.mail.messages import UnusableLetter, message_of
from usecases.ports import Letter, MailUnreachable, NotNow, Outcome, Refused, Sent

_PERMANENT = 500
_TOO_LARGE = 552  # said to the sender's line, but about this one message


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where the server is and how to talk to it. `seconds` is how long any one answer may take."""

    host: str
    port: int = 25
    starttls: bool = True
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = 60


class SmtpMail:
    """An SMTP server. An answer of 4xx to a letter means later, 5xx never; either leaves the other letters alone."""

    def __init__(self, server: SmtpServer) -> None:
        self.server = server

    def send(self, letters: Iterable[Letter]) -> Iterator[tuple[uuid.UUID, Outcome]]:
        """One connection for all letters, opened with the first; a lost one is opened again for the next letter."""
        connection: smtplib.SMTP | None = None
        try:
            for letter in letters:
                try:
                    content = message_of(letter)
                except UnusableLetter as problem:
                    yield letter.id, Refused(str(problem))
                    continue
                if connection is None or connection.sock is None:
                    connection = self._connect()
                yield letter.id, _send(connection, letter, content)
        finally:
            _close(connection)

    def greet(self) -> None:
        """Connects and signs in as for sending, and sends nothing. Raises MailUnreachable."""
        _close(self._connect())

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        connection = smtplib.SMTP(timeout=server.seconds)
        try:
            connection.connect(server.host, server.port)
            connection.ehlo_or_helo_if_needed()
            if server.starttls:
                connection.starttls(context=ssl.create_default_context())
            if server.username is not None:
                connection.login(server.username, server.password or "")
        except (OSError, smtplib.SMTPException) as problem:
            connection.close()
            raise MailUnreachable(f"{server.host} port {server.port}: {_words(problem)}") from problem
        return connection


def _send(connection: smtplib.SMTP, letter: Letter, content: bytes) -> Outcome:
    try:
        connection.sendmail(letter.sender, [letter.address], content)
    except smtplib.SMTPRecipientsRefused as refusal:
        return _by_code(*refusal.recipients[letter.address])
    except smtplib.SMTPSenderRefused as refusal:
        if refusal.smtp_code == _TOO_LARGE or refusal.smtp_code < _PERMANENT:
            return _by_code(refusal.smtp_code, refusal.smtp_error)
        raise MailUnreachable(f"the server takes nothing from {letter.sender}: {_words(refusal)}") from refusal
    except smtplib.SMTPResponseException as refusal:
        return _by_code(refusal.smtp_code, refusal.smtp_error)
    except smtplib.SMTPNotSupportedError as problem:
        return Refused(f"the server can't carry this address: {problem}")
    except (smtplib.SMTPException, OSError) as problem:
        # The connection was lost, perhaps after the server took the letter: the fixed Message-ID shows a second copy.
        connection.close()
        return NotNow(_words(problem))
    return Sent()


def _by_code(code: int, answer: bytes | str) -> Outcome:
    words = f"{code} {_text(answer)}"
    return Refused(words) if code >= _PERMANENT else NotNow(words)


def _words(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {_text(problem.smtp_error)}"
    return str(problem) or type(problem).__name__


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]


def _close(connection: smtplib.SMTP | None) -> None:
    if connection is None or connection.sock is None:
        return
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()
