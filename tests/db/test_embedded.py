"""The embedded PostgreSQL: started, kept, taken over, stopped, as root and as anybody."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from db.embedded import EmbeddedPostgres, EmbeddedServerError, address_of_running
from db.embedded.processes import ServerProcess

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
START_AND_WAIT = """
import sys, time
from pathlib import Path
from db.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print("started", flush=True)
time.sleep(60)
"""


@contextmanager
def started(data: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(data, durable=False)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def run_sql(server: EmbeddedPostgres, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(server.url())
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def pid_of(server: EmbeddedPostgres) -> int:
    return int((server.cluster / "postmaster.pid").read_text().splitlines()[0])


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


@contextmanager
def left_behind_by_a_killed_owner(data: Path) -> Iterator[int]:
    """A server whose owner was killed with -9; gives its process id."""
    owner = subprocess.Popen([sys.executable, "-c", START_AND_WAIT, str(data)], cwd=ROOT, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    with owner.stdout as words:
        assert words.readline() == b"started\n"
    pid = int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    owner.kill()
    owner.wait()
    try:
        yield pid
    finally:
        if (data / "postgres" / "postmaster.pid").exists():
            os.kill(pid, signal.SIGQUIT)


def test_what_was_saved_is_there_after_a_restart(data: Path) -> None:
    with started(data) as server:
        run_sql(server, "CREATE TABLE kept AS SELECT 7 AS number")
    with started(data) as server:
        assert run_sql(server, "SELECT number FROM kept") == [(7,)]


def test_the_product_s_role_is_no_superuser(data: Path) -> None:
    with started(data) as server:
        assert run_sql(server, "SELECT usesuper FROM pg_user WHERE usename = current_user") == [(False,)]


def test_stopping_leaves_no_process_and_no_socket(data: Path) -> None:
    with started(data) as server:
        pid = pid_of(server)
        socket_folder = Path(server.url().rpartition("host=")[2])
        assert mode_of(socket_folder) == 0o700
    assert not socket_folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_second_owner_of_a_folder_is_refused_and_told_who_has_it(data: Path) -> None:
    with started(data), pytest.raises(EmbeddedServerError, match=rf"in use by another .*process {os.getpid()}"):
        EmbeddedPostgres(data, durable=False).start()


def test_two_folders_run_beside_each_other(tmp_path: Path) -> None:
    with started(tmp_path / "one") as one, started(tmp_path / "two") as two:
        run_sql(one, "CREATE TABLE only_here AS SELECT 1")
        assert run_sql(two, "SELECT to_regclass('only_here')") == [(None,)]


def test_server_left_by_a_killed_owner_is_taken_over_and_stopped(data: Path) -> None:
    with left_behind_by_a_killed_owner(data) as pid:
        with started(data) as server:
            assert pid_of(server) == pid
            assert run_sql(server, "SELECT 1") == [(1,)]
        assert not (data / "postgres" / "postmaster.pid").exists()


def test_server_left_behind_that_does_not_answer_is_replaced(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with left_behind_by_a_killed_owner(data) as pid:
        note = data / "postgres" / "postmaster.pid"
        socket_folder = Path(note.read_text().splitlines()[4])
        (socket_folder / ".s.PGSQL.5432").unlink()  # as a cleaner of old temporary files would
        monkeypatch.setattr("db.embedded.server.SECONDS_FOR_A_SERVER_LEFT_BEHIND", 0.2)
        with started(data) as server:
            assert pid_of(server) != pid
            assert run_sql(server, "SELECT 1") == [(1,)]


def test_note_of_a_process_that_is_no_server_does_not_hinder(data: Path) -> None:
    with started(data) as server:
        note = server.cluster / "postmaster.pid"
        words = note.read_text().splitlines()
    note.write_text("\n".join([str(os.getppid()), *words[1:]]) + "\n")
    if IS_ROOT:
        os.chown(note, *((data / "postgres").stat().st_uid, (data / "postgres").stat().st_gid))
    with started(data) as server:
        assert run_sql(server, "SELECT 1") == [(1,)]


def test_server_that_ends_by_itself_is_started_again(data: Path) -> None:
    with started(data) as server:
        server.keep_running()
        before = pid_of(server)
        os.kill(before, signal.SIGQUIT)
        url = server.url().replace("+psycopg", "")
        assert _answers_within(url, seconds=10)
        assert server.url().replace("+psycopg", "") == url
        assert pid_of(server) != before


def test_server_whose_first_new_start_fails_is_found_where_it_was(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with started(data) as server:
        url = server.url().replace("+psycopg", "")
        wait, failed = EmbeddedPostgres._wait_until_it_answers, threading.Event()

        def fail_once(itself: EmbeddedPostgres, process: ServerProcess, patience: float) -> None:
            if failed.is_set():
                return wait(itself, process, patience)
            failed.set()
            raise EmbeddedServerError("The disk is full.")

        monkeypatch.setattr(EmbeddedPostgres, "_wait_until_it_answers", fail_once)
        server.keep_running()
        os.kill(pid_of(server), signal.SIGQUIT)

        assert failed.wait(10)
        assert _answers_within(url, seconds=20)
        assert server.url().replace("+psycopg", "") == url


def test_folder_of_the_socket_that_a_cleaner_took_is_made_again(data: Path) -> None:
    with started(data) as server:
        server.keep_running()
        url = server.url().replace("+psycopg", "")
        shutil.rmtree((server.cluster / "postmaster.pid").read_text().splitlines()[4])
        os.kill(pid_of(server), signal.SIGQUIT)

        assert _answers_within(url, seconds=20)


def test_address_is_known_to_others_while_it_runs(data: Path) -> None:
    assert address_of_running(data) is None
    with started(data) as server:
        assert address_of_running(data) == server.url()
    assert address_of_running(data) is None


def test_folder_with_a_long_name_is_no_hindrance(tmp_path: Path) -> None:
    with started(tmp_path / ("long-" * 30)) as server:
        assert run_sql(server, "SELECT 1") == [(1,)]


def test_unfinished_beginning_is_swept_away(data: Path) -> None:
    (data / "postgres-unfinished-abc").mkdir(parents=True)
    with started(data):
        assert not list(data.glob("postgres-unfinished-*"))


def test_server_that_cannot_start_says_why(data: Path) -> None:
    with started(data) as server:
        version = server.cluster / "PG_VERSION"
    version.write_text("11\n")
    with pytest.raises(EmbeddedServerError, match="initialized by PostgreSQL version 11"):
        server.start()


@pytest.mark.skipif(not IS_ROOT, reason="only root lends another account")
def test_for_root_only_the_folder_itself_is_opened_and_none_above(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir(mode=0o700)
    data = above / "data"
    before = mode_of(above), mode_of(tmp_path)
    with started(data) as server:
        assert run_sql(server, "SELECT 1") == [(1,)]
        assert mode_of(data) == 0o711
        assert server.cluster.stat().st_uid != 0
    assert (mode_of(above), mode_of(tmp_path)) == before


@pytest.mark.skipif(IS_ROOT, reason="root lends another account, which must get in")
def test_for_an_ordinary_user_the_folder_stays_closed(data: Path) -> None:
    with started(data) as server:
        assert mode_of(data) == 0o700
        assert server.cluster.stat().st_uid == os.geteuid()


def _answers_within(url: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=1).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False
