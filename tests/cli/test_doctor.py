"""Doctor says what is wrong, and the way out of it; each test makes one thing wrong."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from cli.examine_machine import examine_machine
from cli.examine_settings import examine_settings
from db.queries.jobs import HEARTBEAT, record_run
from db.tables.caseload import CaseloadImport
from db.tables.notices import Notice
from db.tables.organisation import Person
from rules.policy.load import FRAMEWORKS
from settings import Settings
from tests.cli.saying import Said, say
from tests.integrations.smtp_sink import Sink, running
from tests.small_council import SmallCouncil


@pytest.fixture
def well(council: sessionmaker[Session]) -> sessionmaker[Session]:
    """A council in which a scheduler ticks, this month's cycle is open and nothing waits."""
    with council.begin() as session:
        now = datetime.now(UTC)
        record_run(session, HEARTBEAT, now, now, "ticked", is_well=True)
    return council


def look(*options: str) -> Said:
    return say("doctor", "--json", *options)


def wrong(told: Said) -> dict[str, str]:
    """What is wrong, by part."""
    return {item["part"]: item["sentence"] for item in told.facts["items"] if item["verdict"] == "wrong"}


def noted(told: Said) -> dict[str, str]:
    return {item["part"]: item["sentence"] for item in told.facts["items"] if item["verdict"] == "note"}


@pytest.mark.usefixtures("well")
def test_every_part_is_looked_at_and_whatever_is_not_well_has_a_way_out() -> None:
    told = look("--thorough")
    parts = {item["part"] for item in told.facts["items"]}
    assert parts >= {"python", "libraries", "time_zones", "disk", "settings", "policy", "database", "clock"}
    assert parts >= {"migrations", "programme", "extract", "scheduler", "outbox", "draws", "records"}
    assert all(item["way_out"] for item in told.facts["items"] if item["verdict"] != "well")
    assert told.facts["is_well"] == (told.code == 0) == (not wrong(told))


@pytest.mark.usefixtures("well")
def test_people_read_one_line_a_part() -> None:
    told = say("doctor")
    assert "ok    database" in told.out
    assert "note  programme" in told.out
    assert "→ PUT /v1/audit-years/" in told.out


@pytest.mark.usefixtures("council")
def test_scheduler_that_does_not_tick_is_wrong() -> None:
    assert "never ran here" in wrong(look())["scheduler"]


def test_job_that_fails_again_and_again_is_named(well: sessionmaker[Session]) -> None:
    with well.begin() as session:
        now = datetime.now(UTC)
        record_run(session, "open_cycles", now, now, "Failed (KeyError)", is_well=False)
        record_run(session, "open_cycles", now, now, "Failed (KeyError)", is_well=False)
    assert "open_cycles failed 2 times in a row" in wrong(look())["scheduler"]


def test_old_extract_is_wrong(well: sessionmaker[Session]) -> None:
    with well.begin() as session:
        session.execute(update(CaseloadImport).values(extracted_on=datetime.now(UTC).date() - timedelta(days=60)))
    assert "newest extract of cases is of" in wrong(look())["extract"]


def test_messages_that_wait_too_long_are_wrong_and_parked_ones_are_told(well: sessionmaker[Session]) -> None:
    with well.begin() as session:
        person_id = session.scalars(select(Person.id).limit(1)).one()
        for state, number in (("pending", 1), ("parked", 2)):
            session.add(_notice(person_id, state, number))
    told = look()
    assert "1 messages wait" in wrong(told)["outbox"]
    assert "1 messages wait for a person" in noted(told)["outbox"]


def _notice(person_id: object, state: str, number: int) -> Notice:
    then = datetime.now(UTC) - timedelta(hours=2)
    facts = {"event": "x", "content": {}, "created_at": then, "next_attempt_at": then, "state": state}
    return Notice(**facts, recipient_id=person_id, address="somebody@example.org", idempotency_key=f"k{number}")


def test_what_must_never_be_is_named_by_its_rule(well: sessionmaker[Session]) -> None:
    with well.begin() as session:
        council = SmallCouncil(session)
        audit_id = council.audit("PA-2026-0001", "2026-01", "MASH-P1-1", "MASH-P1", state="withdrawn")
        council.deadline(audit_id, "BOSS", date(2026, 1, 29), time_limit="report")
    told = look()
    assert "PA-2026-0001 report" in wrong(told)["records"]
    assert [item["rule"] for item in told.facts["items"] if item["part"] == "records"] == ["S9"]


def test_database_that_is_away_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@127.0.0.1:1/nowhere")
    told = look()
    assert "No database answers" in wrong(told)["database"]
    assert "secret" not in told.out + told.err


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PRACTICE_AUDIT_PROT", "8000", "Did you mean PRACTICE_AUDIT_PORT?"),
        ("PRACTICE_AUDIT_PORT", "eighty", "PRACTICE_AUDIT_PORT"),
        ("DATABASE_PASSWORD_FILE", "/nowhere/password", "cannot be read"),
    ],
)
def test_settings_that_cannot_be_are_told(
    variable: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert sentence in wrong(look())["settings"]


def test_secret_that_others_can_read_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "password"
    secret.write_text("x")
    secret.chmod(0o644)
    monkeypatch.setenv("AUDIT_SMTP_PASSWORD_FILE", str(secret))
    found = [each for each in examine_settings(Settings()) if each.verdict == "wrong"]
    assert [each.way_out for each in found] == [f"chmod 600 {secret}"]
    secret.chmod(0o600)
    assert [each for each in examine_settings(Settings()) if each.verdict == "wrong"] == []


def test_every_problem_of_an_edition_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ours"
    shutil.copytree(FRAMEWORKS / "waltham_forest_2023", folder)
    for name in ("selection", "programme"):
        file = folder / f"{name}.toml"
        file.write_text(file.read_text(encoding="utf-8").replace('source = "text"', 'source = "hearsay"', 1))
    monkeypatch.setenv("PRACTICE_AUDIT_POLICY", str(folder))
    told = [item["sentence"] for item in look().facts["items"] if item["part"] == "policy"]
    assert len(told) == 2
    assert all("should be one of 'text', 'local_decision', not 'hearsay'" in sentence for sentence in told)


def test_looking_makes_no_database_where_there_is_none(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    told = look("--data", str(data))
    assert "There is none" in noted(told)["database"]
    assert not data.exists()


def test_full_disk_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("cli.examine_machine._LEAST_MEGABYTES", 10**9)
    [disk] = [each for each in examine_machine(Settings(data=tmp_path)) if each.part == "disk"]
    assert disk.verdict == "wrong"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running(Sink()) as sink:
        yield sink


def test_mail_server_is_greeted_and_sent_nothing(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    server = {"AUDIT_SMTP_HOST": "127.0.0.1", "AUDIT_SMTP_PORT": str(sink.port), "AUDIT_SMTP_STARTTLS": "false"}
    for variable, value in ({"AUDIT_MAIL": "smtp"} | server).items():
        monkeypatch.setenv(variable, value)
    assert "mail" not in wrong(look())
    assert (sink.connections, sink.received) == (1, [])

    monkeypatch.setenv("AUDIT_SMTP_PORT", "1")
    assert "No message could be sent" in wrong(look())["mail"]


def test_identity_provider_that_does_not_answer_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_OIDC_ISSUER", "http://127.0.0.1:1/tenant")
    monkeypatch.setenv("AUDIT_OIDC_AUDIENCE", "audit")
    assert "Nobody could sign in" in wrong(look())["sign_in"]
