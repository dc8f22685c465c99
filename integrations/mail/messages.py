"""A letter as an e-mail message (RFC 5322, RFC 2045): plain text first, HTML beside it, the dates as a calendar file.

Put together here, because every letter has the same few parts, and `email.message` takes longer over them than the mail
server. What that package would check is checked here, and the tests read every message back with it. The same letter at
the same moment gives the same bytes. Lines end in CRLF and nothing is wider than seven bits, so that any server on the
way can carry it unchanged.
"""

import binascii
import re
from collections.abc import Mapping
from email.header import Header
from email.utils import format_datetime

from usecases.ports import Letter

_LONGEST_ADDRESS = 254
_LONGEST_LINE = 900
_ADDRESS = re.compile(r'[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+')


class UnusableLetter(ValueError):
    """A letter of which no message can be made; the message says what is wrong with it."""


def message_of(letter: Letter) -> bytes:
    """The whole message. Raises UnusableLetter for what is no address, or would add a header of its own."""
    headers = {
        "From": address_of(letter.sender),
        "To": address_of(letter.address),
        "Subject": _header(letter.subject),
        "Date": format_datetime(letter.dated_at),
        "Message-ID": _header(letter.message_id),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    readable = _multipart(
        "alternative", f"read-{letter.notice_id}", _text(letter.text, "plain"), _text(letter.html, "html")
    )
    parts = [readable] if letter.calendar is None else [readable, _calendar(letter.calendar)]
    return _lines(headers) + _multipart("mixed", f"all-{letter.notice_id}", *parts)


def address_of(text: str) -> str:
    """One plain address: no display name, no list, nothing quoted. Raises UnusableLetter."""
    if not text.isascii():
        raise UnusableLetter(f"{text!r:.100} has letters that most mail servers can't carry in an address.")
    if len(text) > _LONGEST_ADDRESS or not text.isprintable() or not _ADDRESS.fullmatch(text):
        raise UnusableLetter(f"{text!r:.100} is not an e-mail address.")
    return text


def _header(text: str) -> str:
    if not text.isprintable():
        raise UnusableLetter(f"{text!r:.100} can't stand in a header: it holds a line break or a control character.")
    return text if text.isascii() else Header(text, "utf-8").encode(linesep="\r\n")


def _text(text: str, subtype: str) -> bytes:
    return _part({"Content-Type": f'text/{subtype}; charset="utf-8"'}, text)


def _calendar(content: bytes) -> bytes:
    headers = {
        "Content-Type": 'text/calendar; charset="utf-8"; method="PUBLISH"',
        "Content-Disposition": 'attachment; filename="audit-dates.ics"',
    }
    return _part(headers, content.decode())


def _part(headers: Mapping[str, str], text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if text.isascii() and max(map(len, lines), default=0) <= _LONGEST_LINE:
        encoding, body = "7bit", "\r\n".join(lines).encode("ascii")
    else:
        encoding, body = "quoted-printable", binascii.b2a_qp("\r\n".join(lines).encode(), istext=True)
    return _lines({**headers, "Content-Transfer-Encoding": encoding}) + b"\r\n" + body


def _multipart(subtype: str, boundary: str, *parts: bytes) -> bytes:
    """Parts between boundaries that hold the notice's id, which no part does."""
    head = _lines({"Content-Type": f'multipart/{subtype}; boundary="{boundary}"'})
    between = f"\r\n--{boundary}\r\n".encode("ascii")
    return b"".join([head, *(between + part for part in parts), f"\r\n--{boundary}--\r\n".encode("ascii")])


def _lines(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")
