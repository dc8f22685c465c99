"""The audit tool over HTTP: read by everybody, changed by new versions, put in force by the audit manager (P8, P2)."""

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.tables.audits import Audit
from db.tables.programme import AuditYear, PlannedCycle
from tests.usecases import council
from usecases.audit_tools import tool_of_audit

WHY = {"because": "The practice forum asked for it"}
TEXT_KEYS = ("title", "introduction", "domains", "checks")


def text_of(answer: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What is saved of a version that was read."""
    return {**{name: answer[name] for name in TEXT_KEYS}, **changes}


@pytest.fixture
def audit_id(sessions: sessionmaker[Session]) -> uuid.UUID:
    """An audit in Home First, with its form."""
    with sessions.begin() as session:
        made = council.found(session).audit("worker", "auditor")
        tool_of_audit(council.work(session), session.get_one(Audit, made.id))
        return made.id


@pytest.fixture
def draft(client: TestClient) -> dict[str, Any]:
    made = client.post("/v1/audit-tools/home_first/versions", json=WHY)
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == "/v1/audit-tools/home_first/versions/2"
    answer: dict[str, Any] = made.json()
    return answer


def save(client: TestClient, draft: dict[str, Any], etag: str = '"1"', **changes: Any) -> Any:
    body = text_of(draft, **changes)
    return client.put("/v1/audit-tools/home_first/versions/2", json=body, headers={"If-Match": etag})


def publish(client: TestClient, etag: str) -> Any:
    return client.post("/v1/audit-tools/home_first/versions/2/publish", headers={"If-Match": etag})


def test_tools_are_listed_with_the_audits_that_have_them(client: TestClient, draft: dict[str, Any]) -> None:
    items = {item["tool"]: item for item in client.get("/v1/audit-tools").json()["items"]}

    assert sorted(items) == sorted(
        ["adult_social_care", "home_first", "mash", "mental_health", "re_audit", "send", "themed"]
    )
    assert (items["mash"]["services"], items["re_audit"]["kinds"]) == (["mash"], ["re_audit"])
    assert (items["home_first"]["number"], items["home_first"]["draft"]) == (1, draft["number"])
    assert len(items["adult_social_care"]["domains"]) == 13


def test_form_is_read_with_all_that_it_asks(client: TestClient) -> None:
    answer = client.get("/v1/audit-tools/adult_social_care")

    assert (answer.json()["number"], answer.json()["is_in_force"], answer.json()["is_module"]) == (1, True, False)
    assert [domain["id"] for domain in answer.json()["domains"]][:2] == ["voice", "assessment"]
    assert len(answer.json()["checks"]) == 30
    assert client.get("/v1/audit-tools/adult_social_care/versions/1").json() == answer.json()


def test_new_version_is_drafted_saved_published_and_in_force(client: TestClient, draft: dict[str, Any]) -> None:
    saved = save(client, draft, title="Home First, better")
    published = publish(client, saved.headers["ETag"])
    listed = client.get("/v1/audit-tools/home_first/versions").json()["items"]

    assert [draft["state"], saved.status_code, published.status_code] == ["draft", 200, 200]
    assert client.get("/v1/audit-tools/home_first").json() == published.json()
    assert [(it["number"], it["state"], it["is_in_force"], it["origin"]) for it in listed] == [
        (2, "published", True, "council"),
        (1, "published", False, "edition"),
    ]
    assert listed[0]["because"] == WHY["because"]


def test_audit_is_shown_the_form_that_it_is_pinned_to(
    client: TestClient, audit_id: uuid.UUID, draft: dict[str, Any]
) -> None:
    before = client.get(f"/v1/audits/{audit_id}/audit-tool").json()
    publish(client, save(client, draft, title="Home First, better").headers["ETag"])

    after = client.get(f"/v1/audits/{audit_id}/audit-tool").json()

    assert before == after
    assert (after["is_pinned"], after["is_graded"]) == (True, True)
    assert after["title"] == "Adult social care, version 1, with Home First, version 1"
    assert [part["tool"] for part in after["parts"]] == ["adult_social_care", "home_first"]
    assert (len(after["domains"]), len(after["checks"])) == (14, 35)
    audits = {it["number"]: it["audits"] for it in client.get("/v1/audit-tools/home_first/versions").json()["items"]}
    assert audits == {1: 1, 2: 0}


def test_there_is_no_form_of_no_audit(client: TestClient) -> None:
    assert client.get(f"/v1/audits/{uuid.uuid4()}/audit-tool").status_code == 404


def test_published_version_is_neither_saved_nor_discarded(client: TestClient, draft: dict[str, Any]) -> None:
    etag = publish(client, '"1"').headers["ETag"]

    saved = save(client, draft, etag, title="Quietly")
    discarded = client.post("/v1/audit-tools/home_first/versions/2/discard", headers={"If-Match": etag})

    assert (saved.status_code, discarded.status_code) == (409, 409)
    assert saved.json()["clause"] == "1"
    assert "stays as it is: draft a new version" in saved.json()["detail"]
    assert publish(client, '"1"').status_code == 200


def test_two_who_change_one_draft_see_each_other(client: TestClient, draft: dict[str, Any]) -> None:
    url = "/v1/audit-tools/home_first/versions/2"
    unseen = client.put(url, json=text_of(draft))
    save(client, draft, title="First")
    stale = save(client, draft, title="Second")

    assert (unseen.status_code, stale.status_code, publish(client, '"1"').status_code) == (428, 412, 412)
    assert "was saved by local administrator meanwhile" in stale.json()["detail"]
    assert client.get(url).json()["title"] == "First"


def test_draft_is_discarded_and_another_begun(client: TestClient, draft: dict[str, Any]) -> None:
    assert client.post("/v1/audit-tools/home_first/versions", json=WHY).status_code == 409
    discarded = client.post("/v1/audit-tools/home_first/versions/2/discard", headers={"If-Match": '"1"'})

    assert discarded.status_code == 204
    assert client.get("/v1/audit-tools/home_first/versions/2").status_code == 404
    assert client.post("/v1/audit-tools/home_first/versions", json=WHY).status_code == 201


def test_version_that_is_not_fit_is_told_every_point_with_its_place(client: TestClient, draft: dict[str, Any]) -> None:
    domains = [{**draft["domains"][0], "id": "risk", "lines": []}]
    saved = save(client, draft, domains=domains)

    refused = publish(client, saved.headers["ETag"])

    assert refused.status_code == 409
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/domains/0/id", "/domains/0/lines"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"title": "Two\nlines"}, "/title", id="a title of two lines"),
        pytest.param({"title": ""}, "/title", id="no title"),
        pytest.param({"introduction": "x" * 5_000_000}, "/introduction", id="5 MB of text"),
        pytest.param({"questions": []}, "/questions", id="a field that there is not"),
        pytest.param(
            {
                "checks": [
                    {
                        "id": "a",
                        "question": "In time?",
                        "evidence": "x",
                        "timescale": {"starts_with": "a", "ends_with": "b", "within": "soon", "source": "x"},
                    }
                ]
            },
            "/checks/0/timescale/within",
            id="a length that is none",
        ),
    ],
)
def test_what_cannot_be_saved_is_told_with_its_place(
    client: TestClient, draft: dict[str, Any], changes: dict[str, Any], pointer: str
) -> None:
    refused = save(client, draft, **changes)

    assert refused.status_code in (413, 422)
    if refused.status_code == 422:
        assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert client.get("/v1/audit-tools/home_first/versions/2").json() == draft


def test_council_makes_a_tool_for_a_theme_and_chooses_it(client: TestClient, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        facts = {"edition_id": "waltham_forest_2023", "saved_at": council.OPENING, "saved_by": "somebody"}
        session.add(AuditYear(year=2027, state="draft", **facts))
        session.flush()
        session.add(PlannedCycle(month="2027-02", year=2027, kind="themed", services=[], attributes={}))
    themed = client.get("/v1/audit-tools/themed").json()
    text = text_of(themed, domains=[{**themed["domains"][0], "id": "clutter"}], checks=[])
    asked = {"tool": "hoarding", "is_module": True, "text": text, **WHY}
    url = "/v1/audit-cycles/2027-02/audit-tool"

    made = client.post("/v1/audit-tools", json=asked)
    none_yet = {"If-Match": client.get(url).headers["ETag"]}
    early = client.put(url, json={"tool": "hoarding"}, headers=none_yet)
    published = client.post(f"{made.headers['Location']}/publish", headers={"If-Match": made.headers["ETag"]})
    chosen = client.put(url, json={"tool": "hoarding"}, headers=none_yet)
    unseen = client.put(url, json={"tool": None})
    stale = client.put(url, json={"tool": None}, headers=none_yet)
    taken_back = client.put(url, json={"tool": None}, headers={"If-Match": chosen.headers["ETag"]})

    assert [it.status_code for it in (made, early, published, chosen, unseen, stale, taken_back)] == [
        *(201, 422, 200, 200, 428, 412, 200)
    ]
    assert client.post("/v1/audit-tools", json=asked).status_code == 409
    assert (chosen.json()["tool"], taken_back.json()["tool"]) == ("hoarding", None)
    assert client.get(url).json() == taken_back.json()
    assert client.get("/v1/audit-cycles/2027-08/audit-tool").status_code == 404


def test_tool_that_is_drafted_alone_is_listed_and_read(client: TestClient) -> None:
    text = text_of(client.get("/v1/audit-tools/themed").json())
    client.post("/v1/audit-tools", json={"tool": "hoarding", "is_module": False, "text": text, **WHY})

    [listed] = [it for it in client.get("/v1/audit-tools").json()["items"] if it["tool"] == "hoarding"]

    assert (listed["number"], listed["draft"], listed["is_part_of_audits"]) == (None, 1, False)
    assert client.get("/v1/audit-tools/hoarding").json()["state"] == "draft"


def test_there_is_no_such_tool(client: TestClient) -> None:
    for path in ("/v1/audit-tools/mush", "/v1/audit-tools/mush/versions", "/v1/audit-tools/mash/versions/7"):
        assert client.get(path).status_code == 404


def test_one_key_makes_one_draft(client: TestClient) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}

    answers = [client.post("/v1/audit-tools/mash/versions", json=WHY, headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_stranger_reads_no_form(stranger: TestClient) -> None:
    assert stranger.get("/v1/audit-tools").status_code == 401


@pytest.mark.parametrize("tool", ["%00", "..%2Fedition", "MASH", "x" * 41])
def test_what_is_no_id_of_a_tool_names_none(client: TestClient, tool: str) -> None:
    assert client.get(f"/v1/audit-tools/{tool}").status_code in (404, 422)
    assert client.get(f"/v1/audit-tools/{tool}/versions/1").status_code in (404, 422)


def test_page_that_the_allocation_links_to_has_the_versions_in_force(client: TestClient, draft: dict[str, Any]) -> None:
    publish(client, save(client, draft, title="Home First, better").headers["ETag"])

    page = client.get("/v1/policy/documents/audit-tool")

    assert page.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "## Home First, better (version 2)" in page.text
    assert "## Adult social care (version 1)" in page.text
