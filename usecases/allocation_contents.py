"""What a message about allocated audits holds for each person: references and dates only (P4, A5).

Neither a name of staff, nor a case reference, nor the kind of an audit goes into a message: that an audit is a re-audit
would say how the one before it was graded.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.recipients import Recipient
from rules.roles import Role

# A longer list is given as totals by team with a link to the list itself, so that no message grows without end.
LONGEST_LIST = 200

# A heading: as what somebody is told, and whether in place of the one who holds the post.
Section = tuple[str, bool]
AUDITORS_MANAGER = "auditors_manager"
# Sections in the order in which they are read. One's own and the whole cycle are always complete; of the others, an
# audit stands in the first that it belongs to, so that somebody with several roles reads of it once.
_OWN = (Role.PRACTITIONER, Role.AUDITOR)
_COMPLETE = (*_OWN, Role.AUDIT_TEAM)
_NEAREST_LAST = (Role.LINE_MANAGER, AUDITORS_MANAGER)


@dataclass(frozen=True, slots=True)
class ListedAudit:
    """An audit as a message lists it."""

    id: uuid.UUID
    reference: str
    team: str


@dataclass(slots=True)
class PersonsAudits:
    """All that concerns one person, gathered audit by audit."""

    by_section: dict[Section, list[ListedAudit]] = field(default_factory=dict)
    standing_in: dict[str, None] = field(default_factory=dict)

    def add(self, audits: Sequence[ListedAudit], as_recipient: Recipient) -> None:
        self.by_section.setdefault(section_of(as_recipient), []).extend(audits)
        if as_recipient.stands_in:
            self.standing_in[as_recipient.reasons[-1].sentence] = None

    def count(self) -> int:
        """How many different audits."""
        return len({audit.id for audits in self.by_section.values() for audit in audits})

    def content(self) -> dict[str, Any]:
        """The part of the message's content that is this person's own."""
        return {"sections": list(self._sections()), "standing_in": list(self.standing_in)}

    def _sections(self) -> Iterator[dict[str, Any]]:
        seen: set[uuid.UUID] = set()
        for section in sorted(self.by_section, key=_reading_order):
            audits = self.by_section[section]
            role, stands_in = section
            if role not in _COMPLETE:
                audits = [audit for audit in audits if audit.id not in seen]
                seen.update(audit.id for audit in audits)
            if audits:
                yield {"as": role, "stands_in": stands_in, **_listing(audits)}


def section_of(recipient: Recipient) -> Section:
    """Under which heading an audit stands for this recipient."""
    role = AUDITORS_MANAGER if recipient.over == Role.AUDITOR != recipient.role else recipient.role
    return role, recipient.stands_in


def _reading_order(section: Section) -> tuple[int, int, bool]:
    role, stands_in = section
    if role in _OWN:
        return 0, _OWN.index(Role(role)), stands_in
    if role == Role.AUDIT_TEAM:
        return 3, 0, stands_in
    if role in _NEAREST_LAST:
        return 2, _NEAREST_LAST.index(role), stands_in
    return 1, list(Role).index(Role(role)), stands_in


def _listing(audits: Sequence[ListedAudit]) -> dict[str, Any]:
    if len(audits) > LONGEST_LIST:
        teams = Counter(audit.team for audit in audits)
        return {"audits": [], "teams": [{"team": team, "audits": count} for team, count in sorted(teams.items())]}
    listed = sorted(audits, key=lambda audit: audit.reference)
    rows = [{"id": str(audit.id), "reference": audit.reference, "team": audit.team} for audit in listed]
    return {"audits": rows, "teams": []}
