"""A form in use never changes, whatever code asks: the database itself refuses (P8, L2)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.tables.audit_tools import AuditTool, AuditToolPart, ToolVersion
from tests.small_council import at
from tests.usecases.council import OPENING, found


def version(number: int, state: str = "published", origin: str = "council") -> ToolVersion:
    return ToolVersion(
        edition_id="waltham_forest_2023",
        tool="adults",
        number=number,
        state=state,
        origin=origin,
        content={"title": "Adults"},
        content_hash="0" * 64,
        because="Asked for by the forum." if origin == "council" else None,
        saved_at=OPENING,
        saved_by="an administrator",
        published_at=OPENING if state == "published" else None,
        published_by="an administrator" if state == "published" else None,
    )


@pytest.fixture
def pinned(session: Session) -> Session:
    """An audit with the form that it is done with, of one published version; another form, and a draft."""
    council = found(session)
    council.audit("worker", "auditor")
    tools = [AuditTool(edition_id="waltham_forest_2023", composition=name, made_at=OPENING) for name in "ab"]
    published = version(1)
    session.add_all([*tools, published, version(2, "draft")])
    session.flush()
    session.add(AuditToolPart(audit_tool_id=tools[0].id, place=0, tool_version_id=published.id))
    session.flush()
    session.execute(text("UPDATE audits SET audit_tool_id = :tool"), {"tool": tools[0].id})
    return session


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        pytest.param(
            "UPDATE tool_versions SET content = '{}' WHERE state = 'published'", "published_stays", id="other words"
        ),
        pytest.param(
            "UPDATE tool_versions SET state = 'draft', published_at = NULL WHERE number = 1",
            "published_stays",
            id="a published version as a draft again",
        ),
        pytest.param("DELETE FROM tool_versions", "published_stays", id="a version that is gone"),
        pytest.param("TRUNCATE tool_versions CASCADE", "never_emptied only_added_to", id="no versions at all"),
        pytest.param("UPDATE audit_tool_parts SET place = 1", "only_added_to", id="a form in another order"),
        pytest.param("DELETE FROM audit_tool_parts", "only_added_to", id="a form without its parts"),
        pytest.param("UPDATE audit_tools SET composition = 'c'", "only_added_to", id="a form of something else"),
        pytest.param(
            "UPDATE audits SET audit_tool_id = (SELECT id FROM audit_tools WHERE composition = 'b')",
            "keeps_its_tool",
            id="an audit done with another form",
        ),
        pytest.param("UPDATE audits SET audit_tool_id = NULL", "keeps_its_tool", id="an audit done with no form"),
    ],
)
def test_form_in_use_stays_as_it_is(pinned: Session, statement: str, guard: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        pinned.execute(text(statement))

    assert refused.value.orig is not None
    assert refused.value.orig.diag.constraint_name in guard.split()  # type: ignore[attr-defined]


def test_draft_can_be_changed_published_and_thrown_away(pinned: Session) -> None:
    draft = "WHERE state = 'draft'"
    pinned.execute(text(f"UPDATE tool_versions SET content = '{{}}' {draft}"))
    pinned.execute(text(f"UPDATE tool_versions SET state = 'published', published_at = :now {draft}"), {"now": OPENING})
    pinned.add(version(3, "draft"))
    pinned.flush()
    pinned.execute(text(f"DELETE FROM tool_versions {draft}"))

    assert pinned.execute(text("SELECT count(*) FROM tool_versions")).scalar_one() == 2


def test_tool_has_one_draft_at_a_time(pinned: Session) -> None:
    pinned.add(version(3, "draft"))

    with pytest.raises(IntegrityError, match="one_draft"):
        pinned.flush()


def test_council_says_why_it_changed_the_form(session: Session) -> None:
    session.add(version(1))
    session.flush()
    unexplained = version(2)
    unexplained.because, unexplained.saved_at = None, at(OPENING.date())
    session.add(unexplained)

    with pytest.raises(IntegrityError, match="changed_with_a_reason"):
        session.flush()
