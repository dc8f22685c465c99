"""What differs between two installations, read from the environment. Never policy: that is data in rules/policy."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "PRACTICE_AUDIT_"
SHARED_PREFIX = "AUDIT_"  # others begin so too: what is near to none of ours is left alone
OUR_BEGINNINGS = ("AUDIT_SMTP_", "AUDIT_OIDC_", "AUDIT_MAIL_", "AUDIT_CASE_SYSTEM")
HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")
ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


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


class Settings(BaseSettings):
    """One installation. Every variable may also be given as `…_FILE`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True
    )

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="Your PostgreSQL server, 18 or newer; without it the embedded one under the data folder",
    )
    database_password: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_PASSWORD",
        description="The password, if it does not stand in DATABASE_URL",
    )
    database_pool_size: int = Field(
        default=4, ge=1, le=100, description="Connections of one API process, and as many requests at once"
    )
    data: Path = Field(default=HERE / "data", description="Folder of the embedded database, the token and the mail")
    policy: str = Field(
        default="waltham_forest_2023", description="The framework in force: an edition's name, or a folder with one"
    )

    host: str = Field(default="127.0.0.1", description="Address that the API listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that the API listens on; 0 takes a free one")
    local_mode: bool = Field(default=False, description="No identity provider: one administrator, loopback only")
    public_url: str | None = Field(
        default=None,
        validation_alias="AUDIT_PUBLIC_URL",
        description="What links in messages begin with; without it, address and port",
    )
    hosts: str | None = Field(
        default=None,
        validation_alias="AUDIT_HOSTS",
        description="Names it answers to beside that of AUDIT_PUBLIC_URL and this machine's own, with commas",
    )
    proxies: str = Field(
        default="127.0.0.1",
        validation_alias="AUDIT_PROXIES",
        description="Addresses of the proxies in front of it, with commas: only theirs is the word on who asks",
    )
    oidc_issuer: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_ISSUER",
        description="Your identity provider, exactly as its tokens name it in `iss`; without it API keys alone work",
    )
    oidc_audience: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_AUDIENCE",
        description="What its tokens for this service name in `aud`",
    )
    oidc_tenant: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_TENANT",
        description="For Microsoft Entra: your tenant's id, which `tid` must be; people are then known by `oid`",
    )
    oidc_token_version: str = Field(
        default="2.0", validation_alias="AUDIT_OIDC_TOKEN_VERSION", description="For Entra: what `ver` must be"
    )
    oidc_jwks_url: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_JWKS_URL",
        description="Where the provider's keys are; without it as its discovery document says",
    )
    oidc_algorithms: str = Field(
        default="RS256",
        validation_alias="AUDIT_OIDC_ALGORITHMS",
        description="Ways of signing that are accepted, with commas: of " + ", ".join(ASYMMETRIC),
    )
    oidc_roles_claim: str = Field(
        default="roles",
        validation_alias="AUDIT_OIDC_ROLES_CLAIM",
        description="Which claim lists the roles that the provider gives",
    )
    oidc_roles: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_ROLES",
        description='What they mean here, as JSON instead of the names in the guide: `{"Team Lead": "team_manager"}`',
    )
    api_key_days: int = Field(
        default=365, ge=1, le=1826, description="How long an API key works unless it is made for another time; longest"
    )
    refusal_minutes: int = Field(
        default=5, ge=1, le=1440, description="For how long refused API keys of an address are counted together"
    )
    refusals: int = Field(
        default=30, ge=1, description="How many refused API keys an address may send in that time before it has to wait"
    )
    idempotency_days: int = Field(default=7, ge=1, description="How long the answer to an Idempotency-Key is kept")
    idempotency_wait_seconds: float = Field(
        default=5, gt=0, le=60, description="Longest a request waits for another with the same Idempotency-Key"
    )
    draw_seconds: float = Field(default=60, gt=0, description="Longest a draw of POST /v1/rules/draw may take")
    body_mebibytes: int = Field(default=1, ge=1, description="Largest body of a request")
    extract_mebibytes: int = Field(
        default=256, ge=1, description="Largest extract that POST /v1/caseload-imports takes"
    )
    extract_mapping: Path | None = Field(
        default=None,
        description="TOML file that says how your case system's extracts are to be read (docs/guides/extracts.md)",
    )
    sign_in_minutes: int = Field(default=15, ge=1, description="How long a one-time sign-in link works")
    session_hours: int = Field(default=12, ge=1, description="How long a browser stays signed in")
    log_format: Literal["text", "json"] = Field(default="json", description="`text` for people, `json` for a collector")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="`debug`, `info`, `warning` or `error`"
    )
    settle_minutes: int = Field(
        default=2,
        ge=0,
        le=1440,
        description="How long the scheduler leaves a new extract alone, so that whoever loads it can look at it first",
    )

    trail_roots: Path | None = Field(
        default=None,
        description="Folder for the trail's nightly roots, best one that is copied away; without it one below the data "
        "folder",
    )

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
    def _refuse_half_a_connector(self) -> "Settings":
        """Reports go to the council's connector alone, and nobody on the way reads them."""
        if self.case_system == "push" and self.case_system_url is None:
            raise ValueError("AUDIT_CASE_SYSTEM_URL is missing: AUDIT_CASE_SYSTEM=push calls the connector there.")
        if self.case_system_url is not None and not _is_safe(self.case_system_url):
            raise ValueError("AUDIT_CASE_SYSTEM_URL is neither https nor on this machine: reports go over TLS only.")
        if self.case_system_ca_file is not None and not self.case_system_ca_file.is_file():
            raise ValueError(f"AUDIT_CASE_SYSTEM_CA_FILE names {self.case_system_ca_file}, where there is no file.")
        return self

    @model_validator(mode="after")
    def _refuse_half_a_client(self) -> "Settings":
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
        if self.case_system_token_url is not None and not _is_safe(self.case_system_token_url):
            raise ValueError("AUDIT_CASE_SYSTEM_TOKEN_URL is neither https nor on this machine: secrets go over TLS.")
        return self

    @model_validator(mode="after")
    def _refuse_half_a_provider(self) -> "Settings":
        """Tokens checked by half of what they must say would let in whoever the provider knows."""
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            missing = "AUDIT_OIDC_ISSUER" if self.oidc_issuer is None else "AUDIT_OIDC_AUDIENCE"
            raise ValueError(f"{missing} is missing: tokens are checked by issuer and audience together.")
        unsafe = [url for url in (self.oidc_issuer, self.oidc_jwks_url) if url is not None and not _is_safe(url)]
        if unsafe:
            raise ValueError(f"{unsafe[0]} is neither https nor on this machine: take the provider's https address.")
        odd = [name for name in listed(self.oidc_algorithms) if name not in ASYMMETRIC]
        if odd or not listed(self.oidc_algorithms):
            raise ValueError(
                f"AUDIT_OIDC_ALGORITHMS names {', '.join(odd) or 'none'}: choose of {', '.join(ASYMMETRIC)}."
            )
        return self

    @model_validator(mode="after")
    def _refuse_mail_that_could_be_overheard(self) -> "Settings":
        """A password, and where messages go, are sent in the clear to this machine only."""
        is_encrypted = self.smtp_tls or self.smtp_starttls
        if self.smtp_username is not None and not is_encrypted and self.smtp_host not in LOOPBACK:
            raise ValueError(
                "AUDIT_SMTP_USERNAME would be sent in the clear: leave AUDIT_SMTP_STARTTLS on, or set AUDIT_SMTP_TLS."
            )
        if self.smtp_ca_file is not None and not self.smtp_ca_file.is_file():
            raise ValueError(f"AUDIT_SMTP_CA_FILE names {self.smtp_ca_file}, where there is no file.")
        return self

    @property
    def address(self) -> str:
        """What links in messages begin with."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def mail_folder(self) -> Path:
        """Where `AUDIT_MAIL=file` writes one .eml a message."""
        return self.data / "mail"

    @property
    def roots_folder(self) -> Path:
        """Where the trail's nightly roots are written."""
        return self.trail_roots or self.data / "trail-roots"

    @property
    def token_file(self) -> Path:
        """The local administrator's token, readable by its owner only."""
        return self.data / "token"

    def url_of_database(self) -> str | None:
        """The server's address with its password, or None when the embedded PostgreSQL is meant."""
        if self.database_url is None:
            return None
        url = _postgresql(self.database_url.get_secret_value())
        if self.database_password is not None:
            url = url.set(password=self.database_password.get_secret_value())
        return url.render_as_string(hide_password=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls)


def listed(words: str) -> tuple[str, ...]:
    """A setting of several words, with commas between them."""
    return tuple(word.strip() for word in words.split(",") if word.strip())


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _postgresql(address: str) -> URL:
    """The address of a PostgreSQL server, which is not shown where it is none: it may hold a password."""
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or not url.drivername.startswith("postgres"):
        raise SettingsError(
            "DATABASE_URL is no address of a PostgreSQL server: write postgresql://account@host/database."
        ) from None
    return url


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
