"""What a moderation draw is made from, as one text, and what cannot be drawn from (S5, M1)."""

import dataclasses
from datetime import date
from hashlib import sha256

import pytest

from rules.errors import InvalidFacts
from rules.moderation_frames import (
    Moderator,
    canonical_moderation_text,
    moderation_frame_from_text,
    moderation_frame_hash,
)
from tests.rules.moderation_facts import audit, drawn, frame

JUNE = date(2026, 6, 1)


@pytest.mark.proves("S5")
def test_a_frame_has_one_text_one_hash_and_a_way_back() -> None:
    of = frame(
        [audit("b", grade=None), audit("a", conflicts={"n": "quality_checker"})],
        [Moderator("n", ("send", "mash"), 2)],
        moderated=("z", "y"),
    )
    text = canonical_moderation_text(of, "waltham_forest_2023")

    assert moderation_frame_from_text(text) == (of.in_order(), "waltham_forest_2023")
    other_way = dataclasses.replace(of, moderators=(Moderator("n", ("mash", "send", "mash"), 2),))
    assert canonical_moderation_text(other_way, "waltham_forest_2023") == text
    assert moderation_frame_hash(of, "waltham_forest_2023") == sha256(text.encode()).hexdigest()
    assert text.startswith(
        '{"auditors_moderated":["y","z"],"audits":[{"auditor_id":"auditor of a","conflicts":[{"kind":"quality_checker",'
    )


def test_facts_that_cannot_be_are_refused_all_at_once_with_their_places() -> None:
    wrong = dataclasses.replace(audit("b"), grade=" ", auditor_id=" ")
    of = frame([audit("a"), audit("a"), wrong], [Moderator("m", capacity=-1), Moderator("m")], last_drawn_on=JUNE)

    with pytest.raises(InvalidFacts) as refusal:
        drawn(of, seed="")

    assert [problem.pointer for problem in refusal.value.problems] == [
        "/seed",
        "/last_drawn_on",
        "/audits/1/id",
        "/moderators/1/id",
        "/audits/2/grade",
        "/audits/2/auditor_id",
        "/moderators/0/capacity",
    ]
