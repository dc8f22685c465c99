"""What the timelines tell of a dispute that changed a grade: in order, with all that changed (D7, S7, L4)."""

from datetime import date
from typing import Any

import pytest

from tests.disputes_under_way import DisputeUnderWay
from tests.small_council import SmallCouncil

OPENED, RESOLVED = date(2026, 11, 2), date(2026, 11, 6)


def lines(dispute: DisputeUnderWay, path: str) -> list[dict[str, Any]]:
    answer = dispute.audit.client.get(f"{path}/timeline", headers=dispute.audit.who("audit_team"))
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


@pytest.mark.proves("D3", "D4", "D7", "S7")
def test_the_timelines_say_what_was_planned_reviewed_and_changed_in_order(dispute: DisputeUnderWay) -> None:
    dispute.audit.day(OPENED)
    before = [it["sentence"] for it in lines(dispute, f"/v1/audits/{dispute.audit.audit_id}") if it["rule"] == "S7"]
    assert any("January 2027" in sentence for sentence in before), before
    dispute.raised()
    dispute.taken_to("D3")
    with dispute.audit.sessions() as session:
        reviewer = str(SmallCouncil(session).person_id("HART-P1"))
    asked = dispute.post("psw", "/reviews", {"reviewer_id": reviewer, "brief": "Was the voice on record?"})
    path = f"/reviews/{asked.json()['id']}/findings"
    assert dispute.post("psw", path, {"findings": "It was."}).status_code == 200
    dispute.audit.day(RESOLVED)
    dispute.said("psw", "course_agreed", summary="We read it again.")
    dispute.said("psw", "resolved", summary="It is good.", overall_grade="good")

    told = lines(dispute, f"/v1/disputes/{dispute.id}")
    happened = [it["what"] for it in told if it["kind"] in ("dispute", "review")]
    review = happened.index("independent_review_asked")
    assert happened[review : review + 2] == ["independent_review_asked", "independent_review_reported"]
    assert happened.index("course_agreed") > review
    assert all(it["at"] for it in told if it["kind"] == "review")

    of_audit = lines(dispute, f"/v1/audits/{dispute.audit.audit_id}")
    said = [it["sentence"] for it in of_audit]
    assert any("the overall grade from Inadequate to Good" in sentence for sentence in said), said
    (gone,) = [it for it in of_audit if it["what"] == "re_audit_withdrawn"]
    assert (gone["on"], gone["rule"]) == (RESOLVED.isoformat(), "D7")
    assert gone["sentence"].startswith("The re-audit that its grade called for until then, planned for January 2027, ")
    assert gone["sentence"].endswith("is owed no more since Friday 6 November 2026: the grade was changed.")
