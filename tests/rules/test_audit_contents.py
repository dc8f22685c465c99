"""Who reads which part of what an auditor writes, in each state of the audit: the whole table (L3, C4)."""

import pytest

from rules.audit_contents import STATES_IN_ORDER, reader_of, why_not_shown, why_not_written
from rules.draft_readers import Part, Reader
from rules.policy.load import load_edition

POLICY = load_edition()
STATES = (*STATES_IN_ORDER, "withdrawn")
# By part and reader, in each of the states above: x is shown, . is not.
#                                                      allocated ┐        ┌ issued
#                                                   under_way  ┐ │        │┌ closed
#                                                   discussed ┐│ │        ││┌ withdrawn
SHOWN = {
    (Part.BEFORE_DISCUSSION, Reader.PRACTITIONER): "..xxxxxx.",
    (Part.BEFORE_DISCUSSION, Reader.AUDITOR): "xxxxxxxxx",
    (Part.BEFORE_DISCUSSION, Reader.AUDIT_TEAM): "...xxxxx.",
    (Part.BEFORE_DISCUSSION, Reader.OTHERS): "......xx.",
    (Part.AFTER_DISCUSSION, Reader.PRACTITIONER): "......xx.",
    (Part.AFTER_DISCUSSION, Reader.AUDITOR): "xxxxxxxxx",
    (Part.AFTER_DISCUSSION, Reader.AUDIT_TEAM): "...xxxxx.",
    (Part.AFTER_DISCUSSION, Reader.OTHERS): "......xx.",
    (Part.IMPROVEMENT_PLAN, Reader.PRACTITIONER): "......xx.",
    (Part.IMPROVEMENT_PLAN, Reader.AUDITOR): "xxxxxxxxx",
    (Part.IMPROVEMENT_PLAN, Reader.AUDIT_TEAM): "...xxxxx.",
    (Part.IMPROVEMENT_PLAN, Reader.OTHERS): "......xx.",
    (Part.EARLIER_FEEDBACK, Reader.PRACTITIONER): "......xx.",
    (Part.EARLIER_FEEDBACK, Reader.AUDITOR): "xxxxxxxxx",
    (Part.EARLIER_FEEDBACK, Reader.AUDIT_TEAM): "...xxxxx.",
    (Part.EARLIER_FEEDBACK, Reader.OTHERS): "......xx.",
}
CELLS = [(*who, state, cell == "x") for who, row in SHOWN.items() for state, cell in zip(STATES, row, strict=True)]


def test_the_table_has_every_part_and_every_reader() -> None:
    assert set(SHOWN) == {(part, reader) for part in Part for reader in Reader}


@pytest.mark.proves("L3", "gradings.seen_from")
@pytest.mark.parametrize(("part", "reader", "state", "is_shown"), CELLS)
def test_each_part_is_shown_from_its_state_on(part: Part, reader: Reader, state: str, is_shown: bool) -> None:
    assert (why_not_shown(part, reader, state, POLICY) is None) is is_shown


@pytest.mark.proves("L3")
def test_what_is_not_shown_says_from_when_it_is() -> None:
    early = why_not_shown(Part.BEFORE_DISCUSSION, Reader.PRACTITIONER, "under_way", POLICY)
    withdrawn = why_not_shown(Part.IMPROVEMENT_PLAN, Reader.OTHERS, "withdrawn", POLICY)

    assert early is not None
    assert (early.rule, early.clause) == ("L3", "3.5")
    assert early.sentence == (
        "The grading before the discussion is shown to you once the reflective discussion is recorded."
    )
    assert withdrawn is not None
    assert withdrawn.sentence == "The improvement plan is not shown: the audit is withdrawn."


def test_who_is_several_things_at_once_reads_as_the_practitioner_first() -> None:
    assert reader_of(is_practitioner=True, is_auditor=False, reads_drafts=True) is Reader.PRACTITIONER
    assert reader_of(is_practitioner=False, is_auditor=True, reads_drafts=True) is Reader.AUDITOR
    assert reader_of(is_practitioner=False, is_auditor=False, reads_drafts=True) is Reader.AUDIT_TEAM
    assert reader_of(is_practitioner=False, is_auditor=False, reads_drafts=False) is Reader.OTHERS


# By part, in each of the states above: w is written by the auditor, . is not.
WRITTEN = {
    Part.BEFORE_DISCUSSION: "ww.......",
    Part.AFTER_DISCUSSION: "..w.w....",
    Part.IMPROVEMENT_PLAN: "www.w....",
    Part.EARLIER_FEEDBACK: "www.w....",
}


@pytest.mark.proves("L3")
@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize(("place", "state"), [*enumerate(STATES)])
def test_each_part_is_written_in_its_states_and_in_no_other(part: Part, place: int, state: str) -> None:
    why_not = why_not_written(part, "PA-2026-0412", state, POLICY)

    assert (why_not is None) is (WRITTEN[part][place] == "w")
    assert why_not is None or "PA-2026-0412" in why_not.sentence


NOT_WRITTEN = {
    ("after_discussion", "under_way"): "comes after the reflective discussion: record that first, or why it wasn't.",
    ("before_discussion", "discussed"): "is fixed since the discussion: what has changed goes into the one after it.",
    ("after_discussion", "submitted"): "is with the audit team: it can be written on again if the report is returned.",
    ("improvement_plan", "withdrawn"): "is not written any more: the audit was withdrawn.",
    ("after_discussion", "issued"): "is fixed: the report is issued. The audit manager can correct it (L15).",
}


@pytest.mark.parametrize(("part", "state", "words"), [(*key, words) for key, words in NOT_WRITTEN.items()])
def test_what_is_not_written_says_why_and_the_way_out(part: str, state: str, words: str) -> None:
    why_not = why_not_written(Part(part), "PA-2026-0412", state, POLICY)

    assert why_not is not None
    assert why_not.sentence.endswith(words)
