"""Start, take over, watch and stop the embedded server."""

import logging
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from db.embedded import folders, processes
from db.embedded.accounts import Account, account_for
from db.embedded.binaries import programs_for
from db.embedded.errors import EmbeddedServerError
from db.embedded.processes import ServerProcess

DATABASE = "practice_audit"
SUPERUSER = "postgres"
SECONDS_FOR_RECOVERY = 600
SECONDS_FOR_A_SERVER_LEFT_BEHIND = 10
SECONDS_BETWEEN_LOOKS = 0.5
LARGEST_LOG_BYTES = 10_000_000

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "log_checkpoints": "off",
    # After a crash one call brings all to the disk instead of one for each file: seconds on a busy machine.
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
}
SETTINGS_WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

log = logging.getLogger("practice_audit.database")


class EmbeddedPostgres:
    """One PostgreSQL whose data lie in `data`; `durable=False` trades safety for speed, for tests only."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data.absolute()
        self.cluster = self.data / "postgres"
        self._settings = SETTINGS | ({} if durable else SETTINGS_WITHOUT_DURABILITY)
        self._durable = durable
        self._hold: IO[str] | None = None
        self._server: ServerProcess | None = None
        self._stopping = threading.Event()
        self._one_at_a_time = threading.Lock()

    def start(self) -> None:
        """Make the data if there are none, take over a server left running, else start one; return when it answers."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._hold = folders.take_hold_of(self.data)
        self._stopping.clear()
        try:
            self._server = self._started()
            self._make_database()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server, the clean way first, and leave no process and no socket behind."""
        self._stopping.set()
        with self._one_at_a_time:
            if self._server is not None:
                self._server.stop()
                folders.remove_socket_folder(self._server.socket_folder)
                self._server = None
        if self._hold is not None:
            self._hold.close()
            self._hold = None

    def url(self, database: str = DATABASE, user: str = DATABASE) -> str:
        """The address for SQLAlchemy."""
        return url_by_socket(self._running().socket_folder, database, user)

    def keep_running(self) -> None:
        """From now on start the server again whenever it ends by itself, for instance on a full disk."""
        threading.Thread(target=self._watch, name="postgres-watch", daemon=True).start()

    def _watch(self) -> None:
        while not self._stopping.wait(SECONDS_BETWEEN_LOOKS):
            with self._one_at_a_time:
                if self._stopping.is_set() or self._server is None or self._server.is_alive():
                    continue
                log.warning("PostgreSQL ended by itself and is started again; its own words: %s", self._log_file)
                try:
                    self._server = self._started(self._server.socket_folder)
                except EmbeddedServerError as why:
                    log.error("PostgreSQL could not be started again, which is tried on: %s", why)  # noqa: TRY400

    # --- the steps of a start -------------------------------------------------------------------------------------

    def _started(self, socket_folder: Path | None = None) -> ServerProcess:
        account = account_for(self.cluster)
        way_in = folders.WayIn(account, self.data)
        try:
            self._make_cluster(account, way_in)
            return self._taken_over(socket_folder) or self._launched(account, way_in, socket_folder)
        finally:
            way_in.close()

    def _make_cluster(self, account: Account, way_in: folders.WayIn) -> None:
        if self.cluster.exists():
            return
        for unfinished in self.data.glob("postgres-unfinished-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="postgres-unfinished-", dir=self.data))
        account.give(folder)
        command = [str(programs_for(account) / "initdb"), "-D", str(way_in.path / folder.name), "-U", SUPERUSER]
        # "trust" is safe because the folder of the socket lets nobody else in; there is no network address.
        command += ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        command += ["--no-instructions"] + ([] if self._durable else ["--no-sync"])
        failure = processes.failure_of(command, **account.run_as(), pass_fds=way_in.inherit())
        if failure is not None:
            shutil.rmtree(folder, ignore_errors=True)
            raise EmbeddedServerError(f"The database in {self.data} could not be made: {failure}")
        folder.rename(self.cluster)

    def _taken_over(self, keep: Path | None) -> ServerProcess | None:
        left = processes.left_behind(self.cluster)
        if left is None:
            self._forget_dead_server(keep)
            return None
        try:
            self._wait_until_it_answers(left, SECONDS_FOR_A_SERVER_LEFT_BEHIND)
        except EmbeddedServerError:
            log.warning("A PostgreSQL left running (process %d) does not answer and is stopped", left.pid)
            left.stop()
            folders.remove_socket_folder(left.socket_folder)
            return None
        log.info("Took over the PostgreSQL that was left running (process %d)", left.pid)
        return left

    def _forget_dead_server(self, keep: Path | None) -> None:
        """Its number may belong to another process by now, for which PostgreSQL would refuse to start."""
        note = self.cluster / "postmaster.pid"
        if note.exists():
            fifth = note.read_text().splitlines()[4:5]
            for folder in (Path(line) for line in fifth if Path(line) != keep):
                folders.remove_socket_folder(folder)
            note.unlink()

    def _launched(self, account: Account, way_in: folders.WayIn, keep: Path | None) -> ServerProcess:
        socket_folder = folders.make_socket_folder(account, keep)
        command = [str(programs_for(account) / "postgres"), "-D", str(way_in.path / self.cluster.name)]
        for name, value in (self._settings | {"unix_socket_directories": str(socket_folder)}).items():
            command += ["-c", f"{name}={value}"]
        with self._open_log() as log_file:
            child = subprocess.Popen(
                command,
                **account.run_as(),
                pass_fds=way_in.inherit(),
                stdout=log_file,
                stderr=log_file,
                start_new_session=True,
            )
        server = ServerProcess(child.pid, socket_folder, child)
        try:
            self._wait_until_it_answers(server, SECONDS_FOR_RECOVERY)
        except BaseException:
            server.stop()
            if keep is None:  # else the next try needs it: the service looks for the server there
                folders.remove_socket_folder(socket_folder)
            raise
        return server

    def _wait_until_it_answers(self, server: ServerProcess, patience: float) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not self._stopping.is_set():
            try:
                psycopg.connect(_to_server(server.socket_folder, SUPERUSER), connect_timeout=5).close()
            except psycopg.OperationalError:
                if not server.is_alive():
                    raise EmbeddedServerError(f"PostgreSQL did not start:\n{self._last_words()}") from None
                time.sleep(0.02)
            else:
                return
        raise EmbeddedServerError(f"PostgreSQL does not answer after {patience:.0f} s:\n{self._last_words()}")

    def _make_database(self) -> None:
        """The product's own role is no superuser, as in production."""
        socket_folder = self._running().socket_folder
        with psycopg.connect(_to_server(socket_folder, SUPERUSER), autocommit=True) as connection:
            name = sql.Identifier(DATABASE)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    # --- small things -----------------------------------------------------------------------------------------------

    def _running(self) -> ServerProcess:
        if self._server is None:
            raise EmbeddedServerError(f"The embedded PostgreSQL in {self.data} is not running.")
        return self._server

    @property
    def _log_file(self) -> Path:
        return self.data / "postgres.log"

    def _open_log(self) -> IO[bytes]:
        if self._log_file.exists() and self._log_file.stat().st_size > LARGEST_LOG_BYTES:
            self._log_file.replace(self._log_file.with_suffix(".log.1"))
        return self._log_file.open("ab")

    def _last_words(self) -> str:
        if not self._log_file.exists():
            return "(it left no log)"
        return "\n".join(self._log_file.read_text(errors="replace").splitlines()[-12:])


def address_of_running(data: Path) -> str | None:
    """The address of the embedded server that another Practice Audit runs in this folder now, if one does."""
    if not data.exists() or not folders.is_held(data):
        return None
    left = processes.left_behind(data / "postgres")
    return None if left is None else url_by_socket(left.socket_folder)


def server_left_behind(data: Path) -> bool:
    """Whether a server runs on this folder's data, whoever started it."""
    return processes.left_behind(data / "postgres") is not None


def url_by_socket(socket_folder: Path, database: str = DATABASE, user: str = DATABASE) -> str:
    return f"postgresql+psycopg://{user}@/{database}?host={socket_folder}"


def _to_server(socket_folder: Path, database: str) -> str:
    return psycopg.conninfo.make_conninfo(host=str(socket_folder), user=SUPERUSER, dbname=database)
