"""`python -m samples --as-of 2026-09-01 --into FOLDER` writes the sample council's files for that day."""

import argparse
import sys
from datetime import date
from pathlib import Path

from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from samples.council import SEED, make_council
from samples.extracts import files_of

# The day for which the copy in samples/files was made.
CHECKED_IN_AS_OF = date(2026, 9, 1)
CHECKED_IN_FILES = Path(__file__).parent / "files"

_LINE_END = b"\n"


def main() -> None:
    """Write the files and say what they are."""
    parser = argparse.ArgumentParser(prog="python -m samples", description=__doc__)
    parser.add_argument("--as-of", type=date.fromisoformat, default=CHECKED_IN_AS_OF)
    parser.add_argument("--into", type=Path, default=CHECKED_IN_FILES)
    parser.add_argument("--seed", default=SEED)
    asked = parser.parse_args()
    policy = load_edition()
    council = make_council(asked.as_of, policy, WorkingDayCalendar.of_policy(policy.calendar), asked.seed)
    asked.into.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(council).items():
        (asked.into / name).write_bytes(content)
        sys.stdout.write(f"{asked.into / name}: {content.count(_LINE_END) - 1} rows\n")


if __name__ == "__main__":
    main()
