"""The words of the command line: which module obeys each, and what it does. Nothing else is read to answer help."""

from dataclasses import dataclass


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
    "check-mapping": Word("cli.check_mapping", "Say what a mapping makes of an extract; nothing is loaded", _MONTH),
    "open-cycle": Word("cli.open_cycle", "Open a cycle: draw, allocate, tell everybody", _MONTH),
    "close-cycle": Word("cli.close_cycle", "Close a cycle, with its figures as they stand", _MONTH),
    "read-bounce": Word("cli.read_bounce", "Note which messages came back, from a delivery report", _MONTH),
    "doctor": Word("cli.doctor", "Say what is wrong with this installation, and the way out", _LOOK),
    "replay-draw": Word("cli.replay_draw", "Draw again from frame and seed, and say what differs", _LOOK),
    "verify-trail": Word("cli.verify_trail", "Check that the trail is as it was written", _LOOK),
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
    "command-line": Word(
        "cli.command_line", "Write docs/guides/command-line.md, or --check that it is up to date", _BUILD
    ),
    "settings": Word("cli.settings_page", "Write docs/settings.md, or --check that it is up to date", _BUILD),
    "simulation-guide": Word(
        "cli.simulation_guide", "Write the example of docs/guides/simulating-a-year.md, or --check it", _BUILD
    ),
    "policy-register": Word(
        "cli.policy_register", "Write docs/policy-register.md, or --check that it is up to date", _BUILD
    ),
}
