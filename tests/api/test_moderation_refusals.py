"""What moderation refuses over HTTP, in sentences that say why and what to do instead (M1 to M4, M6)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audits import Audit
from db.tables.organisation import Person
from tests.integrations.pretend_provider import pretend_provider
from tests.moderating import LEADER, ROUNDS, Moderating, moderating_people
from tests.small_council import SmallCouncil
from tests.usecases.test_moderation_conflicts import CONFLICTS, concern


@pytest.fixture
def people(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[Moderating]:
    with pretend_provider() as provider, moderating_people(provider, tmp_path, sessions) as people:
        yield people


def person_id(people: Moderating, reference: str) -> str:
    with people.sessions() as session:
        return str(session.scalars(select(Person.id).where(Person.reference == reference)).one())


def drawn_first(people: Moderating) -> dict[str, Any]:
    """The Inadequate audit, PA-2027-0007, which A3 did."""
    one: dict[str, Any] = people.drawn()["audits"][0]
    assert one["audit"] == "PA-2027-0007"
    return one


def give_post_of_moderator(people: Moderating, who: str) -> None:
    with people.sessions.begin() as session:
        SmallCouncil(session).post(who, "moderator")
    people.roles[who] = LEADER


@pytest.mark.proves("M2")
def test_nobody_is_given_an_audit_of_their_own_nor_reaches_it_as_a_leader(people: Moderating) -> None:
    give_post_of_moderator(people, "A3")
    one = drawn_first(people)
    path = f"/audits/{one['id']}"
    assert one["moderator"] != "A3"

    asked = {"moderator_id": person_id(people, "A3"), "reason": "Nobody else has the time."}
    named = people.change("TEAM", "POST", f"{path}/moderator", asked)
    assert (named.status_code, named.json()["rule"]) == (409, "M2")
    assert named.json()["detail"] == "Nobody moderates an audit that they did. Name somebody else."
    regraded = people.change("A3", "PUT", f"{path}/regrade", people.regrade(one["audit_id"], "good"))
    assert (regraded.status_code, people.get("A3", path).status_code) == (404, 404)


@pytest.mark.proves("M2", "moderation.never_moderated_by")
@pytest.mark.parametrize(("conflict", "words"), CONFLICTS.items())
def test_nobody_is_named_who_is_concerned_in_it(people: Moderating, conflict: str, words: str) -> None:
    with people.sessions.begin() as session:
        council = SmallCouncil(session)
        concern(council, session.scalars(select(Audit).where(Audit.reference == "PA-2027-0007")).one(), conflict)
    drawn = people.drawn()
    one = drawn["audits"][0]
    barred = [it for it in drawn["barred"] if it["audit"] == one["audit"]]
    assert [(it["moderator"], it["conflict"]) for it in barred] == [("M1", conflict)]

    asked = {"moderator_id": person_id(people, "M1"), "reason": "M2 is away."}
    refused = people.change("TEAM", "POST", f"/audits/{one['id']}/moderator", asked)

    assert (one["moderator"], refused.status_code, refused.json()["rule"]) == ("M2", 409, "M2")
    assert words in refused.json()["detail"]


WRONG_REGRADES = {
    "a grade of no scale": ({"overall": "excellent"}, "/overall", "is no grade of this edition: give one of"),
    "a domain twice": ({"domains": [{"domain": "voice"}, {"domain": "voice"}]}, "/domains/1", "voice"),
    "a domain of no form": ({"domains": [{"domain": "moonlight"}]}, "/domains/0", "moonlight"),
    "a grade of what does not apply": (
        {"domains": [{"domain": "voice", "grade": "good", "is_applicable": False}]},
        "/domains/0",
        "voice",
    ),
}


@pytest.mark.proves("M3")
@pytest.mark.parametrize(("body", "pointer", "words"), WRONG_REGRADES.values(), ids=WRONG_REGRADES)
def test_a_regrade_that_cannot_be_is_refused_where_it_is_wrong(
    people: Moderating, body: dict[str, Any], pointer: str, words: str
) -> None:
    one = drawn_first(people)

    refused = people.change(one["moderator"], "PUT", f"/audits/{one['id']}/regrade", body)

    assert refused.status_code == 422, refused.text
    error = refused.json()["errors"][0]
    assert error["pointer"].startswith(pointer)
    assert words in error["sentence"]
    assert people.get("TEAM", f"/audits/{one['id']}").json()["regrade"] is None


@pytest.mark.proves("M3", "M4")
def test_feedback_needs_a_meeting_and_a_word_on_each_grade_that_differs_and_is_given_once(people: Moderating) -> None:
    one = drawn_first(people)
    path, moderator = f"/audits/{one['id']}", one["moderator"]
    silent = people.regrade(one["audit_id"], "good")
    silent["domains"] = [{**it, "findings": None} for it in silent["domains"]]

    missing = people.change(moderator, "PUT", f"{path}/regrade", silent).json()["missing"]
    assert len(missing) == len(silent["domains"])
    assert missing[0]["sentence"].endswith(
        "is graded Inadequate by the auditor and Good by the moderator: say what was found."
    )
    people.change(moderator, "PUT", f"{path}/regrade", people.regrade(one["audit_id"], "good"))
    early = people.change(moderator, "POST", f"{path}/written-feedback", {"feedback": "Well done."})
    assert (early.status_code, early.json()["rule"]) == (409, "M3")
    assert early.json()["detail"] == (
        "The meeting with the auditor is not recorded: record its day, or why there was none."
    )
    given = people.fed_back(one, "good")
    assert given.status_code == 200
    for verb, body in (("written-feedback", {"feedback": "Again."}), ("auditor-meeting", {"met_on": "2027-03-01"})):
        again = people.change(moderator, "POST", f"{path}/{verb}", body)
        assert (again.status_code, again.json()["rule"]) == (409, "M4")
        assert again.json()["detail"] == "The moderation of PA-2027-0007 has its feedback, and stays as it is."


@pytest.mark.proves("M3")
def test_what_was_not_read_is_not_changed(people: Moderating) -> None:
    one = drawn_first(people)
    url, headers = f"{ROUNDS}/audits/{one['id']}/regrade", people.who(one["moderator"])

    unread = people.client.put(url, json={"overall": "good"}, headers=headers)

    assert (unread.status_code, "If-Match" in unread.json()["detail"]) == (428, True)


@pytest.mark.proves("M2", "M4", "M6")
def test_what_the_audit_team_decides_has_a_reason(people: Moderating) -> None:
    one = drawn_first(people)
    path = f"/audits/{one['id']}"
    other = person_id(people, "M1" if one["moderator"] == "M2" else "M2")

    for verb, body in (("moderator", {"moderator_id": other}), ("grade-change", {})):
        for reason in ({}, {"reason": "  "}):
            refused = people.change("TEAM", "POST", f"{path}/{verb}", {**body, **reason})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")
    closed = people.change("TEAM", "POST", f"{path}/closure", {})
    assert (closed.status_code, closed.json()["rule"]) == (409, "M4")
    assert closed.json()["detail"] == "The moderation of PA-2027-0007 has no feedback yet: say why it ends."


@pytest.mark.proves("M1")
@pytest.mark.parametrize("month", ["March", "2027-13", "2027-3", 202703])
def test_a_month_that_is_none_says_how_one_is_given(people: Moderating, month: object) -> None:
    refused = people.client.post(ROUNDS, json={"month": month}, headers=people.who("TEAM"))

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/month")
    assert "give a month such as 2027-03" in refused.json()["errors"][0]["sentence"]


@pytest.mark.proves("M1")
@pytest.mark.parametrize(("issued", "said"), [(3, "5 audits were asked for and 3 could be drawn"), (0, "0 could be")])
def test_a_draw_from_too_few_takes_them_all_and_says_so(people: Moderating, issued: int, said: str) -> None:
    with people.sessions.begin() as session:
        later = select(Audit.id).order_by(Audit.reference).offset(issued)
        session.execute(update(Audit).where(Audit.id.in_(later)).values(state="withdrawn"))

    drawn = people.drawn()

    assert (drawn["size_asked"], drawn["size_drawn"], len(drawn["audits"])) == (5, issued, issued)
    assert [it["rule"] for it in drawn["shortfalls"]] == ["M1"]
    assert said in drawn["shortfalls"][0]["sentence"]
    figures = people.get("TEAM", f"/{drawn['id']}/agreement").json()["auditor_and_moderator"]
    assert figures["summary"]["sentence"] == "Nothing was graded by auditor and moderator."
    assert (figures["exact"]["percentage"], figures["mean_signed_difference"]) == (None, None)
    assert "fewer than 10" in figures["weighted_kappa"]["why_not"]["sentence"]
