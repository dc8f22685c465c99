"""`python -m rules "5 working days"`: where the framework says that, and whether its text does or we do."""

import argparse
import sys

from rules.errors import PolicyError
from rules.policy.load import DEFAULT_EDITION, load_edition
from rules.policy.register import as_lines, entries_about


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m rules", description=__doc__)
    parser.add_argument("words", nargs="*", help="what to look for; nothing lists the whole register")
    parser.add_argument("--edition", default=DEFAULT_EDITION, help="an edition's name or folder")
    asked = parser.parse_args(arguments)
    try:
        policy = load_edition(asked.edition)
    except PolicyError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    words = " ".join(asked.words)
    found = entries_about(policy, words) if words else list(policy.entries)
    for line in as_lines(found):
        sys.stdout.write(f"{line}\n")
    if not found:
        sys.stderr.write(f"Nothing in edition {policy.edition.id} speaks of {words!r}.\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
