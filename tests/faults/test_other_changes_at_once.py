"""Two changes of one audit at the same moment, of whatever kinds: gradings, plans, checks, take-overs, the sweep.

Fault 9 for what is not one move against another of its kind; those are in test_life_moves_at_once, test_moves_at_once.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.invariants import violations
from db.session import make_engine, make_sessions
from db.tables.audit_contents import ActionEvidence, PlanAgreement
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.organisation import AuditorAppointment, Person
from rules.gradings import Stage
from rules.improvement_plans import SmartAction
from rules.lifecycles import SCHEDULER, Asked, Event
from tests.grading_contents import whole_grading
from tests.moved_audits import issue, write_gradings
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.audit_life import Move, move
from usecases.audit_moves import withdraw_audit
from usecases.audit_moves_by_state import arrange_meeting, hand_in_report
from usecases.audit_tools import tool_read
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.errors import AlreadyDifferent, NotAllowedNow
from usecases.gradings import save_grading
from usecases.improvement_plans import agree_plan, draft_plan, record_evidence, revise_plan
from usecases.report_corrections import correct_report

SHORT, LONG = 1, 15
FIRST, TODAY, AFTER_ITS_LAST_DAY = date(2026, 10, 1), date(2026, 10, 12), date(2026, 10, 19)
ACTION = SmartAction("Hold it.", "On record.", "Time is kept.", "Reviews are late.", "CART-P1", date(2026, 12, 1))

Change = Callable[[Session, Audit], object]


def _on(change: Callable[..., object], *facts: object, **named: object) -> Change:
    """A use case asked for one audit today, with these facts."""
    return lambda session, audit: change(work_on(session, TODAY), audit.id, *facts, **named)


def _as_read(change: Callable[..., object], *facts: object, **named: object) -> Change:
    """The same by somebody who read the audit as it stood before."""
    return lambda session, audit: change(work_on(session, TODAY), audit.id, *facts, version=audit.version, **named)


def _moved(event: Event, **asked: Any) -> Change:
    return lambda session, audit: move(
        work_on(session, TODAY), audit.id, Move(event=event, asked=Asked(**asked), version=audit.version)
    )


def _graded(session: Session, audit: Audit) -> object:
    work = work_on(session, TODAY)
    content = whole_grading(tool_read(work, session.get_one(Audit, audit.id)), "good")
    return save_grading(work, audit.id, Stage.BEFORE_DISCUSSION, content, version=0)


def _taken_over(session: Session, audit: Audit) -> object:
    work = work_on(session, TODAY)
    reference = suggest_auditors(work, audit.id).suggested[0].candidate.auditor.id
    to = session.scalars(select(Person.id).where(Person.reference == reference)).one()
    return change_auditor(work, audit.id, to, "sickness", version=audit.version)


def _said_not_accepted(session: Session, audit: Audit) -> object:
    """What the scheduler does, which read no version."""
    work = work_on(session, AFTER_ITS_LAST_DAY)
    return move(work, audit.id, Move(event=Event.NOT_ACCEPTED, by=SCHEDULER))


def _amended_late(session: Session, audit: Audit) -> object:
    return hand_in_report(work_on(session, AFTER_ITS_LAST_DAY), audit.id, audit.version)


_WRITTEN: tuple[Change, ...] = (
    lambda session, audit: write_gradings(session, session.get_one(Audit, audit.id), FIRST),
)
_DISCUSSED = (*_WRITTEN, _moved(Event.DISCUSSION_HELD, on_day=TODAY))
_SUBMITTED = (*_DISCUSSED, _on(hand_in_report))
_RETURNED = (*_SUBMITTED, _on(move, Move(event=Event.REPORT_RETURNED, asked=Asked(points=1, has_text=True))))
_PLANNED: tuple[Change, ...] = (
    _on(draft_plan, [ACTION], version=0),
    lambda session, audit: issue(session, audit.id, TODAY),
)
_MANAGER, _PRACTITIONER = (_on(agree_plan, role, version=1) for role in ("team_manager", "practitioner"))
_EVIDENCE = _on(record_evidence, 1, TODAY, "It is on record.", version=1)


@dataclass(frozen=True)
class AtOnce:
    """What two people want at the same moment of an audit that came so far, and how many of them may have it."""

    two: tuple[Change, Change]
    before: tuple[Change, ...] = ()
    won: frozenset[int] = field(default=frozenset({1}))


SCENES = {
    "two save the first grading": AtOnce((_graded, _graded)),
    "two save the plan": AtOnce((_on(draft_plan, [ACTION], version=0), _on(draft_plan, [], version=0))),
    "a meeting is arranged, another auditor takes over": AtOnce(
        (_as_read(arrange_meeting, date(2026, 10, 20), None), _taken_over)
    ),
    "a report is submitted, its audit withdrawn": AtOnce(
        (_as_read(hand_in_report), _as_read(withdraw_audit, "case_closed")), _DISCUSSED
    ),
    "a report is accepted, another auditor takes over": AtOnce(
        (_moved(Event.REPORT_ACCEPTED), _taken_over), _SUBMITTED
    ),
    "a report comes back amended, the sweep says it is not accepted": AtOnce(
        (_amended_late, _said_not_accepted), _RETURNED
    ),
    "two correct a report": AtOnce(
        tuple(
            _as_read(correct_report, "Mistyped.", overall_grade=grade, is_anyone_unsafe=False, domain_grades={})
            for grade in ("outstanding", "inadequate")
        ),  # type: ignore[arg-type]
        _PLANNED,
    ),
    "manager and practitioner agree the plan": AtOnce((_MANAGER, _PRACTITIONER), _PLANNED, frozenset({2})),
    "the manager agrees the plan twice": AtOnce((_MANAGER, _MANAGER), _PLANNED),
    "the manager changes the plan that the practitioner agrees": AtOnce(
        (_on(revise_plan, [ACTION, replace(ACTION, specific="Ask her.")], version=1), _PRACTITIONER),
        _PLANNED,
        frozenset({1, 2}),  # what is agreed first may be changed after, and then nobody has agreed that
    ),
    "two record what shows that an action is done": AtOnce(
        (_EVIDENCE, _EVIDENCE), (*_PLANNED, _MANAGER, _PRACTITIONER), frozenset({2})
    ),
}


@pytest.fixture
def engines(database_url: str) -> Iterator[list[Engine]]:
    """Two processes' worth of connections."""
    engines = [make_engine(database_url, name=f"changer {number}") for number in range(2)]
    yield engines
    for engine in engines:
        engine.dispose()


