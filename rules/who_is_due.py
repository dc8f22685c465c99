"""Who is due for an audit by S3, how many of them there is room for, and what to say of the others (S8)."""

from dataclasses import dataclass, replace
from itertools import chain

from rules.decisions import Reason
from rules.draw_answers import Shortfall
from rules.lengths import months_between
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.re_audit_turns import re_audit_turns
from rules.samples import candidates_of
from rules.sampling_frames import Practitioner, SamplingFrame
from rules.tickets import Tickets

# Who can be drawn does not depend on chance, only their order does: any seed counts the same people.
_NO_CHANCE = Tickets("")


@dataclass(frozen=True, slots=True)
class WhoIsDue:
    """Counts of one frame: practitioners due, auditors, `room` with all of them for up to `each`, and re-audits due.

    `kept_out` counts those who would be due but for an unfinished audit (S2), when nobody else is.
    """

    due: int
    auditors: int
    each: int
    room: int
    re_audits: int
    kept_out: int

    @property
    def left(self) -> int:
        """The room that the re-audits leave, 0 or more."""
        return max(0, self.room - self.re_audits)

    @property
    def size(self) -> int:
        """How many new audits are asked for: everybody due for whom there is room."""
        return min(self.due, self.left)


def practitioners_due(frame: SamplingFrame, cycle: AuditCycle, policy: Policy) -> list[Practitioner]:
    """Who can be drawn and has waited as long as the target between two audits, or nobody knows how long (S3)."""
    turns = re_audit_turns(frame.re_audits, cycle, policy, _NO_CHANCE)
    candidates = candidates_of(frame, turns, cycle, policy, _NO_CHANCE)
    target = policy.selection.target_months_between_audits.count
    return [
        place.practitioner
        for place in chain.from_iterable(candidates.places.values())
        if place.waiting_since is None or months_between(place.waiting_since, cycle.opens_on) >= target
    ]


def who_is_due(frame: SamplingFrame, cycle: AuditCycle, policy: Policy, each: int) -> WhoIsDue:
    """The counts of a frame, with room for up to `each` audits an auditor."""
    due = len(practitioners_due(frame, cycle, policy))
    return WhoIsDue(
        due=due,
        auditors=len(frame.auditors),
        each=each,
        room=sum(min(auditor.capacity, each) for auditor in frame.auditors),
        re_audits=len(re_audit_turns(frame.re_audits, cycle, policy, _NO_CHANCE).due),
        kept_out=0 if due else len(practitioners_due(_all_finished(frame), cycle, policy)),
    )


def shortfalls_of_room(found: WhoIsDue) -> tuple[Shortfall, ...]:
    """Whoever is due and gets no audit because the auditors have no room for so many (S8)."""
    without = found.due - found.size
    if without == 0:
        return ()
    why = why_no_auditor_has_room(found.auditors) if found.room == 0 else _how_much_room(found)
    return (Shortfall("S8", f"{_of(without, found.due)} no audit in this cycle: {why}."),)


def warnings_of_nobody(found: WhoIsDue, policy: Policy) -> tuple[Reason, ...]:
    """That nobody is due, so that an opening without new audits is no riddle (S8), and whether S2 is the cause."""
    if found.due:
        return ()
    target = policy.selection.target_months_between_audits
    nobody = f"Nobody who can be drawn is due after {target} or more, so this cycle asks for no new audit"
    if not found.kept_out:
        return (policy.reason("S8", f"{nobody}."),)
    count = found.kept_out
    would = f"{count} practitioner{' is' if count == 1 else 's are'} due but kept out by an audit carried over"
    return (policy.reason("S2", f"{nobody}: {would} from an earlier cycle. Once those are finished, draw again."),)


def why_no_auditor_has_room(auditors: int) -> str:
    """The words for auditors who all have no room, or for there being none."""
    if auditors == 0:
        return "no auditor is appointed"
    who = "the only auditor is" if auditors == 1 else f"all {auditors} auditors are"
    return f"{who} away, leaving before its close or no longer appointed"


def _all_finished(frame: SamplingFrame) -> SamplingFrame:
    """The frame as if no audit were carried over; one that has no auditor any more set its cases aside by S2."""
    return replace(frame, carried_over=(), set_aside=tuple(row for row in frame.set_aside if row.rule != "S2"))


def _of(without: int, due: int) -> str:
    if due == 1:
        return "The one practitioner due gets"
    if without == due:
        return f"All {due} practitioners due get"
    return f"{without} of the {due} practitioners due get{'s' if without == 1 else ''}"


def _how_much_room(found: WhoIsDue) -> str:
    return (
        f"there is room for {found.left or 'none'} (the auditors' capacity at up to {found.each} each, {found.room}, "
        f"less {found.re_audits} re-audit{'' if found.re_audits == 1 else 's'} due)"
    )
