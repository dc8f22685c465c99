"""The trail's nightly roots as files: one a night, written whole, readable by their owner only."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from integrations.whole_files import write_whole
from usecases.ports import ExportedRoot, RootExists, RootUnreadable

_PATTERN = "trail-root-*.json"
_WHAT = "practice-audit trail root, form 1"


class RootFiles:
    """A folder of roots. What stands in it is never changed: copy it where nobody who runs the service can reach."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, root: ExportedRoot) -> None:
        """Raises RootExists, and OSError when the folder can't be written to."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / root.name
        if not file.exists():
            write_whole(file, _content(root))
        elif _read(file) != root:
            raise RootExists(
                f"{file} holds another root of that night: keep it, and run `practice-audit verify-trail`."
            )

    def kept(self) -> Iterator[ExportedRoot]:
        return (_read(file) for file in sorted(self._folder.glob(_PATTERN)))


def _content(root: ExportedRoot) -> bytes:
    fields = {name: value for name, value in asdict(root).items() if name != "name"}
    told = {"what": _WHAT, **fields, "made_on": root.made_on.isoformat(), "made_at": _as_text(root.made_at)}
    return (json.dumps(told, indent=2) + "\n").encode()


def _as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _read(file: Path) -> ExportedRoot:
    try:
        told: Mapping[str, Any] = json.loads(file.read_bytes())
        return ExportedRoot(
            name=file.name,
            made_on=date.fromisoformat(told["made_on"]),
            made_at=datetime.fromisoformat(told["made_at"]),
            heads=int(told["heads"]),
            previous_hash=str(told["previous_hash"]),
            hash=str(told["hash"]),
        )
    except (ValueError, KeyError, TypeError, OSError) as problem:
        raise RootUnreadable(f"{file} holds no root of the trail ({type(problem).__name__}).") from problem
