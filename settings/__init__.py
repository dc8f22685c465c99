"""What differs between two installations, read from the environment. Never policy: that is data in rules/policy."""

from settings.addresses import LOOPBACK
from settings.installation import Settings
from settings.of_server import HERE
from settings.of_sign_in import listed
from settings.pages import as_markdown, variable_of
from settings.variables import PREFIX, SettingsError

__all__ = ("HERE", "LOOPBACK", "PREFIX", "Settings", "SettingsError", "as_markdown", "listed", "variable_of")
