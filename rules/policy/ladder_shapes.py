"""The shape of a ladder: an escalation path as an edition has it, rung by rung (`ladders.toml`).

What a rung, an exit or a clock *means* is `rules/ladders.py`; which there are, who owes them and how long they last is
data. Each rung has a rule, a clause and a source of its own, and so has each of its shorter clocks.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from rules.dates_in_words import listed
from rules.errors import Refusal
from rules.lengths import WorkingDays
from rules.names_in_words import words_of
from rules.policy.sources import Source

RAISER = "raiser"  # whoever raised the dispute or the alert
STAYS, REFERRAL = "stays", "referral"
ACKNOWLEDGEMENT = "acknowledgement"

# What happens to audits and reports on their ladders: the life of an audit says it, so that it has these names alone.
ISSUED_BELOW, RETURNED = "audit_issued_below_good", "report_returned"
BELOW, ORDERED = "re_audit_issued_below_good", "further_re_audit_ordered"
EVENTS_OF_RE_AUDITS = (BELOW, "re_audit_issued_good", "further_re_audit_waived", ORDERED, "audit_closed")
EVENTS_OF_REPORTS = ("report_amended", "audit_withdrawn")


class LadderState(enum.StrEnum):
    """How a ladder stands. All but the first are the end of it."""

    OPEN = "open"
    RESOLVED = "resolved"
    LAPSED = "lapsed"  # nobody took it further in time: what was stands
    WITHDRAWN = "withdrawn"  # by whoever raised it


ENDS = tuple(state for state in LadderState if state is not LadderState.OPEN)


class When(enum.StrEnum):
    """When an exit of a rung is open."""

    STAGE = "stage"  # while its outcome is awaited, in time or late
    OVERDUE = "overdue"  # while its outcome is awaited and its time has run out
    REFERRAL = "referral"  # while it is unresolved and waits to be taken further


@dataclass(frozen=True, slots=True)
class RungExit:
    """Something that may happen at a rung, who says so, and where it leads.

    `to` is another rung, an end (`resolved`, `lapsed`, `withdrawn`), `referral` where somebody has to take it further,
    or `stays`. `records` are what is owed to the case system or kept with it; `needs_summary` where what came of it is
    written down, and `may_be_told_later` where it happened on a day of its own, which may have passed.
    """

    event: str
    to: str
    by: tuple[str, ...]
    when: tuple[When, ...] = (When.STAGE,)
    needs_reason: bool = False
    needs_summary: bool = False
    may_be_told_later: bool = False
    exceptional: bool = False
    records: tuple[str, ...] = ()

    def __str__(self) -> str:
        """ "referred → D3 (reason needed)"."""
        notes = [
            *(["in exceptional cases only"] if self.exceptional else []),
            *(["reason needed"] if self.needs_reason else []),
            *(["summary needed"] if self.needs_summary else []),
            *(["its day may have passed"] if self.may_be_told_later else []),
            *(["once its time has run out"] if self.when == (When.OVERDUE,) else []),
        ]
        return f"{in_words(self.event)} → {in_words(self.to)}{f' ({listed(notes)})' if notes else ''}"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A clock of its own for saying that the matter arrived; 0 working days are the same working day."""

    within: WorkingDays
    rule: str
    clause: str
    source: Source
    reading: str | None = None

    def __str__(self) -> str:
        return f"acknowledged {within_in_words(self.within)}"


