"""The published examples of docs/draw-vectors hold, to the byte, and an outsider's tools are enough to check them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from rules.certificates import check_certificate
from rules.draws import draw
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from tests.properties.naive_draw import naive_draw
from tests.properties.small_frames import frame_of
from tests.rules.draw_vectors import as_text, vectors, worked_out

# Few enough auditors for one who tries everything.
SMALL = [file for file in vectors() if "middling" not in file.stem]


def _read(file: Path) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return vector


def test_there_are_vectors() -> None:
    assert len(vectors()) == 7


@pytest.mark.proves("S5")
@pytest.mark.parametrize("file", vectors(), ids=lambda file: file.stem)
def test_a_published_draw_replays_to_the_byte(file: Path) -> None:
    assert as_text(worked_out(_read(file))) == file.read_text(encoding="utf-8")


@pytest.mark.proves("S5")
@pytest.mark.parametrize("file", vectors(), ids=lambda file: file.stem)
def test_the_hash_is_that_of_the_published_text(file: Path) -> None:
    vector = _read(file)

    assert hashlib.sha256(vector["canonical_text"].encode()).hexdigest() == vector["answer"]["frame_hash"]


@pytest.mark.proves("A3")
@pytest.mark.parametrize("file", vectors(), ids=lambda file: file.stem)
def test_the_certificate_of_a_published_draw_holds(file: Path) -> None:
    vector = _read(file)
    policy = load_edition(vector["edition"])
    calendar = WorkingDayCalendar.of_policy(policy.calendar)
    frame = frame_of(vector["request"])

    assert check_certificate(draw(frame, vector["request"]["seed"], policy, calendar), frame, policy, calendar) == ()


@pytest.mark.proves("S1", "S2", "S3", "S4", "S5", "S6")
@pytest.mark.parametrize("file", SMALL, ids=lambda file: file.stem)
def test_the_naive_twin_finds_the_published_sample(file: Path) -> None:
    vector = _read(file)
    naive, answer = naive_draw(vector["request"]), vector["answer"]

    assert [(row["case_id"], row["order"], row["ticket"]) for row in answer["drawn"]] == [
        (case_id, order, ticket) for case_id, _, _, order, ticket, *_ in naive["drawn"]
    ]
    assert tuple(answer["objective"].values()) == naive["objective"]
    assert [row["rule"] for row in answer["shortfalls"]] == naive["shortfalls"]
