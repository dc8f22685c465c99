"""The page of all settings, made from the class."""

from pathlib import Path

from pydantic.fields import FieldInfo

from settings.installation import Settings
from settings.of_server import HERE
from settings.variables import PREFIX


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return str(Settings.model_fields[name].validation_alias or PREFIX + name.upper())


def as_markdown() -> str:
    """The page of all settings, made from the class."""
    rows = [
        f"| `{variable_of(name)}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "What differs between two installations. Each is an environment variable; with `_FILE` behind its name it",
            "names a file that holds the value, which is how secrets are best handed in. Misspelt ones are refused.",
            "What the framework says is no setting: see [the policy register](policy-register.md).",
            "",
            "Made by `./run settings`; do not edit by hand.",
            "",
            "| variable | default | what it is |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return "–"
    if isinstance(field.default, bool):
        return "`true`" if field.default else "`false`"
    return f"`{field.default.relative_to(HERE) if isinstance(field.default, Path) else field.default}`"