@pytest.mark.proves("L3", "L4", "L6", "L15", "A4", "S9", "Q2")
@pytest.mark.parametrize("rounds", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_of_any_two_changes_at_once_none_is_lost_and_none_half_done(
    rounds: int, engines: list[Engine], sessions: sessionmaker[Session]
) -> None:
    audits = prepared(sessions, rounds * len(SCENES))
    outcomes = {name: Counter[int]() for name in SCENES}
    for name in sorted(SCENES) * rounds:
        scene, audit_id = SCENES[name], next(audits)
        for step in scene.before:
            with sessions.begin() as session:
                step(session, session.get_one(Audit, audit_id))
        with sessions() as session:
            audit = session.get_one(Audit, audit_id)
        told = at_once(engines, audit, scene.two)
        assert told.count("won") in scene.won, f"{name}: {told}"
        assert set(told) <= {"won", "told"}, f"{name}: {told}"
        outcomes[name][told.count("won")] += 1
    with sessions() as session:
        refuse_half_done(session)
    print(f"{rounds * len(SCENES)} pairs of changes at once: {outcomes}")


def prepared(sessions: sessionmaker[Session], needed: int) -> Iterator[Any]:
    """The audits of an open cycle, at least so many, whose auditors have room for one more."""
    with sessions.begin() as session:
        council = found_council(session, date(2026, 9, 28), practitioners_per_team=max(6, needed // 2))
        for number in range(needed):
            council.auditor(f"review-B{number}", "review")
    with sessions.begin() as session:
        open_cycle(work_on(session, FIRST), "2026-10")
        for appointment in session.scalars(select(AuditorAppointment)):
            appointment.capacity = 3
        audits = session.scalars(select(Audit.id).order_by(Audit.reference)).all()
    assert len(audits) >= needed
    return iter(audits)


def at_once(engines: list[Engine], audit: Audit, two: tuple[Change, Change]) -> list[str]:
    together, outcomes = threading.Barrier(2), dict[int, str]()

    def changer(number: int) -> None:
        together.wait()
        try:
            with make_sessions(engines[number]).begin() as session:
                two[number](session, audit)
            outcomes[number] = "won"
        except (AlreadyDifferent, NotAllowedNow) as refused:
            outcomes[number] = "told" if refused.sentence else "broken"

    threads = [threading.Thread(target=changer, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcomes.get(number, "broken") for number in range(2)]


def refuse_half_done(session: Session) -> None:
    """A version for each step or take-over, each agreement and clock once, and evidence only of what was agreed."""
    steps = Counter(session.scalars(select(AuditStep.audit_id)))
    for audit in session.scalars(select(Audit)):
        own = session.scalars(select(AuditStep.version).where(AuditStep.audit_id == audit.id)).all()
        assert len(own) == len(set(own)) == steps[audit.id], audit.reference
    agreed = session.execute(select(PlanAgreement.plan_id, PlanAgreement.role)).all()
    assert len(agreed) == len(set(agreed))
    clocks = select(Deadline.audit_id, Deadline.time_limit, Deadline.owed_by_role).where(Deadline.state == "running")
    running = Counter(tuple(row) for row in session.execute(clocks))
    assert set(running.values()) <= {1}
    actions_done = session.scalar(
        select(func.count())
        .select_from(Deadline)
        .where(Deadline.time_limit.like("improvement_plan.%"), Deadline.state == "met")
    )
    evidence = session.scalar(select(func.count(ActionEvidence.action_id.distinct())))
    assert actions_done == evidence
    assert violations(session) == []
