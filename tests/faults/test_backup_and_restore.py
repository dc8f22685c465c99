"""A backup restored elsewhere is the same council, verified, and silent (TARGETS; C4, S5)."""

import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from db.backups import open_backup
from db.embedded import EmbeddedPostgres
from db.session import make_engine
from db.tables.access import SignInSession
from db.tables.audits import Audit
from db.tables.draws import Draw
from db.tables.notices import Notice
from db.tables.organisation import Person
from db.tables.restorations import Restoration
from tests.cli.saying import Said, say
from tests.cli.test_cycle_words import forge
from tests.faults.cycles_to_open import cycles, is_untouched, is_wholly_open, prepare_for, what_is_there
from tests.scheduling import means_on
from tests.small_council import at, found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.draw_verification import verify_draw
from usecases.outbox import deliver_due

OPENING = date(2027, 1, 4)
SHORT, LONG = 2, 60


@pytest.fixture
def council(sessions: sessionmaker[Session], database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open cycle, on the server that DATABASE_URL names."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    with sessions.begin() as session:
        found_council(session, OPENING)
        session.add(SignInSession(token_sha256="0", actor="x", made_at=at(OPENING), expires_at=at(OPENING)))
    with sessions.begin() as session:
        open_cycle(work_on(session, OPENING), "2027-01")


def restore(file: Path, data: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Said:
    """Into a folder with a server of its own."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return say("restore", file, "--data", data, *options)


@contextmanager
def copy_in(data: Path) -> Iterator[Engine]:
    """The restored copy, running."""
    server = EmbeddedPostgres(data, durable=False)
    server.start()
    engine = make_engine(server.url(), name="copy")
    try:
        yield engine
    finally:
        engine.dispose()
        server.stop()


@pytest.mark.usefixtures("council")
def test_a_backup_restored_elsewhere_is_the_same_council_with_its_draw_verified(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "audit.zip"
    made = say("backup", file, "--json")
    assert (made.code, file.stat().st_mode & 0o777) == (0, 0o600)

    done = restore(file, data, monkeypatch, "--json")

    assert (done.code, done.facts["findings"], done.facts["draws_verified"]) == (0, [], 1)
    with copy_in(data) as engine, Session(engine) as session:
        [drawn] = session.scalars(select(Draw.id).where(Draw.state == "issued"))
        assert verify_draw(work_on(session, OPENING), drawn).differences == ()
        assert is_wholly_open_with(session, made.facts["tables"])
        monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
        again = tmp_path / "again.zip"
        assert say("backup", again).code == 0
    assert contents_of(again) == contents_of(file)


def is_wholly_open_with(session: Session, rows: dict[str, int]) -> bool:
    found = what_is_there(session, "2027-01")
    counts = (rows["audits"], rows["deadlines"], rows["notices"], rows["draw_case_outcomes"])
    return counts == (found.audits, found.clocks, found.notices, found.outcomes) and found.state == "open"


def contents_of(file: Path) -> dict[str, list[str]]:
    """Every row of every table, but what a restore itself writes down."""
    own = {"restorations", "trail_heads", "trail_entries", "api_keys"}
    with open_backup(file) as backup:
        tables = [table for table in backup.manifest.tables if table.name not in own]
        return {table.name: sorted(b"".join(backup.pieces(table)).decode().splitlines()) for table in tables}


@pytest.mark.usefixtures("council")
def test_who_was_signed_in_does_not_come_along(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "audit.zip"
    say("backup", file)
    restore(file, data, monkeypatch)
    with copy_in(data) as engine, Session(engine) as session:
        assert session.scalars(select(SignInSession)).all() == []


@pytest.mark.usefixtures("council")
def test_a_restored_copy_sends_nothing_until_somebody_says_that_it_is_the_one(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "audit.zip"
    say("backup", file)
    restore(file, data, monkeypatch)
    with copy_in(data) as engine:
        sessions = sessionmaker(engine, expire_on_commit=False)
        assert delivered(sessions) == 0
        unsent = in_state(sessions, "pending")
        assert unsent > 0

        unsaid = say("resume-sending", "--data", data)
        assert (unsaid.code, delivered(sessions)) == (1, 0)
        assert f"{unsent} messages were owed" in unsaid.err

        assert say("resume-sending", "--owed", "send", "--data", data).code == 0
        assert delivered(sessions) == unsent
        assert "no silent copy" in say("resume-sending", "--data", data).err


@pytest.mark.usefixtures("council")
def test_what_came_along_unsent_can_be_left_to_a_person(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "audit.zip"
    say("backup", file)
    restore(file, data, monkeypatch)
    with copy_in(data) as engine:
        sessions = sessionmaker(engine, expire_on_commit=False)
        unsent = in_state(sessions, "pending")
        resumed = say("resume-sending", "--owed", "park", "--data", data, "--json")
        assert resumed.facts == {"sending": "on", "sent_on": 0, "parked": unsent}
        assert delivered(sessions) == 0
        with Session(engine) as session:
            row = session.scalars(select(Restoration)).one()
            assert (row.owed_messages, row.resumed_by) == ("park", row.restored_by)


@pytest.mark.usefixtures("council")
def test_a_backup_is_restored_into_an_empty_database_that_is_named(
    tmp_path: Path, new_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "audit.zip"
    say("backup", file)
    monkeypatch.setenv("DATABASE_URL", new_database.url.render_as_string(hide_password=False))
    assert say("restore", file, "--json").code == 0
    assert say("restore", file, "--json").refused["code"] == "not_empty"
    with Session(new_database) as session:
        assert what_is_there(session, "2027-01").state == "open"


def test_a_database_of_an_earlier_release_is_backed_up_and_restored_by_this_one(
    tmp_path: Path, data: Path, new_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", new_database.url.render_as_string(hide_password=False))
    say("migrate", "--to", "0001", "--take-back")
    with new_database.begin() as connection:
        connection.execute(text("INSERT INTO people (reference, name) VALUES ('W1', 'Somebody\tElse')"))
    file = tmp_path / "audit.zip"
    assert say("backup", file, "--json").facts["migration"] == "0001"

    done = restore(file, data, monkeypatch, "--json")

    assert (done.code, done.facts["findings"]) == (0, [])
    with copy_in(data) as engine, Session(engine) as session:
        assert session.scalars(select(Person.name)).one() == "Somebody\tElse"
        assert session.scalars(select(Restoration.resumed_at)).one() is None


def test_a_database_without_tables_is_not_backed_up(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    refused = say("backup", tmp_path / "audit.zip", "--data", data, "--json")
    assert (refused.code, refused.refused["code"]) == (1, "nothing_to_back_up")
    assert list(tmp_path.glob("*.zip*")) == []


def delivered(sessions: sessionmaker[Session]) -> int:
    """How many notices have been sent after one run of the outbox."""
    deliver_due(means_on(OPENING, sessions))
    return in_state(sessions, "sent")


def in_state(sessions: sessionmaker[Session], state: str) -> int:
    with sessions() as session:
        return len(session.scalars(select(Notice.id).where(Notice.state == state)).all())


@pytest.mark.usefixtures("council")
def test_nothing_is_ever_overwritten(tmp_path: Path, sessions: sessionmaker[Session]) -> None:
    file = tmp_path / "audit.zip"
    say("backup", file)
    content = file.read_bytes()

    assert "stays as it is" in say("backup", file).err
    refused = say("restore", file, "--json")

    assert (refused.code, refused.refused["code"]) == (1, "not_empty")
    assert file.read_bytes() == content
    with sessions() as session:
        assert session.scalars(select(Restoration)).all() == []


@pytest.mark.usefixtures("council")
@pytest.mark.parametrize("harm", ["cut short", "one byte", "a row more", "no manifest", "no table", "not a zip"])
def test_a_file_that_is_not_what_was_written_restores_nothing(
    harm: str, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "audit.zip"
    say("backup", file)
    spoil(file, harm)

    assert say("restore", file, "--check", "--json").refused["code"] == "broken_backup"
    assert restore(file, data, monkeypatch, "--json").refused["code"] == "broken_backup"
    if data.exists():
        with copy_in(data) as engine, Session(engine) as session:
            assert session.scalars(select(Audit.id)).all() == []


def spoil(file: Path, harm: str) -> None:
    content = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if harm == "cut short":
        file.write_bytes(content[: len(content) // 2])
    elif harm == "not a zip":
        file.write_text("involvements.csv")
    elif harm == "one byte":
        place = content.index(b"tables/audits.copy") + 200
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    else:
        if harm == "no manifest":
            del members["manifest.json"]
        elif harm == "no table":
            del members["tables/audits.copy"]
        else:
            people = members["tables/people.copy"]
            members["tables/people.copy"] = people + people.splitlines(keepends=True)[0]
        with zipfile.ZipFile(file, "w") as archive:
            for name, member in members.items():
                archive.writestr(name, member)


@pytest.mark.parametrize("rounds", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_a_backup_made_while_cycles_open_holds_each_of_them_whole_or_not_at_all(
    rounds: int,
    sessions: sessionmaker[Session],
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with sessions.begin() as session:
        found_council(session, date(2026, 12, 31), practitioners_per_team=6)
    months, opened = [], threading.Event()
    for cycle, _ in zip(cycles(), range(rounds), strict=False):
        months.append(cycle.month)
    opener = threading.Thread(target=open_all, args=(sessions, rounds, opened))
    opener.start()
    files: list[Path] = []
    while not opened.is_set() or not files:
        files.append(tmp_path / f"{len(files)}.zip")
        assert say("backup", files[-1]).code == 0
    opener.join()

    for number, made in enumerate(files[:: max(1, len(files) // (rounds // 10 + 1))]):
        assert holds_each_whole_or_not(made, months, tmp_path / f"copy-{number}", monkeypatch)
    print(f"{len(files)} backups while {rounds} cycles opened; each restored one held every cycle whole or not at all")


def open_all(sessions: sessionmaker[Session], rounds: int, opened: threading.Event) -> None:
    for cycle, _ in zip(cycles(), range(rounds), strict=False):
        prepare_for(sessions, cycle.opens_on)
        with sessions.begin() as session:
            open_cycle(work_on(session, cycle.opens_on), cycle.month)
    opened.set()


def holds_each_whole_or_not(file: Path, months: list[str], data: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    told = restore(file, data, monkeypatch, "--json").facts["findings"]
    # To draw everybody again the test withdraws audits by hand, which is nobody's move: that is told, and nothing else.
    assert {finding["code"] for finding in told} <= {"deadline_of_withdrawn_audit", "draw_differs"}
    with copy_in(data) as engine, Session(engine) as session:
        found = [what_is_there(session, month) for month in months]
    return all(is_untouched(each) or is_wholly_open(each) for each in found)


@pytest.mark.usefixtures("council")
def test_what_is_wrong_in_a_backup_is_told_after_restoring_it(
    tmp_path: Path, data: Path, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        forge(session)
    file = tmp_path / "audit.zip"
    say("backup", file)

    told = restore(file, data, monkeypatch, "--json")

    assert told.code == 1
    assert [finding["code"] for finding in told.facts["findings"]] == ["draw_differs"]
