"""A letter as an e-mail message (RFC 5322, RFC 2045): plain text first, HTML beside it, the dates as a calendar file.

The same letter at the same moment gives the same bytes. Lines end in CRLF and nothing is wider than seven bits, so that
any server on the way can carry it unchanged. What differs from letter to letter is put together here; headers that need
folding or encoding, and the encoding of texts, are left to Python's own packages. Asking those for the whole message
takes some fifty times as long, which was most of the time that a message took at all.
"""

import base64
import binascii
import re
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from usecases.ports import Letter

_SEVEN_BITS = SMTP.clone(cte_type="7bit")
_LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r'[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+')
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_SHORT_LINES = re.compile(r"(?:[\t -~]{0,78}\n)*[\t -~]{0,78}")
_LONGEST_HEADER = 78


class UnusableLetter(ValueError):
    """A letter of which no message can be made; the message says what is wrong with it."""


class UnusableAddress(UnusableLetter):
    """The letter can't go to this address, whatever stands in it."""


def message_of(letter: Letter) -> bytes:
    """The whole message. Raises UnusableLetter for what is no address, or would add a header of its own."""
    headers = [
        f"From: {address_of(letter.sender)}",
        f"To: {address_of(letter.address)}",
        _subject(_one_line(letter.subject)),
        f"Date: {format_datetime(letter.dated_at)}",
        f"Message-ID: {_message_id(letter.message_id)}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]
    return "\r\n".join([*headers, _body(letter), ""]).encode("ascii")


def address_of(text: str) -> str:
    """One plain address: no display name, no list, nothing quoted. Raises UnusableAddress."""
    if not text.isascii():
        raise UnusableAddress(f"{text!r:.100} has letters that most mail servers can't carry in an address.")
    if len(text) > _LONGEST_ADDRESS or not text.isprintable() or not _ADDRESS.fullmatch(text):
        raise UnusableAddress(f"{text!r:.100} is not an e-mail address.")
    return text


def method_of(calendar: bytes) -> str:
    """What the file says that is to be done with it; mail programs look for the same in the part's header."""
    said = re.search(rb"^METHOD:([A-Z]+)\r$", calendar, re.MULTILINE)
    return said[1].decode() if said else "PUBLISH"


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise UnusableLetter(f"{text!r:.100} can't stand in a header: it holds a line break or a control character.")
    return text


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise UnusableLetter(f"{text!r:.100} can't stand in a header as a Message-ID.")
    return text


@lru_cache(maxsize=256)
def _subject(text: str) -> str:
    """The header as it stands, or folded and encoded; most letters of a day have one of few subjects."""
    header = f"Subject: {text}"
    if text.isascii() and len(header) <= _LONGEST_HEADER and text == text.strip() and "=?" not in text:
        return header
    folded: str = _SEVEN_BITS.header_factory("Subject", text).fold(policy=_SEVEN_BITS)
    return folded.removesuffix("\r\n")


def _body(letter: Letter) -> str:
    """Parts between boundaries that hold the message's id, which no part does: the same at every attempt."""
    readings = _parts("alternative", f"read-{letter.id}", [_text("plain", letter.text), _text("html", letter.html)])
    if letter.calendar is None:
        return readings
    return _parts("mixed", f"all-{letter.id}", [readings, _calendar(letter.calendar)])


def _parts(kind: str, boundary: str, parts: list[str]) -> str:
    between = "".join(f"\r\n--{boundary}\r\n{part}" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n{between}\r\n--{boundary}--\r\n'


def _text(kind: str, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SHORT_LINES.fullmatch(text):
        encoding, lines = "7bit", text
    else:
        encoded = binascii.b2a_qp(text.encode("utf-8", "replace"), istext=True)
        encoding, lines = "quoted-printable", encoded.decode("ascii").replace("\r\n", "\n")
    content = lines.replace("\n", "\r\n")
    return f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{content}'


def _calendar(calendar: bytes) -> str:
    encoded = base64.encodebytes(calendar).decode("ascii").replace("\n", "\r\n")
    return (
        f'Content-Type: text/calendar; charset="utf-8"; method="{method_of(calendar)}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        'Content-Disposition: attachment; filename="audit-dates.ics"\r\n\r\n'
        f"{encoded}"
    )
