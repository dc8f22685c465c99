"""The words of the command line. Each is a module of its own, read only when its word is said: help answers at once."""

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NoReturn

from rules.errors import RulesError


@dataclass(frozen=True, slots=True)
class Word:
    """One word: the module whose `app` obeys it, and what it does."""

    module: str
    sentence: str


WORDS = {
    "serve": Word("cli.serve", "Start everything on this machine: database, API, scheduler"),
    "api": Word("cli.api", "Serve the API only, in production"),
    "scheduler": Word("cli.scheduler", "Run the scheduler only, in production"),
    "migrate": Word("cli.migrate", "Bring the database up to the newest migration"),
    "schema-check": Word("cli.schema_check", "Compare the migrations with the tables in code"),
    "new-migration": Word("cli.new_migration", "Write the migration from the present one to the tables in code"),
    "openapi": Word("cli.openapi", "Write docs/openapi.json, or --check that it is up to date"),
    "permissions": Word("cli.permissions", "Write docs/permissions.md, or --check that it is up to date"),
    "settings": Word("cli.settings_page", "Write docs/settings.md, or --check that it is up to date"),
    "policy-register": Word("cli.policy_register", "Write docs/policy-register.md, or --check that it is up to date"),
}


def main(words: list[str] | None = None) -> NoReturn:
    """Obey the words. Ends with 0, with 1 and a sentence for what we refuse, with 2 for words not understood."""
    words = sys.argv[1:] if words is None else words
    if not words or words[0] in ("-h", "--help", "help"):
        print(_help())
        sys.exit(0)
    word = WORDS.get(words[0])
    if word is None:
        sys.exit(_not_a_word(words[0]))
    app: Any = import_module(word.module).app
    try:
        app(words[1:], prog_name=f"practice-audit {words[0]}")
    except _sentences() as why:
        print(f"practice-audit {words[0]}: {why}", file=sys.stderr)
        sys.exit(1)
    sys.exit(0)


def _help() -> str:
    width = max(map(len, WORDS)) + 2
    lines = [f"  {name:<{width}}{word.sentence}" for name, word in WORDS.items()]
    return "\n".join(
        ["practice-audit WORD [OPTIONS]", "", *lines, "", "`practice-audit WORD --help` tells more of one word."]
    )


def _not_a_word(said: str) -> int:
    from difflib import get_close_matches

    near = get_close_matches(said, WORDS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    print(f"practice-audit knows no word {said!r}.{hint}\n\n{_help()}", file=sys.stderr)
    return 2


def _sentences() -> tuple[type[Exception], ...]:
    """What any word may end with; some are known only once something that raises them has been read."""
    modules = {"settings": "SettingsError", "db.embedded.errors": "EmbeddedServerError", "pydantic": "ValidationError"}
    return RulesError, *(getattr(sys.modules[name], error) for name, error in modules.items() if name in sys.modules)
