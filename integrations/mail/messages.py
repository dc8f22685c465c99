"""A letter as an e-mail message (RFC 5322): plain text first, HTML beside it, the dates as a calendar file.

The same letter at the same moment gives the same bytes. Built from `email.mime`, which takes a quarter of the time that
`EmailMessage` takes; what that class checks of headers is checked here.
"""

import re
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime

from usecases.ports import Letter

# Lines end in CRLF and nothing is wider than seven bits, so that any server on the way can carry it unchanged.
_ON_THE_WIRE = compat32.clone(linesep="\r\n", cte_type="7bit")
_ASCII = Charset("us-ascii")
_UTF_8 = Charset("utf-8")
_UTF_8.body_encoding = QP
_LONGEST_ADDRESS = 254
_LONGEST_LINE = 900
_ADDRESS = re.compile(r'[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+')


class UnusableLetter(ValueError):
    """A letter of which no message can be made; the message says what is wrong with it."""


def message_of(letter: Letter) -> bytes:
    """The whole message. Raises UnusableLetter for what is no address, or would add a header of its own."""
    readable = MIMEMultipart(
        "alternative", f"read-{letter.notice_id}", [_part(letter.text, "plain"), _part(letter.html, "html")]
    )
    message = MIMEMultipart("mixed", f"all-{letter.notice_id}", [readable])
    message["From"] = address_of(letter.sender)
    message["To"] = address_of(letter.address)
    message["Subject"] = _header(letter.subject)
    message["Date"] = format_datetime(letter.dated_at)
    message["Message-ID"] = _header(letter.message_id)
    message["Auto-Submitted"] = "auto-generated"
    if letter.calendar is not None:
        message.attach(_calendar(letter.calendar))
    return message.as_bytes(policy=_ON_THE_WIRE)


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
    return text if text.isascii() else Header(text, "utf-8").encode(maxlinelen=0)


def _part(text: str, subtype: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype)
    is_plain = text.isascii() and max(map(len, text.splitlines()), default=0) <= _LONGEST_LINE
    part.set_payload(text, _ASCII if is_plain else _UTF_8)
    return part


def _calendar(content: bytes) -> MIMENonMultipart:
    # Line ends are the generator's business, as in every other part.
    part = _part(content.decode().replace("\r\n", "\n"), "calendar")
    part.set_param("method", "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename="audit-dates.ics")
    return part
