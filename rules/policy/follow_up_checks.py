"""What an edition says of reports that were issued, and cannot all hold (L10, section 9)."""

import dataclasses
from collections.abc import Collection, Iterator

from rules.policy.notice_shapes import TellingRow
from rules.policy.shape import Policy
from rules.roles import Role

_ROLES = tuple(Role)
_KINDS = ("ordinary", "themed", "re_audit")
_MINUTES_OF_A_DAY = 24 * 60
_SIDES = (Role.PRACTITIONER, Role.AUDITOR)


def follow_up_contradictions(policy: Policy) -> Iterator[str]:
    """Each found one as a sentence that names the keys."""
    yield from _findings_discussions(policy)
    if not 1 <= policy.notices.meeting_minutes <= _MINUTES_OF_A_DAY:
        yield f"notices.meeting_minutes ({policy.notices.meeting_minutes}) should be 1 to {_MINUTES_OF_A_DAY}."
    for line in dataclasses.fields(policy.recipients):
        for row in getattr(policy.recipients, line.name):
            yield from _told(policy, f"recipients.{line.name}", row)


def _told(policy: Policy, key: str, row: TellingRow) -> Iterator[str]:
    """A row names rules, roles, kinds and grades that there are, and at least one role."""
    yield from _unknown(key, (row.rule,), policy.clauses)
    yield from _unknown(key, row.roles, _ROLES)
    yield from _unknown(key, (row.over,), _SIDES)
    yield from _unknown(key, row.kinds, _KINDS)
    yield from _unknown(key, row.grades, policy.gradings.grades)
    if not row.roles or row.from_sequence < 0:
        yield f"{key} has a row without roles, or with a from_sequence ({row.from_sequence}) below 0."


def _findings_discussions(policy: Policy) -> Iterator[str]:
    """Every report that may be issued has its limit (L10)."""
    rules, grades = policy.findings_discussions, policy.gradings.grades
    for key, limits in (("audits", rules.within_of_audits), ("re_audits", rules.within_of_re_audits)):
        if sorted(limits) != sorted(grades):
            yield f"findings_discussions.within_of_{key} should give a limit for each of {', '.join(grades)}."
    yield from _unknown("findings_discussions.within_when_kept", rules.within_when_kept, grades)
    yield from _unknown("findings_discussions.achievement_grades", rules.achievement_grades, grades)
    yield from _unknown("findings_discussions.owed_by", rules.owed_by, _ROLES)


def _unknown(key: str, found: Collection[str], allowed: Collection[str]) -> Iterator[str]:
    strange = [item for item in found if item not in allowed]
    if strange:
        yield f"{key} names {', '.join(map(repr, strange))}; allowed are {', '.join(allowed)}."
