"""Sends letters through an SMTP server (RFC 5321), many on one connection."""

import re
import smtplib
import ssl
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from integrations.mail.messages import UnusableAddress, UnusableLetter, message_of
from usecases.ports import Letter, MailUnreachable, NotNow, Outcome, Refused, Sent

_PERMANENT = 500
_ENHANCED = re.compile(r"[245]\.(\d{1,3})\.\d{1,3}(?=\s|$)")  # RFC 3463
_POLICY = "7"  # the server refuses the message to anybody, or from us: whose address it is does not matter
_TOO_LARGE = 552  # said to the sender's line, but about this one message


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where the server is and how to talk to it. `seconds` is how long any one answer may take.

    The connection is encrypted from its first byte with `tls` (port 465), else after STARTTLS, without which nothing
    is sent; `starttls=False` is for a server on the same machine. The server's certificate must be for `host` and
    signed by one of `ca_file`, else of the system's authorities.
    """

    host: str
    port: int = 25
    starttls: bool = True
    tls: bool = False
    ca_file: Path | None = None
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
                    yield letter.id, Refused(str(problem), concerns_address=isinstance(problem, UnusableAddress))
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
        try:
            connection = (
                self._encrypted() if server.tls else smtplib.SMTP(server.host, server.port, None, server.seconds)
            )
        except (OSError, smtplib.SMTPException) as problem:
            raise self._unreachable(problem) from problem
        try:
            connection.ehlo_or_helo_if_needed()
            if server.starttls and not server.tls:
                connection.starttls(context=self._trust())
            if server.username is not None:
                connection.login(server.username, server.password or "")
        except (OSError, smtplib.SMTPException) as problem:
            connection.close()
            raise self._unreachable(problem) from problem
        return connection

    def _encrypted(self) -> smtplib.SMTP:
        server = self.server
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds, context=self._trust())

    def _trust(self) -> ssl.SSLContext:
        """Checks the certificate and the name in it."""
        return ssl.create_default_context(cafile=self.server.ca_file)

    def _unreachable(self, problem: Exception) -> MailUnreachable:
        return MailUnreachable(f"{self.server.host} port {self.server.port}: {_words(problem)}")


def _send(connection: smtplib.SMTP, letter: Letter, content: bytes) -> Outcome:
    try:
        connection.sendmail(letter.sender, [letter.address], content)
    except smtplib.SMTPRecipientsRefused as refusal:
        return _by_code(*refusal.recipients[letter.address], concerns_address=True)
    except smtplib.SMTPSenderRefused as refusal:
        if refusal.smtp_code == _TOO_LARGE or refusal.smtp_code < _PERMANENT:
            return _by_code(refusal.smtp_code, refusal.smtp_error)
        raise MailUnreachable(f"the server takes nothing from {letter.sender}: {_words(refusal)}") from refusal
    except smtplib.SMTPResponseException as refusal:
        return _by_code(refusal.smtp_code, refusal.smtp_error)
    except smtplib.SMTPNotSupportedError as problem:
        return Refused(f"the server can't carry this address: {problem}", concerns_address=True)
    except (smtplib.SMTPException, OSError) as problem:
        # The connection was lost, perhaps after the server took the letter: the fixed Message-ID shows a second copy.
        connection.close()
        return NotNow(_words(problem))
    return Sent()


def _by_code(code: int, answer: bytes | str, *, concerns_address: bool = False) -> Outcome:
    text = _text(answer)
    words = f"{code} {text}"
    if code < _PERMANENT:
        return NotNow(words)
    enhanced = _ENHANCED.match(text)
    return Refused(
        words,
        code=f"{code} {enhanced[0]}" if enhanced else str(code),
        concerns_address=concerns_address and not (enhanced and enhanced[1] == _POLICY),
    )


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
