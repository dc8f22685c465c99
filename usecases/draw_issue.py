"""Issuing a draw: its audits, their deadlines and the notices about them, all in one transaction (S5, A5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db.queries import audits as audit_queries
from db.queries import deadlines as deadline_queries
from db.queries import draws as draw_queries
from db.queries import organisation
from db.queries.audits import AuditMade
from db.tables.draws import Draw as DrawRow
from db.tables.programme import AuditCycle as CycleRow
from rules.allocation_deadlines import allocation_deadlines
from rules.dates_in_words import listed
from rules.decisions import Reason
from rules.draw_answers import Draw, as_plain
from rules.programme import AuditCycle
from rules.sampling_frames import SamplingFrame
from rules.service_titles import with_titles
from usecases.audit_references import references_for
from usecases.audit_tools import tools_to_pin
from usecases.errors import NotAllowedNow
from usecases.notices import owe_allocation_notices
from usecases.trail import record
from usecases.trail_of_cycles import audits_allocated, draw_issued
from usecases.work import Work

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class DrawToIssue:
    """A draw with the frame and the answer that it was checked against."""

    drawn: DrawRow
    frame: SamplingFrame
    answer: Draw


def issue(work: Work, row: CycleRow, cycle: AuditCycle, to_issue: DrawToIssue) -> list[dict[str, str]]:
    """Makes all that follows from a draw, and answers what fell short in telling people.

    Raises NotAllowedNow when the draw names somebody who is no longer known: then it is drawn again.
    """
    drawn = to_issue.drawn
    each = list(_in_titles(work, audits_given(row, to_issue)))
    _pin_tools(work, row, to_issue.frame, each)
    made = _make(work, row, cycle, drawn, each)
    clocks = allocation_deadlines(work.policy, work.calendar, cycle)
    deadline_queries.start_for_audits_of(
        work.session,
        drawn.id,
        row.edition_id,
        [
            {
                "time_limit": clock.time_limit,
                "due_on": clock.due_on,
                "rule": clock.reason.rule,
                "clause": clock.reason.clause,
                "sentence": clock.reason.sentence,
            }
            for clock in clocks
        ],
    )
    drawn.state, drawn.issued_at = "issued", work.now
    record(work, *audits_allocated(drawn, made), draw_issued(row, drawn, len(made)))
    return owe_allocation_notices(work, row, made, draw_queries.withdrawn_draws(work.session, row.id))


def who_is_audited_already(work: Work, cycle: AuditCycle, to_issue: DrawToIssue) -> list[str]:
    """Whoever the draw would give a second audit in the month, because one was recorded since (S2)."""
    answer, frame = to_issue.answer, to_issue.frame
    re_audited = {re_audit.id: re_audit.practitioner_id for re_audit in frame.re_audits}
    practitioners = [row.practitioner_id for row in answer.drawn]
    practitioners += [re_audited[row.id] for row in answer.re_audits if row.auditor_id is not None]
    return draw_queries.practitioners_audited_in_month(work.session, cycle.first_on, practitioners)


def _in_titles(work: Work, each: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The audits with their reasons in the council's words: the draw itself knows services by their ids alone (P4)."""
    titles = organisation.service_titles(work.session)
    for audit in each:
        told = [with_titles(Reason(**reason), titles) for reason in audit["reasons"]]
        yield {**audit, "reasons": as_plain(tuple(told))}


def _pin_tools(work: Work, row: CycleRow, frame: SamplingFrame, each: Sequence[dict[str, Any]]) -> None:
    """Each audit is done with the form that is in force today, whatever becomes of it later (P8)."""
    services = {team.id: team.service_id for team in frame.teams}
    tools = tools_to_pin(work, row.month, {(services[audit["team"]], audit["kind"]) for audit in each})
    for audit in each:
        audit["audit_tool_id"] = str(tools[services[audit["team"]], audit["kind"]])


def _make(
    work: Work, row: CycleRow, cycle: AuditCycle, drawn: DrawRow, each: Sequence[dict[str, Any]]
) -> list[AuditMade]:
    month = cycle.first_on
    for audit, reference in zip(each, references_for(work, [month.year] * len(each)), strict=True):
        audit["reference"] = reference
    alike = {
        "cycle_id": row.id,
        "draw_id": drawn.id,
        "month": month,
        "allocated_on": cycle.opens_on,
        "report_due_on": cycle.report_due_on,
    }
    made = audit_queries.make_audits(work.session, alike, each)
    if len(made) < len(each):
        known = {audit.reference for audit in made}
        missing = [audit["case_reference"] for audit in each if audit["reference"] not in known]
        raise NotAllowedNow(
            f"The practitioner, auditor or team of {listed(missing[:_MOST_NAMED])} is no longer known by the reference "
            "that the draw has: draw again with a reason, then open the cycle.",
            rule="S5",
            clause=work.policy.clause_of("S5"),
        )
    return made


def audits_given(row: CycleRow, to_issue: DrawToIssue) -> Iterator[dict[str, Any]]:
    """What differs between the audits, re-audits first: the order of their references."""
    answer = to_issue.answer
    due = {re_audit.id: re_audit for re_audit in to_issue.frame.re_audits}
    for given in answer.re_audits:
        if given.auditor_id is not None:
            re_audit = due[given.id]
            people = (re_audit.practitioner_id, re_audit.team_id, given.auditor_id)
            yield _audit("re_audit", re_audit.case_id, people, given, re_audit_of=given.id)
    for chosen in answer.drawn:
        people = (chosen.practitioner_id, chosen.team_id, chosen.auditor_id)
        yield _audit(row.kind, chosen.case_id, people, chosen, re_audit_of=None)


def _audit(
    kind: str, case_id: str, people: tuple[str, str, str], answer: Any, *, re_audit_of: str | None
) -> dict[str, Any]:
    practitioner, team, auditor = people
    return {
        "kind": kind,
        "case_reference": case_id,
        "practitioner": practitioner,
        "team": team,
        "auditor": auditor,
        "window_from": answer.window_from,
        "window_to": answer.window_to,
        "re_audit_of": re_audit_of,
        "reasons": as_plain(answer.reasons),
    }
