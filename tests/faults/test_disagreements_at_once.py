"""Two changes at once of a dispute, a safety alert or a moderation: none half done, none twice, and no deadlock."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.invariants import violations
from db.session import make_engine, make_sessions
from db.tables.deadlines import Deadline, DeadlineCrossing
from db.tables.disputes import Dispute, DisputeStep
from db.tables.moderation import ModerationRound, ModerationStep
from db.tables.notices import Notice
from db.tables.programme import AuditCycle
from db.tables.report_versions import ReportVersion
from db.tables.safety_alerts import SafetyAlertStep
from rules.errors import Refusal
from rules.lifecycles import Asked, Event
from rules.roles import Role
from tests.faults.disagreements import TODAY, Change, Disagreements, person_of
from tests.sending import Means
from tests.small_council import POLICY
from usecases.audit_life import Move, move
from usecases.dispute_sweep import walk_disputes
from usecases.dispute_walks import hold_known
from usecases.hand_overs import HandOver, hand_over
from usecases.moderated_audits import close_moderation
from usecases.moderation_rounds import draw_round
from usecases.regrades import give_feedback
from usecases.report_corrections import correct_report
from usecases.safety_alert_sweep import sweep_alerts
from usecases.sweep import sweep_due

SHORT, LONG = 1, 4
LATER = TODAY + timedelta(days=9)
TM, AM = Role.TEAM_MANAGER, Role.AUDIT_MANAGER
SUMMARY = "We agreed."
Scene = Callable[[Disagreements], tuple[Change, Change]]


def two_raise(here: Disagreements) -> tuple[Change, Change]:
    practitioner = f"P{int(here.reference[-4:])}"
    return lambda session: here.raised(session, practitioner), lambda session: here.raised(session, "TM")


def two_resolve(here: Disagreements) -> tuple[Change, Change]:
    version = _disputed(here)
    return tuple(  # type: ignore[return-value]
        lambda session, grade=grade: here.said(
            session, "TM", TM, "resolved", version, summary=SUMMARY, overall_grade=grade, is_anyone_unsafe=False
        )
        for grade in ("outstanding", "requires_improvement")
    )


def resolved_and_corrected(here: Disagreements) -> tuple[Change, Change]:
    version = _disputed(here)
    with here.sessions() as session:
        read = here.audit(session)
    return (
        lambda session: here.said(session, "TM", TM, "resolved", version, summary=SUMMARY, overall_grade="outstanding"),
        lambda session: correct_report(
            here.work(session, "AM"),
            read.id,
            "Mistyped.",
            overall_grade="requires_improvement",
            domain_grades={},
            version=read.version,
        ),
    )


def resolved_and_swept(here: Disagreements) -> tuple[Change, Change]:
    version = _disputed(here)

    def swept(session: Session) -> object:
        return walk_disputes(_of(here, session)), sweep_due(_of(here, session))

    return lambda session: here.said(session, "TM", TM, "unresolved", version, summary="No."), swept


def swept_both_ways(here: Disagreements) -> tuple[Change, Change]:
    _disputed(here)
    return lambda session: walk_disputes(_of(here, session)), lambda session: sweep_due(_of(here, session))


def two_walk_disputes(here: Disagreements) -> tuple[Change, Change]:
    _disputed(here)
    return (lambda session: walk_disputes(_of(here, session)),) * 2


def closed_and_disputed(here: Disagreements) -> tuple[Change, Change]:
    practitioner = f"P{int(here.reference[-4:])}"
    with here.sessions() as session:
        read = here.audit(session)
    closing = Move(event=Event.AUDIT_CLOSED, asked=Asked(reason="practitioner_left"), version=read.version)
    return (
        lambda session: here.raised(session, practitioner),
        lambda session: move(here.work(session, "TEAM"), read.id, closing),
    )


def handed_over_and_stepped(here: Disagreements) -> tuple[Change, Change]:
    version = _disputed(here)

    def leaves(session: Session) -> object:
        asked = HandOver(last_day_on=TODAY, successor_id=person_of(session, "HEAD"))
        return hand_over(here.work(session, "AM"), person_of(session, "TM"), asked, dry_run=True)

    return lambda session: here.said(session, "TM", TM, "unresolved", version, summary="No."), leaves


def two_acknowledge(here: Disagreements) -> tuple[Change, Change]:
    version = _alerted(here)
    return (lambda session: here.answered(session, "acknowledged", version),) * 2


def answered_and_swept(here: Disagreements) -> tuple[Change, Change]:
    version = _alerted(here)
    return (
        lambda session: here.answered(session, "resolved", version),
        lambda session: (sweep_alerts(_of(here, session)), sweep_due(_of(here, session))),
    )


def two_sweep_alerts(here: Disagreements) -> tuple[Change, Change]:
    _alerted(here)
    return (lambda session: (sweep_alerts(_of(here, session)), sweep_due(_of(here, session))),) * 2


def two_regrade(here: Disagreements) -> tuple[Change, Change]:
    here.next_moderated()
    with here.sessions() as session:
        version = here.moderated(session).version
    return tuple(  # type: ignore[return-value]
        lambda session, grade=grade: here.regraded(session, version, grade) for grade in ("good", "inadequate")
    )


def two_give_feedback(here: Disagreements) -> tuple[Change, Change]:
    here.next_moderated()
    with here.sessions.begin() as session:
        here.ready_for_feedback(session)
        row = here.moderated(session)
        id_, version = row.id, row.version
    return (lambda session: give_feedback(here.work(session, "M1"), id_, "Thank you.", version=version),) * 2


def regraded_and_closed(here: Disagreements) -> tuple[Change, Change]:
    here.next_moderated()
    with here.sessions() as session:
        row = here.moderated(session)
    return (
        lambda session: here.regraded(session, row.version),
        lambda session: close_moderation(here.work(session, "TEAM"), row.id, "Ill.", version=row.version),
    )


def _of(here: Disagreements, session: Session) -> Means:
    """A sweep of its own on that process's connections; the session that was opened for it is not used."""
    mine = Disagreements(make_sessions(session.get_bind()))  # type: ignore[arg-type]
    return mine.means(LATER)


