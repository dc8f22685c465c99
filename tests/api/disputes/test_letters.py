"""What people read of a dispute: what happened, at which stage, and what is asked of them by when (section 9, D7)."""

from datetime import date

import pytest
from sqlalchemy import select

from db.tables.notices import Notice
from tests.api.disputes.letters import letters, practitioner_and_auditor
from tests.disputes_under_way import DisputeUnderWay
from tests.small_council import SmallCouncil
from usecases.sweep import sweep_due

OPENED, OVERDUE = date(2026, 11, 2), date(2026, 11, 10)
MEETING = "hold the meeting of auditor, practitioner and team manager on the written response"


@pytest.mark.proves("D1", "D7", "recipients.dispute_step")
def test_each_reads_what_happened_and_the_team_manager_alone_what_to_do_by_when(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(OPENED)
    dispute.raised()
    reference = dispute.row().reference
    opened = f"The dispute {reference} about the report of this audit was opened. It stands at D1 (informal)."
    behind = "What it is about is behind the link."

    assert letters(dispute, "MANAGER") == [
        (
            f"Dispute {reference}: dispute opened, please act",
            f"{opened} It is for you: {MEETING}, by Monday 9 November 2026. {behind}",
        )
    ]
    copies = [who for who in dispute.people_told() if who != "MANAGER"]
    assert len(copies) > 2
    for who in copies:
        ((subject, sentence),) = letters(dispute, who)
        assert subject == f"Dispute {reference}: dispute opened"
        assert sentence == f"{opened} It is now for the team manager to {MEETING}; this is for you to know. {behind}"


@pytest.mark.proves("D7", "D8")
def test_who_may_go_on_reads_that_a_time_ran_out_and_that_it_lapsed(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(OPENED)
    dispute.raised()
    dispute.sweep(OVERDUE)
    practitioner, auditor = practitioner_and_auditor(dispute)
    subject, sentence = letters(dispute, practitioner)[-1]
    assert subject.endswith(": time ran out")
    assert "has used up the time for its stage. Nothing moves by itself: a person decides how it goes on." in sentence
    assert 'You may say now: "referred".' in sentence
    assert "it was due by Monday 9 November 2026" in letters(dispute, "MANAGER")[-1][1]
    sweep_due(dispute.means())
    with dispute.audit.sessions() as session:  # and nobody reads it a second time among what is overdue (L13)
        overdue = session.scalars(select(Notice.content).where(Notice.event == "overdue")).all()
    assert [content["rule"] for content in overdue if content["rule"].startswith("D")] == []

    dispute.said("manager", "meeting_held", on="2026-11-10")
    dispute.said("manager", "unresolved", summary="We see it differently.")
    dispute.sweep(date(2026, 11, 18))
    assert dispute.row().state == "lapsed"
    for who in ("MANAGER", practitioner, auditor):
        subject, sentence = letters(dispute, who)[-1]
        assert subject.endswith(": lapsed")
        assert "was not taken further in time and has lapsed. The report stands as it was." in sentence
        assert "for you" not in sentence


@pytest.mark.proves("D7", "D3")
def test_a_deputy_who_judges_is_asked_and_the_barred_holder_of_the_post_is_not(dispute: DisputeUnderWay) -> None:
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        council.person("DEPUTY")
        council.post("PSW", "team_manager", team="CART")
        council.deputy("PSW", "principal_social_worker", "DEPUTY")
    dispute.audit.day(OPENED)
    dispute.raised()
    dispute.taken_to("D3")
    subject, sentence = letters(dispute, "DEPUTY")[-1]
    assert subject.endswith(": referred, please act")
    assert "It is for you together with the audit manager: discuss report and reasons" in sentence
    assert sentence.count("by Monday 9 November 2026") == 1
    assert "this is for you to know" in letters(dispute, "PSW")[-1][1]


@pytest.mark.proves("P4")
def test_no_letter_of_a_dispute_names_anybody_or_a_grade(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(OPENED)
    dispute.raised()
    dispute.taken_to("D6")
    dispute.said("divisional", "resolved", summary="It is good, says Ms Lee.", overall_grade="good")
    people = dispute.people_told()
    for who in people:
        for subject, sentence in letters(dispute, who):
            said = f"{subject} {sentence}".replace(dispute.row().reference, "").replace(
                "decide the dispute for good", ""
            )
            assert not any(f" {name}" in said for name in (*people, "good", "inadequate", "Good", "Inadequate", "Lee"))
