"""`./run check`: everything that can be told without running the product. Each step is named and timed."""

import os
import subprocess
import sys
import time
from pathlib import Path

PROGRAMS = Path(sys.executable).parent
CLI = [sys.executable, "-P", "-m", "cli"]

STEPS = {
    "format": [str(PROGRAMS / "ruff"), "format", "--check", "--quiet", "."],
    "lint": [str(PROGRAMS / "ruff"), "check", "--quiet", "."],
    "types": [str(PROGRAMS / "mypy")],
    "import contracts": [str(PROGRAMS / "lint-imports"), "--no-logo"],
    "migrations": [*CLI, "schema-check"],
    "OpenAPI file": [*CLI, "openapi", "--check"],
    "permissions table": [*CLI, "permissions", "--check"],
    "settings": [*CLI, "settings", "--check"],
    "words": [*CLI, "command-line", "--check"],
    "policy register": [*CLI, "policy-register", "--check"],
}


def main(only: list[str]) -> int:
    """Run the steps, or those named; 0 when all hold. What a step said is shown when it fails."""
    unknown = [name for name in only if name not in STEPS]
    if unknown:
        print(f"No such step: {unknown[0]!r}. Steps: {', '.join(map(repr, STEPS))}.")
        return 2
    failed = [name for name in only or STEPS if not holds(name)]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks hold.")
    return 1 if failed else 0


def holds(name: str) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        STEPS[name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_environment(), check=False
    )
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name:<18}{time.monotonic() - began:6.1f} s", flush=True)
    if done.returncode != 0:
        print(done.stdout.rstrip(), flush=True)
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """The steps look at the repository, not at an installation that this shell happens to name."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PRACTICE_AUDIT_", "DATABASE_"))}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
