"""A safety alert while all else is down or held: kept, told, and never given up (W5, W7)."""

import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.notices import Message
from db.tables.safety_alerts import SafetyAlert
from integrations.mail.file import FileMail
from rules.roles import Role
from tests.alerts_raised import SATURDAY, raised, tasks, work_on
from tests.connectors import running_connector
from tests.scheduling import KeptMail, clock_on, means_on
from tests.usecases import council
from usecases.case_system_runs import serve_case_system
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.outbox import deliver_alerts
from usecases.ports import Letter, MailUnreachable, NotNow, Outcome
from usecases.safety_alert_checks import alerts_astray
from usecases.safety_alert_sweep import sweep_alerts
from usecases.safety_alerts import Said, say


@dataclass
class NoMail(KeptMail):
    """A mail server that cannot be reached, or that puts every letter off."""

    trouble: str = "unreachable"
    tried: list[Letter] = field(default_factory=list)

    def send(self, letters: Iterable[Letter]) -> Iterator[tuple[uuid.UUID, Outcome]]:
        for letter in letters:
            self.tried.append(letter)
            if self.trouble == "unreachable":
                raise MailUnreachable("nobody answers")
            yield letter.id, NotNow("451 later")


@pytest.fixture
def audit_id(sessions: sessionmaker[Session]) -> uuid.UUID:
    with sessions.begin() as session:
        return council.found(session).audit("worker", "auditor").id


def states(sessions: sessionmaker[Session]) -> set[str]:
    with sessions() as session:
        return set(session.scalars(select(Message.state)))


@pytest.mark.proves("W7")
@pytest.mark.parametrize("trouble", ["unreachable", "later"])
def test_a_message_is_never_given_up_however_long_the_mail_server_is_away(
    sessions: sessionmaker[Session], audit_id: uuid.UUID, trouble: str
) -> None:
    raised(sessions, audit_id)
    for days in (0, 1, 10, 40):
        deliver_alerts(means_on(SATURDAY + timedelta(days=days), sessions, mail=NoMail(trouble=trouble)))
    with sessions.begin() as session:
        session.execute(update(Message).values(attempts=500_000))
    deliver_alerts(means_on(SATURDAY + timedelta(days=41), sessions, mail=NoMail(trouble=trouble)))
    sweep_alerts(means_on(SATURDAY + timedelta(days=41), sessions))
    assert (states(sessions) - {"pending"}, "safety_alert_not_sent" in tasks(sessions)) == (set(), True)

    back = KeptMail()
    deliver_alerts(means_on(SATURDAY + timedelta(days=42), sessions, mail=back))
    sweep_alerts(means_on(SATURDAY + timedelta(days=42), sessions, mail=back))

    assert len({letter.address for letter in back.letters}) >= 3
    deliver_alerts(means_on(SATURDAY + timedelta(days=43), sessions, mail=back))
    sweep_alerts(means_on(SATURDAY + timedelta(days=43), sessions, mail=back))
    assert "safety_alert_not_sent" not in tasks(sessions)


@pytest.mark.proves("W7")
def test_a_folder_that_cannot_be_written_to_holds_up_no_alert(
    sessions: sessionmaker[Session], audit_id: uuid.UUID, tmp_path: Path
) -> None:
    folder = tmp_path / "mail"
    folder.write_text("A file stands where the folder should be.")
    raised(sessions, audit_id)

    failed = deliver_alerts(replace(means_on(SATURDAY, sessions), mail=FileMail(folder)))
    folder.unlink()
    sent = deliver_alerts(replace(means_on(SATURDAY, sessions, hour=10), mail=FileMail(folder)))

    assert (failed.sent, failed.unreachable is not None, sent.sent) == (0, True, 3)


@pytest.mark.proves("W7")
def test_neither_the_audited_nor_their_audit_nor_a_sweep_under_way_keeps_an_alert_waiting(
    sessions: sessionmaker[Session], engine: Engine, audit_id: uuid.UUID
) -> None:
    other = raised(sessions, audit_id)
    with engine.connect() as sweeping, sweeping.begin(), sessions.begin() as session:
        for held in (
            "SELECT 1 FROM audits FOR UPDATE",
            "SELECT 1 FROM people WHERE reference = 'W0' FOR UPDATE",
            "SELECT 1 FROM safety_alerts FOR UPDATE",
            "SELECT 1 FROM deadlines FOR UPDATE",
            "SELECT 1 FROM notices FOR UPDATE",
            "SELECT 1 FROM trail_heads FOR UPDATE",
        ):
            sweeping.execute(text(held))
        session.execute(text("SET LOCAL lock_timeout = '2s'"))
        second = raise_alert(work_on(session), NewAlert(concern="Alone.", audit_id=audit_id)).alert.id

        assert second != other
    mail = KeptMail()
    deliver_alerts(means_on(SATURDAY, sessions, mail=mail))
    assert len(mail.letters) == 6


