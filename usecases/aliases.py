"""Case references and workers that were merged or renumbered: history and independence follow them (S10).

An alias leads from a reference that is no more to the one that took its place. Aliases may follow one another, and
never run in a circle. Undone ones stay on record.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.queries import accounts, aliases
from db.queries.aliases import AliasRow, AuditOfMonth
from db.tables.aliases import CaseAlias, PersonAlias
from rules.audit_withdrawals import UNFINISHED
from rules.dates_in_words import day_in_words, listed
from rules.errors import InvalidFacts, Problem
from rules.programme import first_day_of
from usecases import trail
from usecases.errors import NotAllowedNow, NotFound
from usecases.trail_chains import as_code
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class AliasFacts:
    """What somebody says: from which reference to which, since when and why."""

    from_reference: str
    to_reference: str
    since_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class PersonAliased:
    """An alias of a worker, and the months before this one in which both had an audit: what is past stays as it was."""

    alias: PersonAlias
    is_new: bool
    both_audited_in: tuple[date, ...] = ()


def alias_case(work: Work, facts: AliasFacts) -> tuple[CaseAlias, bool]:
    """Let a case be known by another reference; True if that is new.

    Raises InvalidFacts for a reference that leads to itself and a day to come, NotAllowedNow for a circle and for a
    reference that leads elsewhere already.
    """
    aliases.hold_aliases_still(work.session)
    known, current = _known_or_current(work, CaseAlias, facts)
    if known is not None:
        return known, False
    row = CaseAlias(**_said(work, facts), current_reference=current)
    _save(work, CaseAlias, row, {"current_reference": current})
    return row, True


def alias_person(work: Work, facts: AliasFacts) -> PersonAliased:
    """Let a worker be known by another reference, that of somebody known here.

    Raises as `alias_case`, and NotAllowedNow when both have an audit in this month or a later one (S2), while one
    audits the other's work (A2), and when it would let an account act as somebody else (C4): what is one's own follows
    an alias.
    """
    aliases.hold_aliases_still(work.session)
    known, current = _known_or_current(work, PersonAlias, facts)
    if known is not None:
        return PersonAliased(known, is_new=False)
    people = aliases.people_by_reference(work.session, {facts.from_reference, current})
    present, old = people.get(current), people.get(facts.from_reference)
    if present is None:
        sentence = f"Nobody is known as {current}: import workers.csv first, or add the person."
        raise InvalidFacts([Problem("/to_reference", sentence, current, "S10")])
    _refuse_another_identity(work, facts.from_reference, current, old, present)
    _refuse_audit_of_own_work(work, old, present)
    past = _months_of_both(work, old, present)
    row = PersonAlias(**_said(work, facts), current_reference=current, from_person_id=old, current_person_id=present)
    _save(work, PersonAlias, row, {"current_reference": current, "current_person_id": present})
    return PersonAliased(row, is_new=True, both_audited_in=past)


def undo_alias(work: Work, table: type[AliasRow], alias_id: uuid.UUID, reason: str) -> AliasRow:
    """Let a reference stand for itself again; those that led over it end with it.

    Raises NotFound, and NotAllowedNow for one that was undone before.
    """
    aliases.hold_aliases_still(work.session)
    row = aliases.alias_by_id(work.session, table, alias_id)
    if row is None:
        raise NotFound(f"There is no alias {alias_id}: GET /v1/{_path_of(table)} lists them.")
    if row.undone_at is not None:
        undone_on = day_in_words(row.undone_at.date())
        raise NotAllowedNow(f"The alias of {row.from_reference} was undone on {undone_on} already.", rule="S10")
    over_it = [it for it in aliases.leading_to(work.session, table, row.current_reference) if it.id != row.id]
    redirected = _leading_over(row.from_reference, over_it)
    row.undone_at, row.undone_by, row.undone_because = work.now, work.actor, reason
    work.session.flush()
    aliases.redirect(work.session, table, redirected, _ends_at_old(row))
    _record(work, row, "alias_undone", reason)
    return row


def _known_or_current(work: Work, table: type[AliasRow], facts: AliasFacts) -> tuple[AliasRow | None, str]:
    """The alias if there is the same already, and the reference at the end of its chain."""
    _must_make_sense(work, facts)
    known = aliases.in_force_from(work.session, table, facts.from_reference)
    if known is not None and known.to_reference == facts.to_reference:
        return known, known.current_reference
    if known is not None:
        raise NotAllowedNow(
            f"{facts.from_reference} leads to {known.to_reference} already, since {day_in_words(known.since_on)}: "
            f"undo that first (POST /v1/{_path_of(table)}/{known.id}/undo).",
            rule="S10",
        )
    following = aliases.in_force_from(work.session, table, facts.to_reference)
    current = following.current_reference if following is not None else facts.to_reference
    if current == facts.from_reference:
        raise NotAllowedNow(
            f"{facts.to_reference} leads to {facts.from_reference} already, so that this would be a circle: undo that "
            "alias first, or turn this one round.",
            rule="S10",
        )
    return None, current


def _must_make_sense(work: Work, facts: AliasFacts) -> None:
    problems = []
    if facts.from_reference == facts.to_reference:
        sentence = "A reference leads to itself without an alias: name the one that took its place."
        problems.append(Problem("/to_reference", sentence, facts.to_reference, "S10"))
    if facts.since_on > work.today:
        sentence = f"{day_in_words(facts.since_on)} is still to come: an alias holds from the day it is made."
        problems.append(Problem("/since_on", sentence, facts.since_on.isoformat(), "S10"))
    if problems:
        raise InvalidFacts(problems)


def _said(work: Work, facts: AliasFacts) -> dict[str, Any]:
    return {
        "from_reference": facts.from_reference,
        "to_reference": facts.to_reference,
        "since_on": facts.since_on,
        "reason": facts.reason,
        "made_by": work.actor,
        "made_at": work.now,
    }


def _save(work: Work, table: type[AliasRow], row: AliasRow, current: Mapping[str, Any]) -> None:
    """The alias, and a new end for every chain that ended at the old reference until now."""
    before = aliases.leading_to(work.session, table, row.from_reference)
    work.session.add(row)
    work.session.flush()
    aliases.redirect(work.session, table, [it.id for it in before], dict(current))
    _record(work, row, "alias_made", row.reason)


def _refuse_another_identity(
    work: Work, from_reference: str, current: str, old: uuid.UUID | None, present: uuid.UUID
) -> None:
    """Accounts are linked by whoever keeps access; a merger must not make one of them somebody else's (C4)."""
    former = _records_behind(work, from_reference, old)
    if not former:
        return
    latter = _records_behind(work, current, present)
    if (former | latter) & set(work.reach.standing.selves):
        raise NotAllowedNow(
            "It is your own file that would be merged: what is another's would become yours. Ask somebody else of the "
            "audit team to make this alias.",
            rule="C4",
        )
    if accounts.have_accounts(work.session, former) and accounts.have_accounts(work.session, latter):
        raise NotAllowedNow(
            f"Accounts are linked to {from_reference} and to {current}, so that they may be two people. Ask the audit "
            "manager which account holds: without the other one (DELETE /v1/accounts/{id}) they can be merged.",
            rule="C4",
        )


