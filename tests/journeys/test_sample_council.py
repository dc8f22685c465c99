"""The sample council from its files to an open cycle: what is fair, who is told, and what falls short."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, aliased

from db.queries import overview, programme
from db.tables.audits import Audit
from db.tables.draws import DrawCaseOutcome
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment, LineManagement, Team, TeamMembership
from rules.policy.load import load_edition
from rules.programme import month_of
from rules.working_days import WorkingDayCalendar
from samples.loading import LOADED_BY, SampleLoaded, load_sample
from usecases.audit_cycles import CycleOpened, open_cycle
from usecases.draw_verification import verify_draw
from usecases.work import LONDON, Work

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)

# A month in which senior leaders moderate instead of re-auditing, and one in which re-audits are done.
MODERATION, RE_AUDITS = date(2026, 9, 1), date(2026, 11, 2)


@dataclass(frozen=True, slots=True)
class Opened:
    """The sample council with its cycle open."""

    work: Work
    loaded: SampleLoaded
    cycle: CycleOpened

    @property
    def session(self) -> Session:
        return self.work.session

    def audits(self) -> list[Audit]:
        return list(self.session.scalars(select(Audit).where(Audit.cycle_id == self.cycle.row.id)))

    def shortfalls(self, rule: str) -> list[str]:
        return [found["sentence"] for found in self.cycle.row.shortfalls if found["rule"] == rule]

    def auditors(self) -> dict[object, AuditorAppointment]:
        appointments = self.session.scalars(select(AuditorAppointment).where(AuditorAppointment.ended_on.is_(None)))
        return {appointment.person_id: appointment for appointment in appointments}


def work_on(session: Session, day: date) -> Work:
    now = datetime.combine(day, time(9), tzinfo=LONDON)
    return Work(session, now, CALENDAR, POLICY, LOADED_BY)


@pytest.fixture(scope="module", params=[MODERATION, RE_AUDITS], ids=["moderation month", "month of re-audits"])
def opened(request: pytest.FixtureRequest, shared_engine: Engine) -> Iterator[Opened]:
    """Loaded and opened once for the tests of this file, and gone after them."""
    with shared_engine.connect() as connection, connection.begin() as outer:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            work = work_on(session, request.param)
            loaded = load_sample(work, lambda _: None)
            yield Opened(work, loaded, open_cycle(work, month_of(request.param)))
        outer.rollback()


def test_every_good_row_is_loaded_and_every_bad_one_named(opened: Opened) -> None:
    teams, workers, involvements = opened.loaded.extracts

    assert (teams.rows_loaded, workers.rows_loaded, involvements.rows_loaded) == (10, 157, 2500)
    assert {told.code: told.rows for told in involvements.refused} == {
        "unknown_worker": 8,
        "leaver": 6,
        "two_workers": 6,
        "ends_before_it_begins": 5,
        "impossible_date": 4,
        "other_date_form": 4,
        "begins_after_extract": 3,
        "missing": 3,
        "no_date": 3,
        "unknown_team": 3,
    }
    assert {told.code: told.rows for told in involvements.passed_over} == {
        "duplicate": 13,
        "ended": 12,
        "team_only": 8,
        "zero_length": 5,
        "blank": 2,
    }
    assert opened.loaded.past_audits is not None
    assert opened.loaded.past_audits.rows_refused == 0


def test_council_is_as_large_as_it_says(opened: Opened) -> None:
    held = overview.holdings(opened.session, opened.work.today)

    assert (held.services, held.teams, held.practitioners, held.open_cases) == (9, 10, 150, 2500)
    assert sum(appointment.capacity for appointment in opened.auditors().values()) == 67
    assert len(opened.auditors()) == 70


@pytest.mark.proves("S2")
def test_nobody_is_audited_twice_in_the_month(opened: Opened) -> None:
    practitioners = [audit.practitioner_id for audit in opened.audits()]

    assert practitioners
    assert len(set(practitioners)) == len(practitioners)


@pytest.mark.proves("S1")
def test_every_team_gets_a_seat(opened: Opened) -> None:
    result = opened.cycle.drawn.result

    assert all(quota["seats"] > 0 for quota in result["quotas"] if quota["eligible_practitioners"])
    assert len(result["quotas"]) == 10


@pytest.mark.proves("P5", "A1", "eligibility.auditors_of_services")
def test_mash_is_audited_by_managers_of_quality_assurance(opened: Opened) -> None:
    auditors = opened.auditors()
    of_mash = [auditors[audit.auditor_id] for audit in opened.audits() if audit.service_id == "mash"]

    assert of_mash
    assert {auditor.service_id for auditor in of_mash} == {"quality_assurance"}
    assert all(set(auditor.roles) & {"manager", "senior_manager"} for auditor in of_mash)


@pytest.mark.proves("P6", "P7", "A1", "eligibility.auditors_of_re_audits", "programme.moderation_months")
def test_re_audits_are_done_by_senior_managers_and_not_in_a_moderation_month(opened: Opened) -> None:
    auditors = opened.auditors()
    re_auditors = [auditors[audit.auditor_id] for audit in opened.audits() if audit.kind == "re_audit"]
    due = opened.cycle.drawn.result["re_audits"]

    assert due
    assert bool(re_auditors) is (opened.work.today == RE_AUDITS)
    assert all("senior_manager" in auditor.roles for auditor in re_auditors)
    assert {auditor.service_id for auditor in re_auditors} <= {"home_first", "care_and_support", "quality_assurance"}
    assert all(re_audit["held_over"] for re_audit in due) is (opened.work.today == MODERATION)


@pytest.mark.proves("S3", "selection.least_months_between_audits")
def test_nobody_is_drawn_within_two_months_of_their_last_audit(opened: Opened) -> None:
    earlier = (
        select(Audit.practitioner_id, func.max(Audit.month).label("month"))
        .where(Audit.origin == "recorded")
        .group_by(Audit.practitioner_id)
        .subquery()
    )
    rows = opened.session.execute(
        select(Audit.month, earlier.c.month)
        .join(earlier, earlier.c.practitioner_id == Audit.practitioner_id)
        .where(Audit.cycle_id == opened.cycle.row.id, Audit.kind != "re_audit")
    ).all()

    months = [(this.year - last.year) * 12 + this.month - last.month for this, last in rows]
    assert len(months) > 20
    assert min(months) == 2


@pytest.mark.proves("A2")
def test_nobody_audits_themselves_their_team_or_whom_they_manage(opened: Opened) -> None:
    managed, own = aliased(LineManagement), aliased(TeamMembership)
    rows = opened.session.execute(
        select(Audit.auditor_id, Audit.practitioner_id, managed.manager_id, Audit.team_id, own.team_id)
        .outerjoin(managed, managed.person_id == Audit.practitioner_id)
        .outerjoin(own, own.person_id == Audit.auditor_id)
        .where(Audit.cycle_id == opened.cycle.row.id)
    ).all()

    assert rows
    for auditor, audited, line_manager, team, team_of_auditor in rows:
        assert auditor not in (audited, line_manager)
        assert team != team_of_auditor


@pytest.mark.proves("A3")
def test_load_is_level_and_within_capacity(opened: Opened) -> None:
    auditors = opened.auditors()
    load = Counter(audit.auditor_id for audit in opened.audits())

    assert all(count <= auditors[auditor].capacity for auditor, count in load.items())
    assert max(load.values()) == 1
    assert [count for _, count in programme.audits_per_auditor(opened.session, opened.cycle.row.id)] == [1] * len(load)


@pytest.mark.proves("S5")
def test_every_case_is_explained_and_the_draw_can_be_drawn_again(opened: Opened) -> None:
    outcomes = dict(
        opened.session.execute(
            select(DrawCaseOutcome.outcome, func.count())
            .where(DrawCaseOutcome.draw_id == opened.cycle.drawn.id)
            .group_by(DrawCaseOutcome.outcome)
        ).all()
    )

    assert sum(outcomes.values()) == 2500
    assert outcomes["excluded"] > 0
    assert verify_draw(opened.work, opened.cycle.drawn.id).differences == ()


@pytest.mark.proves("A5", "recipients.allocation")
def test_everybody_with_an_address_is_told_once_and_the_others_are_a_shortfall(opened: Opened) -> None:
    notices = list(opened.session.scalars(select(Notice).where(Notice.cycle_id == opened.cycle.row.id)))
    concerned = {audit.practitioner_id for audit in opened.audits()} | {a.auditor_id for a in opened.audits()}

    assert len({notice.recipient_id for notice in notices}) == len(notices)
    assert concerned <= {notice.recipient_id for notice in notices}
    assert len(opened.shortfalls("A5")) == sum(notice.address is None for notice in notices) > 0


@pytest.mark.proves("N1", "notices.next_role_up")
def test_vacant_post_is_named(opened: Opened) -> None:
    reviewed = [audit for audit in opened.audits() if audit.service_id == "review"]

    assert reviewed
    assert any("team manager of Review Team" in sentence for sentence in opened.shortfalls("N1"))


def test_teams_of_the_trust_belong_to_another_employer(opened: Opened) -> None:
    teams = opened.session.scalars(select(Team).where(Team.service_id == "nelft")).all()

    assert len(teams) == 3
    assert all(team.employer and team.contact_email and team.contact_email.endswith(".invalid") for team in teams)
