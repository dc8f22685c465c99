"""How reports get on the record in the case system."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from settings.addresses import is_safe


class OfCaseSystem(BaseSettings):
    """By hand, or with the council's connector."""

    case_system: Literal["manual", "push", "pull"] = Field(
        default="manual",
        validation_alias="AUDIT_CASE_SYSTEM",
        description="How reports get on the record: `manual` leaves to-dos, `push` calls your connector, `pull` waits "
        "for it to fetch (docs/guides/case-system.md)",
    )
    case_system_url: str | None = Field(
        default=None, validation_alias="AUDIT_CASE_SYSTEM_URL", description="For `push`: where your connector is"
    )
    case_system_key: SecretStr | None = Field(
        default=None,
        validation_alias="AUDIT_CASE_SYSTEM_KEY",
        description="For `push`: what it knows us by, sent as bearer token, where no token endpoint is set",
    )
    case_system_token_url: str | None = Field(
        default=None,
        validation_alias="AUDIT_CASE_SYSTEM_TOKEN_URL",
        description="For `push` by OAuth2 client credentials: where tokens are given, such as Entra's "
        "`https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`",
    )
    case_system_client_id: str | None = Field(
        default=None, validation_alias="AUDIT_CASE_SYSTEM_CLIENT_ID", description="Who asks for the token"
    )
    case_system_client_secret: SecretStr | None = Field(
        default=None,
        validation_alias="AUDIT_CASE_SYSTEM_CLIENT_SECRET",
        description="That client's secret; sent to the token endpoint only",
    )
    case_system_scope: str | None = Field(
        default=None,
        validation_alias="AUDIT_CASE_SYSTEM_SCOPE",
        description="What the token is for, where the endpoint asks for it, such as `api://<connector>/.default`",
    )
    case_system_ca_file: Path | None = Field(
        default=None,
        validation_alias="AUDIT_CASE_SYSTEM_CA_FILE",
        description="Authorities that may vouch for the connector, as PEM; without it, those of the machine",
    )
    case_system_seconds: float = Field(
        default=30,
        gt=0,
        le=120,
        validation_alias="AUDIT_CASE_SYSTEM_SECONDS",
        description="Longest to wait for its answer; what comes later is asked for as a receipt",
    )

    @model_validator(mode="after")
    def _refuse_half_a_connector(self) -> Self:
        """Reports go to the council's connector alone, and nobody on the way reads them."""
        if self.case_system == "push" and self.case_system_url is None:
            raise ValueError("AUDIT_CASE_SYSTEM_URL is missing: AUDIT_CASE_SYSTEM=push calls the connector there.")
        if self.case_system_url is not None and not is_safe(self.case_system_url):
            raise ValueError("AUDIT_CASE_SYSTEM_URL is neither https nor on this machine: reports go over TLS only.")
        if self.case_system_ca_file is not None and not self.case_system_ca_file.is_file():
            raise ValueError(f"AUDIT_CASE_SYSTEM_CA_FILE names {self.case_system_ca_file}, where there is no file.")
        return self

    @model_validator(mode="after")
    def _refuse_half_a_client(self) -> Self:
        """A connector that is called without what it knows us by would refuse everything that is owed."""
        client = {
            "AUDIT_CASE_SYSTEM_TOKEN_URL": self.case_system_token_url,
            "AUDIT_CASE_SYSTEM_CLIENT_ID": self.case_system_client_id,
            "AUDIT_CASE_SYSTEM_CLIENT_SECRET": self.case_system_client_secret,
        }
        given = [name for name, value in client.items() if value is not None]
        missing = [name for name in client if name not in given]
        if given and missing:
            raise ValueError(f"{' and '.join(missing)} missing: a token is asked for with all of {', '.join(client)}.")
        if self.case_system_scope is not None and missing:
            raise ValueError(f"AUDIT_CASE_SYSTEM_SCOPE is without effect: it goes with {', '.join(client)}.")
        if given and self.case_system_key is not None:
            raise ValueError("AUDIT_CASE_SYSTEM_KEY and AUDIT_CASE_SYSTEM_TOKEN_URL are two ways: set one of them.")
        if self.case_system_token_url is not None and not is_safe(self.case_system_token_url):
            raise ValueError("AUDIT_CASE_SYSTEM_TOKEN_URL is neither https nor on this machine: secrets go over TLS.")
        return self
