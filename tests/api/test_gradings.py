"""The two gradings over HTTP: who reads which from when on, and what no draft may hold (L2, L3, C4)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from api.grading_contents import as_written
from db.tables.audits import Audit
from db.tables.trail import TrailEntry
from rules.gradings import GradingContent
from tests.audits_under_way import AuditUnderWay
from tests.grading_contents import after_discussion, whole_grading
from tests.small_council import work_on
from usecases.audit_tools import tool_read

BEFORE, AFTER = "/gradings/before-discussion", "/gradings/after-discussion"
EVERYBODY = ("auditor", "practitioner", "manager", "head", "audit_team")


def whole(audit: AuditUnderWay, overall: str = "good") -> GradingContent:
    with audit.sessions() as session:
        return whole_grading(tool_read(work_on(session, audit.on), session.get_one(Audit, audit.audit_id)), overall)


def sent(content: GradingContent) -> dict[str, Any]:
    body: dict[str, Any] = as_written(content).model_dump(mode="json")
    return body


def save(audit: AuditUnderWay, path: str, body: Any, *, who: str = "auditor", tag: str | None = None) -> Any:
    """Somebody saves a grading as they have just read it, unless a tag is given."""
    if tag is None:
        tag = audit.get(who, path).headers["ETag"]
    headers = {**audit.who(who), "If-Match": tag}
    return audit.client.put(f"/v1/audits/{audit.audit_id}{path}", json=body, headers=headers)


def shown(audit: AuditUnderWay, who: str) -> str:
    """What somebody reads: b for the grading before, a for the one after the discussion, p for the plan."""
    told = audit.get(who, "/gradings").json()["gradings"]
    letters = "".join(letter for letter, one in zip("ba", told, strict=True) if one["is_shown"])
    return letters + ("p" if audit.get(who, "/improvement-plan").json()["is_shown"] else "")


@pytest.mark.proves("L3", "gradings.seen_from")
def test_nobody_reads_a_draft_grade_before_its_day(audit: AuditUnderWay) -> None:
    first = whole(audit)
    audit.day(date(2026, 10, 5))
    assert save(audit, BEFORE, sent(first)).status_code == 200
    table = {"under_way": [shown(audit, who) for who in EVERYBODY]}
    for who in ("practitioner", "manager", "head", "audit_team"):
        answer = audit.get(who, BEFORE)
        assert (answer.status_code, answer.json()["grading"], "etag" in answer.headers) == (200, None, False)
        assert "good" not in answer.text + audit.get(who, "/gradings").text + audit.get(who).text

    audit.day(date(2026, 10, 12))
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-12"})
    second = after_discussion(first, "good")
    assert save(audit, AFTER, sent(second)).status_code == 200
    table["discussed"] = [shown(audit, who) for who in EVERYBODY]

    audit.moved("auditor", "/submissions")
    table["submitted"] = [shown(audit, who) for who in EVERYBODY]
    audit.moved("audit_team", "/quality-checks", {"outcome": "accepted"})
    table["accepted"] = [shown(audit, who) for who in EVERYBODY]
    audit.moved("auditor", "/issue")
    table["issued"] = [shown(audit, who) for who in EVERYBODY]

    assert table == {
        #             auditor practitioner manager head audit team
        "under_way": ["bap", "", "", "", ""],
        "discussed": ["bap", "b", "", "", ""],
        "submitted": ["bap", "b", "", "", "bap"],
        "accepted": ["bap", "b", "", "", "bap"],
        "issued": ["bap", "bap", "bap", "bap", "bap"],
    }


@pytest.mark.proves("L3")
def test_what_is_not_shown_is_answered_alike_whether_or_not_anything_is_written(audit: AuditUnderWay) -> None:
    paths = ("/gradings", BEFORE, AFTER, "/improvement-plan", "/feedback")
    unwritten = [audit.get("practitioner", path).json() for path in paths]

    save(audit, BEFORE, sent(whole(audit, "inadequate")))
    feedback = {"kind": "concern", "text": "No visit in May.", "to_team": "HART"}
    assert audit.post("auditor", "/feedback", feedback).status_code == 201

    assert [audit.get("practitioner", path).json() for path in paths] == unwritten
    assert unwritten[1]["why_not_shown"]["sentence"] == (
        "The grading before the discussion is shown to you once the reflective discussion is recorded."
    )


@pytest.mark.proves("L3", "C4")
def test_no_path_tells_anybody_how_a_draft_grades(audit: AuditUnderWay) -> None:
    """What is missing, what may be done and what happened are told without a grade that is not to be seen yet."""
    audit.day(date(2026, 10, 12))
    worst = sent(whole(audit, "inadequate"))
    save(audit, BEFORE, {**worst, "is_anyone_unsafe": None, "strengths": ["Xylophone."]})
    undiscussed = [it for it in told_to_others(audit) if "inadequate" in it[2].lower() or "xylophone" in it[2].lower()]
    save(audit, BEFORE, worst)
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-12"})
    second = {**sent(after_discussion(whole(audit), "outstanding")), "areas_to_improve": ["Xylophone."]}
    assert save(audit, AFTER, second).status_code == 200
    discussed = [it for it in told_to_others(audit) if "outstanding" in it[2].lower() or "xylophone" in it[2].lower()]

    assert [it[:2] for it in undiscussed] == []
    assert [it[:2] for it in discussed] == []


def told_to_others(audit: AuditUnderWay) -> list[tuple[str, str, str]]:
    """Everything that is answered about the audit to those who are not its auditor."""
    paths = ("", "/allowed-moves", "/timeline", "/versions", "/gradings", "/improvement-plan", "/feedback")
    people = ("practitioner", "manager", "head", "audit_team", "audit_manager")
    every = [f"/v1/audits/{audit.audit_id}{path}" for path in paths] + ["/v1/audits", "/v1/deadlines", "/v1/notices"]
    found = []
    for who in people:
        for path in every:
            answer = audit.client.get(path, headers=audit.who(who))
            assert answer.status_code == 200, f"{who} {path}: {answer.text}"
            found.append((who, path, answer.text))
    return found


def test_a_draft_is_saved_whatever_it_lacks_and_what_it_lacks_is_told(audit: AuditUnderWay) -> None:
    saved = save(audit, BEFORE, {"domains": [{"domain": "voice", "grade": "good"}], "is_anyone_unsafe": True})

    assert saved.status_code == 200, saved.text
    assert saved.headers["ETag"] == '"1"'
    told = saved.json()
    assert told["gradings"][0]["grading"]["domains"] == [
        {
            "domain": "voice",
            "grade": "good",
            "evidence": None,
            "is_applicable": True,
            "lines": [],
            "changed_because": None,
        }
    ]
    assert told["safety_alert_needed"], "which stops nothing"
    assert told["missing"][0]["sentence"].startswith("Of strengths 0 of at least 1 is written")
    assert audit.row().state == "under_way", "the first that is saved begins the audit"
    assert audit.get("auditor", BEFORE).json()["grading"] == told["gradings"][0]["grading"]


HOSTILE = ["=HYPERLINK(1) is text\nand stays so", "+44 is no formula", "<script>alert(1)</script>", "åß\t😀"]


def test_what_was_sent_is_read_back_to_the_letter(audit: AuditUnderWay) -> None:
    body = {**sent(whole(audit)), "strengths": HOSTILE}

    save(audit, BEFORE, body)

    assert audit.get("auditor", BEFORE).json()["grading"] == body


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a grade of another edition": ({"overall": "met"}, "/overall", "'met' is no grade of this edition"),
    "a domain that the form has not": (
        {"domains": [{"domain": "gardening", "grade": "good"}]},
        "/domains/0/domain",
        "The audit tool has no domain 'gardening'",
    ),
    "a line that the form has not": (
        {"domains": [{"domain": "voice", "lines": [{"line": "weather", "answer": "Rain."}]}]},
        "/domains/0/lines/0/line",
        "has no line of enquiry of voice 'weather'",
    ),
    "a check that the form has not": ({"checks": [{"check": "coffee"}]}, "/checks/0/check", "'coffee'"),
    "a control character": ({"strengths": ["Clear\u0007"]}, "/strengths/0", "it holds a control character"),
    "a very long text": ({"overall_because": "a" * 900_000}, "/overall_because", "is too long"),
    "nothing where something was to be": ({"strengths": [" \n "]}, "/strengths/0", "it says nothing"),
    "what the discussion added before it was": ({"added_by_discussion": "More."}, "/added_by_discussion", "after it"),
    "a field that there is not": ({"verdict": "fine"}, "/verdict", "is not a field here"),
    "a day long ago": ({"checks": [{"check": "x", "done_on": "1026-10-01"}]}, "/checks/0/done_on", "before 1900"),
}


@pytest.mark.proves("L2", "gradings.grades")
def test_what_is_wrong_is_refused_by_its_place_and_what_was_saved_stays(audit: AuditUnderWay) -> None:
    save(audit, BEFORE, {"overall": "good"})

    for name, (body, place, words) in WRONG.items():
        refused = save(audit, BEFORE, body, tag='"1"')

        assert refused.status_code == 422, name
        errors = [error for error in refused.json()["errors"] if words in error["sentence"]]
        assert [error["pointer"] for error in errors] == [place], f"{name}: {refused.text[:600]}"
        assert len(refused.text) < 5_000, name
    five_megabytes = save(audit, BEFORE, {"strengths": ["a" * 5_000_000]}, tag='"1"')
    assert (five_megabytes.status_code, five_megabytes.json()["code"]) == (413, "body_too_large")
    assert audit.get("auditor", BEFORE).json()["grading"]["overall"] == "good"


def test_of_two_who_save_the_same_grading_the_second_is_told_who_was_first(audit: AuditUnderWay) -> None:
    first = save(audit, BEFORE, {"overall": "good"}, tag='"0"')
    second = save(audit, BEFORE, {"overall": "inadequate"}, tag='"0"')

    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 412, "stale")
    assert f"saved meanwhile by person {audit.people()[0]}, as version 1" in second.json()["detail"]
    assert audit.get("auditor", BEFORE).json()["grading"]["overall"] == "good"
    for who in ("practitioner", "manager", "head", "audit_team"):
        refused = save(audit, BEFORE, {"overall": "inadequate"}, who=who, tag='"1"')
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted"), who


@pytest.mark.proves("L3")
def test_each_grading_is_written_in_its_time(audit: AuditUnderWay) -> None:
    early = save(audit, AFTER, {"overall": "good"})
    assert (early.status_code, early.json()["rule"]) == (409, "L3")
    assert "comes after the reflective discussion" in early.json()["detail"]

    audit.day(date(2026, 10, 12))
    save(audit, BEFORE, sent(whole(audit)))
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-12"})
    late = save(audit, BEFORE, {"overall": "outstanding"})

    assert (late.status_code, late.json()["rule"]) == (409, "L3")
    assert "is fixed since the discussion" in late.json()["detail"]
    assert audit.get("auditor", BEFORE).json()["is_fixed"]


@pytest.mark.proves("L2")
def test_a_report_is_not_submitted_while_something_is_missing_and_each_thing_is_named(audit: AuditUnderWay) -> None:
    first = whole(audit, "inadequate")
    audit.day(date(2026, 10, 12))
    save(audit, BEFORE, sent(first))
    audit.moved("auditor", "/reflective-discussion", {"held_on": "2026-10-12"})
    refused = audit.post("auditor", "/submissions")
    assert refused.status_code == 409
    assert any("overall grade after the discussion" in it["sentence"] for it in refused.json()["errors"])

    second = sent(after_discussion(first, "inadequate"))
    save(audit, AFTER, {**second, "is_anyone_unsafe": None})
    refused = audit.post("auditor", "/submissions")

    sentences = [error["sentence"] for error in refused.json()["errors"]]
    assert refused.status_code == 409
    assert [sentence for sentence in sentences if "is anyone unsafe now?" in sentence]
    assert [sentence for sentence in sentences if "an improvement plan is owed" in sentence]
    assert len(sentences) == 2, sentences


@pytest.mark.proves("C4")
def test_who_read_a_grading_is_kept_without_a_word_of_it(audit: AuditUnderWay) -> None:
    save(audit, BEFORE, {"overall": "good", "strengths": ["Plain letters."]})
    audit.get("auditor", "/gradings")
    audit.get("practitioner", "/gradings")

    with audit.sessions() as session:
        entries = session.scalars(select(TrailEntry).where(TrailEntry.action == "audit_contents_read")).all()
        saved = session.scalars(select(TrailEntry).where(TrailEntry.action == "grading_saved")).one()
    assert {entry.actor for entry in entries} == {f"person {audit.people()[0]}"}
    assert entries[-1].details == {"parts": ["before_discussion"]}
    assert saved.details == {"stage": "before_discussion", "version": 1}
