"""What a moderator writes of an audit, and what can happen to a moderated audit when (M2 to M4)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.audit_tool_choice import tools_for
from rules.audit_tools import AuditTool
from rules.gradings import GradingContent
from rules.policy.load import load_edition
from rules.regrades import (
    ALLOCATED,
    CLOSED,
    FED_BACK,
    ModerationEvent,
    ModerationFacts,
    missing_in_regrade,
    why_not_met_on,
    why_not_now,
)
from tests.grading_contents import whole_grading

POLICY = load_edition()
TOOL = AuditTool(tuple(POLICY.tool_files[name] for name in tools_for("mash", "ordinary", POLICY)))
WHOLE = replace(whole_grading(TOOL, "good"), overall_because="Fair on the record of the autumn.")
BY_AUDITOR = {domain.id: "good" for domain in TOOL.domains}
FACTS = ModerationFacts(reference="PA-1", state=ALLOCATED, has_moderator=True, missing=(), is_met=True)


def lacking(content: GradingContent | None, by_auditor: dict[str, str] = BY_AUDITOR) -> list[str]:
    return [reason.sentence for reason in missing_in_regrade(content, TOOL, by_auditor, POLICY)]


@pytest.mark.proves("M3")
def test_a_regrade_is_whole_with_every_domain_the_overall_grade_and_findings() -> None:
    assert lacking(WHOLE) == []
    title = TOOL.domains[0].title
    assert lacking(replace(WHOLE, domains=WHOLE.domains[1:])) == [f'"{title}" is not regraded: give its grade.']
    assert lacking(replace(WHOLE, overall=None)) == [
        "The overall grade is not given: give one of Outstanding, Good, Requires Improvement, Inadequate."
    ]
    assert lacking(replace(WHOLE, overall_because=" ")) == [
        "The findings are not written: say what the moderation found."
    ]
    always = [domain for domain in TOOL.domains if not domain.may_not_apply]
    assert len(lacking(None)) == len(always) + 2


@pytest.mark.proves("M3")
def test_a_grade_other_than_the_auditors_needs_a_word_on_it_and_the_same_does_not() -> None:
    silent = replace(WHOLE, domains=tuple(replace(domain, evidence="") for domain in WHOLE.domains))

    assert lacking(silent) == []
    assert lacking(silent, {TOOL.domains[0].id: "inadequate"}) == [
        f'"{TOOL.domains[0].title}" is graded Inadequate by the auditor and Good by the moderator: say what was found.'
    ]
    assert lacking(silent, {}) == [], "nothing to compare with once the report is cleared"


WHEN: list[tuple[ModerationEvent, dict[str, Any], str | None]] = [
    # what happens, to what, why not
    (ModerationEvent.REGRADE_SAVED, {}, None),
    (ModerationEvent.REGRADE_SAVED, {"has_moderator": False}, "Nobody moderates PA-1 yet: the audit team names"),
    (ModerationEvent.FEEDBACK_GIVEN, {}, None),
    (ModerationEvent.FEEDBACK_GIVEN, {"is_met": False}, "The meeting with the auditor is not recorded"),
    (ModerationEvent.FEEDBACK_GIVEN, {"state": FED_BACK}, "has its feedback, and stays as it is"),
    (ModerationEvent.AUDITOR_MET, {"state": CLOSED}, "is closed, and stays as it is"),
    (ModerationEvent.MODERATOR_REPLACED, {"has_moderator": False}, None),
    (ModerationEvent.MODERATOR_REPLACED, {"state": FED_BACK}, "has its feedback, and stays as it is"),
    (ModerationEvent.MODERATION_CLOSED, {"state": FED_BACK}, None),
    (ModerationEvent.MODERATION_CLOSED, {"state": CLOSED}, "is closed already"),
]


@pytest.mark.proves("M2", "M3", "M4")
@pytest.mark.parametrize(("event", "changed", "why"), WHEN)
def test_what_can_happen_when(event: ModerationEvent, changed: dict[str, Any], why: str | None) -> None:
    found = why_not_now(event, replace(FACTS, **changed), POLICY)

    assert [why is not None and why in reason.sentence for reason in found] == ([] if why is None else [True])


@pytest.mark.proves("M3")
def test_a_meeting_lies_between_the_draw_and_today() -> None:
    drawn_on, today = date(2027, 3, 1), date(2027, 3, 22)

    assert why_not_met_on(drawn_on, drawn_on, today, POLICY) is None
    assert why_not_met_on(today, drawn_on, today, POLICY) is None
    for met_on, words in ((date(2027, 3, 23), "still to come"), (date(2027, 2, 26), "was drawn on 2027-03-01")):
        found = why_not_met_on(met_on, drawn_on, today, POLICY)
        assert found is not None
        assert (words in found.sentence, found.rule) == (True, "M3")
