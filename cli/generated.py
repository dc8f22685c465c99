"""Files of the repository that are generated: write them, or tell that they are stale."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def write_or_check(name: str, text: str, *, check: bool, word: str) -> None:
    """Write the file, or with `check` end with 1 and a sentence when it says something else than it should."""
    path = ROOT / name
    present = path.read_text(encoding="utf-8") if path.exists() else None
    if present == text:
        print(f"{name} is up to date.")
    elif check:
        sys.exit(f"{name} is stale: renew it with ./run {word} and commit it.")
    else:
        path.write_text(text, encoding="utf-8")
        print(f"{name} written.")
