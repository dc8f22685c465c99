"""The rows of the lists that a council brings along, as JSON: past audits, open re-audits, its own counts (C5)."""

from typing import Annotated

from pydantic import Field

from api.fields import AskedToRecord, RecordedDate

# A request is answered in one transaction; longer lists come as a file.
MOST_ROWS = 5_000
Reference = Annotated[str, Field(min_length=1, max_length=64, examples=["990017"])]
CaseReference = Annotated[str, Field(min_length=1, max_length=64, examples=["SYN-000412"])]
Month = Annotated[str, Field(max_length=7, description="The month of the cycle", examples=["2026-03"])]
Grade = Annotated[str, Field(max_length=64, examples=["requires_improvement"])]
Sequence = Annotated[int, Field(ge=1, le=9, description="1 for a first re-audit, 2 for a second")]
Count = Annotated[int, Field(ge=0, le=100_000, examples=[4])]


class PastAuditGiven(AskedToRecord):
    """An audit that was issued before the product was in use; people and teams by their references."""

    month: Month
    case_reference: CaseReference
    practitioner: Reference
    grade: Grade
    issued_on: RecordedDate
    auditor: Reference | None = None
    team: Annotated[Reference | None, Field(description="By default where the practitioner was then")] = None
    kind: Annotated[str, Field(max_length=20, examples=["ordinary", "themed", "re_audit"])] = "ordinary"
    re_audit_of: Annotated[Month | None, Field(description="Month of the audit that a re-audit followed")] = None
    sequence: Annotated[Sequence | None, Field(description="Where the audit before is in no list")] = None


class OpenReAuditGiven(AskedToRecord):
    """A re-audit to come, or under way, told by the audit that it follows."""

    month: Annotated[Month, Field(description="Month of the audit that it follows")]
    case_reference: CaseReference
    practitioner: Reference
    grade: Annotated[Grade, Field(description="Of the audit that it follows")]
    issued_on: Annotated[RecordedDate, Field(description="When that audit was issued: its re-audit falls due by it")]
    auditor: Annotated[Reference | None, Field(description="Of the audit that it follows")] = None
    team: Reference | None = None
    sequence: Sequence = 1
    due_on: Annotated[RecordedDate | None, Field(description="Compared with the framework's day, which counts")] = None
    allocated_month: Annotated[Month | None, Field(description="If it was allocated already")] = None
    re_auditor: Annotated[Reference | None, Field(description="To whom it was allocated")] = None


class MonthCountedGiven(AskedToRecord):
    """The council's own figures of a month, for a team or a service, or for one auditor there."""

    month: Month
    allocated: Count
    completed_on_time: Count
    completed_late: Count
    not_completed: Count
    team: Reference | None = None
    service: Reference | None = None
    auditor: Reference | None = None
    not_accepted: Count = 0
    discussions_in_time: Count = 0
    discussions_late: Count = 0


class ListGiven(AskedToRecord):
    """What the three lists as JSON share."""

    dry_run: Annotated[bool, Field(description="Say what would be done, and do nothing")] = False
    good_rows_only: Annotated[bool, Field(description="Record the good rows although others are bad")] = False


class PastAuditsGiven(ListGiven):
    """A list of past audits."""

    rows: Annotated[list[PastAuditGiven], Field(min_length=1, max_length=MOST_ROWS)]


class OpenReAuditsGiven(ListGiven):
    """A list of open re-audits."""

    rows: Annotated[list[OpenReAuditGiven], Field(min_length=1, max_length=MOST_ROWS)]


class CountsGiven(ListGiven):
    """A list of months that were counted."""

    rows: Annotated[list[MonthCountedGiven], Field(min_length=1, max_length=MOST_ROWS)]
