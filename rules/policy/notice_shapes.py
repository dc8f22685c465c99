"""What an edition says of who is told of what, when, and by whom reminded (A5, L13, N1, section 9)."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from rules.lengths import WorkingDays


class SendWindow(enum.StrEnum):
    """When a message may go out (L13)."""

    AT_ONCE = "at_once"  # at any hour of any day
    WORKING_HOURS = "working_hours"  # what waits for the morning goes out as one message a person
    DAILY_DIGEST = "daily_digest"  # in working hours, one message a person and day


class Channel(enum.StrEnum):
    """How somebody is told of an event (section 9)."""

    MESSAGE = "message"
    SPREADSHEET = "spreadsheet"  # in the reports of the month, without a message of its own


@dataclass(frozen=True, slots=True)
class TellingRow:
    """Roles that are told of an event, by which rule, and of which audits: where nothing is named, of all.

    `over` says whose managers are meant, the `practitioner`'s or the `auditor`'s. `stages` are those of a dispute or a
    safety alert.
    """

    rule: str
    roles: tuple[str, ...]
    over: str = "practitioner"
    kinds: tuple[str, ...] = ()
    from_sequence: int = 0  # 1 for a first re-audit
    grades: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    channel: Channel = Channel.MESSAGE


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of a working day in Europe/London: from `opens` to before `closes`."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Document:
    """A document that goes with a notice: its title and where to find it below the product's own address."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """That a duty is overdue is an event of section 9, `after` the first working day on which it is (L6, L11).

    `of` is the rule that it is owed by and `by` the role that owes it; `rule` says that it goes on to others, and the
    recipients of `event` who they are.
    """

    of: str
    by: str
    event: str
    rule: str
    after: WorkingDays


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is told of what: the matrix of section 9, one entry for each of its lines (`rules/matrix.py`)."""

    allocation: tuple[TellingRow, ...]
    auditor_changed: tuple[TellingRow, ...]
    audit_withdrawn: tuple[TellingRow, ...]
    cycle_cancelled: tuple[TellingRow, ...]
    meeting_arranged: tuple[TellingRow, ...]
    report_checked: tuple[TellingRow, ...]
    quality_check_overdue: tuple[TellingRow, ...]
    not_accepted: tuple[TellingRow, ...]
    audit_issued: tuple[TellingRow, ...]
    report_corrected: tuple[TellingRow, ...]
    report_commented: tuple[TellingRow, ...]
    report_to_file: tuple[TellingRow, ...]
    feedback_given: tuple[TellingRow, ...]
    findings_discussed: tuple[TellingRow, ...]
    findings_confirmed: tuple[TellingRow, ...]
    findings_discussion_overdue: tuple[TellingRow, ...]
    findings_not_discussed: tuple[TellingRow, ...]
    further_re_audit_ordered: tuple[TellingRow, ...]
    not_issued_at_close: tuple[TellingRow, ...]
    dispute_step: tuple[TellingRow, ...]
    safety_alert: tuple[TellingRow, ...]
    moderation_drawn: tuple[TellingRow, ...]
    moderation_given: tuple[TellingRow, ...]
    moderation_overdue: tuple[TellingRow, ...]
    moderation_feedback: tuple[TellingRow, ...]


@dataclass(frozen=True, slots=True)
class Notices:
    """Who stands in, what goes with an allocation, and at which hours messages go out (A5, L13, N1)."""

    next_role_up: Mapping[str, str]
    also_told_when_vacant: tuple[str, ...]
    allocation_documents: tuple[Document, ...]
    send_windows: Mapping[str, SendWindow]
    working_hours: WorkingHours
    meeting_minutes: int


@dataclass(frozen=True, slots=True)
class Reminders:
    """Reminders of what is due, and who hears of what is overdue (L13)."""

    before_due: tuple[WorkingDays, ...]
    escalations: tuple[Escalation, ...]
