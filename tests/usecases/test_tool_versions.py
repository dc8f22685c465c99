"""Changing the audit tool: a new version is made, and what is published never changes (P8, L2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.tables.audit_tools import ToolVersion as VersionRow
from db.tables.audits import Audit
from rules.audit_tools import ToolVersion
from rules.errors import InvalidFacts
from tests.small_council import POLICY
from tests.usecases.council import OPENING, found, work
from usecases.audit_tools import current_tools, tool_of_audit, version_in
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.tool_versions import (
    NotFitForAudits,
    discard_draft,
    draft_version,
    new_tool,
    publish_version,
    save_draft,
    version_seen,
    versions_seen,
)

WHY = "The forum asked for it."
HOARDING = ToolVersion("hoarding", 1, "Hoarding", "Look at home and life.", is_module=True)


def reworded(row: VersionRow, title: str) -> ToolVersion:
    return replace(version_in(row), title=title)


def published_anew(session: Session, title: str) -> VersionRow:
    row = draft_version(work(session), "mash", WHY)
    save_draft(work(session), "mash", row.number, reworded(row, title), row.version)
    return publish_version(work(session), "mash", row.number, row.version)


def test_draft_begins_with_the_text_in_force_and_changes_nothing(session: Session) -> None:
    row = draft_version(work(session), "mash", WHY)

    assert (row.number, row.state, row.because) == (2, "draft", WHY)
    assert version_in(row) == replace(POLICY.tool_files["mash"], version=2)
    assert current_tools(work(session))["mash"].version.version == 1


def test_published_version_is_what_audits_get_from_then_on(session: Session) -> None:
    council = found(session)
    one, other = (council.audit("worker", "auditor"), council.audit("other worker", "auditor", 2))
    rows = [session.get_one(Audit, audit.id) for audit in (one, other)]
    for row in rows:
        row.service_id = "home_first"
    before = tool_of_audit(work(session), rows[0])
    draft = draft_version(work(session), "home_first", WHY)
    save_draft(work(session), "home_first", 2, reworded(draft, "Home First, better"), draft.version)

    publish_version(work(session), "home_first", 2, draft.version)

    assert tool_of_audit(work(session), rows[1]).title.endswith("with Home First, better, version 2")
    assert tool_of_audit(work(session), rows[0]) == before


def test_what_is_published_is_neither_saved_nor_discarded_and_published_again_stays(session: Session) -> None:
    row = published_anew(session, "MASH, better")
    told = "Version 2 of mash is published"

    with pytest.raises(NotAllowedNow, match=told):
        save_draft(work(session), "mash", 2, reworded(row, "Quietly"), row.version)
    with pytest.raises(NotAllowedNow, match=told):
        discard_draft(work(session), "mash", 2, row.version)
    assert publish_version(work(session), "mash", 2, 99) is row
    assert (row.version, row.content["title"]) == (3, "MASH, better")


def test_two_who_save_one_draft_do_not_lose_each_others_words(session: Session) -> None:
    row = draft_version(work(session), "mash", WHY)
    save_draft(work(session), "mash", 2, reworded(row, "First"), 1)

    with pytest.raises(AlreadyDifferent, match="was saved by scheduler meanwhile"):
        save_draft(work(session), "mash", 2, reworded(row, "Second"), 1)
    with pytest.raises(AlreadyDifferent):
        publish_version(work(session), "mash", 2, 1)
    assert row.content["title"] == "First"


def test_tool_has_one_draft_at_a_time_and_a_discarded_one_makes_room(session: Session) -> None:
    row = draft_version(work(session), "mash", WHY)

    with pytest.raises(NotAllowedNow, match="mash has a draft already"):
        draft_version(work(session), "mash", WHY)
    discard_draft(work(session), "mash", 2, row.version)

    assert draft_version(work(session), "mash", WHY).number == 2


def test_version_that_cannot_be_used_is_refused_with_every_point_and_stays_a_draft(session: Session) -> None:
    row = draft_version(work(session), "mash", WHY)
    text_of = version_in(row)
    broken = replace(
        text_of, domains=(replace(text_of.domains[0], id="risk", lines=()),), checks=(*text_of.checks, *text_of.checks)
    )
    save_draft(work(session), "mash", 2, broken, 1)

    with pytest.raises(NotFitForAudits) as refused:
        publish_version(work(session), "mash", 2, 2)

    assert [problem.pointer for problem in refused.value.problems] == [
        "/domains/0/id",
        *(f"/checks/{place}/id" for place in range(5, 10)),
        "/domains/0/lines",
    ]
    assert (row.state, refused.value.clause) == ("draft", "1")


def test_form_stays_a_form_and_a_module_a_module(session: Session) -> None:
    """The policy says what each is a part of."""
    row = draft_version(work(session), "mash", WHY)

    save_draft(work(session), "mash", 2, replace(version_in(row), is_module=False), 1)

    assert row.content["is_module"] is True


def test_council_makes_a_tool_of_its_own(session: Session) -> None:
    row = new_tool(work(session), HOARDING, "Theme of October.")
    assert "hoarding" not in current_tools(work(session))
    lines = POLICY.tool_files["themed"].domains
    own = tuple(replace(domain, id="clutter") for domain in lines)
    save_draft(work(session), "hoarding", 1, replace(HOARDING, domains=own), row.version)

    publish_version(work(session), "hoarding", 1, row.version)

    assert current_tools(work(session))["hoarding"].version.domains == own


@pytest.mark.parametrize("tool", ["mash", "hoarding"])
def test_tool_is_not_made_twice(session: Session, tool: str) -> None:
    new_tool(work(session), HOARDING, WHY)

    with pytest.raises(NotAllowedNow, match=f"There is a tool '{tool}' already"):
        new_tool(work(session), replace(HOARDING, tool=tool), WHY)


@pytest.mark.parametrize("tool", ["Hoarding", "../x", "9", "", "x" * 41])
def test_what_is_no_id_names_no_tool(session: Session, tool: str) -> None:
    with pytest.raises(InvalidFacts, match="small letters"):
        new_tool(work(session), replace(HOARDING, tool=tool), WHY)


def test_form_is_changed_for_a_reason(session: Session) -> None:
    with pytest.raises(InvalidFacts, match="Say why"):
        draft_version(work(session), "mash", "  ")


def test_there_is_no_draft_of_no_tool_and_no_version_that_nobody_made(session: Session) -> None:
    with pytest.raises(NotFound):
        draft_version(work(session), "mush", WHY)
    with pytest.raises(NotFound):
        version_seen(work(session), "mash", 7)
    with pytest.raises(NotFound):
        publish_version(work(session), "mash", 7, 1)


def test_versions_are_listed_with_the_audits_that_are_done_with_each(session: Session) -> None:
    council = found(session)
    [before] = versions_seen(work(session), "home_first")
    audit = session.get_one(Audit, council.audit("worker", "auditor").id)
    tool_of_audit(work(session), audit)
    draft_version(work(session), "home_first", WHY)

    after = versions_seen(work(session), "home_first")

    assert (before.row, before.audits, before.is_in_force) == (None, 0, True)
    assert [(it.text.version, it.audits, it.is_in_force) for it in after] == [(2, 0, False), (1, 1, True)]
    assert version_seen(work(session), "home_first").text == before.text


def test_who_changed_the_form_when_and_why_is_on_record(session: Session) -> None:
    published_anew(session, "MASH, better")
    row = draft_version(replace(work(session), now=OPENING + timedelta(days=1)), "mash", "Again.")
    discard_draft(work(session), "mash", row.number, row.version)

    entries = session.execute(
        text("SELECT action, details FROM trail_entries WHERE subject_kind = 'audit_tool' ORDER BY number")
    ).all()
    assert [(action, details["number"]) for action, details in entries] == [
        ("tool_version_drafted", 2),
        ("tool_version_saved", 2),
        ("tool_version_published", 2),
        ("tool_version_drafted", 3),
        ("tool_version_discarded", 3),
    ]
    texts = session.execute(text("SELECT text FROM trail_texts ORDER BY text")).scalars().all()
    assert texts == ["Again.", WHY]