def _disputed(here: Disagreements) -> int:
    with here.sessions.begin() as session:
        here.disputed(session)
        return here.dispute(session).version


def _alerted(here: Disagreements) -> int:
    with here.sessions.begin() as session:
        here.alerted(session)
        return here.alert(session).version


ONE, BOTH, EITHER = frozenset({1}), frozenset({2}), frozenset({1, 2})
SCENES: dict[str, tuple[Scene, frozenset[int]]] = {
    "two open a dispute": (two_raise, ONE),
    "two resolve it": (two_resolve, ONE),
    "it is resolved and its report corrected": (resolved_and_corrected, EITHER),
    "a step and both sweeps": (resolved_and_swept, EITHER),
    "the sweep of disputes and that of deadlines": (swept_both_ways, BOTH),
    "two sweeps of disputes": (two_walk_disputes, BOTH),
    "a dispute is opened and the audit closed": (closed_and_disputed, EITHER),
    "a step and a look at what its owner hands over": (handed_over_and_stepped, BOTH),
    "two acknowledge an alert": (two_acknowledge, ONE),
    "an alert is resolved and swept up": (answered_and_swept, EITHER),
    "two sweeps of alerts": (two_sweep_alerts, BOTH),
    "two regrade": (two_regrade, ONE),
    "two give feedback": (two_give_feedback, ONE),
    "a regrade and the end of its moderation": (regraded_and_closed, ONE),
}


@pytest.fixture
def engines(database_url: str) -> Iterator[list[Engine]]:
    engines = [make_engine(database_url, name=f"changer {number}") for number in range(2)]
    yield engines
    for engine in engines:
        engine.dispose()


