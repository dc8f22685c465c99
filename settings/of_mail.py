"""How messages go out."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from settings.addresses import LOOPBACK


class OfMail(BaseSettings):
    """The mail server, or a folder."""

    mail: Literal["file", "smtp"] = Field(
        default="file",
        validation_alias="AUDIT_MAIL",
        description="`file` writes messages below the data folder, `smtp` sends them",
    )
    mail_from: str = Field(
        default="practice-audit@localhost", validation_alias="AUDIT_MAIL_FROM", description="Who messages are from"
    )
    smtp_host: str = Field(default="localhost", validation_alias="AUDIT_SMTP_HOST", description="Your mail server")
    smtp_port: int = Field(default=25, ge=1, le=65535, validation_alias="AUDIT_SMTP_PORT", description="Its port")
    smtp_username: str | None = Field(
        default=None, validation_alias="AUDIT_SMTP_USERNAME", description="Account there, if it asks for one"
    )
    smtp_password: SecretStr | None = Field(
        default=None, validation_alias="AUDIT_SMTP_PASSWORD", description="Password of that account"
    )
    smtp_starttls: bool = Field(
        default=True, validation_alias="AUDIT_SMTP_STARTTLS", description="Refuse to send without encryption"
    )
    smtp_tls: bool = Field(
        default=False,
        validation_alias="AUDIT_SMTP_TLS",
        description="Encrypt from the first byte instead of by STARTTLS, as servers on port 465 want it",
    )
    smtp_ca_file: Path | None = Field(
        default=None,
        validation_alias="AUDIT_SMTP_CA_FILE",
        description="Authorities that may vouch for the mail server, as PEM; without it, those of the machine",
    )
    smtp_seconds: float = Field(
        default=60, gt=0, le=600, validation_alias="AUDIT_SMTP_SECONDS", description="Longest to wait for its answer"
    )

    @model_validator(mode="after")
    def _refuse_mail_that_could_be_overheard(self) -> Self:
        """A password, and where messages go, are sent in the clear to this machine only."""
        is_encrypted = self.smtp_tls or self.smtp_starttls
        if self.smtp_username is not None and not is_encrypted and self.smtp_host not in LOOPBACK:
            raise ValueError(
                "AUDIT_SMTP_USERNAME would be sent in the clear: leave AUDIT_SMTP_STARTTLS on, or set AUDIT_SMTP_TLS."
            )
        if self.smtp_ca_file is not None and not self.smtp_ca_file.is_file():
            raise ValueError(f"AUDIT_SMTP_CA_FILE names {self.smtp_ca_file}, where there is no file.")
        return self
