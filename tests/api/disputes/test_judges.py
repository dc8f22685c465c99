"""Who judges a dispute, and who never does, whatever post they hold (D3 to D7)."""

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import Person, Post, PostDeputy
from rules.policy.ladder_shapes import in_words
from tests.api.signing_in import link
from tests.audits_under_way import ROLES
from tests.disputes_under_way import DisputeUnderWay
from tests.small_council import SmallCouncil, work_on
from usecases.aliases import AliasFacts, alias_person
from usecases.sweep import sweep_due


@pytest.mark.proves("D3", "D4", "D7", "ladders.disputes_never_judged_by")
def test_a_formal_rung_is_never_judged_by_whoever_audited_or_manages(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D4")
    for name, rule in (("manager", "D7"), ("practitioner", "D7"), ("head", "D4")):
        refused = dispute.says(name, "resolved", summary="As I said.")
        assert (refused.status_code, refused.json()["rule"]) == (409, rule), name
        assert "is for the audit manager or the principal social worker to say" in refused.json()["detail"]
    answered = dispute.said("psw", "unresolved", summary="The criteria can be read two ways.")
    assert (answered["awaits"], answered["owed_by"]) == ("referral", ["principal_social_worker"])


@pytest.mark.proves("D7", "ladders.disputes_never_judged_by")
def test_a_judge_who_manages_the_practitioner_steps_back_for_the_deputy(dispute: DisputeUnderWay) -> None:
    with dispute.audit.sessions.begin() as session:
        SmallCouncil(session).post("PSW", "team_manager", team="CART")
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D3")
    refused = dispute.says("psw", "course_agreed", summary="I know this team.")
    assert refused.status_code == 409
    assert dispute.said("audit_manager", "course_agreed", summary="I read it.")["rung"] == "D4"


@pytest.mark.proves("D7", "D3", "L13")
def test_an_audit_manager_who_manages_the_practitioner_judges_nothing_and_is_not_reminded(
    dispute: DisputeUnderWay,
) -> None:
    with dispute.audit.sessions.begin() as session:
        SmallCouncil(session).post("AUDIT_MANAGER", "team_manager", team="CART")
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to("D3")
    refused = dispute.says("audit_manager", "course_agreed", summary="I know this team well.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert "never judges the dispute" in refused.json()["detail"]
    with dispute.audit.sessions() as session:
        manager = SmallCouncil(session).person_id("AUDIT_MANAGER")
        clocks = session.scalars(select(Deadline).where(Deadline.dispute_id == dispute.id, Deadline.state == "running"))
        assert manager not in {clock.owed_by_id for clock in clocks}
    dispute.audit.day(date(2026, 11, 6))  # a working day before D3 is due
    sweep_due(dispute.means())
    with dispute.audit.sessions() as session:
        reminded = session.scalars(select(Notice).where(Notice.event == "reminder", Notice.recipient_id == manager))
        assert [notice for notice in reminded if notice.content["rule"] == "D3"] == []
        assert session.scalars(select(Notice).where(Notice.event == "reminder")).all()
    assert dispute.said("psw", "course_agreed", summary="I read it.")["rung"] == "D4"


@pytest.mark.proves("D7")
def test_whoever_audited_says_nothing_of_it_whatever_post_they_hold(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    for more in ((), ("audit_manager",)):
        refused = dispute.says_as(dispute.audit.who("auditor", *more), "meeting_held")
        assert (refused.status_code, refused.json()["rule"]) == (409, "D1")
        assert refused.json()["detail"] == (
            '"meeting held" is for the team manager to say, and never for whoever was the auditor.'
        )
    dispute.taken_to("D3")
    refused = dispute.says_as(dispute.audit.who("auditor", "audit_manager"), "course_agreed", summary="It stands.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert '"course agreed" is for the audit manager or the principal social worker to say' in refused.json()["detail"]


@pytest.mark.proves("D7")
def test_whoever_stands_in_for_the_team_manager_holds_the_meeting_and_never_judges(dispute: DisputeUnderWay) -> None:
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        council.deputy("MANAGER", "team_manager", "PSW")
        council.absent("MANAGER", date(2026, 11, 1), date(2026, 11, 3))
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.said("psw", "meeting_held")
    dispute.audit.day(date(2026, 11, 4))  # the team manager is back
    dispute.said("manager", "unresolved", summary="We see it differently.")
    dispute.said("manager", "referred")
    refused = dispute.says("psw", "course_agreed", summary="I was at the meeting.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    assert dispute.said("audit_manager", "course_agreed", summary="I read it.")["rung"] == "D4"


@pytest.mark.proves("D7")
def test_whoever_raised_it_never_judges_it_whatever_post_they_come_to_hold(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised("manager")
    dispute.sweep(date(2026, 11, 10))  # the time of D1 is over, and the team manager has said nothing more
    dispute.said("practitioner", "referred")
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        moved = council.person_id("MANAGER")
        session.execute(delete(Post).where(Post.person_id == moved))
        council.post("MANAGER", "audit_manager")
    refused = dispute.says("manager", "course_agreed", summary="I was right.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")


@pytest.mark.proves("D7", "S10")
def test_whoever_had_a_say_stays_barred_under_the_reference_that_they_were_merged_into(
    dispute: DisputeUnderWay,
) -> None:
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        council.deputy("MANAGER", "team_manager", "PSW")
        council.absent("MANAGER", date(2026, 11, 1), date(2026, 11, 3))
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.said("psw", "meeting_held")
    dispute.audit.day(date(2026, 11, 4))
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        council.person("PSW-NEW")
        facts = AliasFacts("PSW", "PSW-NEW", date(2026, 11, 3), "One worker with two ids")
        alias_person(work_on(session, date(2026, 11, 4)), facts)
        session.execute(update(Person).where(Person.reference == "PSW").values(left_on=date(2026, 11, 3)))
        session.execute(delete(PostDeputy))
        council.only_holder("PSW-NEW", "principal_social_worker")
    dispute.said("manager", "unresolved", summary="We see it differently.")
    dispute.said("manager", "referred")
    refused = dispute.says("psw", "course_agreed", summary="I was at the meeting.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7")
    with dispute.audit.sessions() as session:
        clocks = session.scalars(select(Deadline).where(Deadline.dispute_id == dispute.id, Deadline.state == "running"))
        owing = {clock.owed_by_id for clock in clocks}
        assert SmallCouncil(session).person_id("PSW-NEW") not in owing
    assert dispute.said("audit_manager", "course_agreed", summary="I read it.")["rung"] == "D4"


CONFLICTS = {
    # whoever is in conflict, by which post that judges at which rung, and whether as the practitioner's line manager
    "the auditor is the principal social worker": ("auditor", "principal_social_worker", "D3", False),
    "the team manager is the principal social worker": ("manager", "principal_social_worker", "D3", False),
    "the principal social worker is the line manager": ("psw", "principal_social_worker", "D3", True),
    "the auditor directs the service": ("auditor", "assistant_director", "D5", False),
    "the line manager directs quality assurance": ("ad_qa", "assistant_director_qa", "D5", True),
    "the team manager is the divisional director": ("manager", "divisional_director", "D6", False),
}


@pytest.mark.proves("D3", "D4", "D5", "D6", "D7", "ladders.disputes_never_judged_by")
@pytest.mark.parametrize("conflict", CONFLICTS.values(), ids=CONFLICTS)
def test_in_conflict_the_deputy_judges_whatever_their_roles_and_nobody_else(
    dispute: DisputeUnderWay, conflict: tuple[str, str, str, bool]
) -> None:
    who, post, rung, is_line_manager = conflict
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        in_conflict = _reference(dispute, who)
        council.only_holder(in_conflict, post, "home_first" if post == "assistant_director" else None)
        for name in ("CLERK", "STRANGER"):  # practitioners, as their roles have it
            council.person(name, "HART")
            ROLES.setdefault(name.lower(), "Audit.Practitioner")
            link(council, dispute.audit.provider, name.lower(), name)
        council.deputy(in_conflict, post, "CLERK")
        if is_line_manager:
            council.line_manager(_reference(dispute, "practitioner"), in_conflict)
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised()
    dispute.taken_to(rung, instead={post: "clerk"})
    event = "course_agreed" if rung == "D3" else "resolved"
    refused = dispute.says(who, event, summary="I know better.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "D7"), refused.text
    assert "never judges the dispute" in refused.json()["detail"]
    assert f"the {in_words(post)}" in refused.json()["detail"]
    strangers = (dispute.get("stranger"), dispute.says("stranger", event, summary="I?"))
    assert [answer.status_code for answer in strangers] == [404, 404]
    assert dispute.get("clerk").status_code == 200
    report = f"/v1/audits/{dispute.audit.audit_id}/report.html"
    read = [
        dispute.audit.client.get(report, headers=dispute.audit.who(name)).status_code for name in ("clerk", "stranger")
    ]
    assert read == [200 if dispute.row().due_on else 404, 404]  # whoever owes its clock reads what they judge
    listed = dispute.audit.client.get("/v1/disputes", headers=dispute.audit.who("clerk")).json()["items"]
    assert [one["id"] for one in listed] == ([dispute.id] if dispute.row().due_on else [])
    assert "CLERK" in dispute.people_told()
    dispute.said("clerk", event, summary="I read it.")


def _reference(dispute: DisputeUnderWay, name: str) -> str:
    auditor, practitioner = dispute.audit.people()
    return {"auditor": auditor, "practitioner": practitioner}.get(name, name.upper())


@pytest.mark.proves("D2", "D7")
def test_whoever_raised_it_settles_it_with_no_other_grades_at_the_informal_stage(dispute: DisputeUnderWay) -> None:
    with dispute.audit.sessions.begin() as session:
        council = SmallCouncil(session)
        council.deputy("MANAGER", "team_manager", "PSW")
        council.absent("MANAGER", date(2026, 11, 3), date(2026, 11, 3))
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised("manager")
    dispute.said("manager", "meeting_held")
    domain = dispute.audit.first_domain()
    for pointer, grades in (
        ("/overall_grade", {"overall_grade": "good"}),
        ("/domain_grades", {"domain_grades": {domain: "good"}}),
    ):
        refused = dispute.says("manager", "resolved", summary="It is good.", **grades)
        assert (refused.status_code, refused.json()["rule"]) == (409, "D7"), refused.text
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
        assert "say that it is unresolved and take it further, or leave it to whoever stands in" in refused.text
    assert (dispute.row().rung, dispute.row().state) == ("D2", "open")
    dispute.audit.day(date(2026, 11, 3))
    settled = dispute.said("psw", "resolved", summary="It is good.", overall_grade="good")
    assert (settled["state"], settled["grade_after"]) == ("resolved", "good")


@pytest.mark.proves("D2", "D7")
def test_whoever_raised_it_may_say_that_the_grades_stand(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(date(2026, 11, 2))
    dispute.raised("manager")
    dispute.said("manager", "meeting_held")
    same = dispute.said("manager", "resolved", summary="We agreed why.", overall_grade="inadequate")
    assert (same["state"], same["grade_after"]) == ("resolved", "inadequate")
