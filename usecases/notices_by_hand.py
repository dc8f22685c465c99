"""What a person can do with a notice: have it sent again, or see to it that it isn't sent (DESIGN §5, A5)."""

import uuid

from db.queries import notices
from db.tables.notices import Message, Notice
from usecases.bounces import ADDRESS_BOUNCED
from usecases.delivery_results import ADDRESS_REFUSED, MESSAGE_REFUSED, NOT_DELIVERED
from usecases.errors import NotAllowedNow, NotFound
from usecases.notices import ADDRESS_MISSING
from usecases.staff_on_the_day import StaffMember, member_today
from usecases.tasks import close_task
from usecases.trail import Entry, record
from usecases.work import Work

_WAITS_FOR_A_PERSON = ("parked", "bounced")


def send_again(work: Work, notice_id: uuid.UUID) -> None:
    """Has a notice that waits sent at the next opportunity, to the address that is on record today.

    The message goes again as it was formed: with it go the other notices that it tells of. Sent by hand, it counts as
    nobody's digest of a day (L13). Tasks about it are closed; should it be refused again, there is a new one.

    Raises NotFound, and NotAllowedNow for one that was sent or cancelled, is being sent, or still has no address (A5).
    """
    notice, message = _held(work, notice_id, "sent again", ("pending", *_WAITS_FOR_A_PERSON))
    member = member_today(work, notice.recipient_id)
    if member.address is None:
        raise NotAllowedNow(
            f"{member.reference} still has no e-mail address: give them one, then send their notice again.",
            rule="A5",
            clause=work.policy.clause_of("A5"),
        )
    if message is not None:
        message.address, message.digest_on = member.address, None
        message.state, message.attempts, message.next_attempt_at, message.last_error = "pending", 0, work.now, None
    for each in [notice] if message is None else notices.notices_of_message(work.session, message.id):
        _owe_again(work, each, member)
    work.session.flush()
    _close_tasks(work, notice, message, member.reference)
    record(work, Entry(("notice", str(notice.id)), "notice_sent_again", rule="A5"))


def cancel(work: Work, notice_id: uuid.UUID, reason: str) -> None:
    """Sees to it that a notice that waits is never sent; who did it and why stays with it.

    A message that tells of others as well goes out without it, at its next attempt; one that tells of nothing else is
    cancelled with it. Raises NotFound, and NotAllowedNow for one that was sent or cancelled before, or is being sent.
    """
    notice, message = _held(work, notice_id, "cancelled", ("pending", *_WAITS_FOR_A_PERSON))
    notice.state, notice.last_error = "cancelled", f"Cancelled by {work.actor}: {reason}"
    work.session.flush()
    if message is not None and not notices.notices_of_message(work.session, message.id):
        message.state, message.last_error = "cancelled", notice.last_error
    work.session.flush()
    _close_tasks(work, notice, message, member_today(work, notice.recipient_id).reference)
    record(work, Entry(("notice", str(notice.id)), "notice_cancelled", rule="A5", texts={"reason": reason}))


def _owe_again(work: Work, notice: Notice, member: StaffMember) -> None:
    notice.address = member.address
    notice.content = {**notice.content, "passed_on_by": member.passed_on_by}
    notice.state, notice.next_attempt_at, notice.last_error = "pending", work.now, None


def _close_tasks(work: Work, notice: Notice, message: Message | None, reference: str) -> None:
    """Those about this message, and those about the address once nothing of theirs waits for a person any more."""
    because = f"Sent again, or cancelled, by {work.actor}."
    if message is not None and message.state != "parked":
        for kind in (MESSAGE_REFUSED, NOT_DELIVERED):
            close_task(work, kind, str(message.id), because)
    if notices.nothing_waits_for_a_person(work.session, notice.recipient_id):
        for kind in (ADDRESS_MISSING, ADDRESS_REFUSED, ADDRESS_BOUNCED):
            close_task(work, kind, reference, because)


def _held(work: Work, notice_id: uuid.UUID, to_be: str, states: tuple[str, ...]) -> tuple[Notice, Message | None]:
    """The notice and its message, held until the transaction ends: nobody sends or changes them meanwhile."""
    message = notices.message_held(work.session, notice_id)
    notice = notices.notice_held(work.session, notice_id)
    if notice is None:
        raise NotFound(f"There is no notice {notice_id}: find it with GET /v1/notices.")
    if message is not None and message.state == "leased":
        raise NotAllowedNow(f"The notice is being sent at this moment, so it can't be {to_be}: look again in a minute.")
    if notice.state not in states:
        raise NotAllowedNow(f"The notice was {notice.state} before, so it can't be {to_be}.")
    return notice, message
