"""The form that an audit is done with: what is in force, pinned to the audit (P8, L2, P2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from db.queries import audit_tools as queries
from db.tables.audit_tools import ThemeTool, ToolVersion
from db.tables.audits import Audit
from rules.audit_tools import ToolVersion as Version
from rules.policy.shape import Policy
from rules.tool_contents import content_hash, content_of
from tests.small_council import POLICY, at, found_council, work_on
from tests.usecases.council import found, work
from usecases.audit_cycles import open_cycle
from usecases.audit_tools import current_tools, tool_of_audit, tool_read, tools_to_pin

OPENS_ON = date(2026, 10, 1)


def audit_row(session: Session) -> Audit:
    """An audit in CART of Home First, with no form yet."""
    council = found(session)
    return session.get_one(Audit, council.audit("worker", "auditor").id)


def published(session: Session, tool: str, number: int, title: str, on: date = OPENS_ON, **facts: object) -> None:
    """A version that the council published itself."""
    known = POLICY.tool_files.get(tool) or Version(tool, 1, title, "…", is_module=True)
    content = content_of(replace(known, title=title, **facts))  # type: ignore[arg-type]
    row = ToolVersion(
        edition_id=POLICY.edition.id,
        tool=tool,
        number=number,
        state="published",
        origin="council",
        content=content,
        content_hash=content_hash(content),
        because="The forum asked for it.",
        saved_at=at(on),
        saved_by="an administrator",
        published_at=at(on),
        published_by="an administrator",
    )
    session.add(row)
    session.flush()


def with_title(title: str) -> Policy:
    """The edition as a later release may bring it, with another title of the module for Home First."""
    tools = {name: POLICY.tool_files[name] for name in POLICY.tool_files}
    tools["home_first"] = replace(tools["home_first"], title=title)
    return replace(POLICY, tool_files=tools)


def test_audit_is_done_with_the_form_and_the_module_of_its_service(session: Session) -> None:
    audit = audit_row(session)

    tool = tool_of_audit(work(session), audit)

    assert tool.title == "Adult social care, version 1, with Home First, version 1"
    assert len(tool.domains) == 14
    assert audit.audit_tool_id is not None


def test_form_stays_pinned_whatever_is_published_later(session: Session) -> None:
    audit = audit_row(session)
    before = tool_of_audit(work(session), audit)
    published(session, "home_first", 2, "Home First, made better")
    later = session.get_one(Audit, audit.id)

    assert tool_of_audit(work(session), later) == before
    assert tool_read(work(session), later) == before
    assert current_tools(work(session))["home_first"].version.title == "Home First, made better"


def test_question_shows_what_an_audit_would_get_and_pins_nothing(session: Session) -> None:
    audit = audit_row(session)

    shown = tool_read(work(session), audit)

    assert audit.audit_tool_id is None
    assert session.execute(text("SELECT count(*) FROM tool_versions")).scalar_one() == 0
    assert tool_of_audit(work(session), audit) == shown


def test_audits_of_one_composition_share_one_form(session: Session) -> None:
    audit_row(session)
    kinds = [("home_first", "ordinary"), ("home_first", "re_audit"), ("review", "ordinary"), ("mash", "ordinary")]

    first = tools_to_pin(work(session), None, kinds)
    again = tools_to_pin(work(session), None, [*kinds, ("send", "ordinary")])

    assert len({*first.values()}) == 4
    assert {kind: again[kind] for kind in kinds} == first
    assert session.execute(text("SELECT count(*) FROM tool_versions WHERE origin = 'edition'")).scalar_one() == 5


def test_number_of_statements_does_not_grow_with_the_audits(session: Session) -> None:
    audit_row(session)
    kinds = [("home_first", "ordinary"), ("mash", "ordinary")]
    tools_to_pin(work(session), None, kinds)
    asked: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))

    tools_to_pin(work(session), None, kinds)
    few = len(asked)
    tools_to_pin(work(session), None, kinds * 1000)

    assert len(asked) - few == few == 2


def test_edition_that_brings_a_new_text_brings_a_new_version(session: Session) -> None:
    audit = audit_row(session)
    tool_of_audit(work(session), audit)
    newer = replace(work(session), policy=with_title("Home First and reablement"))

    form = tools_to_pin(newer, None, [("home_first", "ordinary")])["home_first", "ordinary"]

    assert [(part.tool, part.number) for part in queries.parts_of(session, form)] == [
        ("adult_social_care", 1),
        ("home_first", 2),
    ]
    assert tool_read(newer, audit).title.endswith("Home First, version 1")


def test_councils_own_version_outlives_a_new_text_of_the_edition(session: Session) -> None:
    audit_row(session)
    published(session, "home_first", 1, "Ours")
    newer = replace(work(session), policy=with_title("Home First and reablement"))

    assert current_tools(newer)["home_first"].version.title == "Ours"


def test_newest_is_what_was_published_last(session: Session) -> None:
    """A draft may wait while the edition brings another version, and be published after it."""
    audit_row(session)
    published(session, "home_first", 3, "Drafted second, published first")
    published(session, "home_first", 2, "Drafted first, published last", OPENS_ON + timedelta(days=1))

    assert current_tools(work(session))["home_first"].version.version == 2


@pytest.mark.parametrize(("is_module", "first"), [(True, "adult_social_care"), (False, "hoarding")])
def test_themed_audit_has_the_tool_that_was_chosen_for_its_theme(session: Session, is_module: bool, first: str) -> None:
    audit_row(session)
    published(session, "hoarding", 1, "Hoarding", is_module=is_module)
    session.add(ThemeTool(cycle="2026-10", tool="hoarding", chosen_at=at(OPENS_ON), chosen_by="an administrator"))
    session.flush()
    kinds = [("review", "themed"), ("review", "re_audit")]

    pinned = tools_to_pin(work(session), "2026-10", kinds)
    themed, re_audit = ([part.tool for part in queries.parts_of(session, pinned[kind])] for kind in kinds)

    assert (themed[0], themed[-1]) == (first, "hoarding")
    assert "themed" not in themed
    assert re_audit == ["adult_social_care", "re_audit"]


def test_every_audit_of_an_opened_cycle_is_pinned_to_its_form(session: Session) -> None:
    found_council(session, OPENS_ON - timedelta(days=1))
    opening = work_on(session, OPENS_ON)

    open_cycle(opening, "2026-10")

    rows = session.execute(
        text(
            "SELECT service_id, kind, composition FROM audits JOIN audit_tools ON audit_tools.id = audit_tool_id"
            " WHERE state = 'allocated'"
        )
    ).all()
    assert len(rows) == session.execute(text("SELECT count(*) FROM audits WHERE state = 'allocated'")).scalar_one() > 0
    for service, kind, composition in rows:
        wanted = [part.tool for part in POLICY.audit_tools.parts if part.is_for(service, kind)]
        assert composition == " + ".join(f"{tool} 1" for tool in wanted)
