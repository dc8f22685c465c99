"""Moderation of March of a played year, over HTTP: drawn, regraded, told, counted, fed back, filed, and one recorded.

Run with -rP it prints the sample with its reasons, who could not moderate what, the figures and the feedback.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from clock import Clock
from db.queries.invariants import violations
from db.tables.audits import Audit
from db.tables.moderation import ModeratedAudit
from db.tables.notices import Notice
from db.tables.organisation import Person
from tests.api.signing_in import app_of, asking, link, settings_of
from tests.integrations.pretend_provider import pretend_provider
from tests.moderating import LEADER, TEAM, Moderating
from tests.small_council import SmallCouncil
from tests.told_moderations import told_figures, told_round
from tests.year_to_moderate import BEGINNING, MODERATORS, found, live_the_year, stepped

ROLES = {"TEAM": TEAM, **dict.fromkeys(MODERATORS, LEADER)}
WORSE, BETTER = (2, 3), (5,)  # the places of a round whose moderator grades one lower, or one higher
FED_BACK_ON = date(2027, 3, 22)


@pytest.fixture
def people(tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[Moderating]:
    """The first of March, after a year in which June and September were moderated."""
    with pretend_provider() as provider:
        with sessions.begin() as session:
            council = found(session)
            for name in ROLES:
                link(council, provider, name, name)
        with asking(app_of(settings_of(provider, tmp_path), Clock.set_to(BEGINNING), sessions)) as client:
            people = Moderating(client, provider, sessions, dict(ROLES))
            live_the_year(sessions, lambda on: _moderate_all(people, on))
            people.day(date(2027, 3, 1))
            yield people


@pytest.mark.proves("M1", "M2", "M3", "M4", "M5", "M6", "O8")
def test_moderation_of_march(people: Moderating) -> None:
    drawn = people.drawn()
    print("\n" + "\n".join(told_round(drawn)))
    _check_sample(drawn, people.get("TEAM", f"/{drawn['id']}/frame").json())

    people.day(FED_BACK_ON)
    fed_back = [_regraded(people, one) for one in drawn["audits"]]

    of_march = people.get("TEAM", f"/{drawn['id']}/agreement").json()
    of_year = people.get("TEAM", "/agreement?first=2026-06&last=2027-03").json()
    print("\n".join([*told_figures(of_march), *told_figures(of_year)]))
    _check_figures(of_march, of_year, drawn)
    _check_feedback(people, fed_back)
    _check_recorded(people, drawn["audits"][2])
    assert people.get("TEAM", f"/{drawn['id']}/agreement").json() == of_march, "what is recorded changes no figure"
    with people.sessions() as session:
        assert [it for it in violations(session) if it.invariant.rule.startswith("M")] == []


def _check_sample(drawn: dict[str, Any], frame: dict[str, Any]) -> None:
    """A tenth, five at least; each grade there is; each service within one of its share; an even load (M1, M2)."""
    size, could = drawn["size_drawn"], sum(it["could_be_drawn"] for it in drawn["services"])
    assert size == max(5, -(-could // 10))
    assert all(it["drawn"] for it in drawn["grades"])
    assert all(abs(it["drawn"] - size * it["could_be_drawn"] / could) <= 1 for it in drawn["services"])
    loads = [it["audits"] for it in drawn["moderators"]]
    assert (sum(loads), max(loads) <= 2) == (size, True)
    given = {one["audit"]: one["moderator"] for one in drawn["audits"]}
    barred = {(it["audit"], it["moderator"]) for it in drawn["barred"]}
    concerned = {(it["id"], theirs["person_id"]) for it in frame["audits"] for theirs in it["conflicts"]}
    assert barred == {(audit, moderator) for audit, moderator in concerned if audit in given}
    assert not barred & given.items()
    assert {theirs["kind"] for it in frame["audits"] for theirs in it["conflicts"]} == {
        "auditors_manager",
        "practitioners_manager",
        "quality_checker",
    }
    assert not any(one["is_own_service"] for one in drawn["audits"])


def _check_figures(of_march: dict[str, Any], of_year: dict[str, Any], drawn: dict[str, Any]) -> None:
    """March alone is too few for a coefficient, and the year is not (M5)."""
    march, year = (figures["auditor_and_moderator"] for figures in (of_march, of_year))
    assert (march["pairs"], march["weighted_kappa"]["value"]) == (drawn["size_drawn"], None)
    assert "fewer than 10 would mislead" in march["weighted_kappa"]["why_not"]["sentence"]
    assert (of_year["rounds"], year["pairs"]) == (3, 5 + 5 + drawn["size_drawn"])
    for name in ("weighted_kappa", "gwet_ac2"):
        found = year[name]
        assert found["lower"] < found["value"] < found["upper"]
    assert year["lower"] > year["higher"]
    assert year["mean_signed_difference"] < 0
    around = of_year["before_and_after_discussion"]
    assert around["pairs"] > 60
    assert around["weighted_kappa"]["value"] > year["weighted_kappa"]["value"], "one in five moved in the discussion"
    assert sum(map(sum, year["matrix"])) == year["pairs"]


def _check_feedback(people: Moderating, fed_back: list[dict[str, Any]]) -> None:
    """Each is told to its auditor and the audit team, and its template is owed to the case system (M4)."""
    with people.sessions() as session:
        told = session.scalars(select(Notice).where(Notice.event == "moderation_feedback")).all()
        rows = session.scalars(select(ModeratedAudit).where(ModeratedAudit.fed_back_on == FED_BACK_ON)).all()
    assert len(rows) == len(fed_back)
    assert Counter(it.content["audits"][0]["id"] for it in told) >= Counter({one["id"]: 2 for one in fed_back})
    one = fed_back[0]
    page = people.get("TEAM", f"/audits/{one['id']}/template.html")
    assert one["feedback"] in page.text
    assert people.get("TEAM", f"/audits/{one['id']}/template.pdf").content.startswith(b"%PDF-")
    print(f"\nFeedback on {one['audit']}, regraded {one['regrade']['overall']} from {one['auditor_grade']}:")
    print(f"  {one['feedback']}")
    for entry in people.get("TEAM", f"/audits/{one['id']}/timeline").json()["entries"]:
        print(f"  {entry['on']}  {entry['rule']:<3} {entry['sentence']}")


def _check_recorded(people: Moderating, one: dict[str, Any]) -> None:
    """Until the audit team records a change its practitioner sees nothing of it; then all of what follows (M6)."""
    audit = f"/v1/audits/{one['audit_id']}"
    with people.sessions.begin() as session:
        practitioner = session.get_one(Person, session.get_one(Audit, one["audit_id"]).practitioner_id).reference
        link(SmallCouncil(session), people.provider, practitioner, practitioner)
    people.roles[practitioner] = "Audit.Practitioner"

    def seen() -> str:
        pages = (audit, f"{audit}/timeline", f"{audit}/report.html", "/v1/deadlines", "/v1/me", "/v1/audits")
        answers = [people.client.get(page, headers=people.who(practitioner)) for page in pages]
        assert [it.status_code for it in answers] == [200] * len(pages)
        return "\n".join(it.text for it in answers).replace('"moderated_audit_id":null', "")

    advice = seen()
    assert [word for word in ("oderat", "A careful report.") if word in advice] == []
    asked = {"reason": "The moderators ask for it: the visit of May is not on record.", "is_anyone_unsafe": False}
    done = people.change("TEAM", "POST", f"/audits/{one['id']}/grade-change", asked)
    assert done.status_code == 200, done.text
    recorded = seen()
    assert "the visit of May is not on record" in recorded
    told = people.client.get(f"{audit}/timeline", headers=people.who("TEAM")).json()["entries"]
    of_it = [entry for entry in told if entry["rule"] == "M6"]
    print(f"\nRecorded as the grade of {one['audit']}:")
    print("\n".join(f"  {entry['on']}  {entry['rule']:<3} {entry['sentence']}" for entry in told))
    assert of_it


def _moderate_all(people: Moderating, on: date) -> None:
    """Whatever is still to be moderated gets its feedback on that day."""
    people.day(on)
    for one in people.get("TEAM", "/audits?state=allocated").json()["items"]:
        _regraded(people, one)


def _regraded(people: Moderating, one: dict[str, Any]) -> dict[str, Any]:
    grade = people.get("TEAM", f"/audits/{one['id']}").json()["auditor_grade"]
    answer = people.fed_back(one, stepped(grade, (one["place"] in WORSE) - (one["place"] in BETTER)))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
