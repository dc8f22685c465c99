"""What a new safety alert is about, made of the little that was typed; nothing of it stops an alert (W7)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from db.queries import safety_alerts
from db.queries.safety_alerts import AuditKnown
from rules.decisions import Reason
from usecases.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """What is typed: the concern, and the case and its team where no audit says them.

    `team` is a reference or a name, `audit` a reference.
    """

    concern: str
    case_reference: str = ""
    team: str | None = None
    audit_id: uuid.UUID | None = None
    audit: str | None = None

    @property
    def names_audit(self) -> str:
        """The audit as it was typed, by id or by reference."""
        return str(self.audit_id or self.audit or "").strip()


@dataclass(frozen=True, slots=True)
class About:
    """What an alert is about; `as_typed` is what was typed and could not be taken, for a person to make sense of."""

    audit: AuditKnown | None
    case_reference: str
    team_id: uuid.UUID | None
    is_concerned: bool
    as_typed: str | None
    flags: tuple[Reason, ...]


def what_it_is_about(work: Work, asked: NewAlert) -> About:
    """Audit, case and team. Of an audit that is known, case and team are the audit's, whatever else was typed."""
    typed_audit, typed_case = asked.names_audit, asked.case_reference.strip()
    audit = safety_alerts.audit_known(work.session, typed_audit) if typed_audit else None
    typed_team = (asked.team or "").strip()
    named = safety_alerts.team_called(work.session, typed_team) if typed_team else None
    team_id = audit.team_id if audit else named
    case_reference = audit.case_reference if audit else typed_case
    not_taken = (
        typed_team if named is None or named != team_id else "",
        "" if audit else typed_audit,
        typed_case if typed_case != case_reference else "",
    )
    return About(
        audit=audit,
        case_reference=case_reference,
        team_id=team_id,
        is_concerned=_is_concerned(work, audit, team_id, case_reference),
        as_typed=" ".join(filter(None, not_taken)) or None,
        flags=tuple(_not_as_typed(work, audit, typed_audit, typed_case)),
    )


def _is_concerned(work: Work, audit: AuditKnown | None, team_id: uuid.UUID | None, case_reference: str) -> bool:
    who = work.reach.standing
    if audit is not None and {audit.auditor_id, audit.practitioner_id} & set(who.selves):
        return True
    return team_id in who.teams or safety_alerts.works_on_case(work.session, who.selves, case_reference)


def _not_as_typed(work: Work, audit: AuditKnown | None, typed_audit: str, typed_case: str) -> Iterator[Reason]:
    if audit is None and typed_audit:
        sentence = f"There is no audit {typed_audit:.60}: the alert is raised without one."
        yield work.policy.reason("W7", f"{sentence} What was typed is kept with it, for the audit team.")
    if audit is not None and typed_case not in ("", audit.case_reference):
        sentence = f"{audit.reference} is about another case than {typed_case:.60}: the alert is about the audit's."
        yield work.policy.reason("W7", f"{sentence} What was typed is kept with it.")
