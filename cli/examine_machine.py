"""The machine that doctor looks at: Python, libraries, time zones, the disk, what a killed server left behind."""

import platform
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cli.examinations import Examined, note, well, wrong
from db.embedded import address_of_running, server_left_behind
from settings import HERE, Settings

_LEAST_PYTHON = (3, 11)
_LEAST_MEGABYTES, _FEW_MEGABYTES = 500, 2_000
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)(?P<marker> *;)?", re.MULTILINE)


def examine_machine(settings: Settings) -> Iterator[Examined]:
    """Everything that can be told without settings of the council and without a database."""
    yield _python()
    yield _libraries()
    yield _time_zones()
    yield _disk(settings.data)
    yield from _left_behind(settings)


def _python() -> Examined:
    said = f"Python {platform.python_version()}"
    if sys.version_info[:2] < _LEAST_PYTHON:
        return wrong("python", f"{said} is too old.", "Install Python 3.11 or newer, and start ./run with it.")
    return well("python", f"{said} at {sys.executable}")


def _libraries() -> Examined:
    lock = HERE / "requirements.txt"
    if not lock.exists():
        return well("libraries", "Those of the image.")
    locked = [found for found in _LOCKED.finditer(lock.read_text(encoding="utf-8")) if not found["marker"]]
    other = [f"{found['name']} {found['version']}" for found in locked if _installed(found["name"]) != found["version"]]
    if other:
        return wrong(
            "libraries",
            f"{len(other)} libraries are missing or of another version than was tested: {', '.join(other[:5])}.",
            "Delete the folder .venv; ./run sets it up anew.",
        )
    return well("libraries", f"All {len(locked)} as locked in requirements.txt")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _time_zones() -> Examined:
    """Europe/London decides every due date, also in summer."""
    try:
        summer = datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))
    except ZoneInfoNotFoundError:
        summer = None
    if summer is None or summer.utcoffset() != timedelta(hours=1):
        return wrong(
            "time_zones",
            "The time zone Europe/London is not known here, or is wrong.",
            "Install the library tzdata, or the system's package of that name.",
        )
    return well("time_zones", "Europe/London is known, with its summer time")


def _disk(data: Path) -> Examined:
    folder = next(parent for parent in (data, *data.parents) if parent.exists())
    free = shutil.disk_usage(folder).free // 1_000_000
    said = f"{free:,} MB free at {folder}"
    if free < _LEAST_MEGABYTES:
        return wrong("disk", f"{said}: PostgreSQL stops when there is no room.", "Make room, or choose another --data.")
    if free < _FEW_MEGABYTES:
        return note("disk", f"{said}: not much.", "Make room before it runs out.")
    return well("disk", said)


def _left_behind(settings: Settings) -> Iterator[Examined]:
    if settings.database_url is not None:
        return
    unfinished = sorted(settings.data.glob("postgres-unfinished-*"))
    if unfinished:
        yield note(
            "embedded_server",
            f"{len(unfinished)} databases that were never finished lie in {settings.data}.",
            "Delete the folders postgres-unfinished-*; the next database that is made clears them away too.",
        )
    if address_of_running(settings.data) is None and server_left_behind(settings.data):
        yield note(
            "embedded_server",
            f"A PostgreSQL was left running in {settings.data} when its service was killed.",
            "Nothing is lost: the next start in this folder takes it over.",
        )
