"""A council written down in a file, to play a year with: JSON of the shape of `POST /v1/rules/draw`."""

import json
from datetime import date
from pathlib import Path

from cli.refusals import WordRefused
from rules.canonical_frames import ROWS, frame_from_text
from rules.errors import InvalidFacts
from rules.frame_checks import problems_in
from rules.policy.shape import Policy
from rules.programme import month_of
from rules.sampling_frames import SamplingFrame


def council_of(path: Path, policy: Policy, year: int) -> SamplingFrame:
    """The council of a file; lists left out are empty, and without a `cycle` it begins a year before the one played.

    Raises WordRefused for a file that is none, and InvalidFacts with every contradiction in it.
    """
    frame = _frame_of(path, _text_of(path), policy, year)
    problems = [*problems_in(frame, policy)]
    if problems:
        raise InvalidFacts(problems)
    return frame.in_order()


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise WordRefused(f"{path} cannot be read: {why}. Name a JSON file in UTF-8.", code="usage") from why


def _frame_of(path: Path, text: str, policy: Policy, year: int) -> SamplingFrame:
    first = month_of(date(year - 1, policy.programme.cycle_months[0], 1))
    try:
        plain = json.loads(text)
        rows = {name: [_full(name, row) for row in plain.get(name, [])] for name in ROWS}
        whole = {"edition": policy.edition.id, "cycle": plain.get("cycle", first), "size": 1, **rows}
        frame, _ = frame_from_text(json.dumps(whole))
    except (ValueError, TypeError, KeyError, AttributeError) as why:
        sentence = (
            f"{path} is not a council ({why}): write the lists teams, practitioners, cases and auditors as "
            "POST /v1/rules/draw takes them; docs/guides/simulating-a-year.md has an example."
        )
        raise WordRefused(sentence, code="usage") from why
    return frame


def _full(name: str, row: dict[str, object]) -> dict[str, object]:
    """A row with its dates there, known or not."""
    dates = {field for field in ROWS[name].__dataclass_fields__ if field.endswith("_on") or field == "on"}
    return {**dict.fromkeys(dates), **row}
