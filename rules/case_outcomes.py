"""What became of every case of a frame, and why: the draw read case by case (S5)."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.decisions import Reason
from rules.draw_answers import Draw, ReAuditAnswer
from rules.policy.shape import Policy
from rules.sampling_frames import SamplingFrame


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """One case: `drawn`, `reserve`, `excluded`, `not_reached` or `re_audit` (it has a re-audit in this cycle).

    `place` is its practitioner's position in the team's order.
    """

    case_id: str
    practitioner_id: str
    team_id: str
    outcome: str
    place: int | None
    ticket: str | None
    auditor_id: str | None
    reasons: tuple[Reason, ...]


def case_outcomes(frame: SamplingFrame, answer: Draw, policy: Policy) -> Iterator[CaseOutcome]:
    """Each case of the frame once."""
    practitioner_of = {case.id: case.practitioner_id for case in frame.cases}
    team_of = {practitioner.id: practitioner.team_id for practitioner in frame.practitioners}
    yield from _drawn(answer)
    yield from _reserves(answer, policy)
    for case_id, outcome, auditor_id, reasons in (*_excluded(frame, answer), *_not_reached(answer, policy)):
        practitioner_id = practitioner_of[case_id]
        yield CaseOutcome(case_id, practitioner_id, team_of[practitioner_id], outcome, None, None, auditor_id, reasons)


def _drawn(answer: Draw) -> Iterator[CaseOutcome]:
    for row in answer.drawn:
        yield CaseOutcome(
            row.case_id,
            row.practitioner_id,
            row.team_id,
            "drawn",
            row.order,
            row.ticket,
            row.auditor_id,
            row.reasons,
        )


def _reserves(answer: Draw, policy: Policy) -> Iterator[CaseOutcome]:
    seats = {quota.team_id: quota.seats for quota in answer.quotas}
    for row in answer.reserves:
        sentence = (
            f"In reserve: practitioner {row.practitioner_id} is number {row.order} in the order of team {row.team_id}, "
            f"which has {seats[row.team_id]} of the {answer.size_drawn} seats."
        )
        reasons = (policy.reason("S1", sentence),)
        yield CaseOutcome(
            row.case_id, row.practitioner_id, row.team_id, "reserve", row.order, row.ticket, None, reasons
        )


_Row = tuple[str, str, str | None, tuple[Reason, ...]]


def _excluded(frame: SamplingFrame, answer: Draw) -> Iterator[_Row]:
    admitted = _re_audits_given(frame, answer)
    for row in answer.excluded:
        re_audit = admitted.get(row.case_id)
        if re_audit is None:
            yield row.case_id, "excluded", None, (Reason(row.rule, row.clause, row.sentence),)
        else:
            yield row.case_id, "re_audit", re_audit.auditor_id, re_audit.reasons


def _not_reached(answer: Draw, policy: Policy) -> Iterator[_Row]:
    sentence = "Another case of the same practitioner goes first, by the time it has been allocated or by its ticket."
    reasons = (policy.reason("S5", sentence),)
    for row in answer.not_reached:
        yield row.case_id, "not_reached", None, reasons


def _re_audits_given(frame: SamplingFrame, answer: Draw) -> dict[str, ReAuditAnswer]:
    """The re-audits that an auditor got, by case."""
    case_of = {re_audit.id: re_audit.case_id for re_audit in frame.re_audits}
    return {case_of[row.id]: row for row in answer.re_audits if row.auditor_id is not None}
