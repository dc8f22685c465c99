"""The audit tools that come with an edition: one TOML file each in its folder `audit_tools`, read when asked for."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from rules.audit_tools import ToolVersion
from rules.errors import PolicyError
from rules.policy.values import Where, build_fields

AUDIT_TOOLS = "audit_tools"
_FIRST = 1


class AuditToolFiles(Mapping[str, ToolVersion]):
    """The tools of an edition by their ids, the names of their files. Each file is read once, when asked for.

    Raises PolicyError naming file, key and what is allowed for one that cannot be used.
    """

    def __init__(self, edition_folder: Path) -> None:
        self._folder = edition_folder / AUDIT_TOOLS
        self._read: dict[str, ToolVersion] = {}

    def __getitem__(self, tool: str) -> ToolVersion:
        if tool not in self._read:
            if tool not in self._names():
                raise KeyError(tool)
            self._read[tool] = _tool_in(self._folder / f"{tool}.toml")
        return self._read[tool]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _names(self) -> list[str]:
        return sorted(file.stem for file in self._folder.glob("*.toml"))


def _tool_in(file: Path) -> ToolVersion:
    """The file's tool; each version of it that the council makes counts on from the first."""
    where = Where(file)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise PolicyError(f"{file.name} is not UTF-8 text (byte {error.start}): save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{file.name} is not valid TOML: {error}.") from None
    for key in ("tool", "version"):
        if key in table:
            raise where.error(f"has the unknown key {key!r}: the file's name is the tool's id, and it has no number")
    built = build_fields(ToolVersion, {"tool": file.stem, "version": _FIRST, **table}, where)
    assert isinstance(built, ToolVersion)
    return built
