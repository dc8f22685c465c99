"""Where the service runs and keeps what it keeps: database, data folder, address."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from settings.addresses import postgresql

HERE = Path(__file__).parents[1]


class OfServer(BaseSettings):
    """The service on its machine."""

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

    @property
    def address(self) -> str:
        """What links in messages begin with."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def mail_folder(self) -> Path:
        """Where `AUDIT_MAIL=file` writes one .eml a message."""
        return self.data / "mail"

    @property
    def token_file(self) -> Path:
        """The local administrator's token, readable by its owner only."""
        return self.data / "token"

    def url_of_database(self) -> str | None:
        """The server's address with its password, or None when the embedded PostgreSQL is meant."""
        if self.database_url is None:
            return None
        url = postgresql(self.database_url.get_secret_value())
        if self.database_password is not None:
            url = url.set(password=self.database_password.get_secret_value())
        return url.render_as_string(hide_password=False)