@dataclass(frozen=True, slots=True)
class Referral:
    """What was not resolved at a rung is taken further by these, in that time; not taken, it lapses or waits on."""

    owed_by: tuple[str, ...]
    within: WorkingDays
    lapses: bool
    rule: str
    clause: str
    source: Source
    reading: str | None = None

    def __str__(self) -> str:
        else_ = "else it lapses" if self.lapses else "and it waits until then"
        return f"unresolved, taken further by {roles_in_words(self.owed_by)} within {self.within}, {else_}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level: who owes what, how long, what ends it and where that leads.

    `duty` goes on from "they are to". `within` is its clock; `counted_by` names the entry of another file that
    holds it, where that is kept already, and `counted_by_after_discussion` the one that holds where a discussion
    was offered (Q1). A rung without a clock waits, and reminds every `reminder_every`, as one does whose time ran
    out and that stays. `moves_up_to` is the rung to which it goes by itself when its time runs out, and where
    `moves_up_when_vacant` also when nobody is in its post. A rung that stays may tell those of `tells_when_overdue`
    too. `told_of` and `sequence` are those of the matrix, where the ladder's are not.
    """

    id: str
    stage: str
    duty: str
    owed_by: tuple[str, ...]
    exits: tuple[RungExit, ...]
    rule: str
    clause: str
    source: Source
    reading: str | None = None
    within: WorkingDays | None = None
    counted_by: str = ""
    counted_by_after_discussion: str = ""
    reminder_every: WorkingDays | None = None
    acknowledgement: Acknowledgement | None = None
    referral: Referral | None = None
    moves_up_to: str = ""
    moves_up_when_vacant: bool = False
    tells_when_overdue: str = ""
    is_judgement: bool = False
    told_of: str = ""
    sequence: int = 0

    def __str__(self) -> str:
        return "; ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        yield f"{self.stage}: {self.owed_in_words()}"
        yield self.clock_in_words()
        yield from map(str, self.exits)
        if self.moves_up_to:
            vacant = " or when its post is vacant" if self.moves_up_when_vacant else ""
            yield f"by itself → {self.moves_up_to} when its time runs out{vacant}"

    def owed_in_words(self) -> str:
        """ "the team manager is to hold the meeting"."""
        return f"{roles_in_words(self.owed_by)} {'are' if len(self.owed_by) > 1 else 'is'} to {self.duty}"

    def clock_in_words(self) -> str:
        """ "within 5 working days", "no clock, reminder every 5 working days"."""
        if self.counted_by:
            longer = self.counted_by_after_discussion
            return f"as {self.counted_by}{f', after a discussion offered as {longer}' if longer else ''}"
        if self.within is not None:
            late = f", then a reminder every {self.reminder_every}" if self.reminder_every else ""
            return f"{within_in_words(self.within)}{late}"
        return f"no clock{f', reminder every {self.reminder_every}' if self.reminder_every else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """An escalation path from its first rung to its last, and what may happen to it on any rung.

    `told_of` is the event of section 9 by which people are told at each rung. `time_runs_out_by` and `records_by` are
    the rules that say what happens when a rung's time runs out, and what is put on record.
    """

    concerns: str
    opened_by: str
    told_of: str
    time_runs_out_by: str
    records_by: str
    rungs: tuple[Rung, ...]
    anywhere: tuple[RungExit, ...] = ()

    def __str__(self) -> str:
        path = " → ".join(rung.id for rung in self.rungs)
        always = "".join(f"; on any rung {step}" for step in self.anywhere)
        return f"{path}; begins with: {in_words(self.opened_by)}; told as: {in_words(self.told_of)}{always}"

    def rung(self, rung_id: str) -> Rung:
        """The rung of that id. Raises Refusal where the ladder has none, as one of another edition may not."""
        found = next((rung for rung in self.rungs if rung.id == rung_id), None)
        if found is None:
            raise Refusal(
                f"The edition in force has no rung {rung_id} for {self.concerns}: install the edition under which it "
                "began beside it."
            )
        return found

    def rung_above(self, rung: Rung) -> Rung | None:
        """The one to which that rung moves up by itself; None where it stays."""
        return self.rung(rung.moves_up_to) if rung.moves_up_to else None

    def after(self, rung: Rung) -> Rung | None:
        """The next one up, None above the last."""
        position = self.rungs.index(rung) + 1
        return self.rungs[position] if position < len(self.rungs) else None

    @property
    def events(self) -> tuple[str, ...]:
        """Everything that may happen to it by somebody's word, in the order of its rungs."""
        exits = (*(way_out for rung in self.rungs for way_out in rung.exits), *self.anywhere)
        return tuple(dict.fromkeys(way_out.event for way_out in exits))


@dataclass(frozen=True, slots=True)
class Ladders:
    """Escalation paths, and who may begin a dispute (D1–D8, W1–W7, R2–R4, Q1–Q3)."""

    dispute: Ladder
    safety_alert: Ladder
    re_audit: Ladder
    quality_of_reports: Ladder
    disputes_opened_by: tuple[str, ...]
    disputes_opened_within: WorkingDays
    late_disputes_need_consent_of: str
    disputes_never_judged_by: tuple[str, ...]
    safety_alert_says: str
    safety_alert_without_link: str


def clauses_of(rung: Rung) -> Iterator[tuple[str, Rung | Acknowledgement | Referral]]:
    """The rung and its shorter clocks, each with the name under which the register lists it."""
    yield rung.id, rung
    if rung.acknowledgement is not None:
        yield f"{rung.id}.{ACKNOWLEDGEMENT}", rung.acknowledgement
    if rung.referral is not None:
        yield f"{rung.id}.{REFERRAL}", rung.referral


def within_in_words(length: WorkingDays) -> str:
    """ "within 5 working days", "on the same working day"."""
    return f"within {length}" if length.count else "on the same working day"


def roles_in_words(roles: tuple[str, ...]) -> str:
    """ "the audit manager and the principal social worker"."""
    return listed([f"the {in_words(role)}" for role in roles])


def in_words(name: str) -> str:
    """An event, a role or a state in words."""
    return words_of(name)
