"""Reads what mail servers send back about messages that they could not deliver (RFC 3464, RFC 3462).

Nothing of such a report is believed beyond its three facts: which Message-ID, which address, which code. Whether we
sent that message to that address is asked of our own records (usecases/bounces.py).
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import default

from usecases.ports import Bounce, UnreadableReport

_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_FAILED = "failed"


def bounces_in(report: bytes) -> list[Bounce]:
    """What a report says of each recipient whose message failed or is delayed. Raises UnreadableReport."""
    try:
        message = message_from_bytes(report, policy=default)
        recipients = list(_recipients(message))
        message_id = _original_message_id(message)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as broken:
        raise UnreadableReport(f"This can't be read as an e-mail message: {broken!r:.100}.") from broken
    if not recipients:
        raise UnreadableReport("This is no delivery report (RFC 3464): no part says what became of which address.")
    if message_id is None:
        raise UnreadableReport("The report does not say which message it is about: its Message-ID is missing.")
    return [Bounce(message_id, address, code) for address, code in recipients]


def _recipients(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                found = _recipient(block) if isinstance(block, Message) else None
                if found is not None:
                    yield found


def _recipient(block: Message) -> tuple[str, str] | None:
    """Address and code of one recipient's fields; None for the fields of the message, and for what was delivered."""
    action = str(block.get("Action", "")).strip().lower()
    address = _address(block.get("Original-Recipient")) or _address(block.get("Final-Recipient"))
    status = _STATUS.match(str(block.get("Status", "")))
    if not address or action not in (_FAILED, "delayed"):
        return None
    if action == _FAILED:
        # "Failed" is for good, whatever the code of the last attempt was.
        return address, f"5.{status[2]}.{status[3]}" if status else "5.0.0"
    return address, f"4.{status[2]}.{status[3]}" if status else "4.0.0"


def _address(field: object) -> str:
    """Of `rfc822; somebody@council.example`, what stands behind the kind of address."""
    kind, _, address = str(field or "").partition(";")
    return address.strip().strip("<>") if kind.strip().lower() in ("rfc822", "utf-8") else ""


def _original_message_id(message: EmailMessage) -> str | None:
    """From the headers that came back with the report, else from what it answers to."""
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "message/global"):
            returned = part.get_payload(0)
            found = _MESSAGE_ID.search(str(returned.get("Message-ID", ""))) if isinstance(returned, Message) else None
        elif part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
            found = _MESSAGE_ID.search(_header(_text(part), "Message-ID"))
        else:
            continue
        if found:
            return found[0]
    found = _MESSAGE_ID.search(str(message.get("In-Reply-To", "")) or str(message.get("References", "")))
    return found[0] if found else None


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else str(part.get_payload())


def _header(headers: str, name: str) -> str:
    found = re.search(rf"^{name}:((?:.*\n?)(?:[ \t].*\n?)*)", headers, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""
