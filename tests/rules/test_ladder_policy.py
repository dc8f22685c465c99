"""A ladder that nobody could climb is refused when its edition is loaded, by rung and key."""

import shutil
from pathlib import Path

import pytest

from rules.errors import PolicyError
from rules.policy.load import FRAMEWORKS, load_edition
from rules.policy.problems import problems_of
from rules.policy.sources import Source

TEAM_MANAGER, BOTH = 'owed_by = ["team_manager"]', '["practitioner", "team_manager"]'
GIVES = '"The text gives sending'
SPOILT = [
    # what is wrong, the words that stand there, what stands there instead, words of the refusal
    ("a rung that leads nowhere", 'to = "D2", by', 'to = "D9", by', ["ladders.dispute.D1", "'D9'", "D2"]),
    ("two rungs of one name", 'id = "D2"', 'id = "D1"', ["ladders.dispute", "an id of its own"]),
    ("a rung owed by a stranger", TEAM_MANAGER, 'owed_by = ["friend"]', ["D1, owed_by", "'friend'"]),
    ("a rung owed by nobody", TEAM_MANAGER, "owed_by = []", ["D1 is owed by nobody"]),
    ("one who owes and is not told", TEAM_MANAGER, 'owed_by = ["director"]', ["owed by director", "dispute_step"]),
    ("a step that is for nobody", ', by = ["divisional_director"]', ", by = []", ["D6, resolved", "nobody to say"]),
    ("a length that is none", 'within = "5 working days"', 'within = "a week"', ["ladders.toml", "a week"]),
    ("a rule nobody knows", 'rule = "D2"', 'rule = "D99"', ["ladders.dispute.D2, rule", "'D99'"]),
    ("a decision without its reading", f"reading = {GIVES}", f"# reading = {GIVES}", ["D2.referral", "reading"]),
    ("a matrix row that there is not", 'told_of = "dispute_step"', 'told_of = "gossip"', ["told_of", "'gossip'"]),
    ("a time that nobody knows", 'when = ["overdue"]', 'when = ["someday"]', ["'someday'", "'overdue'"]),
    ("a referral that is none", "[dispute.value.rungs.referral]", "[dispute.value.rungs.advice]", ["'advice'"]),
    ("a clock kept twice", "counted_by =", 'within = "3 working days"\ncounted_by =', ["Q1 has a clock of its own"]),
    ("a clock kept nowhere", "time_limits.amendment_within", "time_limits.soon", ["counted_by", "time_limits.soon"]),
    ("a clock that is no length", "time_limits.amendment_within", "gradings.grades", ["counted_by", "gradings.grades"]),
    ("a clock that goes round", 'moves_up_to = "W3"', 'moves_up_to = "W1"', ["W2 moves up to W1", "no later rung"]),
    ("a clock that goes nowhere", 'moves_up_to = "W2"', 'moves_up_to = "W1"', ["W1 moves up to W1", "no later rung"]),
    ("a step back", '"course_agreed", to = "D4"', '"course_agreed", to = "D2"', ["D3, course_agreed leads back to D2"]),
    ("a step in place", '"unresolved", to = "W2"', '"unresolved", to = "W1"', ["W1, unresolved leads back to W1"]),
    ("a reminder at every moment", 'every = "5 working', 'every = "0 working', ["D1, reminder_every (0 working days)"]),
    (
        "a note that says nothing",
        '["case_note"], needs_summary = true',
        '["case_note"]',
        ["W1, resolved", "`needs_summary`"],
    ),
    (
        "a report changed without a word",
        'by = ["team_manager"], records = ["amended_report"], needs_summary = true',
        'by = ["team_manager"]',
        ["D2, resolved changes a report"],
    ),
    ("a dispute nobody could open", f"value = {BOTH}", 'value = ["head_of_service"]', ["by names 'head_of_service'"]),
    ("a dispute of a stranger", f"value = {BOTH}", 'value = ["friend"]', ["disputes_opened_by", "'friend'"]),
    (
        "a move up without a clock",
        'owed_by = ["director"]\nreminder_every = "1 working day"',
        'owed_by = ["director"]\nmoves_up_to = "W3"',
        ["W4 moves up", "no clock"],
    ),
    ("a rung that nothing leads to", 'to = "D4"', 'to = "D5"', ["ladders.dispute has no way to D4"]),
    ("one event, two meanings", '"unresolved", to = "W2"', '"resolved", to = "W2"', ["W1 has two exits of one event"]),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FRAMEWORKS / "waltham_forest_2023", tmp_path / "edition"))


@pytest.mark.parametrize(("old", "new", "said"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_a_ladder_that_cannot_be_climbed_is_refused_by_name(copy: Path, old: str, new: str, said: list[str]) -> None:
    file = copy / "ladders.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(PolicyError) as refused:
        load_edition(copy)
    for words in said:
        assert words in str(refused.value)
    assert problems_of(copy)


def test_each_rung_and_each_of_its_clocks_can_be_signed_off_by_itself() -> None:
    entries = {entry.path: entry for entry in load_edition().entries}

    assert (entries["ladders.safety_alert.W2"].rule, entries["ladders.safety_alert.W2"].source) == ("W2", Source.TEXT)
    assert entries["ladders.dispute.D2.referral"].rule == "D8"
    assert entries["ladders.dispute.D2.referral"].source is Source.LOCAL_DECISION
    assert "within 2 working days" in entries["ladders.dispute.D2"].value
