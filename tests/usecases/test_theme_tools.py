"""The tool of a themed cycle (P2)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from db.tables.programme import AuditYear, PlannedCycle
from rules.errors import InvalidFacts, NoSuchCycle
from tests.usecases.council import OPENING, found, work
from usecases.audit_tools import tools_to_pin
from usecases.errors import AlreadyDifferent, NotAllowedNow
from usecases.theme_tools import choose_theme_tool, theme_tool

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def planned(session: Session) -> Session:
    """A draft programme with a themed February and an ordinary March; October 2026 is open."""
    found(session)
    session.add(
        AuditYear(year=2027, state="draft", edition_id="waltham_forest_2023", saved_at=OPENING, saved_by="somebody")
    )
    session.flush()
    for month, kind in (("2027-02", "themed"), ("2027-03", "ordinary"), ("2026-10", "themed")):
        session.add(PlannedCycle(month=month, year=2027, kind=kind, services=[], attributes={}))
    session.flush()
    return session


@pytest.mark.proves("P2")
def test_themed_cycle_uses_the_tool_that_was_chosen_for_it_until_that_is_taken_back(planned: Session) -> None:
    now = work(planned)
    kind = ("review", "themed")
    usual = tools_to_pin(now, "2027-02", [kind])[kind]

    chosen = choose_theme_tool(now, "2027-02", "mash", 0)
    with_mash = tools_to_pin(now, "2027-02", [kind])[kind]
    choose_theme_tool(now, "2027-02", None, chosen.version)

    assert with_mash != usual
    assert tools_to_pin(now, "2027-02", [kind])[kind] == usual
    assert tools_to_pin(now, "2027-09", [kind])[kind] == usual


def test_ordinary_cycle_has_no_theme_to_choose_a_tool_for(planned: Session) -> None:
    with pytest.raises(NotAllowedNow, match="2027-03 is not planned as themed"):
        choose_theme_tool(work(planned), "2027-03", "mash", 0)
    with pytest.raises(NoSuchCycle):
        choose_theme_tool(work(planned), "2027-08", "mash", 0)


def test_audits_of_a_cycle_that_has_opened_keep_their_form(planned: Session) -> None:
    with pytest.raises(NotAllowedNow, match="2026-10 is open"):
        choose_theme_tool(work(planned), "2026-10", "mash", 0)


def test_tool_that_nobody_published_is_not_chosen(planned: Session) -> None:
    with pytest.raises(InvalidFacts, match="No tool 'mush' is published: name one of adult_social_care, "):
        choose_theme_tool(work(planned), "2027-02", "mush", 0)


def test_two_who_choose_at_once_see_each_other(planned: Session) -> None:
    now = work(planned, datetime(2026, 12, 1, 9, tzinfo=LONDON))
    choose_theme_tool(now, "2027-02", "mash", 0)

    with pytest.raises(AlreadyDifferent, match="is mash, chosen by scheduler by now"):
        choose_theme_tool(now, "2027-02", "send", 0)
    row = theme_tool(now, "2027-02")

    assert row is not None
    assert (row.tool, row.chosen_at.date()) == ("mash", date(2026, 12, 1))
