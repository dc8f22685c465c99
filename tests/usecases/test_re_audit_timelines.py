"""What the timeline of an audit tells of its re-audit: due when, waiting why, which it is, or why there is none."""

import uuid
from dataclasses import replace
from datetime import date

import pytest

from rules.audit_events import Event
from rules.audit_facts import Asked
from tests.small_council import SmallCouncil, work_on
from tests.usecases.test_re_audits_drawn import INADEQUATE, OPENS, RI, audits, chain, council, issued, opened
from usecases import re_audit_timelines
from usecases.audit_life import Move, move
from usecases.audit_moves import withdraw_audit
from usecases.audit_timelines import timeline_of
from usecases.audit_tools import tool_of_audit
from usecases.re_audit_cases import choose_case
from usecases.report_corrections import correct_report

__all__ = ["council"]
Line = tuple[str, str, str, str]


def told(council: SmallCouncil, audit_id: uuid.UUID, on: date) -> list[Line]:
    """Day, what, rule and sentence of the lines about the re-audit."""
    _, lines = timeline_of(work_on(council.session, on), audit_id, {})
    return [(str(it.on), it.what, it.rule, it.sentence) for it in lines if it.kind == "re_audit"]


def has(lines: list[Line], on: str, what: str, rule: str, words: str) -> bool:
    return any(line[:3] == (on, what, rule) and words in line[3] for line in lines)


@pytest.mark.proves("S7", "P7")
def test_it_tells_when_the_re_audit_is_due_which_months_it_is_passed_over_in_and_which_it_is(
    council: SmallCouncil,
) -> None:
    audit = issued(council, "P1", INADEQUATE, date(2027, 1, 29))
    lines = told(council, audit, date(2027, 1, 29))
    assert has(lines, "2027-01-29", "re_audit_due", "S7", "An audit graded Inadequate calls for a first re-audit.")
    assert has(lines, "2027-01-29", "re_audit_due", "S7", "At least 1 month after it was issued on Friday 29 January")
    assert has(lines, "2027-03-01", "re_audit_waits", "P7", "March 2027 is a moderation month")
    assert has(lines, "2027-04-01", "re_audit_due", "S7", "is April 2027: it is allocated on Thursday 1 April 2027")
    assert len(lines) == 4

    for month in ("2027-02", "2027-03", "2027-04"):
        opened(council, month)
    (re_audit,) = audits(council, "2027-04", "re_audit")
    is_this = f"Its re-audit is {re_audit.reference}, allocated on Thursday 1 April 2027."
    assert told(council, audit, OPENS["2027-04"]) == [*lines, ("2027-04-01", "re_audit_allocated", "S7", is_this)]
    withdraw_audit(work_on(council.session, date(2027, 4, 6)), re_audit.id, "practitioner_absent")
    lines = told(council, audit, date(2027, 4, 6))
    assert has(lines, "2027-04-06", "re_audit_owed_again", "S7", f"{re_audit.reference} was withdrawn")
    assert has(
        lines, "2027-05-04", "re_audit_due", "S7", "it is owed still: the next cycle in which re-audits are done is May"
    )


@pytest.mark.proves("A3", "S2", "S7")
def test_it_tells_why_an_opening_held_it_over(council: SmallCouncil) -> None:
    council.absent("A1", date(2026, 9, 1), date(2027, 12, 31))
    council.appointment("A2").capacity = 1
    waits = issued(council, "P1", RI, date(2026, 7, 1))
    issued(council, "P2", INADEQUATE, date(2026, 8, 31))
    second = issued(council, "P2", RI, date(2026, 8, 31), month="2026-07")
    audited_already = issued(council, "P3", RI, date(2026, 8, 31))
    council.audit("PA-9", "2026-10", "P3-2", "P3", state="issued", auditor="A2")
    opened(council, "2026-10")

    on = OPENS["2026-10"]
    assert has(told(council, waits, on), "2026-10-01", "re_audit_waits", "A3", "could not be given to an auditor")
    held_over = told(council, second, on)
    assert has(held_over, "2026-10-01", "re_audit_waits", "S2", "the practitioner has another re-audit in this cycle")
    assert not any("PA-P2-0" in said for *_, said in held_over)
    assert has(told(council, audited_already, on), "2026-10-01", "re_audit_waits", "S2", "has an audit in this month")


