"""Messages that came back after a mail server had taken them: each opens a task for the audit team (A5)."""

import enum

from db.queries import notices
from db.tables.notices import Message, Notice
from usecases.errors import NotFound
from usecases.ports import Bounce
from usecases.tasks import open_task
from usecases.trail import Entry, record
from usecases.work import Work

ADDRESS_BOUNCED = "address_bounced"


class Noted(enum.StrEnum):
    """What became of a report."""

    BOUNCED = "bounced"
    KNOWN = "known"  # reported before, or sent again since
    DELAYED = "delayed"  # nothing is lost yet: the mail server goes on trying


def note_bounce(work: Work, bounce: Bounce) -> Noted:
    """Marks the notices of a message that came back, and opens a task. The same report again changes nothing.

    A report counts only if it names a Message-ID and an address that we sent to together, so that nobody can take
    somebody else's messages for bounced; else raises NotFound, without saying which of the two is wrong.
    """
    found = notices.message_sent_as(work.session, bounce.message_id)
    if found is None or found[0].address.casefold() != bounce.recipient.casefold():
        raise NotFound("No message with that Message-ID was sent to that address.")
    message, reference = found
    if not bounce.is_for_good:
        return Noted.DELAYED
    if not _may_have_been_sent(message):
        return Noted.KNOWN
    message.state, message.last_error, message.leased_until = "bounced", f"Came back: {bounce.code}", None
    came_back = [_marked(notice, message) for notice in notices.notices_of_message(work.session, message.id)]
    work.session.flush()
    _tell(work, message, reference, came_back, bounce.code)
    return Noted.BOUNCED


def _may_have_been_sent(message: Message) -> bool:
    """Sent, or tried: the server may have taken it, and our record of that be lost."""
    return message.state == "sent" or (message.state in ("pending", "leased") and message.attempts > 0)


def _marked(notice: Notice, message: Message) -> Notice:
    notice.state, notice.last_error = "bounced", message.last_error
    return notice


def _tell(work: Work, message: Message, reference: str, came_back: list[Notice], code: str) -> None:
    sentence = (
        f"A message to {reference} came back ({code}): correct their address, "
        f"then POST /v1/notices/{came_back[0].id}/retry."
    )
    about = ("person", str(message.recipient_id))
    open_task(work, kind=ADDRESS_BOUNCED, key=reference, sentence=sentence, rule="A5", subject=about)
    details = {"code": code}
    record(work, *(Entry(("notice", str(each.id)), "notice_bounced", rule="A5", details=details) for each in came_back))
