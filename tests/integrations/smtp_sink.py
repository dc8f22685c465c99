"""A real SMTP server on loopback that keeps what it is given, and misbehaves as told."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass  # without slots: Python 3.11.2 cannot list the members of a class with slots, which aiosmtpd does
class Sink:
    """What came in, and what is answered to whom; each list of answers is used up before the address is accepted.

    It hangs up in the middle of so many messages, and so many it takes and dies before it says so.
    """

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    answers_to: dict[str, list[str]] = field(default_factory=dict)
    answers_to_data: list[str] = field(default_factory=list)
    answers_to_sender: list[str] = field(default_factory=list)
    seconds_an_answer: float = 0
    seconds_for: dict[str, float] = field(default_factory=dict)
    hangs_up_in_data: int = 0
    hangs_up_after_data: int = 0
    accounts: dict[str, str] = field(default_factory=dict)
    signed_in: list[str] = field(default_factory=list)
    connections: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.received]

    async def handle_EHLO(  # noqa: N802  (aiosmtpd finds its handlers by these names)
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answers_to_sender:
            return self.answers_to_sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await asyncio.sleep(self.seconds_for.get(address, 0))
        answers = self.answers_to.get(address, [])
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def sign_in(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: Any) -> AuthResult:
        if isinstance(said, LoginPassword) and self.accounts.get(said.login.decode()) == said.password.decode():
            self.signed_in.append(said.login.decode())
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds_an_answer)
        if self.hangs_up_in_data:
            self.hangs_up_in_data -= 1
            return _hung_up(server)
        if self.answers_to_data:
            return self.answers_to_data.pop(0)
        content: Any = envelope.original_content
        with self._lock:
            self.received.append(message_from_bytes(content, policy=default))
        if self.hangs_up_after_data:
            self.hangs_up_after_data -= 1
            return _hung_up(server)
        return "250 OK"


def _hung_up(server: SMTP) -> str:
    transport: Any = server.transport
    transport.abort()
    return "421 Nobody hears this"


def identity(file: Path) -> ssl.SSLContext:
    """What a server shows: key and certificate from one file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def running(sink: Sink, port: int = 0, *, starttls: Path | None = None, tls: Path | None = None) -> Iterator[Sink]:
    """The sink on a free port of loopback, or on the one given; with an identity it encrypts, and insists on it."""
    encryption: dict[str, Any] = (
        {} if starttls is None else {"tls_context": identity(starttls), "require_starttls": True}
    )
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=port,
        ssl_context=None if tls is None else identity(tls),
        authenticator=sink.sign_in,
        auth_require_tls=False,
        **encryption,
    )
    if port == 0:
        controller.port = _free_port()
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
