"""What a person can do with a notice: have it sent again, or see to it that it isn't sent (DESIGN §5)."""

import uuid

from db.queries import notices
from db.tables.notices import Notice
from usecases.errors import NotAllowedNow, NotFound
from usecases.staff_on_the_day import member_today
from usecases.trail import Entry, record
from usecases.work import Work


def send_again(work: Work, notice_id: uuid.UUID) -> None:
    """Has a notice that waits sent at the next opportunity, to the address that is on record today.

    Raises NotFound, and NotAllowedNow for one that was sent or cancelled, is being sent, or still has no address (A5).
    """
    notice = _waiting(work, notice_id, "sent again")
    member = member_today(work, notice.recipient_id)
    if member.address is None:
        raise NotAllowedNow(
            f"{member.reference} still has no e-mail address: give them one, then send their notice again.",
            rule="A5",
            clause=work.policy.clause_of("A5"),
        )
    notice.address = member.address
    notice.content = {**notice.content, "passed_on_by": member.passed_on_by}
    notice.state, notice.attempts, notice.next_attempt_at, notice.last_error = "pending", 0, work.now, None
    record(work, Entry(("notice", str(notice_id)), "notice_retried", rule="A5"))


def cancel(work: Work, notice_id: uuid.UUID, reason: str) -> None:
    """Sees to it that a notice that waits is never sent; who did it and why stays with it.

    Raises NotFound, and NotAllowedNow for one that was sent or cancelled before, or is being sent.
    """
    notice = _waiting(work, notice_id, "cancelled")
    notice.state, notice.last_error = "cancelled", f"Cancelled by {work.actor}: {reason}"
    record(work, Entry(("notice", str(notice_id)), "notice_cancelled", rule="A5", texts={"reason": reason}))


def _waiting(work: Work, notice_id: uuid.UUID, to_be: str) -> Notice:
    notice = notices.notice_held(work.session, notice_id)
    if notice is None:
        raise NotFound(f"There is no notice {notice_id}: find it with GET /v1/notices.")
    if notice.state == "leased":
        raise NotAllowedNow(f"The notice is being sent at this moment, so it can't be {to_be}: look again in a minute.")
    if notice.state not in ("pending", "parked"):
        raise NotAllowedNow(f"The notice was {notice.state} before, so it can't be {to_be}.")
    return notice
