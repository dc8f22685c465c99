"""A letter as an e-mail message (RFC 5322, RFC 2045): plain text first, HTML beside it, the dates as a calendar file.

The same letter at the same moment gives the same bytes. Lines end in CRLF and nothing is wider than seven bits, so that
any server on the way can carry it unchanged.
"""

import re
from email.message import EmailMessage
from email.policy import SMTP

from usecases.ports import Letter

_SEVEN_BITS = SMTP.clone(cte_type="7bit")
_LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r'[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+')


class UnusableLetter(ValueError):
    """A letter of which no message can be made; the message says what is wrong with it."""


class UnusableAddress(UnusableLetter):
    """The letter can't go to this address, whatever stands in it."""


def message_of(letter: Letter) -> bytes:
    """The whole message. Raises UnusableLetter for what is no address, or would add a header of its own."""
    message = EmailMessage(policy=_SEVEN_BITS)
    message["From"] = address_of(letter.sender)
    message["To"] = address_of(letter.address)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = letter.dated_at
    message["Message-ID"] = _one_line(letter.message_id)
    message["Auto-Submitted"] = "auto-generated"
    _add_parts(message, letter)
    return message.as_bytes()


def address_of(text: str) -> str:
    """One plain address: no display name, no list, nothing quoted. Raises UnusableAddress."""
    if not text.isascii():
        raise UnusableAddress(f"{text!r:.100} has letters that most mail servers can't carry in an address.")
    if len(text) > _LONGEST_ADDRESS or not text.isprintable() or not _ADDRESS.fullmatch(text):
        raise UnusableAddress(f"{text!r:.100} is not an e-mail address.")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise UnusableLetter(f"{text!r:.100} can't stand in a header: it holds a line break or a control character.")
    return text


def _add_parts(message: EmailMessage, letter: Letter) -> None:
    """Parts between boundaries that hold the message's id, which no part does: the same at every attempt."""
    message.set_content(letter.text)
    message.make_alternative(boundary=f"read-{letter.id}")
    message.add_alternative(letter.html, subtype="html")
    if letter.calendar is not None:
        message.make_mixed(boundary=f"all-{letter.id}")
        message.add_attachment(
            letter.calendar.decode(),
            subtype="calendar",
            filename="audit-dates.ics",
            params={"method": method_of(letter.calendar)},
        )


def method_of(calendar: bytes) -> str:
    """What the file says that is to be done with it; mail programs look for the same in the part's header."""
    said = re.search(rb"^METHOD:([A-Z]+)\r$", calendar, re.MULTILINE)
    return said[1].decode() if said else "PUBLISH"