@pytest.mark.proves("S7", "R2", "L15")
def test_it_tells_that_none_is_owed_and_why(council: SmallCouncil) -> None:
    good = issued(council, "P1", "good", date(2026, 8, 31))
    assert told(council, good, date(2026, 9, 1)) == [
        ("2026-08-31", "no_re_audit", "S7", "An audit graded Good calls for no re-audit.")
    ]
    last = chain(council, "P2", INADEQUATE, 2)
    (line,) = told(council, last, date(2026, 9, 1))
    assert (line[1:3], "the director may order one" in line[3]) == (("no_re_audit", "R2"), True)

    correct_report(work_on(council.session, date(2026, 9, 7)), good, "Mistyped.", overall_grade=RI, domain_grades={})
    assert told(council, good, date(2026, 9, 7))[0][:3] == ("2026-09-07", "re_audit_due", "S7")
    closing = Move(event=Event.AUDIT_CLOSED, asked=Asked(reason="practitioner_left"))
    move(work_on(council.session, date(2026, 9, 8)), good, closing)
    lines = told(council, good, date(2026, 12, 1))
    assert has(lines, "2026-09-08", "no_re_audit", "S7", "No re-audit follows: the practitioner has left.")
    assert not any("owed still" in said for *_, said in lines)


@pytest.mark.proves("S7", "L15")
def test_no_cycle_that_opened_before_a_correction_is_told_as_its_first(council: SmallCouncil) -> None:
    good = issued(council, "P1", "good", date(2026, 8, 31))
    correct_report(work_on(council.session, date(2026, 10, 2)), good, "Mistyped.", overall_grade=RI, domain_grades={})

    lines = told(council, good, date(2026, 10, 2))

    assert has(lines, "2026-11-02", "re_audit_due", "S7", "is November 2026: it is allocated on Monday 2 November 2026")
    assert not any("October 2026: it is allocated" in said for *_, said in lines)
    opened(council, "2026-11")
    (re_audit,) = audits(council, "2026-11", "re_audit")
    is_this = f"Its re-audit is {re_audit.reference}, allocated on Monday 2 November 2026."
    assert told(council, good, OPENS["2026-11"]) == [*lines, ("2026-11-02", "re_audit_allocated", "S7", is_this)]


@pytest.mark.proves("S7")
def test_it_tells_that_the_audit_team_has_to_decide_and_then_which_case_and_why(council: SmallCouncil) -> None:
    audit = issued(council, "P1", INADEQUATE, date(2026, 8, 31), case="GONE-1")
    opened(council, "2026-10")
    waits = "case GONE-1 is not open. Either choose another case of the same practitioner for it, or close the audit"
    assert has(told(council, audit, OPENS["2026-10"]), "2026-10-01", "re_audit_waits", "S7", waits)

    choose_case(work_on(council.session, date(2026, 10, 8)), audit, "P1-2", "The newest of the two.")
    opened(council, "2026-11")
    (re_audit,) = audits(council, "2026-11", "re_audit")
    (line,) = told(council, re_audit.id, OPENS["2026-11"])
    assert line[:3] == ("2026-11-02", "re_audit_case", "S7")
    assert "It looks at case P1-2 of the same practitioner: the one that PA-P1-" in line[3]


@pytest.mark.proves("P8")
def test_of_an_audit_without_grades_it_tells_once_that_nothing_follows(council: SmallCouncil) -> None:
    opened(council, "2026-10")
    audit = audits(council, "2026-10", "ordinary")[0]
    tool = tool_of_audit(work_on(council.session, OPENS["2026-10"]), audit)
    audit.state, audit.issued_on = "issued", date(2026, 10, 28)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(re_audit_timelines, "tool_read", lambda _work, _row: replace(tool, parts=()))
        (line,) = told(council, audit.id, date(2026, 10, 29))
    assert line[:3] == ("2026-10-28", "no_re_audit", "P8")
    assert "a percentage only: no second grading is given, no discussion of findings is owed and no re-audit" in line[3]
