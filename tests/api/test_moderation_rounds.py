"""A moderation round over HTTP: drawn, verified, regraded by its moderators, read by auditors, counted (M1 to M6)."""

from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audits import Audit
from db.tables.moderation import ModeratedAudit
from db.tables.organisation import Person
from db.tables.report_versions import ReportVersion
from rules.dates_in_words import listed
from tests.integrations.pretend_provider import PretendProvider, pretend_provider
from tests.moderating import ROUNDS, Moderating, moderating_people
from tests.small_council import work_on
from usecases.audit_tools import tool_read


@pytest.fixture(scope="module")
def provider() -> Iterator[PretendProvider]:
    with pretend_provider() as provider:
        yield provider


@pytest.fixture
def people(provider: PretendProvider, tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[Moderating]:
    with moderating_people(provider, tmp_path, sessions) as people:
        yield people


@pytest.mark.proves("M1", "M2", "M3")
def test_the_audit_team_draws_and_anybody_can_draw_again_from_frame_and_seed(people: Moderating) -> None:
    drawn = people.drawn()

    assert (drawn["month"], drawn["due_on"], drawn["size_drawn"]) == ("2027-03", "2027-03-31", 5)
    assert drawn["audits"][0]["audit"] == "PA-2027-0007", "the worst grade first"
    assert {it["could_be_drawn"] for it in drawn["services"]} == {4}
    assert drawn["barred"] == []
    path = f"/{drawn['id']}"
    assert sha256(people.get("TEAM", f"{path}/frame").content).hexdigest() == drawn["frame_hash"]
    assert people.get("TEAM", f"{path}/verify").json()["is_identical"] is True
    assert people.get("TEAM", path).json() == drawn
    assert [it["id"] for it in people.get("TEAM", "").json()["items"]] == [drawn["id"]]
    again = people.client.post(ROUNDS, json={"month": "2027-03"}, headers=people.who("TEAM"))
    assert (again.status_code, again.json()["rule"]) == (409, "M1")
    other = people.client.post(ROUNDS, json={"month": "2027-06"}, headers=people.who("TEAM"))
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/month")
    assert people.client.post(ROUNDS, json={}, headers=people.who("M1")).status_code == 403


@pytest.mark.proves("M3", "M4", "M6")
def test_a_moderator_takes_one_to_its_feedback_which_the_auditor_then_reads(people: Moderating) -> None:
    one = people.drawn()["audits"][0]
    path = f"/audits/{one['id']}"
    assert people.get("A3", path).status_code == 404
    assert people.get("A3", "/audits").json()["items"] == []
    early = people.change(one["moderator"], "POST", f"{path}/written-feedback", {"feedback": "Well done."})
    assert early.status_code == 409
    assert "is not regraded: give its grade" in early.json()["errors"][0]["sentence"]

    given = people.fed_back(one, "requires_improvement")

    assert (given.status_code, given.json()["state"]) == (200, "fed_back")
    read = people.get("A3", path).json()
    assert (read["feedback"], read["auditor_grade"]) == ("A careful report.", "inadequate")
    page = people.get("A3", f"{path}/template.html")
    assert "A careful report." in page.text
    assert people.get("A3", f"{path}/template.pdf").content.startswith(b"%PDF-")
    moves = people.get("TEAM", f"{path}/allowed-moves").json()["moves"]
    assert [move["event"] for move in moves if move["is_allowed"]] == ["moderation_closed"]
    theirs = people.get("A3", f"{path}/allowed-moves").json()["moves"]
    assert not any(move["is_allowed"] for move in theirs)
    assert [it["sentence"] for it in theirs[-1]["why_not"]] == ["It is for the audit team."]
    told = [entry["what"] for entry in people.get("A3", f"{path}/timeline").json()["entries"]]
    assert told[-3:] == ["auditor_met", "feedback_given", "moderation.within"]
    with people.sessions() as session:
        assert session.get_one(Audit, one["audit_id"]).overall_grade == "inadequate", "advice changes no grade"


def test_a_moderator_reads_their_own_alone_and_regrades_no_other(people: Moderating) -> None:
    drawn = people.drawn()
    mine = {it["id"] for it in drawn["audits"] if it["moderator"] == "M1"}

    assert {it["id"] for it in people.get("M1", "/audits").json()["items"]} == mine
    other = next(it for it in drawn["audits"] if it["moderator"] == "M2")
    refused = people.change("M1", "PUT", f"/audits/{other['id']}/regrade", {})
    assert refused.status_code == 404


def test_a_regrade_outside_the_scale_or_of_an_old_version_is_refused(people: Moderating) -> None:
    one = people.drawn()["audits"][0]
    path = f"/audits/{one['id']}/regrade"

    wrong = people.change(one["moderator"], "PUT", path, {"overall": "excellent"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/overall")
    assert "is no grade of this edition: give one of outstanding" in wrong.json()["errors"][0]["sentence"]
    stale = people.change(one["moderator"], "PUT", path, {"overall": "good"}, if_match='"7"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    headers = people.who(one["moderator"])
    assert people.client.put(f"{ROUNDS}{path}", json={}, headers=headers).status_code == 428


def test_another_moderator_is_named_with_a_reason_and_never_the_auditor(people: Moderating) -> None:
    one = people.drawn()["audits"][0]
    path = f"/audits/{one['id']}/moderator"
    with people.sessions() as session:
        ids = {it.reference: str(it.id) for it in session.scalars(select(Person))}
    other = "M1" if one["moderator"] == "M2" else "M2"

    own = people.change("TEAM", "POST", path, {"moderator_id": ids["A3"], "reason": "Away."})
    assert (own.status_code, own.json()["rule"]) == (409, "M2")
    assert "Nobody moderates an audit that they did" in own.json()["detail"]
    done = people.change("TEAM", "POST", path, {"moderator_id": ids[other], "reason": "Away."})
    assert (done.status_code, done.json()["moderator"]) == (200, other)


@pytest.mark.proves("M5")
def test_agreement_counts_what_has_feedback_and_says_why_there_is_no_coefficient(people: Moderating) -> None:
    drawn = people.drawn()
    people.fed_back(drawn["audits"][0], "requires_improvement")

    figures = people.get("TEAM", f"/{drawn['id']}/agreement").json()

    two = figures["auditor_and_moderator"]
    assert (two["pairs"], two["left_out"], two["exact"]["count"], two["higher"]) == (1, 4, 0, 1)
    assert two["mean_signed_difference"] == 1.0
    assert two["weighted_kappa"]["value"] is None
    assert "fewer than 10 would mislead" in two["weighted_kappa"]["why_not"]["sentence"]
    assert figures["before_and_after_discussion"]["pairs"] == 8
    over = people.get("TEAM", "/agreement?first=2027-01&last=2027-12").json()
    assert over["auditor_and_moderator"] == two
    backwards = people.get("TEAM", "/agreement?first=2027-12&last=2027-01")
    assert (backwards.status_code, backwards.json()["errors"][0]["pointer"]) == (422, "/last")
    assert people.get("M1", "/agreement?first=2027-01&last=2027-12").status_code == 403


@pytest.mark.proves("M6")
def test_the_audit_team_may_give_the_report_the_moderators_grades_once_there_is_feedback(people: Moderating) -> None:
    one = people.drawn()["audits"][0]
    path = f"/audits/{one['id']}/grade-change"
    early = people.change("TEAM", "POST", path, {"reason": "The moderators ask for it."})
    assert (early.status_code, early.json()["rule"]) == (409, "M6")
    people.fed_back(one, "requires_improvement")

    done = people.change("TEAM", "POST", path, {"reason": "The moderators ask for it."})

    assert (done.status_code, done.json()["overall_grade"]) == (200, "requires_improvement"), done.text
    with people.sessions() as session:
        versions = select(ReportVersion.number).where(ReportVersion.audit_id == one["audit_id"])
        assert sorted(session.scalars(versions)) == [1, 2]
        assert session.get_one(ModeratedAudit, one["id"]).auditor_grade == "inadequate", "as it was drawn"
    again = people.change("TEAM", "POST", path, {"reason": "The moderators ask for it."})
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "PA-2027-0007 has the moderator's grades: there is nothing to record.",
    )


@pytest.mark.proves("M6")
def test_the_changed_report_says_that_moderation_changed_it_and_names_domains_in_the_forms_order(
    people: Moderating,
) -> None:
    one = people.drawn()["audits"][0]
    people.fed_back(one, "requires_improvement")
    asked = {"reason": "The moderators ask for it.", "changes_domains": True}
    done = people.change("TEAM", "POST", f"/audits/{one['id']}/grade-change", asked)
    assert done.status_code == 200, done.text

    page = people.client.get(f"/v1/audits/{one['audit_id']}/report.html", headers=people.who("TEAM")).text

    head = page.partition("Changed after moderation on 1 March 2027</h2>")[2].partition("</section>")[0]
    with people.sessions() as session:
        domains = tool_read(work_on(session, people.today), session.get_one(Audit, one["audit_id"])).domains
    assert f"<p>Changed too: {listed([domain.title for domain in domains])}.</p>" in unescape(head)
    assert "by person" not in head
