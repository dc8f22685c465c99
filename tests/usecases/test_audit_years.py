"""A year's programme: saved as a draft, published when it holds P1 and P2, warned of when it is missing."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.organisation import Service
from db.tables.trail import TrailEntry, TrailText
from rules.errors import InvalidFacts
from rules.programme_publishing import CycleKind, PlannedCycle
from rules.themes import Narrowing, narrowings_of
from tests.small_council import found_council, work_on
from usecases.audit_years import (
    NotPublishable,
    programme_of,
    publish_programme,
    save_programme,
)
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.work import Work

MONTHS = ("01", "02", "03", "04", "05", "06", "07", "09", "10", "11")
THEMED = ("02", "05", "10")


@pytest.fixture
def work(session: Session) -> Work:
    session.add(Service(id="review", name="Review Team"))
    session.flush()
    return work_on(session, date(2026, 9, 15))


def plan(month: str) -> PlannedCycle:
    if month in THEMED:
        return PlannedCycle(f"2027-{month}", CycleKind.THEMED, "Mental capacity", "performance_issue", ("review",))
    return PlannedCycle(f"2027-{month}", CycleKind.ORDINARY)


YEAR = [plan(month) for month in MONTHS]


@pytest.mark.proves("P1", "P2", "programme.ordinary_cycles", "programme.themed_cycles")
def test_a_whole_programme_is_saved_and_published(work: Work) -> None:
    saved = save_programme(work, 2027, YEAR, version=None)
    published = publish_programme(work, 2027, version=1)

    assert saved.row is not None
    assert published.row is not None
    assert (saved.row.version, published.row.state, published.row.published_by) == (2, "published", work.actor)
    assert published.plans["2027-02"].services == ("review",)
    assert publish_programme(work, 2027).row == published.row


@pytest.mark.proves("P1", "P2")
def test_a_draft_that_breaks_the_framework_is_kept_but_not_published_and_each_point_names_its_clause(
    work: Work,
) -> None:
    plans = [*YEAR[2:], PlannedCycle("2027-08", CycleKind.THEMED)]
    save_programme(work, 2027, plans, version=None)

    with pytest.raises(NotPublishable) as refused:
        publish_programme(work, 2027)
    problems = refused.value.problems
    assert {problem.rule for problem in problems} == {"P1", "P2"}
    assert all("clause 3" in problem.sentence for problem in problems)
    assert any(problem.value == "2027-08" for problem in problems)
    row = programme_of(work, 2027).row
    assert row is not None
    assert row.state == "draft"


@pytest.mark.proves("P2")
def test_what_cannot_be_in_the_year_at_all_is_not_even_saved(work: Work) -> None:
    plans = [
        PlannedCycle("2027-01", CycleKind.ORDINARY),
        PlannedCycle("2027-01", CycleKind.ORDINARY),
        PlannedCycle("2026-02", CycleKind.ORDINARY),
        PlannedCycle("2027-03", CycleKind.THEMED, services=("nowhere",)),
        PlannedCycle("2027-04", CycleKind.ORDINARY, services=("review",)),
        PlannedCycle("2027-05", CycleKind.THEMED, narrowings=(Narrowing("group", ("People with dementia",)),)),
        PlannedCycle("2027-06", CycleKind.THEMED, narrowings=(Narrowing("group", ()),)),
        PlannedCycle("2027-07", CycleKind.ORDINARY, narrowings=(Narrowing("group", ("dementia",)),)),
    ]

    with pytest.raises(InvalidFacts) as refused:
        save_programme(work, 2027, plans, version=None)
    assert [problem.pointer for problem in refused.value.problems] == [
        "/cycles/1/month",
        "/cycles/2/month",
        "/cycles/3/services/0",
        "/cycles/4/services",
        "/cycles/5/attributes/group",
        "/cycles/6/attributes/group",
        "/cycles/7/attributes",
    ]
    assert programme_of(work, 2027).row is None


@pytest.mark.proves("P2", "C1")
def test_a_theme_by_attributes_is_kept_and_warns_of_codes_that_no_open_case_has(session: Session) -> None:
    council = found_council(session, date(2026, 9, 14))
    council.case("REV-DEMENTIA", "REV-P1", "REV", attributes={"group": "dementia"})
    gone = council.extract(date(2026, 9, 15))
    council.case("REV-AUTISM", "REV-P1", "REV", attributes={"group": "autism"}, gone_import_id=gone)
    work = work_on(session, date(2026, 9, 15))
    narrowings = narrowings_of({"setting": ["hospital"], "group": ["dementia", "autism"]})

    themed = [replace(line, narrowings=narrowings) if line.month == "2027-05" else line for line in YEAR]
    saved = save_programme(work, 2027, themed, version=None)

    assert saved.plans["2027-05"].theme.attributes == {"group": ["autism", "dementia"], "setting": ["hospital"]}
    of_codes = [warning.sentence for warning in saved.warnings if "narrows" in warning.sentence]
    assert ["no open case of the newest extract has autism:" in it for it in of_codes] == [True, False]
    assert ["no open case of the newest extract has hospital:" in it for it in of_codes] == [False, True]
    past = programme_of(work_on(session, date(2027, 6, 1)), 2027)
    assert not [warning for warning in past.warnings if "narrows" in warning.sentence]


def test_nobodys_change_is_lost(work: Work) -> None:
    save_programme(work, 2027, YEAR, version=None)
    save_programme(work, 2027, YEAR[:3], version=1)

    with pytest.raises(AlreadyDifferent, match="at version 2"):
        save_programme(work, 2027, YEAR[:4], version=1)
    with pytest.raises(AlreadyDifferent, match="at version 2"):
        publish_programme(work, 2027, version=1)
    assert set(programme_of(work, 2027).plans) == {"2027-01", "2027-02", "2027-03"}


@pytest.fixture
def published(work: Work) -> Work:
    """The programme of 2027 is published, at version 2."""
    save_programme(work, 2027, YEAR, version=None)
    publish_programme(work, 2027)
    return work


def with_theme(month: str, topic: str) -> list[PlannedCycle]:
    return [replace(planned, topic=topic) if planned.month == month else planned for planned in YEAR]


@pytest.mark.proves("P2")
def test_a_published_programme_changes_only_with_a_reason(published: Work) -> None:
    with pytest.raises(NotAllowedNow, match="with a `reason`"):
        save_programme(published, 2027, with_theme("2027-10", "Hoarding"), version=2, reason=" ")

    changed = save_programme(published, 2027, with_theme("2027-10", "Hoarding"), version=2, reason="A review asks so.")

    assert changed.row is not None
    assert (changed.row.state, changed.row.version) == ("published", 3)
    assert changed.plans["2027-10"].topic == "Hoarding"


@pytest.mark.proves("P2")
def test_a_cycle_that_has_begun_stays_as_it_was_planned(published: Work) -> None:
    on_its_day = work_on(published.session, date(2027, 2, 1))

    with pytest.raises(NotPublishable) as refused:
        save_programme(on_its_day, 2027, with_theme("2027-02", "Hoarding"), version=2, reason="A review asks so.")
    assert [(problem.pointer, problem.value) for problem in refused.value.problems] == [("/cycles/1", "2027-02")]
    save_programme(on_its_day, 2027, with_theme("2027-05", "Hoarding"), version=2, reason="A review asks so.")


@pytest.mark.proves("P1", "P2")
def test_a_published_programme_still_holds_what_the_framework_asks_for(published: Work) -> None:
    with pytest.raises(NotPublishable, match="October 2027"):
        save_programme(published, 2027, YEAR[:-2], version=2, reason="Fewer, please.")

    assert len(programme_of(published, 2027).plans) == 10


def test_a_change_leaves_its_reason_and_its_months_in_the_trail(published: Work) -> None:
    save_programme(published, 2027, with_theme("2027-10", "Hoarding"), version=2, reason="A review asks so.")

    saved, _, changed = published.session.scalars(
        select(TrailEntry).where(TrailEntry.subject_kind == "audit_year").order_by(TrailEntry.number)
    )
    assert (saved.action, changed.action) == ("programme_saved", "programme_changed")
    assert changed.details["changed"] == ["2027-10"]
    reason = published.session.scalar(
        select(TrailText.text).where(TrailText.entry_id == changed.id, TrailText.name == "reason")
    )
    assert reason == "A review asks so."


def test_a_year_with_nothing_saved_has_its_days_and_cannot_be_published(work: Work) -> None:
    found = programme_of(work, 2027)

    assert (found.row, found.plans, len(found.days)) == (None, {}, 10)
    with pytest.raises(NotFound, match="save one"):
        publish_programme(work, 2027)


@pytest.mark.proves("P2", "P7", "programme.next_programme_warned_from", "programme.moderation_months")
def test_next_years_programme_is_asked_for_from_november_and_delayed_re_audits_are_named(work: Work) -> None:
    def rules(today: date) -> list[str]:
        return [warning.rule for warning in programme_of(work_on(work.session, today), 2027).warnings]

    assert rules(date(2026, 10, 31)) == ["P7", "P7", "P7"]
    assert rules(date(2026, 11, 1)) == ["P2", "P7", "P7", "P7"]
    assert rules(date(2027, 1, 4)) == ["P2", "P7", "P7", "P7"]
    save_programme(work, 2027, YEAR, version=None)
    publish_programme(work, 2027)
    assert rules(date(2026, 11, 1)) == ["P7", "P7", "P7"]
