"""No third re-audit by itself: the director orders it, or the audit manager records that they did (R2)."""

from dataclasses import replace
from typing import Any

import pytest

from rules.audit_facts import Decider
from rules.canonical_frames import canonical_text, frame_from_text
from rules.lifecycles import Actor, Asked, Event, allowed_moves
from rules.re_audits import IssuedAudit, re_audit_outlook
from rules.sampling_frames import DueReAudit, SamplingFrame
from tests.rules.audit_lives import CALENDAR, POLICY, Life, done, issued, on, re_audit

SECOND = issued(re_audit("inadequate", 2)).facts  # on Wednesday 14 October 2026
WHY, DIRECTOR = "Twice without an effect.", Decider("D-001")
ON_FRIDAY: dict[str, Any] = {"decider": DIRECTOR, "on_day": on("10-16")}

ON_THE_16TH = "Friday 16 October 2026; the audit manager recorded it on Monday 19 October 2026."


def ordered(by: str, day: str = "10-19", **asked: Any) -> tuple[list[tuple[str, str]], str | None]:
    """Rules and sentences, and the day on which it happened; None where it was refused."""
    decision = done(SECOND, Event.FURTHER_RE_AUDIT_ORDERED, day, Asked(reason=WHY, **asked), by=by)
    return [(it.rule, it.sentence) for it in decision.reasons], str(decision.happened_on or "") or None


@pytest.mark.proves("R2", "lifecycle.who_may")
@pytest.mark.parametrize(
    ("by", "asked", "happened_on", "said"),
    [
        ("director", {}, "2026-10-19", "the director ordered a further re-audit on Monday 19 October 2026."),
        ("director", {"decider": DIRECTOR}, "2026-10-19",
         "the director (D-001) ordered a further re-audit on Monday 19 October 2026."),
        ("audit_manager", ON_FRIDAY, "2026-10-16",
         f"the director (D-001) ordered a further re-audit on {ON_THE_16TH}"),
        ("audit_manager", {**ON_FRIDAY, "decider": replace(DIRECTOR, stood_in=True)}, "2026-10-16",
         f"D-001, in the director's place, ordered a further re-audit on {ON_THE_16TH}"),
    ],
)  # fmt: skip
def test_the_director_orders_it_or_the_audit_manager_records_it(
    by: str, asked: dict[str, Any], happened_on: str, said: str
) -> None:
    reasons, day = ordered(by, **asked)

    assert reasons[0] == ("R2", f"PA-2026-0412: {said}")
    assert day == happened_on


# Who asks, what came with it, the rule against it, and its words.
REFUSED = [
    ("audit_manager", {}, "R2", "the decision is the director's: name who decided, and on which day"),
    ("audit_manager", {"on_day": on("10-16")}, "R2", "name who decided, and on which day"),
    ("audit_manager", {"decider": DIRECTOR}, "R2", "name who decided, and on which day"),
    ("audit_manager", {**ON_FRIDAY, "decider": replace(DIRECTOR, may_decide=False)}, "R2",
     "D-001 was not the director on Friday 16 October 2026"),
    ("audit_manager", {**ON_FRIDAY, "decider": replace(DIRECTOR, is_concerned=True)}, "A2",
     "nobody decides in a matter of their own"),
    ("audit_manager", {**ON_FRIDAY, "on_day": on("10-20")}, "R2", "Tuesday 20 October 2026 is still to come"),
    ("director", {"on_day": on("10-20")}, "R2", "Tuesday 20 October 2026 is still to come"),
    ("director", {"on_day": on("10-13")}, "R2",
     "Tuesday 13 October 2026 lies before Wednesday 14 October 2026, when the report was issued"),
    ("audit_team", ON_FRIDAY, "R2", "is for the director or the audit manager"),
    ("head_of_service", ON_FRIDAY, "R2", "is for the director or the audit manager"),
    ("auditor", ON_FRIDAY, "A2", "never for whoever is audited or audits: where they hold that post, the next role up"),
]  # fmt: skip


@pytest.mark.proves("R2", "A2")
@pytest.mark.parametrize(("by", "asked", "rule", "said"), REFUSED)
def test_nobody_else_does_and_no_day_is_made_up(by: str, asked: dict[str, Any], rule: str, said: str) -> None:
    reasons, happened_on = ordered(by, **asked)

    assert happened_on is None
    assert any(rule == found and said in sentence for found, sentence in reasons), reasons


@pytest.mark.proves("R2")
@pytest.mark.parametrize("role", ["director", "audit_manager"])
def test_who_may_order_it_is_told_what_it_takes(role: str) -> None:
    moves = allowed_moves(SECOND, Actor.of(role), on=on("10-19"), policy=POLICY, calendar=CALENDAR)
    (offered,) = [move for move in moves if move.event is Event.FURTHER_RE_AUDIT_ORDERED]

    assert offered.is_allowed
    assert offered.needs == (
        "a reason",
        "where somebody else records it, who decided and on which day, not before the report was issued",
    )


@pytest.mark.proves("S5", "R2")
def test_a_frame_tells_of_an_order_where_there_is_one_and_reads_as_ever_where_there_is_none() -> None:
    due = DueReAudit("PA-2026-0412", "C-1", "P1", "REV", "inadequate", on("11-14"), on("10-14"))
    for listed, is_told in ((due, False), (replace(due, ordered_on=on("10-16")), True)):
        frame = SamplingFrame(cycle="2027-01", size=1, re_audits=(listed,))
        text = canonical_text(frame, POLICY.edition.id)

        assert ('"ordered_on":"2026-10-16",' in text) is is_told
        assert ("ordered_on" in text) is is_told
        assert frame_from_text(text) == (frame, POLICY.edition.id)


@pytest.mark.proves("R2", "L15", "S7")
@pytest.mark.parametrize(("grade", "follows"), [("requires_improvement", True), ("good", False)])
def test_what_was_ordered_follows_only_while_the_outcome_is_missed(grade: str, follows: bool) -> None:
    corrected = Life(SECOND).then(Event.FURTHER_RE_AUDIT_ORDERED, "10-15", reason=WHY, decider=DIRECTOR, by="director")
    corrected.then(Event.REPORT_CORRECTED, "10-16", reason="Mistyped.", grade=grade)
    all_else_done: dict[str, Any] = {
        "findings_discussed_on": on("10-19"),
        "findings_note_checked_on": on("10-19"),
        "open_deadlines": {},
    }
    facts = replace(corrected.facts, uploaded_on=on("10-16"), findings_confirmed_on=on("10-19"), **all_else_done)
    audit = IssuedAudit(
        issued_on=on("10-14"), grade=grade, sequence=2, original_grade="inadequate", ordered_on=on("10-15")
    )

    assert done(facts, Event.AUDIT_CLOSED, "10-20", by="scheduler").state == ("issued" if follows else "closed")
    assert re_audit_outlook(audit, POLICY, CALENDAR).required is follows


@pytest.mark.proves("R2", "L15")
@pytest.mark.parametrize(("grade", "is_waived"), [("inadequate", False), (None, True)])
def test_that_no_further_one_follows_was_decided_of_the_grade_that_stood(grade: str | None, is_waived: bool) -> None:
    life = issued(re_audit("requires_improvement")).then(Event.FURTHER_RE_AUDIT_ADVISED_AGAINST, "10-15", reason=WHY)
    life.then(Event.FURTHER_RE_AUDIT_WAIVED, "10-15", reason=WHY)
    life.then(Event.REPORT_CORRECTED, "10-16", reason="Mistyped.", grade=grade, changes_domains=True)

    assert life.facts.further_re_audit_waived is is_waived
