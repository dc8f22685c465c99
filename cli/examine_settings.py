"""The settings that doctor looks at: who can read the secrets, and what would surprise people."""

import os
from collections.abc import Iterator
from pathlib import Path

from cli.examinations import Examined, note, well, wrong
from settings import LOOPBACK, Settings

_OTHERS = 0o077
_SECRETS_OF_CONTAINERS = Path("/run/secrets")  # there the container is the wall
_SECRET_WORDS = ("PASSWORD", "SECRET", "DATABASE_URL", "AUDIT_CASE_SYSTEM_KEY")


def examine_settings(settings: Settings) -> Iterator[Examined]:
    """What can be told of settings that were read and are none of the misspelt ones."""
    yield well("settings", "Read, and none is misspelt")
    yield from _secrets()
    if settings.token_file.exists() and settings.token_file.stat().st_mode & _OTHERS:
        yield wrong("secrets", f"{settings.token_file} can be read by others.", f"chmod 600 {settings.token_file}")
    if settings.database_url is not None:
        yield from _of_a_real_installation(settings)


def _secrets() -> Iterator[Examined]:
    for variable, value in sorted(os.environ.items()):
        if variable.endswith("_FILE") and any(word in variable for word in _SECRET_WORDS):
            path = Path(value)
            shielded = path.resolve().is_relative_to(_SECRETS_OF_CONTAINERS)
            if not shielded and path.exists() and path.stat().st_mode & _OTHERS:
                yield wrong("secrets", f"{path}, which {variable} names, can be read by others.", f"chmod 600 {path}")
        elif variable in ("DATABASE_PASSWORD", "AUDIT_SMTP_PASSWORD", "AUDIT_CASE_SYSTEM_KEY"):
            yield note(
                "secrets",
                f"{variable} stands in the environment, which other programs of this account can read.",
                f"Write it to a file of mode 0600 and name that with {variable}_FILE.",
            )


def _of_a_real_installation(settings: Settings) -> Iterator[Examined]:
    if settings.public_url is None and settings.host in LOOPBACK:
        yield note(
            "settings",
            f"Links in messages begin with {settings.address}, which nobody else can open.",
            "Set AUDIT_PUBLIC_URL to the address that people use.",
        )
    if settings.mail == "file":
        yield note(
            "mail",
            f"Messages are written into {settings.mail_folder} and reach nobody.",
            "Set AUDIT_MAIL=smtp and AUDIT_SMTP_HOST when people are to be told.",
        )
