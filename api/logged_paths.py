"""The path of a request as logs tell it: never with what somebody typed into it.

A name or an address that was put where an id belongs would stand in the log for as long as logs are kept (C3), and a
line break in it could make a line that never was. So ids, months and years stay, of anything else the log names the
parameter alone; what fits no path of ours is not repeated.
"""

import re
from collections.abc import Mapping
from typing import Final

from starlette.types import Scope

NO_SUCH_PATH: Final = "(no such path)"
_TOLD = re.compile(r"[0-9]{4}(-[0-9]{2})?|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def logged_path(scope: Scope) -> str:
    """The path of the route that answered, with what may be told of its parameters."""
    template: str | None = getattr(scope.get("route"), "path", None)
    if template is None:
        return NO_SUCH_PATH
    given: Mapping[str, object] = scope.get("path_params", {})
    for name, value in given.items():
        if _TOLD.fullmatch(str(value)):
            template = template.replace(f"{{{name}}}", str(value))
    return template
