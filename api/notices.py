"""`/v1/notices`: the messages that are owed, to whom, what became of them, and what is stuck (A5, DESIGN §5)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import InstallationDep, WorkDep, requires
from api.examples import answered
from api.fields import AS_WRITTEN, Asked, CycleOrNone
from api.installation import Installation
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import notices, outbox
from db.queries.outbox import NoticeInMessage
from rules.programme import month_of_cycle
from usecases.errors import NotFound
from usecases.letters import Letterhead, UnreadableContent, letter_for
from usecases.notices_by_hand import cancel, send_again
from usecases.work import Work

router = Router("notices", "/v1/notices")

State = Literal["pending", "leased", "sent", "parked", "bounced", "cancelled"]
NoticeId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000005"])]
WAITS_NO_LONGER = described(409, "The notice was sent or cancelled, or is being sent")
NO_SUCH_NOTICE = described(404, "No such notice")


class NoticesAsked(Asked):
    """Which notices to list; the recipient by reference."""

    state: State | None = None
    recipient: Annotated[str | None, Field(max_length=200, examples=["990017"])] = None
    cycle: CycleOrNone = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class NoticeListed(BaseModel):
    """A message owed to one person."""

    id: uuid.UUID
    event: Annotated[str, Field(description="What it tells of", examples=["allocation"])]
    state: Annotated[
        State,
        Field(description="`leased`: being sent. `parked`: waits for a person, see `last_error`. `bounced`: came back"),
    ]
    recipient: Annotated[str, Field(description="Reference of the person", examples=["990017"])]
    recipient_name: str
    address: Annotated[str | None, Field(description="Null when none was on record (A5)")]
    cycle: Annotated[str | None, Field(examples=["2026-10"])]
    send_window: Annotated[
        Literal["at_once", "working_hours", "daily_digest"], Field(description="At which hours it goes out (L13)")
    ]
    message_id: Annotated[
        str | None,
        Field(description="The same however often it is tried; notices of one message share it. Null until it is due"),
    ]
    attempts: int
    created_at: datetime
    next_attempt_at: Annotated[datetime | None, Field(description="Null for one that will not be tried by itself")]
    sent_at: datetime | None
    last_error: Annotated[str | None, Field(description="The last answer of the mail server, or why it waits")]


class LetterRead(BaseModel):
    """The message as its recipient reads it. It holds links and dates: no name, no case, no finding (P4)."""

    subject: str
    text: str
    html: str
    calendar: Annotated[str | None, Field(description="The iCalendar file that goes with it")]


class NoticeRead(NoticeListed):
    """One notice with its message; `letter` is null if this version of the product can't read its content."""

    letter: LetterRead | None


