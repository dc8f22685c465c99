"""Where the promise of an audit every two to three months breaks, and what stood in the way (S3)."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat

from rules.case_orders import Place
from rules.lengths import last_day_of_month, months_between
from rules.played_people import PlayedPerson
from rules.policy.shape import Policy
from rules.samples import Sample

# What more auditors could mend: nobody who may, nobody independent, nobody with room, re-audits that took the room.
MENDED_BY_AUDITORS = frozenset({"A1", "A2", "A3", "P7", "S7", "S8"})

WHY_IT_BROKE = {
    "S1": "the seats were spread over the teams, and some went to others who were not due yet",
    "P1": "the month has no cycle, and the cycle before came too early",
    "S2": "a re-audit found no auditor, or an audit was still unfinished",
    "S3": "too soon after the last audit",
    "S6": "no case that could be drawn",
    "S9": "away or leaving",
    "A1": "nobody who may audit the team was left",
    "A2": "nobody independent was left",
    "A3": "whoever may audit the team was full",
    "S10": "a restricted record, and nobody cleared for it had room",
    "P7": "re-audits held over by a moderation month took the room",
    "S7": "re-audits took the room",
    "S8": "the cycle had no room for so many",
}


@dataclass(frozen=True, slots=True)
class WaitTooLong:
    """Somebody in post at the end of a month had waited as long as promised at most, or longer, and had no audit in it.

    `rule` stood in the way in that month. `is_new` says that the promise broke in this month and not before.
    """

    month_on: date
    practitioner_id: str
    team_id: str
    rule: str
    is_new: bool


def waits_too_long(
    people: Iterable[PlayedPerson],
    month_on: date,
    sample: Sample | None,
    moderated: Container[str],
    policy: Policy,
) -> list[WaitTooLong]:
    """Everybody for whom the promise is broken at the end of a month; `sample` is that of its cycle, if it has one.

    `moderated` are the re-audits that a moderation month held over. Whoever was never audited and has no known start
    waits too long from the first month on, but nobody knows when that began.
    """
    target = policy.selection.target_months_between_audits.count
    last_on = last_day_of_month(month_on)
    why = _Why(sample, moderated, policy) if sample is not None else None
    found = []
    for person in people:
        since = person.waiting_since
        waited = target + 1 if since is None else months_between(since, month_on)
        if waited >= target and person.is_in_post(last_on):
            rule = why.of(person) if why else "P1"
            found.append(WaitTooLong(month_on, person.id, person.team_id, rule, waited == target))
    return found


class _Why:
    """The rules that kept people out of one sample.

    Those due and left out without such a rule stand in a queue in the order of S3. As many of them as there are too
    few seats for everybody due were left out for want of room: first those who would have been drawn in place of
    re-audits, beginning with re-audits that a moderation month held over. The others are left out because the spread
    over the teams (S1) gave seats to practitioners who were not due yet.
    """

    def __init__(self, sample: Sample, moderated: Container[str], policy: Policy) -> None:
        self.sample, self.moderated = sample, moderated
        self.policy = policy
        self.in_queue = {
            place.practitioner.id: place for place in chain.from_iterable(sample.candidates.places.values())
        }
        self.took_the_room = self._in_place_of_re_audits()

    def of(self, person: PlayedPerson) -> str:
        candidates = self.sample.candidates
        if person.id in candidates.practitioners_out:
            return candidates.practitioners_out[person.id].rule
        if person.id not in self.in_queue:
            return "S6"
        stopped = self.sample.stopped_teams.get(person.team_id)
        return stopped or self.took_the_room.get(person.id, "S1")

    def _in_place_of_re_audits(self) -> dict[str, str]:
        queue = sorted(self._left_out(), key=lambda place: (*place.standing(), place.ticket))
        early = self._drawn_early()
        rules = [*sorted(self._re_audits_given()), *repeat("S8", len(queue))][: max(0, len(queue) - early)]
        return {place.practitioner.id: rule for place, rule in zip(queue, rules, strict=False)}

    def _re_audits_given(self) -> Iterator[str]:
        """P7 for each that a moderation month had held over, S7 for the others."""
        for re_audit in self.sample.turns.due:
            if re_audit.id not in self.sample.refused_re_audits:
                yield "P7" if re_audit.id in self.moderated else "S7"

    def _left_out(self) -> Iterator[Place]:
        for team_id, places in self.sample.candidates.places.items():
            yield from filter(self._is_due, places[self.sample.seats.by_team[team_id] :])

    def _drawn_early(self) -> int:
        """How many were drawn who were not due yet."""
        seats = self.sample.seats.by_team
        return sum(
            not self._is_due(place)
            for team_id, places in self.sample.candidates.places.items()
            for place in places[: seats[team_id]]
        )

    def _is_due(self, place: Place) -> bool:
        waited = place.waiting_months(self.sample.cycle.opens_on)
        return waited is None or waited >= self.policy.selection.target_months_between_audits.count
