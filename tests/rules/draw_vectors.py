"""The published examples of draws, docs/draw-vectors: each a request with its canonical text and its whole answer.

`python -m tests.rules.draw_vectors` works the answers out again from the requests. Whoever does that on purpose says
in the changelog which draws come out differently from now on, for a stored draw must replay for ever.
"""

import json
from pathlib import Path
from typing import Any

from rules.canonical_frames import canonical_text
from rules.draw_answers import as_plain
from rules.draws import draw
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from tests.properties.small_frames import frame_of

FOLDER = Path(__file__).parents[2] / "docs" / "draw-vectors"


def vectors() -> list[Path]:
    """The files, in order."""
    return sorted(FOLDER.glob("*.json"))


def worked_out(vector: dict[str, Any]) -> dict[str, Any]:
    """The vector with its canonical text and answer as this code gives them."""
    policy = load_edition(vector["edition"])
    calendar = WorkingDayCalendar.of_policy(policy.calendar)
    frame, seed = frame_of(vector["request"]), vector["request"]["seed"]
    return {
        "title": vector["title"],
        "edition": vector["edition"],
        "request": vector["request"],
        "canonical_text": canonical_text(frame, policy.edition.id),
        "answer": as_plain(draw(frame, seed, policy, calendar)),
    }


def as_text(vector: dict[str, Any]) -> str:
    """How a vector is written to its file."""
    return json.dumps(vector, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes every vector anew."""
    for file in vectors():
        file.write_text(as_text(worked_out(json.loads(file.read_text(encoding="utf-8")))), encoding="utf-8")


if __name__ == "__main__":
    main()
