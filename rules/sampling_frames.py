"""What a draw is made from: the open cases and everybody concerned, as plain frozen facts (FRAMEWORK S1–S9, A1–A3).

The classes have the shapes of `POST /v1/rules/draw`. A frame holds no names and no addresses, only references.
`rules/frame_checks.py` refuses a frame that contradicts itself, `rules/canonical_frames.py` gives it one text and hash.
"""

from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Team:
    """A team, with the service it belongs to (P4)."""

    id: str
    service_id: str


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Somebody who holds cases. `last_audited_on` lies in the month of the cycle they were last drawn for."""

    id: str
    team_id: str
    last_audited_on: date | None = None
    started_on: date | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A case allocated to a practitioner; the involvement may have begun under somebody else.

    One whose record is restricted is given to an auditor cleared for such records, or to nobody (S10).
    """

    id: str
    practitioner_id: str
    allocated_on: date
    involvement_began_on: date
    last_audited_on: date | None = None
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Auditor:
    """Somebody who audits.

    `team_ids` are the teams that they manage or belong to, `practitioner_id` who they are when they hold cases
    themselves, `capacity` the number of audits that they can be given in this cycle (0 while absent).
    """

    id: str
    service_id: str
    roles: tuple[str, ...] = ()
    team_ids: tuple[str, ...] = ()
    practitioner_id: str | None = None
    line_manages: tuple[str, ...] = ()
    capacity: int = 1
    is_cleared_for_restricted: bool = False


@dataclass(frozen=True, slots=True)
class DueReAudit:
    """A re-audit on the list (S7); `due_on` decides whether it is this cycle's, `grade` is that of the audit before.

    `ordered_on` is the day on which it was decided to have one, beyond those that are due by themselves (R2).
    """

    id: str
    case_id: str
    practitioner_id: str
    team_id: str
    grade: str
    due_on: date
    previous_issued_on: date
    first_auditor_id: str | None = None
    ordered_on: date | None = None


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """An unfinished audit of an earlier cycle (Q3)."""

    audit_id: str
    practitioner_id: str
    auditor_id: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """An auditor and a practitioner who met over an audit of that month (A2)."""

    auditor_id: str
    practitioner_id: str
    on: date


@dataclass(frozen=True, slots=True)
class SetAside:
    """A case that somebody has kept out beforehand, with the rule and the sentence that say why."""

    case_id: str
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SamplingFrame:
    """Everything that a draw depends on but the seed, the policy and the calendar.

    `cycle` is a month such as "2026-10", of an extra cycle its id such as "2026-08-12-extra-1"; `size` counts new
    audits only, re-audits come on top.
    """

    cycle: str
    size: int
    teams: tuple[Team, ...] = ()
    practitioners: tuple[Practitioner, ...] = ()
    cases: tuple[Case, ...] = ()
    auditors: tuple[Auditor, ...] = ()
    re_audits: tuple[DueReAudit, ...] = ()
    carried_over: tuple[CarriedOver, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    def in_order(self) -> "SamplingFrame":
        """The same facts with every list in the order of its ids, so that no later step can depend on another.

        Pairings and the lists inside an auditor are sets: what is named twice there is kept once.
        """
        return replace(
            self,
            teams=tuple(sorted(self.teams, key=_BY_ID)),
            practitioners=tuple(sorted(self.practitioners, key=_BY_ID)),
            cases=tuple(sorted(self.cases, key=_BY_ID)),
            auditors=tuple(map(_with_ordered_sets, sorted(self.auditors, key=_BY_ID))),
            re_audits=tuple(sorted(self.re_audits, key=_BY_ID)),
            carried_over=tuple(sorted(self.carried_over, key=attrgetter("audit_id"))),
            pairings=tuple(sorted(set(self.pairings), key=attrgetter("auditor_id", "practitioner_id", "on"))),
            set_aside=tuple(sorted(self.set_aside, key=attrgetter("case_id"))),
        )


_BY_ID = attrgetter("id")


def _with_ordered_sets(auditor: Auditor) -> Auditor:
    return replace(
        auditor,
        roles=tuple(sorted(set(auditor.roles))),
        team_ids=tuple(sorted(set(auditor.team_ids))),
        line_manages=tuple(sorted(set(auditor.line_manages))),
    )