class CancelNotice(Asked):
    """Why a message is not to be sent."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Told in person."}]})

    reason: Annotated[str, Field(min_length=1, max_length=500), AS_WRITTEN]


_LISTED: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000005",
    "event": "allocation",
    "state": "sent",
    "recipient": "990017",
    "recipient_name": "Ada Samplewood",
    "address": "ada.samplewood@council.example",
    "cycle": "2026-10",
    "send_window": "at_once",
    "message_id": "<0199c0de-7a11-7000-8000-000000000005@practice-audit.invalid>",
    "attempts": 1,
    "created_at": "2026-10-01T08:00:00Z",
    "next_attempt_at": None,
    "sent_at": "2026-10-01T08:00:04Z",
    "last_error": None,
}
_ONE: dict[str, Any] = {
    **_LISTED,
    "letter": {
        "subject": "Audits that concern you, October 2026",
        "text": "Hello,\n\nThe audit cycle of October 2026 has opened. …",
        "html": '<!DOCTYPE html>\n<html lang="en-GB">…</html>',
        "calendar": "BEGIN:VCALENDAR…END:VCALENDAR",
    },
}


@router.get(
    "",
    operation_id="list_notices",
    dependencies=[requires(Permission.READ_NOTICES, is_narrowed=True)],
    responses=answered({"one notice": {"items": [_LISTED], "next": None}}),
)
def list_notices(asked: Annotated[NoticesAsked, Query()], work: WorkDep, page: PageDep) -> Page[NoticeListed]:
    """Notices within reach, the newest first. `state=parked` and `state=bounced` list what waits for a person."""
    filters = asked.model_dump(exclude={"limit", "cursor"})
    if asked.cycle is not None:
        month_of_cycle(asked.cycle)  # refuses what is no cycle's id with the way out
    rows = notices.notices(work.session, page.rows_to_fetch, work.reach, after=page.after, **filters)
    return page.page(rows, lambda row: NoticeListed.model_construct(**_columns(row)), lambda row: row.id)


@router.get(
    "/{notice_id}",
    operation_id="read_notice",
    dependencies=[requires(Permission.READ_NOTICES, is_narrowed=True)],
    responses={**answered({"a notice that was sent": _ONE}), **NO_SUCH_NOTICE},
)
def read_notice(notice_id: NoticeId, work: WorkDep, installation: InstallationDep) -> NoticeRead:
    """One notice with the message as its recipient reads it."""
    return _read(notice_id, work, installation)


@router.post(
    "/{notice_id}/retry",
    operation_id="retry_notice",
    dependencies=[requires(Permission.RETRY_NOTICES)],
    responses={**answered({"on its way": {**_ONE, "state": "pending"}}), **NO_SUCH_NOTICE, **WAITS_NO_LONGER},
)
def retry_notice(notice_id: NoticeId, work: WorkDep, installation: InstallationDep) -> NoticeRead:
    """Has a notice that waits or came back sent again, with its message, to the address that is on record today."""
    send_again(work, notice_id)
    return _read(notice_id, work, installation)


@router.post(
    "/{notice_id}/cancel",
    operation_id="cancel_notice",
    dependencies=[requires(Permission.RETRY_NOTICES)],
    responses={**answered({"not to be sent": {**_ONE, "state": "cancelled"}}), **NO_SUCH_NOTICE, **WAITS_NO_LONGER},
)
def cancel_notice(notice_id: NoticeId, asked: CancelNotice, work: WorkDep, installation: InstallationDep) -> NoticeRead:
    """Sees to it that a notice that waits is never sent."""
    cancel(work, notice_id, asked.reason)
    return _read(notice_id, work, installation)


def _read(notice_id: uuid.UUID, work: Work, installation: Installation) -> NoticeRead:
    row = notices.one_notice(work.session, notice_id, work.reach)
    if row is None:
        raise NotFound(f"There is no notice {notice_id}: find it with GET /v1/notices.")
    columns = _columns(row)
    content, in_message = columns.pop("content"), columns.pop("in_message")
    told = [] if in_message is None else outbox.notices_in(work.session, [in_message])[in_message]
    own = NoticeInMessage(row.id, row.event, content, row.created_at)
    return NoticeRead(**columns, letter=_letter(row, told or [own], work, installation))


def _letter(row: Any, told: list[NoticeInMessage], work: Work, installation: Installation) -> LetterRead | None:
    """The whole message, with the other notices that it tells of."""
    settings = installation.settings
    message = _Message(row.id, row.address or "", row.message_id or "", told)
    try:
        letter = letter_for(message, Letterhead(settings.mail_from, settings.address), work.now)
    except UnreadableContent:
        return None
    calendar = letter.calendar.decode() if letter.calendar else None
    return LetterRead(subject=letter.subject, text=letter.text, html=letter.html, calendar=calendar)


@dataclass(frozen=True, slots=True)
class _Message:
    """A message to be shown."""

    id: uuid.UUID
    address: str
    message_id: str
    notices: list[NoticeInMessage]


def _columns(row: Any) -> dict[str, Any]:
    columns = dict(row._asdict())
    if columns["state"] not in ("pending", "leased"):
        columns["next_attempt_at"] = None
    return columns
