"""The matrix of FRAMEWORK section 9, line by line: which roles are told of an event, and by what facts."""

import pytest

from rules.matrix import WORDS, EventFacts, NoticeEvent, facts_needed, roles_hearing, roles_told, stages_known
from rules.policy.load import load_edition
from rules.policy.notice_shapes import Channel
from rules.policy.shape import Policy

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")

# Short forms for the table below, as the matrix has its columns.
ROLES = {
    "P": "practitioner",
    "A": "auditor",
    "LM": "line_manager",
    "TM": "team_manager",
    "HoS": "head_of_service",
    "PSW": "principal_social_worker",
    "AD": "assistant_director",
    "AD-QA": "assistant_director_qa",
    "D": "director",
    "DD": "divisional_director",
    "AT": "audit_team",
    "AM": "audit_manager",
    "M": "moderator",
}
ISSUED_TO = "P LM TM AT"
BELOW_GOOD = ["requires_improvement", "inadequate"]


def told(event: str, facts: EventFacts, policy: Policy = POLICY) -> set[str]:
    """ "LM" is the practitioner's line manager, "LM/A" the auditor's."""
    short = {role: form for form, role in ROLES.items()}
    found = roles_told(NoticeEvent(event), facts, policy)
    return {
        short[one.role] + ("/A" if one.over == "auditor" and one.role != "auditor" else "")
        for one in found
        if one.channel is Channel.MESSAGE
    }


def re_audit(sequence: int, grade: str | None = None) -> EventFacts:
    return EventFacts(audit_kind="re_audit", sequence=sequence, grade=grade)


MATRIX = [
    ("allocation", EventFacts(), "P A LM LM/A TM HoS AT"),
    ("auditor_changed", EventFacts(), "P A LM TM AT"),
    ("audit_withdrawn", EventFacts(), "P A LM TM AT"),
    ("audit_replaced", EventFacts(), "P A LM TM AT"),
    ("cycle_cancelled", EventFacts(), "AT AM"),
    ("cycle_reinstated", EventFacts(), "AT AM"),
    ("meeting_arranged", EventFacts(), "P A"),
    ("meeting_moved", re_audit(1), "P A"),
    ("meeting_arranged", re_audit(2), "P A LM TM"),
    ("meeting_moved", re_audit(3), "P A LM TM"),
    ("meeting_called_off", EventFacts(), "P A"),
    ("meeting_called_off", re_audit(2), "P A LM TM"),
    ("report_submitted", EventFacts(), "A AT"),
    ("report_amended", EventFacts(), "A AT"),
    ("report_returned", re_audit(2, "inadequate"), "A AT"),
    ("report_accepted", EventFacts(), "A AT"),
    ("quality_check_overdue", EventFacts(), "A AT AM"),
    ("not_accepted", EventFacts(), "A AT HoS/A"),
    ("audit_issued", EventFacts(grade="outstanding"), ISSUED_TO),
    ("audit_issued", EventFacts(grade="good"), ISSUED_TO),
    ("audit_issued", EventFacts(audit_kind="themed", grade="requires_improvement"), ISSUED_TO),
    ("audit_issued", EventFacts(grade="inadequate"), f"{ISSUED_TO} HoS"),
    ("audit_issued", EventFacts(grade=None), ISSUED_TO),
    *[("audit_issued", re_audit(n, grade), f"{ISSUED_TO} HoS") for n in (1, 2) for grade in ("good", "outstanding")],
    *[("audit_issued", re_audit(1, grade), f"{ISSUED_TO} HoS PSW") for grade in BELOW_GOOD],
    *[("audit_issued", re_audit(n, grade), f"{ISSUED_TO} HoS PSW AD D") for n in (2, 3) for grade in BELOW_GOOD],
    ("report_corrected", EventFacts(grade="good"), f"{ISSUED_TO} A"),
    ("report_corrected", EventFacts(grade="inadequate"), f"{ISSUED_TO} A HoS"),
    ("report_corrected", re_audit(1, "good"), f"{ISSUED_TO} A HoS"),
    ("report_corrected", re_audit(1, "inadequate"), f"{ISSUED_TO} A HoS PSW"),
    ("report_corrected", re_audit(2, "inadequate"), f"{ISSUED_TO} A HoS PSW AD D"),
    ("report_commented", EventFacts(), "TM AT"),
    ("report_to_file", EventFacts(), "A"),
    ("feedback_given", EventFacts(), "P TM"),
    ("findings_discussed", EventFacts(), "AT"),
    ("findings_discussed", re_audit(1), "AT HoS"),
    ("findings_confirmed", re_audit(1), "P TM AT"),
    ("findings_note_missing", EventFacts(), "P LM TM AT"),
    ("findings_discussion_overdue", EventFacts(), "P LM TM AT"),
    ("findings_not_discussed", EventFacts(), "P LM TM HoS AT"),
    ("further_re_audit_ordered", re_audit(2), "P LM TM HoS AT"),
    ("not_issued_at_close", EventFacts(), "A LM/A TM/A HoS/A AT"),
    *[("dispute_step", EventFacts(stage=stage), "P A LM TM AT") for stage in ("D1", "D2")],
    ("dispute_step", EventFacts(stage="D3"), "P A LM TM AT AM PSW"),
    ("dispute_step", EventFacts(stage="D4"), "P A LM TM AT AM PSW HoS"),
    ("dispute_step", EventFacts(stage="D5"), "P A LM TM AT AM PSW HoS AD AD-QA"),
    ("dispute_step", EventFacts(stage="D6"), "P A LM TM AT AM PSW HoS AD AD-QA DD"),
    ("safety_alert", EventFacts(stage="W1"), "A LM TM AT AM"),
    ("safety_alert", EventFacts(stage="W2"), "A HoS AT AM"),
    ("safety_alert", EventFacts(stage="W3"), "A AD AT AM"),
    ("safety_alert", EventFacts(stage="W4"), "A D AT AM"),
    ("moderation_drawn", EventFacts(), "A AT"),
    ("moderation_given", EventFacts(), "M"),
    ("moderation_taken", EventFacts(), "M"),
    ("moderation_overdue", EventFacts(), "AT"),
    ("moderation_feedback", EventFacts(), "A AT"),
]


