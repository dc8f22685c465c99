"""Environment variables as settings are read from them, also out of files, and those that are misspelt."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

PREFIX = "PRACTICE_AUDIT_"
SHARED_PREFIX = "AUDIT_"  # others begin so too: what is near to none of ours is left alone
OUR_BEGINNINGS = ("AUDIT_SMTP_", "AUDIT_OIDC_", "AUDIT_MAIL_", "AUDIT_CASE_SYSTEM")


class SettingsError(ValueError):
    """The environment says something that cannot be; the message names the variable and the way out."""


class SecretFiles(PydanticBaseSettingsSource):
    """`NAME_FILE` names a file that holds the value of `NAME`, so that secrets need not stand in the environment."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = f"{field.validation_alias or PREFIX + field_name.upper()}_FILE"
        path = os.environ.get(variable)
        if path is None:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as why:
            raise SettingsError(f"{variable} names {path}, which cannot be read: {why.strerror}.") from why

    def __call__(self) -> dict[str, Any]:
        _refuse_misspelt(self.settings_cls)
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def _refuse_misspelt(settings_cls: type[BaseSettings]) -> None:
    """A variable that looks like ours and is no setting would be silently without effect."""
    fields = settings_cls.model_fields.items()
    settings = {str(field.validation_alias or PREFIX + name.upper()) for name, field in fields}
    for variable in os.environ:
        name = variable.removesuffix("_FILE")
        if variable in settings or name in settings:
            continue
        near = _meant_by(name, settings)
        if near or name.startswith((PREFIX, *OUR_BEGINNINGS)):
            hint = f" Did you mean {near}?" if near else f" The settings are {', '.join(sorted(settings))}."
            raise SettingsError(f"{variable} is no setting.{hint}")


def _meant_by(name: str, settings: set[str]) -> str | None:
    """The setting that a name with one of our two prefixes is near to, if it is to any."""
    for prefix, cutoff in ((PREFIX, 0.6), (SHARED_PREFIX, 0.8)):
        if name.startswith(prefix):
            rest = {setting.removeprefix(prefix): setting for setting in settings if setting.startswith(prefix)}
            near = get_close_matches(name.removeprefix(prefix), rest, n=1, cutoff=cutoff)
            return rest[near[0]] if near else None
    return None
