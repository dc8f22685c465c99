"""What a letter says of one event in an audit's life (section 9; P4: links, never a name, a grade or a finding)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from rules.dates_in_words import day_in_words, month_in_words
from rules.roles import Role
from usecases.letters.audit_letters import one_line, reading_content, uid_of
from usecases.letters.calendar_entries import CalendarEntry, Meeting
from usecases.letters.dispute_sentences import dispute_sentence, dispute_subject

_LONDON = ZoneInfo("Europe/London")

# The subject of each event; {} is the audit's reference.
_SUBJECTS = {
    "meeting_arranged": "Meeting about practice audit {}",
    "meeting_moved": "Meeting about practice audit {}: another day or hour",
    "meeting_called_off": "Meeting about practice audit {}: not any more",
    "submitted": "Report of practice audit {} handed in",
    "amended": "Report of practice audit {} handed in again",
    "returned": "Report of practice audit {}: please change some points",
    "accepted": "Report of practice audit {} accepted",
    "not_accepted": "Practice audit {} is not accepted",
    "issued": "Report of practice audit {}",
    "issued_without_grade": "Report of practice audit {}",
    "corrected": "New version of the report of practice audit {}",
    "commented": "Comment on the report of practice audit {}",
    "to_file": "Report of practice audit {}: to be put on the record",
    "feedback": "Feedback from practice audit {}",
    "discussed": "Report of practice audit {} was discussed",
    "confirmed": "Practice audit {}: what was agreed is confirmed",
    "note_missing": "Practice audit {}: a case note is missing",
    "another_ordered": "After practice audit {}: another look",
    "not_issued": "Practice audit {} was not issued in time",
    "dispute_step": "Practice audit {}: a dispute about its report",
    "re_audit_waits": "Practice audit {} waits",
    "re_audit_goes_on": "Practice audit {} goes on",
}

# What each says to whoever has that role; "*" is everybody else. {by} is by when, where the message may say so.
_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "meeting_arranged": {
        "practitioner": "Your meeting with the auditor is arranged. Please look through the record beforehand.",
        "auditor": "The meeting with the practitioner is arranged.",
        "audit_team": "Auditor and practitioner meet, and of those who are to come too one post is not filled. This is "
        "for you to know, and no invitation.",
        "*": "Auditor and practitioner meet, and you are asked to come too.",
    },
    "meeting_moved": {
        "practitioner": "Your meeting with the auditor was moved.",
        "auditor": "The meeting with the practitioner was moved.",
        "audit_team": "The meeting of auditor and practitioner was moved, and of those who are to come too one post is "
        "not filled. This is for you to know, and no invitation.",
        "*": "The meeting of auditor and practitioner, to which you are asked to come too, was moved.",
    },
    "meeting_called_off": {
        "audit_team": "The meeting of auditor and practitioner will not be on the day for which it was arranged, and "
        "of those who were to come too one post is not filled. This is for you to know, and no invitation.",
        "*": "The meeting will not be on the day for which it was arranged: please take it out of your calendar. "
        "Whether it was held on another day, or why it is not held, is behind the link.",
    },
    "submitted": {
        "auditor": "Your report is with the audit team, who will check it.",
        "*": "The auditor has handed in the report. Please check it{by}.",
    },
    "amended": {
        "auditor": "Your changed report is with the audit team, who will check it again.",
        "*": "The auditor has handed in the changed report. Please check it again{by}.",
    },
    "returned": {
        "auditor": "The audit team asks you to change some points of your report{by}. Which they are is behind the "
        "link.",
        "*": "The report went back to the auditor with points to change.",
    },
    "accepted": {
        "auditor": "The audit team has accepted your report. Please issue it{by}.",
        "*": "The report is accepted. The auditor is to issue it{by}.",
    },
    "not_accepted": {
        "auditor": "The changes did not come in time, so the audit is not accepted. Please complete it all the same"
        "{by}. It does not stand in for a new audit.",
        "*": "The changes did not come in time, so the audit is not accepted. Its auditor is to complete it all the "
        "same, beside any new audit.",
    },
    "issued": {
        "practitioner": "The report of an audit of your work is ready for you to read. You can say that you have it, "
        "and comment on it. Please discuss it with your manager; by when is behind the link.",
        "line_manager": "The report of an audit of your team's work is ready for you to read. How it is discussed with "
        "the practitioner, and by when, is behind the link.",
        "team_manager": "The report of an audit of your team's work is ready for you to read. Please discuss it with "
        "the practitioner and record that in a case note; by when is behind the link.",
        "head_of_service": "The report is ready for you to read.{follow_up}",
        "*": "The report is ready for you to read.",
    },
    "issued_without_grade": {  # nobody has to discuss one of checks alone (P8)
        "practitioner": "The report of an audit of your work is ready for you to read. You can say that you have it, "
        "and comment on it.",
        "*": "The report is ready for you to read.",
    },
    "corrected": {
        "practitioner": "A new version of the report takes the place of the one before. If you have an earlier one, "
        "please use it no more, and destroy copies of it. What changed, and why, is behind the link, and whether you "
        "are to discuss it with your manager, again or for the first time, and by when.",
        "team_manager": "A new version of the report takes the place of the one before. If you have an earlier one, "
        "please use it no more, and destroy copies of it. What changed, and why, is behind the link, and whether it "
        "is to be discussed with the practitioner, again or for the first time, and by when.",
        "*": "A new version of the report takes the place of the one before. If you have an earlier one, please use it "
        "no more, and destroy copies of it. What changed, and why, is behind the link.",
    },
    "commented": {"*": "The practitioner has commented on the report. The comment stands with it."},
    "to_file": {
        "*": "The report is to be put on the record in the case system by hand. What to copy there, and where to tick "
        "it off, is behind the link.",
    },
    "feedback": {
        "practitioner": "An audit has something to say about work of yours from before. It is not judged there.",
        "*": "An audit has something to say about earlier work of your team. It is not judged there.",
    },
    "discussed": {
        "audit_team": "Team manager and practitioner have discussed the report. Please look for the case note of it.",
        "*": "Team manager and practitioner have discussed the report. Please follow it up with them, and confirm{by} "
        "the actions that they agreed.",
    },
    "confirmed": {"*": "The head of service has confirmed the actions that were agreed."},
    "note_missing": {
        "practitioner": "The case note of the discussion of the report isn't on record. Your manager is asked to put "
        "it there.",
        "team_manager": "The case note of the discussion of the report isn't on record. Please put it there{by}.",
        "*": "The case note of the discussion of the report isn't on record. The team manager is asked to put it there"
        "{by}.",
    },
    "another_ordered": {"*": "Another look at the same work was ordered. When it comes, and why, is behind the link."},
    "not_issued": {
        "auditor": "The cycle has closed, and this audit of yours was not issued. It can still be completed: please "
        "do.",
        "*": "The cycle has closed, and this audit was not issued. Its auditor can still complete it.",
    },
    "re_audit_waits": {
        "auditor": "The report before this re-audit is disputed. Please do not begin: it waits until that is settled, "
        "and none of its dates runs. You will hear when it goes on, or that it is withdrawn.",
        "*": "The report before this re-audit is disputed. It waits until that is settled, and none of its dates runs.",
    },
    "re_audit_goes_on": {
        "auditor": "The dispute about the report before this re-audit is over, and the re-audit goes on: please begin. "
        "Its dates are later by as long as it waited; which they are is behind the link.",
        "*": "The dispute about the report before this re-audit is over, and the re-audit goes on. Its dates are later "
        "by as long as it waited; which they are is behind the link.",
    },
    "dispute_step": {"*": "What happened in the dispute about the report of this audit is behind the link."},
}
# What a head of service is asked for who follows a report up (R1).
_FOLLOW_UP = " Please follow up its discussion with team manager and practitioner, and confirm{by} what they agree."


@dataclass(frozen=True, slots=True)
class AuditEventLetter:
    """All that the templates ask for.

    `meets_on` is there with a meeting only, and `meets_at` is the hour on the wall in London; `due_on` is by when the
    reader is to do what is asked of them, where that may be said. `month` is the audit's.
    """

    what: str
    reader: str
    audit_id: str
    reference: str
    month: str | None
    link: str
    sequence: int
    due_on: date | None
    meets_on: date | None
    meets_at: time | None
    minutes: int
    standing_in: Sequence[str]
    vacancies: Sequence[str]
    passed_on_by: str | None
    documents: Sequence[tuple[str, str]] = ()
    step: Mapping[str, Any] | None = None  # of a dispute

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "AuditEventLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        with reading_content():
            return _letter(content, address)

    @property
    def subject(self) -> str:
        """What the letter is about, without saying anything about anybody."""
        if self.step is not None:
            return dispute_subject(self.step, self.reader)
        return _SUBJECTS[self.what].format(self.reference)

    @property
    def sentence(self) -> str:
        """What happened, and what is to be done now by whoever reads, and by when, where that may be said."""
        if self.step is not None:
            return dispute_sentence(self.step, self.reader)
        said = _SENTENCES[self.what]
        by = f" by {day_in_words(self.due_on)}" if self.due_on else ""
        follow_up = _FOLLOW_UP.format(by=by) if self.due_on else ""
        return said.get(self.reader, said["*"]).format(by=by, follow_up=follow_up)

    @property
    def meets(self) -> str | None:
        """ "Thursday 8 October 2026 at 10:00"."""
        if self.meets_on is None:
            return None
        at = f" at {self.meets_at:%H:%M}" if self.meets_at else ""
        return f"{day_in_words(self.meets_on)}{at}"

    def calendar_entries(self) -> list[CalendarEntry]:
        """The meeting, under the same UID however often it is moved; what takes it back where it was called off."""
        if self.meets_on is None or self.reader == Role.AUDIT_TEAM:  # they hear of a vacant post, and do not come
            return []
        when = hours_of(self.meets_on, self.meets_at, self.minutes)
        is_over = self.what == "meeting_called_off"
        return [meeting_entry(self.audit_id, self.reference, self.link, self.sequence, when, is_cancelled=is_over)]


def hours_of(on: date, at: time | None, minutes: int) -> Meeting | date:
    """From when to when people meet, by the clocks of London; the day alone, where no hour is known."""
    if at is None:
        return on
    begins_at = datetime.combine(on, at, _LONDON)
    return Meeting(begins_at, begins_at + timedelta(minutes=minutes))


def meeting_entry(
    audit_id: str, reference: str, link: str, sequence: int, when: Meeting | date, *, is_cancelled: bool = False
) -> CalendarEntry:
    """An invitation to the meeting of one audit, of the whole day where no hour is known, or what takes it back."""
    day = when if isinstance(when, date) else when.begins_at.date()
    return CalendarEntry(
        uid=uid_of(f"meeting-{audit_id}"),
        first_on=day,
        last_on=day,
        title=f"Meeting about practice audit {reference}",
        description=f"Meeting of auditor and practitioner.\n{link}",
        link=link,
        sequence=sequence,
        is_cancelled=is_cancelled,
        is_invitation=True,
        hours=when if isinstance(when, Meeting) else None,
    )


def _letter(content: Mapping[str, Any], address: str) -> AuditEventLetter:
    if content["what"] not in _SENTENCES:
        raise ValueError(f"it says {content['what']!r} of an audit")
    on, at = content.get("meets_on"), content.get("meets_at")
    return AuditEventLetter(
        what=content["what"],
        reader=content["as"],
        audit_id=content["audit"],
        reference=one_line(content["reference"]),
        link=_link(content, address),
        month=month_in_words(date.fromisoformat(content["month"])) if content.get("month") else None,
        due_on=date.fromisoformat(content["due_on"]) if content.get("due_on") else None,
        sequence=int(content["sequence"]),
        meets_on=date.fromisoformat(on) if on else None,
        meets_at=time.fromisoformat(at) if at else None,
        minutes=int(content.get("minutes", 0)),
        standing_in=[one_line(sentence) for sentence in content["standing_in"]],
        vacancies=[one_line(sentence) for sentence in content["vacancies"]],
        passed_on_by=one_line(content["passed_on_by"]) if content["passed_on_by"] else None,
        step=content.get("step"),
    )


def _link(content: Mapping[str, Any], address: str) -> str:
    """To the audit; to feedback where that is kept, for whoever it is for reads nothing else of the audit (L8).

    To what is to be put on the record where that is listed (C2).
    """
    if content["what"] == "feedback":
        return f"{address}/v1/earlier-feedback"
    if content["what"] == "to_file":
        return f"{address}/v1/case-system/commands?state=manual&audit={quote(content['reference'], safe='')}"
    if content.get("dispute"):
        return f"{address}/v1/disputes/{quote(content['dispute'], safe='')}"
    return f"{address}/v1/audits/{quote(content['audit'], safe='')}"