@pytest.mark.proves("L1", "L3", "L6", "L7", "L8", "L11", "L12", "L14", "Q2", "R1", "R2", "R3", "R4", "D1", "W1", "M4")
@pytest.mark.proves("recipients.meeting_arranged", "recipients.report_checked", "recipients.quality_check_overdue")
@pytest.mark.proves("recipients.not_accepted", "recipients.audit_issued", "recipients.report_commented")
@pytest.mark.proves("L15", "recipients.report_corrected")
@pytest.mark.proves("recipients.feedback_given", "recipients.findings_discussed", "recipients.findings_confirmed")
@pytest.mark.proves(
    "recipients.findings_discussion_overdue", "recipients.findings_not_discussed", "recipients.further_re_audit_ordered"
)
@pytest.mark.proves("recipients.not_issued_at_close", "recipients.dispute_step", "recipients.safety_alert")
@pytest.mark.proves("recipients.moderation_feedback", "recipients.allocation", "M2", "M3")
@pytest.mark.proves("recipients.moderation_drawn", "recipients.moderation_given", "recipients.moderation_overdue")
@pytest.mark.parametrize(("event", "facts", "roles"), MATRIX)
def test_the_matrix_tells_these_and_nobody_else(event: str, facts: EventFacts, roles: str) -> None:
    assert told(event, facts) == set(roles.split())


def test_every_event_has_its_line_and_its_words() -> None:
    assert {row[0] for row in MATRIX} == set(NoticeEvent) == set(WORDS)


@pytest.mark.proves("L12", "recipients.not_issued_at_close")
def test_an_assistant_director_reads_of_unfinished_audits_in_the_spreadsheet() -> None:
    found = roles_told(NoticeEvent.NOT_ISSUED_AT_CLOSE, EventFacts(), POLICY)

    assert [one.role for one in found if one.channel is Channel.SPREADSHEET] == ["assistant_director"]


@pytest.mark.parametrize(
    ("event", "facts", "sentence"),
    [
        ("meeting_arranged", EventFacts(), "The practitioner is told of a meeting that was arranged."),
        (
            "audit_issued",
            re_audit(1, "good"),
            "The head of service is told of an audit that was issued, for it is a re-audit.",
        ),
        (
            "audit_issued",
            re_audit(2, "inadequate"),
            "The director is told of an audit that was issued, for it is a second re-audit and graded Inadequate.",
        ),
        (
            "audit_issued",
            EventFacts(grade="inadequate"),
            "The head of service is told of an audit that was issued, for it is graded Inadequate.",
        ),
        ("dispute_step", EventFacts(stage="D6"), "The divisional director is told of a step of a dispute, at D6."),
        ("not_accepted", EventFacts(), "The auditor's head of service is told of an audit that is not accepted."),
        (
            "not_issued_at_close",
            EventFacts(),
            "The assistant director is told by spreadsheet of an audit that was not issued when its cycle closed.",
        ),
    ],
)
def test_each_role_is_told_why(event: str, facts: EventFacts, sentence: str) -> None:
    found = roles_told(NoticeEvent(event), facts, POLICY)

    assert sentence in {reason.sentence for one in found for reason in one.reasons}


def test_it_says_which_facts_decide() -> None:
    needed = {event: facts_needed(event, POLICY) for event in NoticeEvent}

    assert needed.pop(NoticeEvent.AUDIT_ISSUED) == ("audit_kind", "sequence", "grade")
    assert needed.pop(NoticeEvent.REPORT_CORRECTED) == ("audit_kind", "sequence", "grade")
    for event in (NoticeEvent.DISPUTE_STEP, NoticeEvent.SAFETY_ALERT):
        assert needed.pop(event) == ("stage",)
    meetings = (NoticeEvent.MEETING_ARRANGED, NoticeEvent.MEETING_MOVED, NoticeEvent.MEETING_CALLED_OFF)
    for event in (*meetings, NoticeEvent.FINDINGS_DISCUSSED):
        assert needed.pop(event) == ("audit_kind", "sequence")
    assert set(needed.values()) == {()}
    assert stages_known(NoticeEvent.SAFETY_ALERT, POLICY) == ("W1", "W2", "W3", "W4")


def test_another_council_tells_others_without_a_change_of_code() -> None:
    assert told("audit_issued", EventFacts(grade="met"), NORTHMOOR) == {"P", "A", "TM"}
    assert told("audit_issued", EventFacts(grade="not_met"), NORTHMOOR) == {"P", "A", "TM", "D"}
    assert told("report_corrected", EventFacts(grade="met"), NORTHMOOR) == {"P", "A", "TM", "AT"}
    assert roles_hearing(NoticeEvent.MODERATION_FEEDBACK, NORTHMOOR) == ()
    assert stages_known(NoticeEvent.DISPUTE_STEP, NORTHMOOR) == ("one", "two")


@pytest.mark.proves("L15", "recipients.report_corrected")
def test_everybody_who_is_told_of_a_report_is_told_of_its_correction_too() -> None:
    for policy in (POLICY, NORTHMOOR):
        for sequence in range(4):
            for grade in policy.gradings.grades:
                facts = re_audit(sequence, grade)
                had_it = told("audit_issued", facts, policy) | {"A"}
                assert had_it <= told("report_corrected", facts, policy)