@pytest.mark.proves("D7", "W6", "W7", "M3", "M4", "L15", "L13")
@pytest.mark.parametrize("rounds", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", SCENES)
def test_of_two_at_once_none_is_half_done_and_none_done_twice(
    name: str, rounds: int, engines: list[Engine], sessions: sessionmaker[Session]
) -> None:
    scene, allowed = SCENES[name]
    here = Disagreements.found(sessions, is_drawn=True)
    outcomes = Counter[int]()
    for _ in range(rounds):
        here.next_audit()
        told = at_once(engines, scene(here))
        outcomes[told.count("won")] += 1
        assert told.count("won") in allowed, told
        assert set(told) <= {"won", "told"}, told
    with sessions() as session:
        refuse_half_done(session)
    print(f"{name}: {rounds} pairs, {dict(outcomes)} had it")


def test_two_who_draw_a_round_at_once_draw_one(engines: list[Engine], sessions: sessionmaker[Session]) -> None:
    here = Disagreements.found(sessions, is_drawn=False)
    told = at_once(engines, (lambda session: draw_round(here.work(session, "TEAM")),) * 2)

    assert sorted(told) == ["told", "won"]
    with sessions() as session:
        assert len(session.scalars(select(ModerationRound)).all()) == 1
        refuse_half_done(session)


def at_once(engines: list[Engine], two: tuple[Change, Change]) -> list[str]:
    together, told = threading.Barrier(2), dict[int, str]()

    def changer(number: int) -> None:
        with make_sessions(engines[number])() as session:
            session.connection()
            session.commit()
            together.wait()
            try:
                two[number](session)
                session.commit()
                told[number] = "won"
            except Refusal as refused:
                told[number] = "told" if str(refused) else "silent"
            except Exception as fault:  # noqa: BLE001
                told[number] = f"{type(fault).__name__}: {fault}"

    threads = [threading.Thread(target=changer, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [told.get(number, "broken") for number in range(2)]


def refuse_half_done(session: Session) -> None:
    """Each step and version once, one clock of a kind, what the clock says once, and nobody told twice."""
    for numbered in (
        select(DisputeStep.dispute_id, DisputeStep.number),
        select(SafetyAlertStep.safety_alert_id, SafetyAlertStep.version),
        select(ModerationStep.moderated_audit_id, ModerationStep.version),
        select(ReportVersion.audit_id, ReportVersion.number),
        select(Notice.idempotency_key),
        select(DeadlineCrossing.deadline_id, DeadlineCrossing.kind, DeadlineCrossing.due_on),
        select(
            *(Deadline.audit_id, Deadline.dispute_id, Deadline.safety_alert_id, Deadline.moderated_audit_id),
            *(Deadline.time_limit, Deadline.owed_by_role),
        ).where(Deadline.state.in_(("running", "overdue"))),
    ):
        rows = [tuple(row) for row in session.execute(numbered)]
        assert len(rows) == len(set(rows)), numbered
    said = select(DisputeStep.dispute_id, DisputeStep.rung_before, DisputeStep.event).where(DisputeStep.by_clock)
    by_clock = [tuple(row) for row in session.execute(said)]
    assert len(by_clock) == len(set(by_clock))
    for dispute in session.scalars(select(Dispute)):
        own = session.scalars(select(DisputeStep).where(DisputeStep.dispute_id == dispute.id)).all()
        assert max(own, key=lambda it: it.number).rung == dispute.rung
    found = {it.invariant.name for it in violations(session)}
    assert found <= {"issued_report_never_owed_to_the_case_system"}, found


@pytest.mark.proves("L13")
def test_the_sweep_of_deadlines_waits_for_nobody_who_holds_audit_and_dispute(
    engines: list[Engine], sessions: sessionmaker[Session]
) -> None:
    """Else two who take the same rows in another order would wait for each other: the sweep holds deadlines first."""
    here = Disagreements.found(sessions, is_drawn=False)
    here.next_audit()
    with sessions.begin() as session:
        cycle = AuditCycle(month="2027-02", kind="ordinary", state="open", edition_id=POLICY.edition.id)
        cycle.edition_version, cycle.shortfalls, cycle.warnings = POLICY.edition.version, [], []
        cycle.opens_on, cycle.report_due_on, cycle.closes_on = (date(2027, 2, day) for day in (1, 25, 26))
        session.add(cycle)
        session.flush()
        here.audit(session).cycle_id = cycle.id
    _disputed(here)
    with make_sessions(engines[0])() as holder:
        dispute = here.dispute(holder)
        hold_known(here.work(holder, "TM"), dispute.id, dispute.audit_id)

        with engines[1].connect() as connection:
            connection.exec_driver_sql("ALTER ROLE CURRENT_USER SET lock_timeout = '3s'")
            connection.commit()
        engines[1].dispose()
        swept = sweep_due(Disagreements(make_sessions(engines[1])).means(LATER))
    with engines[1].connect() as connection:
        connection.exec_driver_sql("ALTER ROLE CURRENT_USER RESET lock_timeout")
        connection.commit()

    assert swept.overdue > 0