def _records_behind(work: Work, reference: str, person: uuid.UUID | None) -> set[uuid.UUID]:
    """The person of this reference, and those whose references lead to it."""
    chains = (alias.from_person_id for alias in aliases.leading_to(work.session, PersonAlias, reference))
    return {record for record in (person, *chains) if record is not None}


def _refuse_audit_of_own_work(work: Work, old: uuid.UUID | None, present: uuid.UUID) -> None:
    """While one of them audits the other's work they are not made one person (A2)."""
    if old is None:
        return
    between = aliases.audits_between(work.session, old, present, UNFINISHED)
    if between:
        one = len(between) == 1
        raise NotAllowedNow(
            f"One of them does the audit{'' if one else 's'} {listed(between)} of the other's work, and nobody audits "
            f"their own: give {'it' if one else 'them'} to another auditor first, then merge them.",
            rule="A2",
            clause=work.policy.clause_of("A2"),
        )


def _months_of_both(work: Work, old: uuid.UUID | None, present: uuid.UUID) -> tuple[date, ...]:
    """Months of the past in which both had an audit. Raises NotAllowedNow for such a month now or to come (S2)."""
    if old is None:
        return ()
    audits = aliases.audits_in_same_month(work.session, old, present)
    this_month = first_day_of(f"{work.today:%Y-%m}")
    if clashing := [audit for audit in audits if audit.month >= this_month]:
        raise NotAllowedNow(_why_not_merged(clashing), rule="S2")
    return tuple(sorted({audit.month for audit in audits}))


def _why_not_merged(clashing: Sequence[AuditOfMonth]) -> str:
    old = ", ".join(audit.reference for audit in clashing if audit.is_of_old)
    present = ", ".join(audit.reference for audit in clashing if not audit.is_of_old)
    return (
        f"Both have an audit in {clashing[0].month:%B %Y} ({old} and {present}), and nobody has two in a month. "
        "Withdraw one of them with a reason and merge them then, or wait until the month is over."
    )


def _leading_over(reference: str, chain: Iterable[CaseAlias | PersonAlias]) -> list[uuid.UUID]:
    """The aliases that reach their end by way of this reference."""
    by_next: dict[str, list[CaseAlias | PersonAlias]] = {}
    for alias in chain:
        by_next.setdefault(alias.to_reference, []).append(alias)
    found: list[uuid.UUID] = []
    to_follow = [reference]
    while to_follow:
        for alias in by_next.get(to_follow.pop(), ()):
            found.append(alias.id)
            to_follow.append(alias.from_reference)
    return found


def _ends_at_old(row: CaseAlias | PersonAlias) -> dict[str, Any]:
    if isinstance(row, PersonAlias) and row.from_person_id is not None:
        return {"current_reference": row.from_reference, "current_person_id": row.from_person_id}
    return {"current_reference": row.from_reference}


def _record(work: Work, row: CaseAlias | PersonAlias, action: str, reason: str) -> None:
    kind = "case_alias" if isinstance(row, CaseAlias) else "person_alias"
    details = {
        "from": as_code(row.from_reference),
        "to": as_code(row.to_reference),
        "since_on": row.since_on.isoformat(),
    }
    trail.record(work, trail.Entry((kind, str(row.id)), action, "S10", details, {"reason": reason}))


def _path_of(table: type[CaseAlias] | type[PersonAlias]) -> str:
    return "case-aliases" if table is CaseAlias else "person-aliases"
