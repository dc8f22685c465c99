"""Which duty a message about an event asks its reader to do (section 9, L13).

Whoever is asked for something is not reminded of it on the same day, and is told by when it is due, unless that day
would say how an audit was graded (P4).
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from rules.matrix import NoticeEvent
from rules.roles import Role

_OF_AN_AUDITOR = (("L1", Role.AUDITOR), ("L5", Role.AUDITOR), ("L7", Role.AUDITOR))
_ALL_OF_AN_AUDITOR = (*_OF_AN_AUDITOR, ("Q1", Role.AUDITOR), ("Q3", Role.AUDITOR))

# By event the rules by which somebody owes what its message asks for, and as what they owe it. An event that is not
# here tells of something and asks for nothing that has a clock.
ASKS: Mapping[NoticeEvent, tuple[tuple[str, Role], ...]] = MappingProxyType(
    {
        NoticeEvent.ALLOCATION: _OF_AN_AUDITOR,
        NoticeEvent.AUDITOR_CHANGED: _ALL_OF_AN_AUDITOR,
        NoticeEvent.AUDIT_REPLACED: _OF_AN_AUDITOR,
        NoticeEvent.MEETING_ARRANGED: (("L1", Role.AUDITOR),),
        NoticeEvent.MEETING_MOVED: (("L1", Role.AUDITOR),),
        NoticeEvent.REPORT_SUBMITTED: (("L6", Role.AUDIT_TEAM),),
        NoticeEvent.REPORT_AMENDED: (("L6", Role.AUDIT_TEAM),),
        NoticeEvent.REPORT_RETURNED: (("Q1", Role.AUDITOR),),
        NoticeEvent.REPORT_ACCEPTED: (("L7", Role.AUDITOR),),
        NoticeEvent.NOT_ACCEPTED: (("Q3", Role.AUDITOR),),
        NoticeEvent.AUDIT_ISSUED: (
            *(("L10", Role.TEAM_MANAGER), ("L10", Role.PRACTITIONER)),
            ("R1", Role.HEAD_OF_SERVICE),
        ),
        NoticeEvent.FINDINGS_DISCUSSED: (("R1", Role.HEAD_OF_SERVICE),),
        NoticeEvent.FINDINGS_NOTE_MISSING: (("L11", Role.TEAM_MANAGER),),
        NoticeEvent.NOT_ISSUED_AT_CLOSE: (("L7", Role.AUDITOR),),
    }
)
# How long it takes follows from the grade, so the date would tell it: that stays behind the links (P4).
DATES_UNSAID = ("L10",)


def rules_asked(event: NoticeEvent, roles: Collection[str]) -> tuple[str, ...]:
    """The rules of what somebody in these roles is asked to do by a message about the event."""
    return tuple(dict.fromkeys(rule for rule, role in ASKS.get(event, ()) if role in roles))