@pytest.mark.proves("W7")
@pytest.mark.parametrize("held", ["SELECT 1 FROM people FOR UPDATE", "LOCK TABLE audits IN ACCESS EXCLUSIVE MODE"])
def test_with_the_records_of_everybody_held_it_is_kept_within_seconds_and_told_once_they_are_free(
    sessions: sessionmaker[Session], engine: Engine, audit_id: uuid.UUID, held: str
) -> None:
    began = time.monotonic()
    with engine.connect() as holding, holding.begin():
        holding.execute(text(held))
        with sessions.begin() as session:
            answer = raise_alert(work_on(session), NewAlert(concern="Alone.", audit_id=audit_id))
            alert_id = answer.alert.id

        assert time.monotonic() - began < 10
        assert [one["rule"] for one in answer.untold] == ["W7"]
    mail, tick = KeptMail(), means_on(SATURDAY, sessions, hour=10)
    sweep_alerts(tick)
    deliver_alerts(replace(tick, mail=mail))

    names = ("team.manager", "audit.team.1", "audit.team.2")
    assert {letter.address for letter in mail.letters} == {f"{name}@council.example" for name in names}
    with sessions() as session:
        alert = session.get_one(SafetyAlert, alert_id)
        assert (alert.state, alert.audit_id, alert.case_reference) == ("open", audit_id, "CASE-1")
        assert len(session.scalars(select(Deadline).where(Deadline.safety_alert_id == alert_id)).all()) == 2
        assert list(alerts_astray(work_on(session))) == []
    assert tasks(sessions) == set()


@pytest.mark.proves("W1", "W7")
def test_one_that_named_nothing_while_everybody_was_held_has_its_clocks_once_they_are_free(
    sessions: sessionmaker[Session], engine: Engine, audit_id: uuid.UUID
) -> None:
    with engine.connect() as holding, holding.begin():
        holding.execute(text("SELECT 1 FROM people FOR UPDATE"))
        with sessions.begin() as session:
            alert_id = raise_alert(work_on(session), NewAlert(concern="Alone.")).alert.id

    sweep_alerts(means_on(SATURDAY, sessions, hour=10))
    sweep_alerts(means_on(SATURDAY, sessions, hour=11))

    with sessions() as session:
        clocks = session.scalars(select(Deadline).where(Deadline.safety_alert_id == alert_id)).all()
    w1 = "ladders.safety_alert.W1"
    assert sorted(clock.time_limit for clock in clocks) == [w1, f"{w1}.acknowledgement"]


@pytest.mark.proves("W6", "W7")
def test_an_alert_whose_manager_somebody_holds_keeps_no_other_from_climbing(
    sessions: sessionmaker[Session], engine: Engine, audit_id: uuid.UUID
) -> None:
    held = raised(sessions, audit_id)
    with sessions.begin() as session:
        other = raise_alert(work_on(session), NewAlert(concern="Alone.", case_reference="C-9", team="Upstairs"))
        another = other.alert.id
    assert held < another, "the sweep looks at the one that is held first"
    monday = SATURDAY + timedelta(days=3)
    with engine.connect() as holding, holding.begin():
        holding.execute(text("SET LOCAL idle_in_transaction_session_timeout = '15s'"))
        holding.execute(text("SELECT 1 FROM people WHERE name IN ('team manager', 'head') FOR UPDATE"))

        sweep_alerts(means_on(monday, sessions))

        with sessions() as session:
            assert [session.get_one(SafetyAlert, id_).rung for id_ in (held, another)] == ["W1", "W2"]
    sweep_alerts(means_on(monday, sessions, hour=10))
    with sessions() as session:
        assert session.get_one(SafetyAlert, held).rung == "W2"


@pytest.mark.proves("W5", "W7")
def test_with_the_case_system_down_the_outcome_is_told_and_its_note_goes_once_it_is_back(
    sessions: sessionmaker[Session], audit_id: uuid.UUID, tmp_path: Path
) -> None:
    alert_id = raised(sessions, audit_id)
    with running_connector(tmp_path / "made") as connector:
        connector.stop()
        with sessions.begin() as session:
            work = work_on(session)
            said = Said(event="resolved", version=1, summary="With her sister.")
            say(work, alert_id, said, {Role.TEAM_MANAGER: work.reach})
        down = replace(means_on(SATURDAY, sessions), case_system=connector.case_system(clock_on(SATURDAY)))
        serve_case_system(down)
        mail = KeptMail()
        deliver_alerts(replace(down, mail=mail))
        with sessions() as session:
            assert session.scalars(select(CaseSystemCommand.state)).all() == ["pending"]
            assert session.get_one(SafetyAlert, alert_id).state == "resolved"
        assert any("ended" in letter.subject for letter in mail.letters)

        connector.start()
        serve_case_system(replace(down, clock=clock_on(SATURDAY + timedelta(days=1))))

        with sessions() as session:
            assert session.scalars(select(CaseSystemCommand.state)).all() == ["done"]
