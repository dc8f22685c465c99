"""All settings of one installation."""

from pathlib import Path

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from settings.of_case_system import OfCaseSystem
from settings.of_mail import OfMail
from settings.of_requests import OfRequests
from settings.of_server import OfServer
from settings.of_sign_in import OfSignIn
from settings.variables import PREFIX, SecretFiles


# The last of its parents stands first on the page.
class Settings(OfCaseSystem, OfMail, OfRequests, OfSignIn, OfServer):
    """One installation. Every variable may also be given as `…_FILE`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True
    )

    @property
    def roots_folder(self) -> Path:
        """Where the trail's nightly roots are written."""
        return self.trail_roots or self.data / "trail-roots"

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
