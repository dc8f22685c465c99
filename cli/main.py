"""The words of the command line. Each is a module of its own, read only when its word is said: help answers at once."""

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NoReturn

from cli.refusals import expected_errors, tell


@dataclass(frozen=True, slots=True)
class Word:
    """One word: the module whose `app` obeys it, and what it does."""

    module: str
    sentence: str
    group: str


_START, _MONTH, _LOOK, _KEYS, _KEEP = "Start", "Run a cycle", "Look things up", "Keys for machines", "Keep it safe"
_BUILD = "For those who change the product"

WORDS = {
    "serve": Word("cli.serve", "Start everything on this machine: database, API, scheduler", _START),
    "api": Word("cli.api", "Serve the API only, in production", _START),
    "scheduler": Word("cli.scheduler", "Run the scheduler only, in production", _START),
    "migrate": Word("cli.migrate", "Bring the database up to the newest migration, or say what that would do", _START),
    "simulate": Word("cli.simulate", "Play a year by the rules alone, and say how many auditors it takes", _LOOK),
    "import": Word("cli.import_files", "Load an extract of the case system", _MONTH),
    "open-cycle": Word("cli.open_cycle", "Open a cycle: draw, allocate, tell everybody", _MONTH),
    "close-cycle": Word("cli.close_cycle", "Close a cycle, with its figures as they stand", _MONTH),
    "doctor": Word("cli.doctor", "Say what is wrong with this installation, and the way out", _LOOK),
    "replay-draw": Word("cli.replay_draw", "Draw again from frame and seed, and say what differs", _LOOK),
    "policy": Word("cli.policy", "Show, search, compare and check what the framework says", _LOOK),
    "create-key": Word("cli.create_key", "Make an API key for a machine; it is shown once", _KEYS),
    "list-keys": Word("cli.list_keys", "List the API keys, never their secrets", _KEYS),
    "revoke-key": Word("cli.revoke_key", "End an API key at once", _KEYS),
    "backup": Word("cli.backup", "Write a backup of the whole database into one file", _KEEP),
    "restore": Word("cli.restore", "Restore a backup into an empty database, and verify it", _KEEP),
    "resume-sending": Word("cli.resume_sending", "Say that a restored copy is the one to go on with", _KEEP),
    "schema-check": Word("cli.schema_check", "Compare the migrations with the tables in code", _BUILD),
    "new-migration": Word(
        "cli.new_migration", "Write the migration from the present one to the tables in code", _BUILD
    ),
    "openapi": Word("cli.openapi", "Write docs/openapi.json, or --check that it is up to date", _BUILD),
    "permissions": Word("cli.permissions", "Write docs/permissions.md, or --check that it is up to date", _BUILD),
    "settings": Word("cli.settings_page", "Write docs/settings.md, or --check that it is up to date", _BUILD),
    "simulation-guide": Word(
        "cli.simulation_guide", "Write the example of docs/guides/simulating-a-year.md, or --check it", _BUILD
    ),
    "policy-register": Word(
        "cli.policy_register", "Write docs/policy-register.md, or --check that it is up to date", _BUILD
    ),
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
    except expected_errors() as why:
        tell(words[0], why, as_json="--json" in words)
        sys.exit(1)
    sys.exit(0)


def _help() -> str:
    width = max(map(len, WORDS)) + 2
    lines = ["practice-audit WORD [OPTIONS]"]
    for group in dict.fromkeys(word.group for word in WORDS.values()):
        lines += ["", group]
        lines += [f"  {name:<{width}}{word.sentence}" for name, word in WORDS.items() if word.group == group]
    return "\n".join([*lines, "", "`practice-audit WORD --help` tells more of one word, with examples."])


def _not_a_word(said: str) -> int:
    from difflib import get_close_matches

    near = get_close_matches(said, WORDS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    print(f"practice-audit knows no word {said!r}.{hint}\n\n{_help()}", file=sys.stderr)
    return 2
